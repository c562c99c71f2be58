"""The inputs of a comparison: versions of a schema, on disk or in a revision of git."""
