"""A part of a source that its XSD does not express; each is reported, and recorded in decisions.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Omission:
    """A part of a source that is not captured: its description, its place, and why it is left out.

    `place` is `file:line:column` in a page or a WSDL, and `file#pointer` (RFC 6901) in an OpenAPI document.
    """

    what: str
    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.what} ({self.place}): {self.why}"
