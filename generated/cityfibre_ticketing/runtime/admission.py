"""Bytes to the text that the scanner and the reader read: tags and plain text alone.

Comments, processing instructions, CDATA sections and references in texts are taken out or resolved first, in
time linear in the document. Whatever is not certainly well-formed is given up, for the parser to decide on.
"""

from __future__ import annotations

import codecs
import re

from .document import MAX_TEXT

LESS_THAN = "\uffff"
"""Stands for `<` as text; it is no character of XML itself."""

_TAKEN_OUT = b"\0"
"""Stands where something was taken out, so that what is around it does not join to a reference."""

_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
_SPECIAL = _CONTROL + b"\r&]!"
"""Bytes that no plain text has: what XML forbids, and what begins or ends other markup than tags."""

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
    if not isinstance(data, bytes):
        raise TypeError(f"expected the bytes of a document, not {type(data).__name__}")
    if len(data) > MAX_TEXT:
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    has_instructions = data.find(b"?", data.find(b"?>") + 1 if data.startswith(b"<?xml") else 0) >= 0
    plain = not has_instructions and len(data.translate(None, _SPECIAL)) == len(data)
    try:
        if not plain:
            data = _normalize(data)
            if not has_instructions and b"[CDATA[" not in data:
                data = _without_comments(data)
                plain = b"&" not in data and b"]" not in data
        text = data.decode()
        if not (data.isascii() or ("\ufffe" not in text and "\uffff" not in text)):
            return None
        return text if plain else _simplify(text)
    except (UnicodeDecodeError, _GivenUp):
        return None


def _normalize(data: bytes) -> bytes:
    """Normalize line ends (XML 1.0 §2.11); give up what has characters that XML forbids."""
    if len(data.translate(None, _CONTROL)) != len(data):
        raise _GivenUp
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    return data.replace(b"\r", b"\n") if b"\r" in data else data


def _without_comments(data: bytes) -> bytes:
    """Take out comments where there is nothing else that begins with `<!` or `<?`."""
    first, *rest = data.split(b"<!--")
    try:
        comments, kept = zip(*[part.split(b"-->", 1) for part in rest], strict=True) if rest else ((), ())
    except ValueError:
        raise _GivenUp from None
    inside = _TAKEN_OUT.join([*comments, b""])
    if b"--" in inside or b"-" + _TAKEN_OUT in inside:
        raise _GivenUp
    outside = [first, *kept]
    data = (_TAKEN_OUT if b"&" in data else b"").join(outside)
    if any(part.rfind(b"<") > part.rfind(b">") for part in outside[:-1]):
        raise _GivenUp
    if b"!" in data and b"<!" in data:
        raise _GivenUp
    return data


def _simplify(text: str) -> str:
    has_instructions = text.find("<?", 1) > 0
    if "<!" in text:
        if has_instructions:
            raise _GivenUp
        text = _take_out(text.split("<!"), _COMMENT_OR_CDATA)
    elif has_instructions:
        start = 1 if text.startswith("<?") else 0
        first, *rest = text[start:].split("<?")
        text = _take_out([text[:start] + first, *rest], _INSTRUCTION)
    if "]]>" in text:
        raise _GivenUp
    if "&" in text:
        text = _resolve(text)
    return text.replace("\0", "")


def _take_out(parts: list[str], construct: re.Pattern[str]) -> str:
    """Replace a construct by its group, or by nothing; every part but the first begins with one."""
    kept = [parts[0]]
    in_tag = _in_tag(parts[0], False)
    for part in parts[1:]:
        match = construct.match(part)
        if match is None or in_tag:
            raise _GivenUp
        rest = part[match.end() :]
        kept += ("\0", match[1] if match.lastindex else "", "\0", rest)
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
