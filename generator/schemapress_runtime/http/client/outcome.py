"""The outcomes of a call that is not accepted: refused, unreachable, or answered in a way that can't be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...report.amount import counted
from ...report.problem import Problem
from ..problem_document import phrase


class CallFailed(Exception):
    """A message was not accepted, or nobody knows. `attempts` is how many requests were sent, or tried."""

    attempts: int = 1


class Refused(CallFailed):
    """The receiver answered, and did not accept the message.

    - `status` is the HTTP status; `headers` have names in lower case.
    - `kind` and `detail` are those of a problem document (RFC 9457), `problems` what it says is wrong with the message.
    - `document` is the decoded body where the endpoint declares one for the status.
    - `body` is the body as it came, at most `MOST_KEPT` bytes.
    """

    def __init__(
        self,
        status: int,
        *,
        kind: str | None = None,
        detail: str | None = None,
        problems: tuple[Problem, ...] = (),
        document: object = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> None:
        super().__init__(status)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.problems = problems
        self.document = document
        self.headers = headers or {}
        self.body = body

    def __str__(self) -> str:
        said = f": {self.detail}" if self.detail else ""
        listed = "".join(f"\n{problem}" for problem in self.problems)
        return f"refused with {self.status} {phrase(self.status)}{said}{listed}"


class UnexpectedAnswer(CallFailed):
    """The receiver accepted the message by the status of its answer, but the answer is not one that it declares.

    `body` is the body as it came, at most `MOST_KEPT` bytes.
    """

    def __init__(
        self, status: int, reason: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason
        self.headers = headers or {}
        self.body = body

    def __str__(self) -> str:
        return f"accepted with {self.status} {phrase(self.status)}, but {self.reason}"


MOST_KEPT = 65_536
"""Bytes of the body that an error keeps."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request got no answer.

    `kind` is one word for programs: `name`, `connection`, `tls`, `certificate`, `timeout`, `closed`, `protocol` or
    `url`. `may_have_arrived` is False only where the receiver can't have read the message. `is_lasting` where the same
    request would fail again.
    """

    kind: str
    reason: str
    may_have_arrived: bool
    is_lasting: bool = False
    hint: str = field(default="", compare=False)


class TransportFailed(Exception):
    """Raised by a transport that got no answer."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Unreachable(CallFailed):
    """Nothing was answered. `may_have_arrived` says whether the receiver may have the message all the same.

    `kind` is one word for the reason (see `Failure`), `reason` a sentence, and `hint` what to do.
    """

    def __init__(self, failure: Failure, attempts: int = 1, *, may_have_arrived: bool | None = None) -> None:
        super().__init__(failure.reason)
        self.kind = failure.kind
        self.reason = failure.reason
        self.hint = failure.hint
        self.may_have_arrived = failure.may_have_arrived if may_have_arrived is None else may_have_arrived
        self.attempts = attempts

    def __str__(self) -> str:
        tried = f" after {counted(self.attempts, 'attempt')}" if self.attempts > 1 else ""
        arrived = "may have arrived" if self.may_have_arrived else "has not arrived"
        return f"unreachable{tried}: {self.reason}; the message {arrived}"
