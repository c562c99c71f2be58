"""Pages that lost their line breaks on the way, such as when they are copied out of a chat or a form."""

from __future__ import annotations

import re

_HEAD = re.compile(r"^# .* Endpoint: [A-Z]+ ", re.MULTILINE)
_FIELD = re.compile(r"[ ](?=- `[^`\n]+` \()")
_HEADING = re.compile(r"[ ](?=#{1,3} \S)")
_KEYS = "Endpoint|Version|Security|Enum|Example|Default|Format|Pattern|Minimum|Maximum|Min length|Max length"
_KEY = re.compile(rf"(?<=\S)[ ](?=(?:{_KEYS}): ?\S)")
_ROW = re.compile(r"(?<=\|)[ ]+(?=\|)")


def with_line_breaks(text: str) -> str:
    """Return a page with a line for each heading, field, key and table row.

    Only single spaces become line breaks, so that every character keeps its offset. A page that has its line breaks
    is returned as it is.
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
