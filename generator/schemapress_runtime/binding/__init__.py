"""Texts and elements to values and objects, and back: tables built once per class."""
