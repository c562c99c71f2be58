"""What one caller may take of the server: time, bytes and connections."""

from __future__ import annotations

from dataclasses import dataclass, fields

from schemapress.errors import SchemapressError


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a listener. Times are in seconds.

    - `handshake_seconds`: for the handshake of TLS.
    - `header_seconds`: from the first byte of a request, or from the connection, to the end of its header.
    - `header_bytes`, `header_fields`: of one request.
    - `body_seconds`, `least_rate`: a body may take so long, and a second more for so many bytes of it.
    - `keep_alive_seconds`: a connection may wait so long for its next request.
    - `write_seconds`: a response may wait so long for a client that reads nothing.
    - `connections`, `connections_per_address`: open at once; proxies that are named by address have no limit of their
      own, and an IPv6 network of 64 bits counts as one address.
    - `shutdown_seconds`: for what is in flight when the server stops.
    """

    handshake_seconds: float = 10
    header_seconds: float = 10.0
    header_bytes: int = 32_768
    header_fields: int = 100
    body_seconds: float = 20.0
    least_rate: int = 4_000
    keep_alive_seconds: int = 30
    write_seconds: float = 30
    connections: int = 1_000
    connections_per_address: int = 200
    shutdown_seconds: int = 30

    def __post_init__(self) -> None:
        """Check the limits. SchemapressError: one is not more than 0."""
        for each in fields(self):
            if not getattr(self, each.name) > 0:
                raise SchemapressError(f"The limit {each.name} is not more than 0.", hint="Give a larger number.")
