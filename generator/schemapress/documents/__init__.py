"""The documents that `validate` reads, and how their outcomes are printed."""
