"""The names that may have taken the place of one that disappeared."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

MOST_TRIED = 8
"""Names that are tried for one that disappeared."""

_LEAST = 0.6
"""The similarity from which on a name is taken for another one, where there are several."""


def list_similar(lost: str, names: Sequence[str], rivals: int) -> list[str]:
    """Return the names that may stand for a lost one, the most similar first.

    A name that is not similar is taken only where it is the only one, and no one of the `rivals` (lost names of the
    same type) could have it instead.
    """
    if len(names) == 1 and not rivals:
        return list(names)
    ratios = {name: SequenceMatcher(None, lost.lower(), name.lower()).ratio() for name in names}
    return sorted((name for name in names if ratios[name] >= _LEAST), key=lambda name: -ratios[name])[:MOST_TRIED]
