"""The limits of schemas and captured pages, in one table, which a project may change.

Each field is a limit: `unit` is what it counts, `part` where it applies, `reason` why it exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields

from schemapress.errors import SchemapressError, nearest_of
from schemapress_runtime.limits import PATTERN_LEVELS, PATTERN_POSITIONS


def _bound(default: int, part: str, unit: str, reason: str) -> int:
    return field(default=default, metadata={"part": part, "unit": unit, "reason": reason})


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """The limits with their defaults; `[tool.schemapress.limits]` overrides them."""

    schema_documents: int = _bound(
        2_000,
        "schema",
        "documents of one schema",
        "Each is parsed and kept; a chameleon counts once for each namespace.",
    )
    schema_bytes: int = _bound(
        50_000_000,
        "schema",
        "bytes of all documents of one schema",
        "A parsed document takes ten times its bytes in memory.",
    )
    derivation_levels: int = _bound(
        64,
        "schema",
        "types or attribute groups, each made of the next",
        "A value goes through each of them by a call of its own.",
    )
    group_levels: int = _bound(
        64, "schema", "model groups, each inside the next", "Python compiles no more than 200 nested calls."
    )
    content_model_particles: int = _bound(
        10_000, "schema", "particles of one content model", "Groups that refer to others twice double at each level."
    )
    restricted_particles: int = _bound(
        500,
        "schema",
        "particles of a content model that restricts another one, or is restricted",
        "Those of both are compared by a judge that takes quadratic time.",
    )
    schema_particles: int = _bound(
        250_000, "schema", "particles of all content models", "Each becomes an object and a line of code."
    )
    content_model_comparisons: int = _bound(
        1_000_000, "schema", "comparisons of particles that may follow one another", "They decide cos-nonambig."
    )
    attribute_uses: int = _bound(
        10_000, "schema", "attributes of one type", "Attribute groups that refer to others twice double at each level."
    )
    schema_attribute_uses: int = _bound(
        250_000, "schema", "attributes of all types", "Each becomes an object and a line of code."
    )
    union_members: int = _bound(
        10_000, "schema", "members of one union, with those of its members", "A text that is wrong is tried with each."
    )
    namespace_characters: int = _bound(
        2_000, "schema", "characters of a namespace name", "The name of each component has it."
    )
    namespace_declarations: int = _bound(
        1_000,
        "schema",
        "namespace declarations in scope at one element",
        "Each reference to a component is looked up among them.",
    )
    number_digits: int = _bound(
        18, "schema", "digits of minOccurs, maxOccurs and the facets that count", "Larger numbers mean nothing there."
    )
    bound_characters: int = _bound(
        1_000, "schema", "characters of minInclusive and the other bounds", "Larger numbers mean nothing there."
    )
    enumeration_comparisons: int = _bound(
        100_000_000,
        "schema",
        "comparisons of enumeration values with those of the types that they restrict",
        "A judge compares each with each.",
    )
    enumeration_characters: int = _bound(
        4_000, "schema", "characters of one enumeration value", "A document may have no number of more than 4,300."
    )
    pattern_characters: int = _bound(
        200_000, "pattern", "characters of one pattern", "A pattern takes about a thousand times its length in memory."
    )
    pattern_levels: int = _bound(
        PATTERN_LEVELS, "pattern", "parentheses or subtractions, each inside the next", "Each takes calls of its own."
    )
    pattern_positions: int = _bound(
        PATTERN_POSITIONS,
        "pattern",
        "positions of one automaton, with the counters written out",
        "A character of a text takes at most as many steps.",
    )
    page_bytes: int = _bound(
        20_000_000, "capture", "bytes of one page, document or example message", "A page is read as a whole."
    )
    page_line_characters: int = _bound(
        100_000, "capture", "characters of one line of a Markdown page", "No line that a person wrote is longer."
    )
    page_levels: int = _bound(100, "capture", "levels of a JSON or YAML document", "Each takes calls of its own.")
    page_values: int = _bound(
        1_000_000,
        "capture",
        "values of a JSON or YAML document, those of an alias counted at each use",
        "Ten lines with aliases of aliases stand for 10^9 values.",
    )
    page_documents: int = _bound(
        200, "capture", "files of one OpenAPI document, with those that it refers to", "Each is read and kept."
    )
    page_lookups: int = _bound(
        1_000_000,
        "capture",
        "values that are looked at in one OpenAPI document, those that are referred to at each reference",
        "Schema objects that refer to others twice double at each level.",
    )
    fetch_seconds: int = _bound(
        60, "capture", "seconds for one document that is fetched", "A server can answer a byte at a time."
    )
    fetch_redirects: int = _bound(
        5, "capture", "redirects on the way to one document", "Servers can redirect to each other without end."
    )
    bindings_seconds: int = _bound(
        600, "bindings", "seconds for the classes of one schema", "A schema can be small, and take xsdata very long."
    )
    bindings_bytes: int = _bound(
        4_000_000_000,
        "bindings",
        "bytes of memory for the classes of one schema",
        "xsdata keeps all classes, and copies those that others extend.",
    )


DEFAULT_LIMITS = SourceLimits()


def bounds() -> Iterator[Field[int]]:
    """Yield the fields of the table, in their order."""
    yield from fields(SourceLimits)


def limits_of(table: Mapping[str, object], place: str) -> SourceLimits:
    """Return the limits of a table of the configuration; the others keep their defaults.

    Raises:
        SchemapressError: a name is unknown, or a value is not a whole number above 0.
    """
    known = {bound.name for bound in bounds()}
    for name, value in table.items():
        if name not in known:
            message = f"[tool.schemapress.limits] has no key {name!r}."
            raise SchemapressError(message, place=place, hint=nearest_of(name, known))
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            message = f"[tool.schemapress.limits] {name} is {value!r}; expected a whole number of at least 1."
            raise SchemapressError(message, place=place)
    return SourceLimits(**table)  # type: ignore[arg-type]  # each value was just checked to be a whole number


def beyond(name: str, limits: SourceLimits, subject: str, place: str | None) -> SchemapressError:
    """Return the error of something that goes beyond a limit; `subject` begins the message, as in "The schema"."""
    bound = next(bound for bound in bounds() if bound.name == name)
    most = getattr(limits, name)
    return SchemapressError(
        f"{subject} goes beyond a limit: at most {most:,} {bound.metadata['unit']}. [limit {name}]",
        place=place,
        hint=f"Make it smaller, or raise `{name}` in [tool.schemapress.limits] if you trust the source.",
    )
