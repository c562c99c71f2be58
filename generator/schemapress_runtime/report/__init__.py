"""The report on a document: its problems, and the wording of their messages."""
