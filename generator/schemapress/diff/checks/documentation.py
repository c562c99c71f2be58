"""The check of texts for people: xs:documentation, and the summaries of endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.diff.checks.check import Check
from schemapress.diff.finding import Finding
from schemapress.diff.inputs.version import Version
from schemapress.diff.rule import Rule
from schemapress.load.schema import Schema
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import ComplexType
from schemapress_runtime.xsd.place import Place

CHANGED = Rule(
    "documentation-changed",
    "documentation",
    "informative",
    "The documentation of a component changed.",
)

_Text = tuple[str, Place]


def find_changes(old: Version, new: Version) -> Iterator[Finding]:
    """Yield a finding for each component of both versions whose documentation differs."""
    before, after = (dict(_find_texts(version.schema)) for version in (old, new))
    told: set[tuple[Place, Place]] = set()  # what several types inherit is one change
    for name, (text, place) in before.items():
        if name in after and after[name][0] != text:
            other, new_place = after[name]
            if (place, new_place) in told:
                continue
            told.add((place, new_place))
            yield Finding(
                CHANGED,
                CHANGED.severity,
                name,
                _describe_change(text, other),
                text,
                other,
                old_place=old.place(place),
                new_place=new.place(new_place),
            )


def _describe_change(before: str, after: str) -> str:
    if not before:
        return "The documentation was added."
    return "The documentation changed." if after else "The documentation was removed."


def _find_texts(schema: Schema) -> Iterator[tuple[str, _Text]]:
    """Yield the documentation of each component, by a stable name."""
    for endpoint in schema.endpoints:
        yield f"endpoint {endpoint.name}", (endpoint.summary, endpoint.place)
    for name, element in schema.elements.items():
        yield f"element {local_name(name)}", (element.documentation, element.place)
    for key, type_ in schema.types.items():
        owner = "/".join(map(local_name, _split_key(key)))
        yield f"type {owner}", (type_.source.documentation, type_.source.place)
        if isinstance(type_, ComplexType):
            for name, use in type_.attributes.items():
                yield f"type {owner}/@{local_name(name)}", (use.documentation, use.place)
            for element in type_.particle.elements() if type_.particle is not None else ():
                yield f"type {owner}/{local_name(element.name)}", (element.documentation, element.place)


def _split_key(key: str) -> list[str]:
    """Return the names in the key of a type; a namespace may have slashes."""
    steps, rest = [], key
    while rest:
        if rest.startswith("{"):
            namespace, _, rest = rest.partition("}")
            local, _, rest = rest.partition("/")
            steps.append(f"{namespace}}}{local}")
        else:
            local, _, rest = rest.partition("/")
            steps.append(local)
    return steps


CHECK = Check((CHANGED,), find_changes)
