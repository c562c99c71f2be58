"""What is out of reach of a comparison."""

from __future__ import annotations


class Undecided(Exception):
    """Neither inclusion nor a counterexample was found; the text says for which pair of constructs."""


class NoExample(Undecided):
    """No valid element could be made; there may be none."""
