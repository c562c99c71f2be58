"""The charset of a request body: which ones are accepted, which one applies, and the body in UTF-8.

Python has codecs that are no charsets (`unicode_escape`, `idna`), and libxml2 takes some that write markup in
other characters (UTF-7, C99). So both are asked only for the charsets of one table.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping


def _names() -> Iterator[tuple[str, str]]:
    """Yield each accepted name, in lower case, and Python's codec of it."""
    yield from dict.fromkeys(("utf-8", "utf8"), "utf-8").items()
    yield from dict.fromkeys(("utf-16", "utf16", "utf-16le", "utf-16be"), "utf-16").items()
    yield from dict.fromkeys(("us-ascii", "ascii", "iso646-us", "ansi_x3.4-1968"), "ascii").items()
    for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16):  # there is no part 12
        for name in (f"iso-8859-{part}", f"iso_8859-{part}", f"iso8859-{part}"):
            yield name, f"iso8859-{part}"
    for number, part in {1: 1, 2: 2, 3: 3, 4: 4, 5: 9, 6: 10, 7: 13, 8: 14, 9: 15, 10: 16}.items():
        yield f"latin{number}", f"iso8859-{part}"
        yield f"latin-{number}", f"iso8859-{part}"
    for page in range(1250, 1259):
        yield f"windows-{page}", f"cp{page}"
        yield f"cp{page}", f"cp{page}"


CODECS: Mapping[str, str] = dict(_names())
"""Every accepted charset, by its names in the registry of IANA and the usual others, and Python's codec of it."""

_WITHOUT_MARK = {"utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
"""The codecs of the names that say the order of bytes (RFC 2781 §3.3)."""

_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BEGINNINGS = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
"""The first bytes of a document in UTF-16 without a byte order mark (XML 1.0 Appendix F.1)."""

_EBCDIC = b"\x4c\x6f\xa7\x94"
"""`<?xm` in EBCDIC."""

_DECLARATION = re.compile(
    rb"""<\?xml[ \t\r\n]++version[ \t\r\n]*+=[ \t\r\n]*+(?:"[^"<]*+"|'[^'<]*+')"""
    rb"""([ \t\r\n]++encoding[ \t\r\n]*+=[ \t\r\n]*+"""
    rb"""(?:"([A-Za-z][A-Za-z0-9._\-]*+)"|'([A-Za-z][A-Za-z0-9._\-]*+)'))?+"""
    rb"""(?:[ \t\r\n]++standalone[ \t\r\n]*+=[ \t\r\n]*+(?:"[a-z]*+"|'[a-z]*+'))?+[ \t\r\n]*+\?>"""
)
"""An XML declaration (XML 1.0, production [23]); the groups are its encoding declaration, and the name in that."""

_TO_SPACES = bytes(byte if byte in b"\r\n" else ord(" ") for byte in range(256))


class UnknownCharset(Exception):
    """A body is in a charset that is not accepted; `name` is the name of the charset."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def convert_to_utf_8(body: bytes, charset: str | None) -> bytes:
    """Return a body in UTF-8, with no declaration of another encoding.

    A byte order mark wins over `charset`, the parameter of the Content-Type, and that over the declaration in the
    document (RFC 7303 §3.2 and §3.3). An encoding declaration that is not true of the result is overwritten with
    spaces, so that lines and columns stay as they were; nothing else changes.

    Raises:
        UnknownCharset: the charset that applies is none of `CODECS`.
        UnicodeDecodeError: the body is not in the charset that applies.
    """
    codec, start = _codec(body, charset)
    if codec != "utf-8":
        body = body[start:].decode(codec).encode()
    elif start:
        body = body[start:]
    declaration = _DECLARATION.match(body)
    if declaration is None or declaration[1] is None or _name(declaration) == "utf-8":
        return body
    encoding_starts, encoding_ends = declaration.span(1)
    return body[:encoding_starts] + declaration[1].translate(_TO_SPACES) + body[encoding_ends:]


def _codec(body: bytes, charset: str | None) -> tuple[str, int]:
    """Return the codec that applies to a body, and the length of its byte order mark."""
    if body.startswith(_UTF_32):
        raise UnknownCharset("utf-32")
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return codec, len(mark)
    if charset is None:
        for beginning, codec in _BEGINNINGS:
            if body.startswith(beginning):
                return codec, 0
        if b"\0" in body[:4]:
            raise UnknownCharset("utf-32" if b"\0\0" in body[:4] else "utf-16 without a byte order mark")
        if body.startswith(_EBCDIC):
            raise UnknownCharset("ebcdic")
        declaration = _DECLARATION.match(body)
        charset = "utf-8" if declaration is None or declaration[1] is None else _name(declaration)
    codec = CODECS.get(charset, "")
    if not codec:
        raise UnknownCharset(charset)
    if codec == "utf-16":
        # Big-endian where nothing tells (RFC 2781 §4.3); the first character of a document is in ASCII
        return _WITHOUT_MARK.get(charset, "utf-16-le" if body[1:2] == b"\0" else "utf-16-be"), 0
    return codec, 0


def _name(declaration: re.Match[bytes]) -> str:
    return (declaration[2] or declaration[3]).decode("ascii").lower()
