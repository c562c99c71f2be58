"""Texts and elements to values and objects, and back: tables that are made once per class."""
