"""A request, apart from any server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A request. Header names are in lower case; `client_certificate` is PEM, where the server passes it on.

    `path` is decoded, and below the `prefix` at which the application is mounted; `query` is as it was sent.
    `envelope` is what is known of the envelope of its message, if that has one.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    client_certificate: str | None = None
    prefix: str = ""
    query: str = ""
    envelope: Any = None  # of a class of the envelope's own
