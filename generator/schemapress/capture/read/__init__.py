"""Reads pages and fetches documents: what a source contains, before any question."""
