"""The choice of a response's media type by the Accept of its request (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


def choose_media_type(accept: str | None, offered: Sequence[str]) -> str:
    """Return the offered media type that the sender likes best; the first one offered of those that it likes alike.

    Also the first one if it likes none, or its Accept can't be read: what it asked for is done by then, and the answer
    is better than none.
    """
    if not accept or len(offered) == 1:
        return offered[0]
    ranges = list(filter(None, map(_parse_range, accept.split(","))))
    weights = [_weight(media_type, ranges) for media_type in offered]
    return offered[weights.index(max(weights))]


def _parse_range(text: str) -> tuple[str, float] | None:
    """Return a media range without its parameters, and its weight."""
    media_range, *parameters = (part.strip().lower() for part in text.split(";"))
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            if not _WEIGHT.fullmatch(value.strip()):
                return None
            weight = float(value)
            break
    return (media_range, weight) if "/" in media_range else None


def _weight(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the weight of the most specific range that a media type is in."""
    essence = media_type.partition(";")[0].strip().lower()
    major = essence.partition("/")[0]
    for wanted in (essence, f"{major}/*", "*/*"):
        weights = [weight for media_range, weight in ranges if media_range == wanted]
        if weights:
            return max(weights)
    return 0.0
