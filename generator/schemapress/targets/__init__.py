"""What is generated from a schema: one folder per target, its templates beside it."""
