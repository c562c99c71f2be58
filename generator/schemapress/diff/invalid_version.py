"""The old version breaks rules of XSD itself: it is compared as far as it loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemapress.diff.finding import Finding
from schemapress.diff.inputs.version import Version
from schemapress.diff.rule import Rule

OLD_VERSION_INVALID = Rule(
    "old-version-invalid",
    "documentation",
    "informative",
    "The old version breaks a rule of XSD. It is compared as far as it loads; what it does not declare constrains "
    "nothing. With --strict, this is an error.",
)


_RULE = re.compile(r"\[([\w.-]+)\]$")
"""The rule that an error names at its end."""


def find_faults(old: Version) -> Iterator[Finding]:
    """Yield a finding for each rule of XSD that the old version breaks, at its place."""
    published = {str(fault) for fault in old.as_published.faults}
    for fault in (*old.as_published.faults, *(fault for fault in old.faults if str(fault) not in published)):
        place, rule = old.locate(fault), old.name_paths(fault.message)
        subject = "The old version is invalid" if str(fault) in published else "With renamed namespaces, it is invalid"
        yield Finding(
            OLD_VERSION_INVALID,
            OLD_VERSION_INVALID.severity,
            old.name if place is None else f"{place.in_repository or place.file}:{place.line}",
            f"{subject}, and is compared as far as it loads: {rule}",
            before=f"breaks {named[1]}" if (named := _RULE.search(rule)) else "incomplete",
            after="valid",
            old_place=place,
        )
