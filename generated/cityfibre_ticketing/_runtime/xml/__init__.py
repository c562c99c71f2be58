"""Bytes to admitted text or to a tree, and what a message from outside may not contain."""
