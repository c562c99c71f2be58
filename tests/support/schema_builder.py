"""Schemas for tests, built from small functions."""

from __future__ import annotations

from tests.conftest import schema


def make_schema(content: str, *components: str) -> str:
    """Return a schema with an element `root` whose complex type has some content, and with more components."""
    return schema("".join((tag("element", complex_type(content), name="root"), *components)))


def tag(kind: str, content: str = "", /, **attributes: object) -> str:
    """Return an element of XML Schema, such as `tag("unique", content, name="u")`."""
    listed = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<xs:{kind}{listed}>{content}</xs:{kind}>"


def complex_type(content: str, /, **attributes: object) -> str:
    """Return a complex type; with a name, it is global."""
    return tag("complexType", content, **attributes)


def element(name: str, type_: str = "xs:int", /, **attributes: object) -> str:
    """Return an element of a named type."""
    return tag("element", name=name, type=type_, **attributes)


def attribute(name: str, type_: str = "xs:int", /, **attributes: object) -> str:
    """Return an attribute of a named type."""
    return tag("attribute", name=name, type=type_, **attributes)


def sequence(*particles: str, **attributes: object) -> str:
    """Return a sequence."""
    return tag("sequence", "".join(particles), **attributes)


def restriction(base: str, *facets: tuple[str, object]) -> str:
    """Return an anonymous simple type with facets, given as names and values."""
    listed = "".join(tag(name, value=value) for name, value in facets)
    return tag("simpleType", tag("restriction", listed, base=base))


def make_restricted(base: str, *facets: tuple[str, object]) -> str:
    """Return a schema whose root has a child `a` with facets."""
    return make_schema(sequence(tag("element", restriction(base, *facets), name="a")))
