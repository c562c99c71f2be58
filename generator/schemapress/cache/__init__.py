"""Schemas on disk, as they were loaded: the components as tables, the answers that they depend on, and their folder."""
