"""Converts bytes to the text that the scanner and the reader accept: tags and plain text alone.

Comments, processing instructions, CDATA sections and references in texts are taken out or resolved first, in
time linear in the document. Whatever is not certainly well-formed is given up, for the parser to decide on.
"""

from __future__ import annotations

import codecs
import logging
import re
from itertools import repeat

from ..limits import MAX_TEXT
from ..verdict import GiveUp

_LOG = logging.getLogger(__name__)

LESS_THAN = "\uffff"
"""Stands for `<` as text; it is no character of XML itself."""

_AMPERSAND = "\ufffe"
"""Stands for `&` in a CDATA section, where it begins no reference; it is no character of XML itself."""

_TAKEN_OUT = b"\0"
"""Replaces a removed part, so that the text around it does not join to a reference."""

_LESS_THAN_SIGN = ord("<")

_CONTROL = bytes([*range(9), *range(11, 32)])
"""Bytes that no document has (XML 1.0 §2.2), but for the carriage return, which is no character of an admitted text."""

_SPECIAL = _CONTROL + b"&]!"
"""Bytes that no plain text in ASCII has: those, and the delimiters of markup other than tags."""

_LONE_RETURN = re.compile(rb"\r(?!\n)")

SINGLE_BYTE = re.compile(
    rb"""(<\?xml[ \t\r\n]++version=(?:"1\.0"|'1\.0'))[ \t\r\n]++encoding="""
    rb"""["']((?i:iso-8859-1|iso-8859-15|windows-1252|us-ascii|ascii))["']"""
    rb"""((?:[ \t\r\n]++standalone=["'](?:yes|no)["'])?+[ \t\r\n]*+\?>)"""
)
"""An XML declaration of an encoding that Python and libxml2 decode in one way."""

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_IN_UTF_16 = re.compile(
    r"""(<\?xml[ \t\r\n]++version=(?:"1\.0"|'1\.0'))"""
    r"""(?:[ \t\r\n]++encoding=(?:"[Uu][Tt][Ff]-16"|'[Uu][Tt][Ff]-16'))?+[ \t\r\n]*+\?>"""
)

PROLOG = (
    r"""(?:<\?xml[ \t\n]++version=(?:"1\.0"|'1\.0')(?:[ \t\n]++encoding=(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8'))?"""
    r"""(?:[ \t\n]++standalone=(?:"yes"|"no"|'yes'|'no'))?[ \t\n]*+\?>)?+[ \t\n]*+"""
)
"""A regular expression for the part of an admitted text before its root element."""

_CONSTRUCT_START = re.compile("<[!?]")
_CONSTRUCT = re.compile(
    r"<!--(?:[^-]|-(?!-))*+-->"
    r"|<!\[CDATA\[((?:[^\]]|\](?!\]>))*+)\]\]>"
    r"|<\?(?![Xx][Mm][Ll][ \t\n?])[A-Za-z_][A-Za-z0-9_.\-]*+(?:[ \t\n](?:[^?]|\?(?!>))*+)?+\?>"
)
"""A comment, a CDATA section (its group has the content), or a processing instruction."""
_START_TAG = re.compile("<[^?!/]")
_INSIDE_TAG = re.compile(r"""(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+""")
"""The rest of a tag from its beginning, or from a place behind an attribute, up to its end."""
_WHOLE_TAG = re.compile(rb"""<(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>""")
_REFERENCE = re.compile(r"(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": LESS_THAN, "gt": ">", "quot": '"', "apos": "'"}


def admit(data: bytes) -> str | None:
    """Return the text of a document, or None to give up.

    Given up are all encodings but UTF-8, UTF-16, and the usual ones of one byte for a character, characters that XML
    forbids, markup inside of a tag, and documents long enough to meet a bound of the parser.

    Raises:
        TypeError: `data` is not bytes. A text has no encoding of its own to be checked against the declaration.
    """
    if not isinstance(data, bytes):
        raise TypeError(f"expected the bytes of a document, not {type(data).__name__}")
    if len(data) > MAX_TEXT:
        return None
    try:
        return admit_part(to_utf_8(data))
    except (UnicodeError, GiveUp) as reason:
        _LOG.debug("not admitted: %s", reason)
        return None


