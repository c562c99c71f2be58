"""The check of what is about a person: the receiver hides it on its page, and keeps it out of its logs."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.diff.checks.check import Check
from schemapress.diff.finding import Finding
from schemapress.diff.inputs.version import Version
from schemapress.diff.rule import Rule
from schemapress.load.personal import find_declarations, find_personal_elements
from schemapress_runtime.names import local_name

ADDED = Rule("personal-added", "endpoint", "informative", "The content of an element is about a person now.")
REMOVED = Rule(
    "personal-removed",
    "endpoint",
    "informative",
    "The content of an element is no longer about a person. The page of a receiver shows it, with what is stored.",
)


def find_changes(old: Version, new: Version) -> Iterator[Finding]:
    """Yield a finding for each element of both versions that is personal in one of them."""
    places = []
    for version in (old, new):
        declarations = reversed([*find_declarations(version.schema)])
        places.append({element.name: element.place for element in declarations})
    before, after = (find_personal_elements(version.schema).names for version in (old, new))
    for name in sorted(before ^ after):
        if all(name in known for known in places):
            rule = REMOVED if name in before else ADDED
            yield Finding(
                rule,
                rule.severity,
                f"element {local_name(name)}",
                f"<{local_name(name)}> is {'no longer' if rule is REMOVED else 'now'} personal.",
                "personal" if name in before else "",
                "personal" if name in after else "",
                old_place=old.place(places[0][name]),
                new_place=new.place(places[1][name]),
            )


CHECK = Check((ADDED, REMOVED), find_changes)
