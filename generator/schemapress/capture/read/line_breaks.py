"""Restores the line breaks of pages that lost them, as when copied out of a chat or a form."""

from __future__ import annotations

import re

_HEAD = re.compile(r"^# .* Endpoint: [A-Z]+ ", re.MULTILINE)
_FIELD = re.compile(r"[ ](?=- `[^`\n]+` \()")
_HEADING = re.compile(r"[ ](?=#{1,3} \S)")
_KEYS = "Endpoint|Version|Security|Enum|Example|Default|Format|Pattern|Minimum|Maximum|Min length|Max length"
_KEY = re.compile(rf"(?<=\S)[ ](?=(?:{_KEYS}): ?\S)")
_ROW = re.compile(r"(?<=\|)[ ]+(?=\|)")


def restore_line_breaks(text: str) -> str:
    """Return a page with one line per heading, field, key and table row.

    Only single spaces become line breaks, so every character keeps its offset. A page that has line breaks is returned
    unchanged.
    """
    if _HEAD.search(text) is None and all(len(_FIELD.findall(line)) < 2 for line in text.splitlines()):
        return text
    text = _FIELD.sub("\n", _HEADING.sub("\n", text))
    lines = []
    for line in text.split("\n"):
        line = _KEY.sub("\n", line)
        if line.count("|") >= 3:
            start = line.index("|")
            before = line[:start]
            if before.endswith(" "):
                before = before[:-1] + "\n"
            end = line.rindex("|") + 1
            rows = _ROW.sub(lambda match: "\n" + match[0][1:], line[start:end])
            rest = line[end:]
            line = before + rows + ("\n" + rest[1:] if rest.startswith(" ") else rest)
        lines.append(line)
    return "\n".join(lines)
