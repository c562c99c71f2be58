"""Bytes to the text that the scanner and the reader read: tags and plain text alone.

Comments, processing instructions, CDATA sections and references in texts are taken out or resolved first, in
time linear in the document. Whatever is not certainly well-formed is given up, for the parser to decide on.
"""

from __future__ import annotations

import re

from .document import MAX_TEXT

LESS_THAN = "\uffff"
"""Stands for `<` as text; it is no character of XML itself."""

_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
_SPECIAL = _CONTROL + b"\r&]!"
"""Bytes that no plain text has: what XML forbids, and what begins or ends other markup than tags."""

_DECLARATION = 60
"""Where an XML declaration has ended; a `?` behind it may be a processing instruction."""

PROLOG = (
    r"""(?:<\?xml[ \t\n]++version=(?:"1\.0"|'1\.0')(?:[ \t\n]++encoding=(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8'))?"""
    r"""(?:[ \t\n]++standalone=(?:"yes"|"no"|'yes'|'no'))?[ \t\n]*+\?>)?+[ \t\n]*+"""
)
"""An expression for what may stand before the root element of an admitted text."""

_COMMENT_OR_CDATA = re.compile(r"--(?:[^-]|-(?!-))*+-->|\[CDATA\[([^<&\]]*+)\]\]>")
_INSTRUCTION = re.compile(r"(?![Xx][Mm][Ll][ \t\n?])[A-Za-z_][A-Za-z0-9_.\-]*+(?:[ \t\n](?:[^?]|\?(?!>))*+)?+\?>")
_REFERENCE = re.compile(r"(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": LESS_THAN, "gt": ">", "quot": '"', "apos": "'"}


class _GivenUp(Exception):
    """What a scanner leaves to the parser."""


def admit(data: bytes) -> str | None:
    """Return the text of a document, or None to give up.

    Given up are all encodings but UTF-8, characters that XML forbids, markup inside of a tag, and
    documents long enough to meet a bound of the parser.

    Raises:
        TypeError: `data` is not bytes. A text has no encoding of its own to be checked against the declaration.
    """
    if len(data) > MAX_TEXT:
        return None
    try:
        text = data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None
    except AttributeError:
        raise TypeError(f"expected the bytes of a document, not {type(data).__name__}") from None
    if not (data.isascii() or ("\ufffe" not in text and "\uffff" not in text)):
        return None
    if len(data.translate(None, _SPECIAL)) == len(data) and data.find(b"?", _DECLARATION) < 0:
        return text
    if len(data.translate(None, _CONTROL)) != len(data):
        return None
    try:
        return _simplify(text)
    except _GivenUp:
        return None


def _simplify(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<!" in text:
        text = _take_out(text, text.split("<!"), _COMMENT_OR_CDATA)
    if text.find("<?", 1) > 0:
        start = 1 if text.startswith("<?") else 0
        first, *rest = text[start:].split("<?")
        text = _take_out(text, [text[:start] + first, *rest], _INSTRUCTION)
    if "]]>" in text:
        raise _GivenUp
    return _resolve(text) if "&" in text else text


def _take_out(text: str, parts: list[str], construct: re.Pattern[str]) -> str:
    """Replace a construct by its group, or by nothing; every part but the first begins with one."""
    kept = [parts[0]]
    in_tag = _in_tag(parts[0], False)
    for part in parts[1:]:
        match = construct.match(part)
        if match is None or in_tag:
            raise _GivenUp
        rest = part[match.end() :]
        if match.lastindex:
            kept.append(match[1])
        kept.append(rest)
        in_tag = _in_tag(rest, in_tag)
    return "".join(kept)


def _resolve(text: str) -> str:
    """Replace references by their characters, but for those inside of a tag."""
    first, *rest = text.split("&")
    kept = [first]
    in_tag = _in_tag(first, False)
    for part in rest:
        if in_tag:
            kept += ("&", part)
            in_tag = _in_tag(part, in_tag)
            continue
        match = _REFERENCE.match(part)
        if match is None:
            raise _GivenUp
        name, decimal, hexadecimal = match.groups()
        if name is not None:
            kept.append(_NAMED[name])
        else:
            number = int(decimal) if decimal is not None else int(hexadecimal, 16)
            if not _is_character(number):
                raise _GivenUp
            kept.append(LESS_THAN if number == ord("<") else chr(number))
        part = part[match.end() :]
        kept.append(part)
        in_tag = _in_tag(part, False)
    return "".join(kept)


def _in_tag(part: str, before: bool) -> bool:
    """Whether the end of a part of the text is inside of a tag."""
    opened, closed = part.rfind("<"), part.rfind(">")
    return before if opened == closed else opened > closed


def _is_character(number: int) -> bool:
    """Whether XML 1.0 §2.2 admits a character."""
    return number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
