"""Writes XSDs, pages and decisions.toml into the folder of a specification."""
