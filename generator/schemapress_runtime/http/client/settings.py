"""What a client is told about the receiver: its address, certificates, timeouts and limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from os import PathLike
from types import NoneType
from typing import NoReturn
from urllib.parse import urlsplit

from ..signature import SIGNATURE_FIELDS, read_secret

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
    check_class("url", url, str, example)
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
    example = 'Pass a mapping from names to texts, such as {"X-Trace": "7"}.'
    check_class("headers", headers, (Mapping, NoneType), example)
    for name, value in (headers or {}).items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise WrongSettings(f"The header field {name!r} is {value!r}; expected a str.", example)
        if name.lower() in _RESERVED:
            raise WrongSettings(f"The header field {name} follows from the message.", "Leave it out.")
        if not _TOKEN.fullmatch(name) or not value.isprintable() or not value.isascii():
            raise WrongSettings(f"The header field {name!r} has a name or a value that can't be sent.")
    return tuple((headers or {}).items())


def check_class(name: str, value: object, expected: type | tuple[type, ...], hint: str) -> None:
    """Check that a setting is an object of a class.

    Raises:
        WrongSettings: it is not; the hint says what to pass.
    """
    if isinstance(value, bool) or not isinstance(value, expected):
        classes = expected if isinstance(expected, tuple) else (expected,)
        names = " or ".join("None" if class_ is NoneType else _name_class(class_) for class_ in classes)
        raise WrongSettings(f"{name} is {value!r}; expected {names}.", hint)


def _name_class(class_: type) -> str:
    name = class_.__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def check_certificate(pair: object) -> None:
    """Check that a client certificate is a pair of paths.

    Raises:
        WrongSettings: it is something else, such as one path.
    """
    if pair is None:
        return
    paths = pair if isinstance(pair, tuple | list) else ()
    if len(paths) != 2 or not all(isinstance(path, str | PathLike) for path in paths):
        message = f"client_certificate is {pair!r}; expected two paths, of the certificate and of its key."
        raise WrongSettings(message, 'Pass ("client.pem", "client.key"); one file that has both is named twice.')


def check_secret(secret: str | None, headers: Iterable[tuple[str, str]]) -> bytes | None:
    """Return the bytes of the secret that messages are signed with, or None.

    Raises:
        WrongSettings: it is no secret, or header fields would be beside those of the signature.
    """
    if secret is None:
        return None
    example = "Pass the text that you share with the receiver: whsec_ and 24 or more bytes in Base64."
    if not isinstance(secret, str):
        raise WrongSettings(f"The secret is {_name_class(type(secret))}; expected a str.", example)
    for name, _ in headers:
        if name.lower() in SIGNATURE_FIELDS:
            raise WrongSettings(f"The header field {name} follows from the secret.", "Leave it out.")
    try:
        return read_secret(secret.strip())
    except ValueError as wrong:
        raise WrongSettings(f"The secret can't be used: {wrong}.", example) from None


def refuse_unknown(name: str, known: Iterable[str]) -> NoReturn:
    """Raise the error of a setting that does not exist."""
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"Did you mean {near[0]!r}?" if near else f"The settings are {', '.join(known)}."
    raise WrongSettings(f"A client has no setting {name!r}.", hint)
