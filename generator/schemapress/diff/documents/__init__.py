"""Whether every document that one schema accepts is accepted by another: `inclusion` is where to begin."""
