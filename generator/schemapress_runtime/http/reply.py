"""What a handler answers with: a reply with a declared status, or a refusal, which it raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

from .problem_document import ProblemDocument

Body = TypeVar("Body", covariant=True)

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
"""Header fields; the pairs may have a name more than once."""

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*+")
_OURS = frozenset(
    (
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "connection",
        "date",
        "server",
        "upgrade",
    )
)
"""The fields that the application or the server makes itself."""


def check_headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Return header fields as pairs.

    Raises:
        TypeError: a name or a value is no string.
        ValueError: a name is no token, a value has a line break or another character that no field can have, or the
            field is one that a handler can't set.
    """
    checked: list[tuple[str, str]] = []
    for name, value in headers.items() if isinstance(headers, Mapping) else headers:
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"the names and values of header fields are strings, not {name!r}: {value!r}")
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a header field")
        if name.lower() in _OURS:
            raise ValueError(f"a handler can't set {name}; the application or the server does")
        if not _VALUE.fullmatch(value):
            raise ValueError(f"the header field {name} has a character that no header field can have")
        checked.append((name, value))
    return tuple(checked)


@dataclass(frozen=True, slots=True, init=False)
class Reply(Generic[Body]):
    """Returned by a handler to answer with a status that its endpoint declares, or with header fields.

    `body` is an object of the class that the endpoint declares for the status, or None where it declares no body.
    `blocks` are the header blocks of a SOAP envelope: objects of elements that the endpoint declares, or documents.

    Raises:
        TypeError, ValueError: the status is no number from 200 to 599, or a header field can't be sent.
    """

    status: int
    body: Body
    headers: tuple[tuple[str, str], ...]
    blocks: tuple[object, ...]

    @overload
    def __init__(
        self: Reply[None], status: int, body: None = None, headers: Headers = (), *, blocks: Iterable[object] = ()
    ) -> None: ...

    @overload
    def __init__(self, status: int, body: Body, headers: Headers = (), *, blocks: Iterable[object] = ()) -> None: ...

    def __init__(
        self, status: int, body: object = None, headers: Headers = (), *, blocks: Iterable[object] = ()
    ) -> None:
        if not isinstance(status, int) or isinstance(status, bool):
            raise TypeError(f"the status of a Reply is an integer from 200 to 599, not {status!r}")
        if not 200 <= status <= 599:
            raise ValueError(f"the status of a Reply is from 200 to 599, not {int(status)}")
        object.__setattr__(self, "status", int(status))
        object.__setattr__(self, "body", body)
        object.__setattr__(self, "headers", check_headers(headers))
        object.__setattr__(self, "blocks", tuple(blocks))


class Refusal(Exception):
    """Raised by a handler to answer with an error of its own.

    `status` is from 400 to 599, `detail` a sentence for the sender, `kind` the last part of the problem's type. With a
    `body`, an object of the class that the endpoint declares for the status, that is sent in place of a problem
    document. `headers` are further header fields, such as Retry-After.

    Raises:
        ValueError: the status is no error, so it can't be that of a refusal, or a header field can't be sent.
        TypeError: the status is not an integer, or the detail, the kind or a header field not a string.
    """

    def __init__(
        self, status: int, detail: str, kind: str = "refused", *, body: object = None, headers: Headers = ()
    ) -> None:
        super().__init__(detail)
        if not isinstance(status, int) or isinstance(status, bool):
            raise TypeError(f"the status of a Refusal is an integer from 400 to 599, not {status!r}")
        if not 400 <= status <= 599:
            raise ValueError(f"the status of a Refusal is from 400 to 599, not {int(status)}")
        if not isinstance(detail, str) or not isinstance(kind, str):
            raise TypeError("the detail and the kind of a Refusal are strings")
        self.document = ProblemDocument(int(status), kind, detail)
        self.body = body
        self.headers = check_headers(headers)
