"""The entry of a change in a changelog (Keep a Changelog 1.1.0)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemapress.diff.finding import Finding
from schemapress.diff.review import Review
from schemapress.errors import SchemapressError, writing

_HEADING = "## [Unreleased]"
_NEW = f"# Changelog\n\n{_HEADING}\n"
_BREAKING, _CHANGED, _ADDED = "### Breaking", "### Changed", "### Added"


def write(file: Path, review: Review) -> None:
    """Put what a review found under the heading of what is not released; lines that are there already stay single.

    A file that does not exist is made.

    Raises:
        SchemapressError: the file has no such heading, or can't be written.
    """
    text = file.read_text("utf-8") if file.is_file() else _NEW
    entered = with_entry(text, review, str(file))
    with writing(file):
        file.write_text(entered, "utf-8")


def with_entry(text: str, review: Review, shown: str = "") -> str:
    """Return the text of a changelog with the entry of a review in it.

    Raises:
        SchemapressError: it has no heading for what is not released.
    """
    lines = text.splitlines()
    heading = next((number for number, line in enumerate(lines) if line.lower().startswith(_HEADING.lower())), None)
    if heading is None:
        raise SchemapressError(f"There is no heading {_HEADING!r}.", place=shown or None, hint="Add it to the file.")
    end = next((n for n in range(heading + 1, len(lines)) if lines[n].startswith("## ")), len(lines))
    released = lines[end:]
    section = lines[heading + 1 : end]
    for title, entries in _entries(review).items():
        section = _with_lines(section, title, [entry for entry in entries if entry not in section])
    while section and not section[-1]:
        section.pop()
    return "\n".join((*lines[: heading + 1], *section, *([""] if released else []), *released)) + "\n"


def _entries(review: Review) -> dict[str, list[str]]:
    """Return the lines of the entry by the heading that they stand under."""
    entries: dict[str, list[str]] = {}
    for comparison in review.comparisons:
        for finding in comparison.findings:
            if finding.rule.kind != "documentation":
                line = _line(comparison.name, finding)
                lines = entries.setdefault(_title(finding), [])
                if line not in lines:
                    lines.append(line)
    return {title: entries[title] for title in (_BREAKING, _CHANGED, _ADDED) if title in entries}


def _title(finding: Finding) -> str:
    if finding.severity in ("breaking", "undecided"):
        return _BREAKING
    return _ADDED if finding.rule.name.endswith("-added") else _CHANGED


def _line(api: str, finding: Finding) -> str:
    sides = f" (was {finding.before or 'nothing'}; is {finding.after or 'nothing'})" if finding.witness else ""
    said = finding.rule.documentation if finding.witness else finding.message
    said = " ".join(f"{said.rstrip('.')}{sides}.".split())
    return f"- {api}: `{finding.path}`: {said}"


def _with_lines(section: list[str], title: str, entries: list[str]) -> list[str]:
    """Return a section with lines added under one of its headings, which is made where it is missing."""
    return list(_placed(section, title, entries)) if entries else section


def _placed(section: list[str], title: str, entries: list[str]) -> Iterator[str]:
    if title not in section:
        while section and not section[-1]:
            section = section[:-1]
        yield from (*section, "", title, "", *entries)
        return
    start = section.index(title) + 1
    end = next((n for n in range(start, len(section)) if section[n].startswith("### ")), len(section))
    body = section[start:end]
    while body and not body[-1]:
        body = body[:-1]
    yield from (*section[:start], *body, *([] if body else [""]), *entries)
    yield from ("", *section[end:]) if end < len(section) else ()
