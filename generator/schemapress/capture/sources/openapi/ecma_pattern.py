"""Translates regular expressions of ECMAScript, as in JSON Schema, to those of XSD (XSD 1.0 Part 2 appendix F).

An expression of XSD matches the whole text and has no anchors, and its digits and words go beyond ASCII. Expressions
without an equivalent are refused.
"""

from __future__ import annotations

import re

_ANY = "[\\s\\S]*"
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": "\\t\\n\\r \\p{Z}\ufeff"}
"""The characters of each class that XML allows."""

_SINGLE = {"t": "\\t", "n": "\\n", "r": "\\r"}
_PLAIN = frozenset("/\"'`~!@#%&_=:;<>, ")
_ESCAPED = frozenset("\\|.?*+(){}[]^-$")
_TOKEN = re.compile(
    r"\\u\{(?P<braced>[0-9A-Fa-f]+)\}|\\u(?P<four>[0-9A-Fa-f]{4})|\\x(?P<two>[0-9A-Fa-f]{2})|\\[pP]\{[A-Za-z]{1,2}\}"
    r"|\\(?P<escape>.)|\(\?<(?P<behind>[=!])|\(\?<[A-Za-z_]\w*>|\(\?(?P<group>[:=!])|(?P<other>.)",
    re.DOTALL,
)


class Untranslatable(ValueError):
    """An expression has a part that XSD can't express; the message names the part."""


def translate_pattern(pattern: str) -> str:
    """Return the expression of XSD that matches the same texts.

    Raises:
        Untranslatable: there is no known equivalent.
    """
    start, end = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith("\\$")
    inner = pattern[start : len(pattern) - end]
    if _has_top_level_choice(inner) and (start or end):
        raise Untranslatable("an anchor that belongs to only one side of a choice")
    translated = _translate(inner)
    if not start and not end and _has_top_level_choice(inner):
        translated = f"({translated})"
    return f"{'' if start else _ANY}{translated}{'' if end else _ANY}"


def _translate(pattern: str) -> str:
    out: list[str] = []
    in_class = False
    for match in _TOKEN.finditer(pattern):
        token = match[0]
        code = match["braced"] or match["four"] or match["two"]
        if code is not None:
            out.append(_literal(chr(int(code, 16)), in_class))
        elif match["escape"] is not None:
            out.append(_escape(match["escape"], in_class))
        elif match["behind"] is not None or match["group"] in ("=", "!"):
            raise Untranslatable("a look-ahead or look-behind")
        elif token.startswith("(?"):
            out.append("(")
        elif token.startswith(("\\p", "\\P")):
            out.append(token)
        elif in_class:
            in_class = token != "]"
            out.append(_in_class(token, out))
        elif token == "[":
            in_class = True
            out.append(token)
        elif token == ".":
            out.append("[^\\n\\r\u2028\u2029]")
        elif token in "^$":
            raise Untranslatable("an anchor inside the expression")
        elif token == "?" and out and out[-1] in ("?", "*", "+", "}"):
            continue  # a lazy quantifier matches the same texts
        else:
            out.append(token)
    return "".join(out)


def _escape(character: str, in_class: bool) -> str:
    if character in _CLASSES:
        return _CLASSES[character] if in_class else f"[{_CLASSES[character]}]"
    if character in "DWS":
        if in_class:
            raise Untranslatable(f"\\{character} inside a class")
        return f"[^{_CLASSES[character.lower()]}]"
    if character in _SINGLE:
        return _SINGLE[character]
    if character in _ESCAPED:
        return f"\\{character}" if character != "$" else "$"
    if character in _PLAIN:
        return character
    if character in "bB":
        raise Untranslatable("a word boundary")
    if character.isdigit():
        raise Untranslatable("a reference to a group")
    raise Untranslatable(f"the escape \\{character}")


def _literal(character: str, in_class: bool) -> str:
    return f"\\{character}" if character in _ESCAPED - {"$"} or (in_class and character in "[]-^") else character


def _in_class(token: str, out: list[str]) -> str:
    if token == "[":
        return "\\["
    if token == "^" and out[-1] != "[":
        return "\\^"
    if token == "-" and out[-1] in ("[", "[^"):
        return "\\-"
    return token


def _has_top_level_choice(pattern: str) -> bool:
    depth, in_class, skip = 0, False, False
    for character in pattern:
        if skip:
            skip = False
        elif character == "\\":
            skip = True
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "|" and not depth:
            return True
    return False
