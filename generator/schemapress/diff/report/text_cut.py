"""Two texts for a report, cut where they differ."""

from __future__ import annotations

from itertools import takewhile


def cut_both(before: str, after: str, longest: int) -> tuple[str, str]:
    """Return two texts of at most so many characters each, and ellipses; cut texts show where they begin to differ."""
    if max(len(before), len(after)) <= longest:
        return before, after
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    start = 0 if same < longest // 2 else same - longest // 4
    word = before.rfind(" ", 0, start) + 1
    start = word if same - word < longest // 2 else start
    return _cut(before, start, longest), _cut(after, start, longest)


def _cut(text: str, start: int, longest: int) -> str:
    end = start + longest
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
