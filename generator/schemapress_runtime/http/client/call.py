"""A call: requests until one is answered for good, or the budget is used up. One course for both kinds of transport."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from ..signature import sign
from .answer import read_answer
from .operation import IncomingResponse, Operation, OutgoingRequest
from .outcome import CallFailed, Failure, TransportFailed, Unreachable
from .retries import FailedAttempt, Retries, choose_delay, is_temporary, read_retry_after

Result = TypeVar("Result")


class Transport(Protocol):
    """Carries a request to the receiver and its response back."""

    def send(self, request: OutgoingRequest) -> IncomingResponse:
        """Return the response.

        Raises:
            TransportFailed: there is none.
        """
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class AsyncTransport(Protocol):
    """Carries a request to the receiver and its response back, on an event loop."""

    async def send(self, request: OutgoingRequest) -> IncomingResponse:
        """Return the response.

        Raises:
            TransportFailed: there is none.
        """
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


async def _sleep_async(seconds: float) -> None:
    import asyncio  # only now, for it takes long to load

    await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Timing:
    """The clocks of calls, for tests: `clock` runs evenly, `now` is the time of day in seconds since 1970."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    random: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep
    sleep_async: Callable[[float], Awaitable[None]] = _sleep_async


TIMING = Timing()
"""The clocks of the system."""


@dataclass(slots=True)
class _Course:
    """What has happened in one call."""

    operation: Operation[Any, Any]
    request: OutgoingRequest
    retries: Retries
    timing: Timing
    secret: bytes | None = field(default=None, repr=False)
    attempts: int = 0
    may_have_arrived: bool = False
    began: float = field(default=0.0)
    webhook_id: str = ""
    signed_at: int = 0

    def __post_init__(self) -> None:
        self.began = self.timing.clock()
        self.webhook_id = f"msg_{secrets.token_hex(16)}"

    def make_attempt(self) -> OutgoingRequest:
        """Return the request of the next attempt, signed anew where there is a secret.

        All attempts have one id. No two have one time: a receiver refuses a signature that was used before.
        """
        if self.secret is None:
            return self.request
        self.signed_at = max(int(self.timing.now()), self.signed_at + 1)
        signature = sign(self.secret, self.webhook_id, self.signed_at, self.request.body)
        return replace(self.request, headers=(*self.request.headers, *signature))

    def choose_delay(self, outcome: IncomingResponse | Failure) -> float | None:
        """Count an attempt; return the seconds to wait before the next one, or None if its outcome is the last."""
        self.attempts += 1
        retry_after = None
        if isinstance(outcome, Failure):
            self.may_have_arrived = self.may_have_arrived or outcome.may_have_arrived
            shown: Failure | int = outcome
        else:
            if not is_temporary(outcome.status):
                return None
            if outcome.status == 500 and self.operation.envelope is not None:  # SOAP 1.1 has it for all faults
                return None
            retry_after = read_retry_after(outcome.headers.get("retry-after"), self.timing.now())
            shown = outcome.status
        attempt = FailedAttempt(self.attempts, self.timing.clock() - self.began, shown, retry_after)
        return choose_delay(
            self.retries, attempt, is_repeatable=self.request.is_repeatable, random=self.timing.random()
        )

    def conclude(self, outcome: IncomingResponse | Failure) -> Any:  # the Result of the operation
        """Return the result of the last attempt, or raise its error."""
        if isinstance(outcome, Failure):
            raise Unreachable(outcome, self.attempts, may_have_arrived=self.may_have_arrived)
        try:
            return read_answer(self.operation, outcome)
        except CallFailed as failed:
            failed.attempts = self.attempts
            raise


def call(
    operation: Operation[Any, Result],
    request: OutgoingRequest,
    transport: Transport,
    retries: Retries,
    timing: Timing = TIMING,
    secret: bytes | None = None,
) -> Result:
    """Send a request, again where that is safe and may help, and return its result; with a secret it is signed.

    Raises:
        Refused: the receiver refuses the message.
        UnexpectedAnswer: it accepts the message, but answers in a way that it does not declare.
        Unreachable: nothing was answered.
    """
    course = _Course(operation, request, retries, timing, secret)
    while True:
        outcome: IncomingResponse | Failure
        try:
            outcome = transport.send(course.make_attempt())
        except TransportFailed as failed:
            outcome = failed.failure
        delay = course.choose_delay(outcome)
        if delay is None:
            result: Result = course.conclude(outcome)
            return result
        timing.sleep(delay)


async def call_async(
    operation: Operation[Any, Result],
    request: OutgoingRequest,
    transport: AsyncTransport,
    retries: Retries,
    timing: Timing = TIMING,
    secret: bytes | None = None,
) -> Result:
    """Do what `call` does, on an event loop."""
    course = _Course(operation, request, retries, timing, secret)
    while True:
        outcome: IncomingResponse | Failure
        try:
            outcome = await transport.send(course.make_attempt())
        except TransportFailed as failed:
            outcome = failed.failure
        delay = course.choose_delay(outcome)
        if delay is None:
            result: Result = course.conclude(outcome)
            return result
        await timing.sleep_async(delay)
