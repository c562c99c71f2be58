"""What a client is told about the receiver: its address, certificates, timeouts and limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from urllib.parse import urlsplit

Path = str | PathLike[str]


class WrongSettings(ValueError):
    """A client can't be made with these settings; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that a client waits: for a connection, for a part of the answer, to write a part of the request.

    `total` is for one attempt, from looking up the name to the last byte of the answer.

    Raises:
        ValueError: one is not more than 0.
    """

    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0
    total: float = 60.0

    def __post_init__(self) -> None:
        for name in ("connect", "read", "write", "total"):
            if not getattr(self, name) > 0:
                raise ValueError(f"the timeout {name!r} is more than 0 seconds, not {getattr(self, name)}")


def check_url(url: str) -> str:
    """Return the URL that paths are added to, without a slash at its end.

    Raises:
        WrongSettings: it is none.
    """
    example = "Pass one such as https://partner.example or https://partner.example/api."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WrongSettings(f"The URL {url!r} can't be read: {error}.", example) from None
    if parts.scheme not in ("http", "https"):
        raise WrongSettings(f"The URL {url!r} does not begin with https:// or http://.", example)
    if not parts.hostname or port == 0 or re.search(r"[\x00-\x20\x7f\\]", url):
        raise WrongSettings(f"The URL {url!r} names no host.", example)
    if "@" in parts.netloc:
        raise WrongSettings("The URL has a user or a password.", "Pass an Authorization header instead.")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise WrongSettings(f"The URL {url!r} has a query or a fragment.", example)
    return url.rstrip("/")


_RESERVED = frozenset({"content-type", "content-length", "content-encoding", "transfer-encoding", "host", "connection"})
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def check_headers(headers: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    """Return header fields that are sent with each request.

    Raises:
        WrongSettings: one has a name or a value that can't be sent, or describes the body.
    """
    for name, value in (headers or {}).items():
        if name.lower() in _RESERVED:
            raise WrongSettings(f"The header field {name} follows from the message.", "Leave it out.")
        if not _TOKEN.fullmatch(name) or not value.isprintable() or not value.isascii():
            raise WrongSettings(f"The header field {name!r} has a name or a value that can't be sent.")
    return tuple((headers or {}).items())
