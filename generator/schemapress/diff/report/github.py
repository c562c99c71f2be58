"""A review as annotations of a pull request: GitHub's workflow commands, one per line."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.diff.finding import Finding
from schemapress.diff.review import Review
from schemapress.workflow_command import AnnotationLevel, workflow_command

_LEVELS: dict[str, AnnotationLevel] = {
    "breaking": "error",
    "undecided": "warning",
    "compatible": "notice",
    "informative": "notice",
}


def render(review: Review) -> str:
    """Return a command for each finding, at its line in the new version.

    Files are named from the top of the repository, whatever the current folder is. What only the old version has is
    told at the file, for its line is not one of the new file.
    """
    return "".join(f"{line}\n" for line in _render_lines(review))


def _render_lines(review: Review) -> Iterator[str]:
    for finding in review.findings:
        level = "notice" if finding.acceptance is not None else _LEVELS[finding.severity]
        yield workflow_command(level, _make_properties(finding), _render_finding(finding))
    for entry, why in review.stale:
        properties = ("file", entry.place.partition(", ")[0]), ("title", "stale")
        yield workflow_command("warning", properties, f"{entry.fingerprint}: {why}")


def _make_properties(finding: Finding) -> Iterator[tuple[str, str]]:
    place = finding.new_place or finding.old_place
    if place is not None:
        yield "file", place.in_repository or place.file
    if place is not None and (finding.new_place is not None or place.in_repository is None):
        yield "line", str(place.line)
    yield "title", f"{finding.severity}: {finding.rule.name}"


def _render_finding(finding: Finding) -> str:
    lines = [f"{finding.path}: {finding.message} {finding.also}".rstrip()]
    for _, witness in finding.examples:
        lines += witness.document.splitlines()
    if finding.severity == "breaking" and finding.rule.suggestion:
        lines.append(f"Instead: {finding.rule.suggestion}")
    return "\n".join((*lines, f"Fingerprint: {finding.fingerprint}"))
