"""The words of endpoint facts: their elements and attributes, and the values that these have.

They stand in `xs:appinfo`, or in `endpoints.toml` beside the XSDs, which `endpoint_file` turns into the same elements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemapress.documentation import find_page

from .schema import Location

METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")
"""The HTTP methods that endpoint facts accept."""
METHODS_WITHOUT_BODY = ("GET", "DELETE")
"""Those whose requests need no body."""
LOCATIONS: Mapping[str, Location] = {"path": "path", "query": "query", "header": "header"}
FIELDS_OF_HTTP = frozenset(
    (
        "accept",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
    )
)
"""Header fields that are no parameters: OpenAPI has other places for them, or the application reads them itself."""
SECURITIES = ("none", "certificate")
"""How a sender proves who it is."""
_WITHOUT_CONTENT = (204, 205, 304)
"""Statuses whose responses have no content (RFC 9110 §15.3.5, §15.3.6, §15.4.5)."""


def allows_body(status: int) -> bool:
    """Whether a response of a status can have a body."""
    return status >= 200 and status not in _WITHOUT_CONTENT


DOCS = f"{find_page('endpoint-facts')} lists all endpoint facts."


@dataclass(frozen=True, slots=True)
class _Content:
    """The attributes and the child elements that an element of endpoint facts can have, and if several may stand."""

    attributes: tuple[str, ...]
    elements: tuple[str, ...] = ()
    is_repeatable: bool = False


LIFECYCLE_FACTS = ("experimental", "deprecated", "sunset")
"""The attributes of an endpoint about its life, which only `schemapress diff` reads."""
KEY_FACTS = ("idempotency-key", "ordering-key", "sender-key")
"""The attributes of an endpoint that are paths to elements of its request."""
SOAP_FACTS = ("soap", "soap-action")
"""The attributes of an endpoint whose messages are in envelopes."""
KNOWN: Mapping[str, _Content] = {
    "endpoint": _Content(
        ("name", "summary", "method", "path", "direction", "security", *KEY_FACTS, *LIFECYCLE_FACTS, *SOAP_FACTS),
        ("parameter", "request", "response", "fault"),
    ),
    "parameter": _Content(("name", "in", "type", "required"), is_repeatable=True),
    "request": _Content(("element", "media-type"), ("header",)),
    "response": _Content(("status", "element", "media-type"), ("header",), is_repeatable=True),
    "header": _Content(("element", "required"), is_repeatable=True),
    "fault": _Content(("element",), is_repeatable=True),
}
"""The elements of endpoint facts, by name."""
