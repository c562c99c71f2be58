"""The entry of a change in a changelog (Keep a Changelog 1.1.0)."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.finding import Finding
from schemapress.diff.report.templating import render_template
from schemapress.diff.review import Review
from schemapress.errors import SchemapressError, writing

_HEADING = "## [Unreleased]"
_NEW = f"# Changelog\n\n{_HEADING}\n"
_TEMPLATE = "changelog-entry.md.jinja"
_BREAKING, _CHANGED, _ADDED = "### Breaking", "### Changed", "### Added"


def write(file: Path, review: Review) -> None:
    """Add the findings of a review under the heading of unreleased changes, without repeating existing lines.

    Creates the file if it does not exist.

    Raises:
        SchemapressError: the file has no such heading, or can't be written.
    """
    text = file.read_text("utf-8") if file.is_file() else _NEW
    updated = add_entry(text, review, str(file))
    with writing(file):
        file.write_text(updated, "utf-8")


def add_entry(text: str, review: Review, name: str = "") -> str:
    """Return the text of a changelog with the entry of a review; errors name the file by `name`.

    Raises:
        SchemapressError: the text has no heading for unreleased changes.
    """
    lines = text.splitlines()
    heading = next((number for number, line in enumerate(lines) if line.lower().startswith(_HEADING.lower())), None)
    if heading is None:
        raise SchemapressError(f"The file has no heading {_HEADING!r}.", place=name or None, hint="Add the heading.")
    end = next((n for n in range(heading + 1, len(lines)) if lines[n].startswith("## ")), len(lines))
    released = lines[end:]
    section = lines[heading + 1 : end]
    for title, entries in _make_entries(review).items():
        section = _add_lines(section, title, [entry for entry in entries if entry not in section])
    section = _strip_end(section)
    return "\n".join((*lines[: heading + 1], *section, *([""] if released else []), *released)) + "\n"


def _make_entries(review: Review) -> dict[str, list[str]]:
    """Return the lines of the entry by their heading."""
    entries: dict[str, list[str]] = {}
    for comparison in review.comparisons:
        for finding in comparison.findings:
            if finding.rule.kind != "documentation":
                line = _make_line(comparison.name, finding, review.templates)
                lines = entries.setdefault(_choose_title(finding), [])
                if line not in lines:
                    lines.append(line)
    return {title: entries[title] for title in (_BREAKING, _CHANGED, _ADDED) if title in entries}


def _choose_title(finding: Finding) -> str:
    if finding.severity in ("breaking", "undecided"):
        return _BREAKING
    return _ADDED if finding.rule.name.endswith("-added") else _CHANGED


def _make_line(api: str, finding: Finding, templates: Path | None) -> str:
    """Return the line of a finding, by the template `changelog-entry.md.jinja`."""
    shows_sides = finding.witness is not None and finding.reverse is None
    sides = f" (was {finding.before or 'nothing'}; is {finding.after or 'nothing'})" if shows_sides else ""
    text = finding.rule.documentation if shows_sides else finding.message
    text = " ".join(f"{text.rstrip('.')}{sides}.".split())
    return " ".join(render_template(_TEMPLATE, templates, api=api, finding=finding, text=text).split())


def _add_lines(section: list[str], title: str, entries: list[str]) -> list[str]:
    """Return a section with lines added under one of its headings, which is created if it is missing."""
    if not entries:
        return section
    if title not in section:
        return [*_strip_end(section), "", title, "", *entries]
    start = section.index(title) + 1
    end = next((n for n in range(start, len(section)) if section[n].startswith("### ")), len(section))
    body = _strip_end(section[start:end])
    rest = ["", *section[end:]] if end < len(section) else []
    return [*section[:start], *body, *([] if body else [""]), *entries, *rest]


def _strip_end(lines: list[str]) -> list[str]:
    """Return lines without the empty ones at the end."""
    return "\n".join(lines).rstrip("\n").split("\n") if any(lines) else []
