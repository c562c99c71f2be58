"""The kinds of sources, one module each: from the text of a source to its drafts."""
