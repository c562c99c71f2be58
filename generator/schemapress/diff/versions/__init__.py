"""What is compared: versions of a schema, on disk or in a revision of git."""