def to_utf_8(data: bytes) -> bytes:
    """Return a document in UTF-8.

    Raises:
        UnicodeError, GiveUp: it has an encoding that is not known here, or is not in its encoding.
    """
    declared = SINGLE_BYTE.match(data)
    if declared is not None:
        return _from_single_byte(data, declared)
    return _from_utf_16(data) if data.startswith(UTF_16) else data.removeprefix(codecs.BOM_UTF8)


def admit_part(data: bytes, *, has_end: bool = True) -> str:
    """Return the text of a document in UTF-8, or of a part of one that begins with a start tag.

    `has_end` unless more of the document follows, which begins with a start tag.

    Raises:
        UnicodeError, GiveUp: it is given up.
    """
    marks = 2 if data.startswith(b"<?xml") else 0  # those of the XML declaration
    if data.isascii() and data.count(b"?") == marks and len(data.translate(None, _SPECIAL)) == len(data):
        return data.decode("ascii")
    data = _normalize(data)
    has_instructions = data.find(b"?", data.find(b"?>") + 1 if data.startswith(b"<?xml") else 0) >= 0
    has_declarations = _has_declarations(data)
    if b"\xef" in data and ("\ufffe" in (text := data.decode()) or "\uffff" in text):
        raise GiveUp("a character that no document has")
    if has_declarations and not has_instructions and b"[CDATA[" not in data:
        data = _without_comments(data)
        has_declarations = False
    text = data.decode()
    plain = not (has_instructions or has_declarations or b"&" in data or b"]" in data)
    return text if plain else _simplify(text, has_end=has_end)


def _normalize(data: bytes) -> bytes:
    """Normalize line ends (XML 1.0 §2.11), and give up on characters that no document may have."""
    without = data.translate(None, _CONTROL)
    removed = len(data) - len(without)
    if not removed:
        return data
    if data.count(b"\r") != removed:
        raise GiveUp("a character that no document has")
    return without if _LONE_RETURN.search(data) is None else data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _from_single_byte(data: bytes, declared: re.Match[bytes]) -> bytes:
    """Return a document in UTF-8 whose XML declaration names an encoding of one byte for a character."""
    text = data[declared.end() :].decode(declared[2].decode("ascii"))
    return declared[1] + declared[3] + text.encode()


def _from_utf_16(data: bytes) -> bytes:
    """Return a document in UTF-8 that is in UTF-16, and says so if it says anything."""
    text = data.decode("utf-16")
    if not text.startswith("<?xml"):
        return text.encode()
    match = _IN_UTF_16.match(text)
    if match is None:
        raise GiveUp("an XML declaration of another encoding")
    return f"{match[1]}?>{text[match.end() :]}".encode()


def _without_comments(data: bytes) -> bytes:
    """Take out comments where there is nothing else that begins with `<!` or `<?`."""
    if not data.isascii():
        data.decode()  # as a whole, for no character may go on behind a comment
    first, *rest = data.split(b"<!--")
    comments, ends, kept = zip(*map(bytes.partition, rest, repeat(b"-->")), strict=True) if rest else ((), (), ())
    if not all(ends) or b"--" in b"- ".join([*comments, b""]):
        raise GiveUp("a comment without an end, or with two hyphens")
    outside = [first, *kept]
    if not all(map(_ends_outside_of_tags, outside)):
        raise GiveUp("a comment inside of a tag")
    data = b"".join(outside)
    if b"&" in data:  # not in a comment; a reference must not go on behind one
        data = _TAKEN_OUT.join(outside)
    if _has_declarations(data):
        raise GiveUp("markup in what is left without comments")
    return data


def _ends_outside_of_tags(part: bytes) -> bool:
    """Whether a part of a document that begins outside of tags ends so, too."""
    start = part.rfind(b"<")
    return start < 0 or _WHOLE_TAG.match(part, start) is not None


