"""The comparison of two versions of a schema by the documents that they accept."""
