"""Whether every document that one schema accepts is accepted by another: `documents` is where to begin."""