def _has_declarations(data: bytes) -> bool:
    """Whether a document has a `<!`; `!` alone is rarer than `<`, and so is found faster."""
    position = data.find(b"!")
    while position > 0:
        if data[position - 1] == _LESS_THAN_SIGN:
            return True
        position = data.find(b"!", position + 1)
    return False


def _simplify(text: str, *, has_end: bool = True) -> str:
    """Take out or resolve all but tags and texts; `has_end` unless more of the document follows, inside of its root."""
    if "<!" in text or text.find("<?", 1) > 0:
        text = _take_out(text, has_end=has_end)
    if "]]>" in text:
        raise GiveUp("the end of a CDATA section without its beginning")
    if "&" in text:
        text = _resolve(text, has_end=has_end)
    return text.replace("\0", "").replace(_AMPERSAND, "&")


def _take_out(text: str, *, has_end: bool) -> str:
    """Replace CDATA sections by their content, and comments and processing instructions by nothing."""
    kept: list[str] = []
    sections: list[int] = []
    state, position = "", 0
    search = 1 if text.startswith("<?") else 0  # behind the XML declaration
    while (start := _CONSTRUCT_START.search(text, search)) is not None:
        part = text[position : start.start()]
        state = _follow_tag(part, state)
        match = _CONSTRUCT.match(text, start.start())
        if match is None or state:
            raise GiveUp("markup that is not in the usual form, or inside of a tag")
        kept.append(part)
        content = match[1]
        if content is not None:
            sections.append(len(kept) + 1)
            content = content.replace("<", LESS_THAN).replace("&", _AMPERSAND)
        kept += ("\0", content or "", "\0")
        search = position = match.end()
    kept.append(text[position:])
    _check_inside_root(kept, sections, has_end=has_end)
    return "".join(kept)


def _resolve(text: str, *, has_end: bool) -> str:
    """Replace references by their characters, but for those inside of a tag."""
    first, *rest = text.split("&")
    kept = [first]
    in_tag = _follow_tag(first, "")
    resolved: list[int] = []
    for part in rest:
        if in_tag:
            kept += ("&", part)
            in_tag = _follow_tag(part, in_tag)
            continue
        match = _REFERENCE.match(part)
        if match is None:
            raise GiveUp("a reference that is not resolved here")
        resolved.append(len(kept))
        name, decimal, hexadecimal = match.groups()
        if name is not None:
            kept.append(_NAMED[name])
        else:
            number = int(decimal) if decimal is not None else int(hexadecimal, 16)
            if not _is_character(number):
                raise GiveUp("a reference to a character that no document has")
            kept.append(LESS_THAN if number == ord("<") else chr(number))
        part = part[match.end() :]
        kept.append(part)
        in_tag = _follow_tag(part, "")
    _check_inside_root(kept, resolved, has_end=has_end)
    return "".join(kept)


def _check_inside_root(parts: list[str], texts: list[int], *, has_end: bool) -> None:
    """Give up where a part that is text stands before or behind the root element (XML 1.0 production [1])."""
    if not texts:
        return
    before, after = parts[: texts[0]], parts[texts[-1] + 1 :]
    is_behind = has_end and not any("</" in part for part in after)
    if is_behind or not any(map(_START_TAG.search, before)):
        raise GiveUp("text outside of the root element")


def _follow_tag(part: str, state: str) -> str:
    """Return where a part of the text ends: in a tag (`<`), in an attribute value (its quote), or outside (nothing).

    `state` is the same for the part before.
    """
    position = part.rfind("<")
    if position < 0:
        if state in ("", "<"):
            position = 0
        else:
            position = part.find(state) + 1
            if not position:
                return state
        if not state:
            return ""
    else:
        position += 1
    match = _INSIDE_TAG.match(part, position)
    assert match is not None  # it matches nothing, too
    return part[match.end()].replace(">", "") if match.end() < len(part) else "<"


def _is_character(number: int) -> bool:
    """Whether XML 1.0 §2.2 admits a character."""
    return number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
