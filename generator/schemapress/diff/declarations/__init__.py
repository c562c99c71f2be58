"""Whether every document that one schema accepts is accepted by another: `document_inclusion` is where to begin."""
