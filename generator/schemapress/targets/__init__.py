"""The targets: one folder each, with its templates beside it."""
