"""Converts bytes to admitted text or to a tree, and refuses content that a message from outside may not have."""
