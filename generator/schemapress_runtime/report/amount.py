"""Counts in messages: a number, its noun and its verb."""

from __future__ import annotations


def plural(noun: str, number: int) -> str:
    """Return a noun whose plural ends in `s`, as it stands after a number."""
    return noun if number == 1 else f"{noun}s"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 problem`, `2,000 problems`."""
    return f"{number:,} {plural(noun, number)}"


def agreeing(number: int, for_one: str, for_many: str) -> str:
    """Return the form of a verb that goes with a number."""
    return for_one if number == 1 else for_many
