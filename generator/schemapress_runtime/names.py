"""Expanded names in Clark notation, `{namespace}name`; one without a namespace has no braces."""

from __future__ import annotations

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
XSD_NAMESPACE = "http://www.w3.org/2001/XMLSchema"


def clark(namespace: str, local: str) -> str:
    """Return a name in Clark notation."""
    return f"{{{namespace}}}{local}" if namespace else local


def local_name(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def namespace_of(name: str) -> str:
    """Return the namespace of a name; empty where it has none."""
    return name.rpartition("}")[0][1:]
