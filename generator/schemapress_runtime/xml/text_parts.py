"""The admitted text of a document in parts, so that a document larger than memory can be read.

Each part but the first begins with a start tag, so that no text, no tag and no pair of tags around a text alone is cut.
A part is then admitted like a whole document (`plain_text.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..limits import MAX_TEXT
from ..verdict import GiveUp
from .plain_text import SINGLE_BYTE, UTF_16, admit_part, to_utf_8

PART_BYTES = 1 << 18
"""Bytes that are read at once. The pieces of a part take about ten times of it."""

_UNUSUAL = re.compile(rb"<[!?]")
"""The beginning of a comment, a CDATA section, a processing instruction or a declaration."""

_ENDS = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"))
"""The beginnings of what may contain a `<` that begins no tag, and the ends."""

_NOT_AT_START = b"/!?"

Read = Callable[[int], bytes]
"""Reads as many bytes of a document, or fewer; none at its end."""


def admit_parts(read: Read, size: int = PART_BYTES) -> Iterator[str]:
    """Yield the admitted text of a document in parts while it is read, `size` bytes at a time.

    Raises:
        GiveUp: only a parser can tell more, or a text may be longer than a parser takes.
    """
    parts = _cut_at_start_tags(read, size)
    first, has_end = next(parts)
    recode = _find_recoding(first)
    try:
        yield admit_part(to_utf_8(first), has_end=has_end)
        for part, has_end in parts:
            yield admit_part(part if recode is None else recode(part), has_end=has_end)
    except UnicodeError as reason:
        raise GiveUp(str(reason)) from None


def _find_recoding(first: bytes) -> Callable[[bytes], bytes] | None:
    """Return what converts the parts after the first one to UTF-8; None if they are in UTF-8."""
    if first.startswith(UTF_16):
        raise GiveUp("UTF-16 is not read in parts")
    declared = SINGLE_BYTE.match(first)
    if declared is None:
        return None
    encoding = declared[2].decode("ascii")
    return lambda part: part.decode(encoding).encode()


def _cut_at_start_tags(read: Read, size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the parts of a document, and whether it ends with each. The first has the start tag of the root."""
    waiting = b""
    is_first = True
    while more := read(size):
        waiting = waiting + more if waiting else more
        cut = _find_cut(waiting)
        if cut and not (is_first and not _has_start_tag(waiting, cut)):
            yield waiting[:cut], False
            waiting = waiting[cut:]
            is_first = False
        elif len(waiting) > MAX_TEXT:
            raise GiveUp("a text may be too long")
    yield waiting, True


def _find_cut(data: bytes) -> int:
    """Return the place of the last start tag; 0 if there is none that is surely one."""
    cut = position = 0
    while (match := _UNUSUAL.search(data, position)) is not None:
        start = match.start()
        cut = _last_start_tag(data, position, start) or cut
        end = next((end for begin, end in _ENDS if data.startswith(begin, start)), None)
        position = -1 if end is None else data.find(end, start + 2)
        if position < 0:
            return cut
    return _last_start_tag(data, position, len(data) - 1) or cut


def _last_start_tag(data: bytes, begin: int, end: int) -> int:
    """Return the place of the last start tag between two places; 0 if there is none."""
    while (end := data.rfind(b"<", begin, end)) > 0:
        if data[end + 1] not in _NOT_AT_START:
            return end
    return 0


def _has_start_tag(data: bytes, end: int) -> bool:
    """Whether a start tag stands before a place."""
    return _find_cut(data[: end + 1]) > 0 or (data[:1] == b"<" and data[1:2] not in (b"!", b"?", b"/", b""))
