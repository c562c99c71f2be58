"""The path of a request: below which prefix it is, and its segments, each decoded on its own (RFC 3986 §2.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

MOST_TARGET_BYTES = 8_000
"""Bytes of a path and of a query that are read: what RFC 9110 §4.1 recommends at least."""

MOST_REMEMBERED = 256
"""Paths that are remembered as they were read: most requests have one of a few."""

_MALFORMED = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class RequestPath:
    """A path below the prefix at which the application is mounted.

    `text` is decoded. `raw` is what the client sent, or None where the server does not say; then an encoded slash
    can't be told from a separator.
    """

    text: str
    raw: bytes | None = None
    prefix: str = ""

    def segments(self) -> tuple[str, ...] | None:
        """Return the decoded segments behind the first slash, or None where a segment is what no endpoint can have.

        That is one that is empty (but for the last), of one or two dots, not in UTF-8, with a malformed `%`, with a
        semicolon (the parameters of a segment, RFC 3986 §3.3), or with a control character.
        """
        return _read_segments(self)


@lru_cache(MOST_REMEMBERED)
def _read_segments(path: RequestPath) -> tuple[str, ...] | None:
    decoded = path.text.split("/") if path.raw is None else _decode_each(path.raw)
    if decoded is None or len(decoded) < 2 or decoded[0]:
        return None
    first_to_last = tuple(decoded[1:])
    if "" in first_to_last[:-1] or {".", ".."} & set(first_to_last):
        return None
    if path.raw is None and (";" in path.text or "\ufffd" in path.text):
        return None
    return None if any(map(_CONTROL.search, first_to_last)) else first_to_last


def _decode_each(raw: bytes) -> list[str] | None:
    if b";" in raw or _MALFORMED.search(raw):
        return None
    try:
        return [unquote_to_bytes(part).decode() for part in raw.split(b"/")]
    except UnicodeDecodeError:
        return None


@lru_cache(MOST_REMEMBERED)
def path_below(prefix: str, path: str, raw: bytes | None) -> RequestPath:
    """Return the path below the prefix of a whole path, which a server has decoded.

    Of a server that does not repeat the prefix in the path, it is the path. `raw` is used only if it says the same:
    what stands between the server and the application may have changed one of the two.
    """
    prefix = prefix.rstrip("/")
    if raw is not None:
        raw = raw.partition(b"?")[0]
        if _decode(raw) != path:
            raw = None
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        path = path[len(prefix) :]
        raw = None if raw is None else _cut(raw, prefix)
    return RequestPath(path, raw, prefix)


def _cut(raw: bytes, prefix: str) -> bytes | None:
    """Return what is behind a prefix in the bytes of a path, or None where it ends inside of a segment."""
    parts = raw.split(b"/")
    for count in range(2, len(parts) + 1):
        start = b"/".join(parts[:count])
        if _decode(start) == prefix:
            return raw[len(start) :]
    return None


def _decode(raw: bytes) -> str:
    """Return the bytes of a path as servers decode them."""
    return unquote_to_bytes(raw).decode("utf-8", "replace")
