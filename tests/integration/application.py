"""The applications that the servers of these tests serve.

The reference of the fault in a message says what its handler does. What handlers receive goes to the file
`RECEIVED`, one JSON object per line.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from wsgiref.validate import validator

from cityfibre_ticketing import InvalidDocument, decode
from cityfibre_ticketing import handlers as package
from cityfibre_ticketing._runtime.http.asgi import AsgiApplication
from cityfibre_ticketing._runtime.http.exchange import Exchange
from cityfibre_ticketing._runtime.http.wsgi import WsgiApplication
from cityfibre_ticketing._runtime.report.problem import Problem
from cityfibre_ticketing.bindings import NotifyInProgress
from cityfibre_ticketing.handlers import Handlers, Refusal, Request

MAX_BODY = int(os.environ.get("MAX_BODY", "100000"))

NON_ASCII = "/störung/光"
"""A second path of the same endpoint."""

SLOW_TO_DECODE = "/slow-to-decode"
"""A path whose documents are decoded only once a handler got a message with the reference RELEASE."""

SLOW_TO_TELL = "/slow-to-tell"
"""A path whose invalid documents are answered only then."""

RAISED: dict[str, BaseException] = {
    error.__name__: error("password=secret in /etc/inside")
    for error in (
        RuntimeError,
        StopIteration,
        StopAsyncIteration,
        GeneratorExit,
        asyncio.CancelledError,
        SystemExit,
        KeyboardInterrupt,
        BaseException,
    )
}
"""The exceptions that a handler raises, by the reference of the message."""


released = threading.Event()


def note(**received: object) -> None:
    with Path(os.environ["RECEIVED"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(received) + "\n")


def wait_for_release() -> None:
    note(reference="WAITING")
    released.wait(20)


class ForgetfulRefusal(Refusal):
    def __init__(self) -> None:
        pass


class Tickets(Handlers):
    def notify_in_progress(self, message: NotifyInProgress, request: Request) -> None:
        what = message.buyer_fault_reference
        if what in RAISED:
            raise RAISED[what]
        if what.startswith("REFUSE"):
            raise Refusal(int(what.removeprefix("REFUSE")), "This fault is closed.")
        if what == "FORGET":
            raise ForgetfulRefusal
        if what == "ANSWER":
            return 5  # type: ignore[return-value]  # the mistake of a handler
        if what == "RELEASE":
            released.set()
        note(
            method=request.method,
            path=request.path,
            headers=dict(request.headers),
            reference=what,
            name=message.end_user_contact_details.name,
        )
        return None


class AsyncTickets(Tickets):
    async def notify_in_progress(self, message: NotifyInProgress, request: Request) -> None:  # type: ignore[override]  # sync above
        await asyncio.sleep(60 if message.buyer_fault_reference == "WAIT" else 0)
        return super().notify_in_progress(message, request)


class AwaitableTickets(Tickets):
    """A plain method that returns a coroutine, as the signature of an emitted method permits."""

    def notify_in_progress(self, message: NotifyInProgress, request: Request) -> Awaitable[None]:  # type: ignore[override]  # sync above
        return AsyncTickets().notify_in_progress(message, request)


class _SlowToTell(InvalidDocument):
    """Tells its problems only once it is released."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        wait_for_release()
        return super().problems


def _decode_later(data: bytes) -> object:
    wait_for_release()
    return decode(data)


def _tell_later(data: bytes) -> object:
    try:
        return decode(data)
    except InvalidDocument as invalid:
        raise _SlowToTell(invalid.report) from None


def _exchange(handlers: Handlers) -> Exchange:
    (endpoint,) = package.asgi(handlers)._exchange.endpoints  # what emitted code hands to both applications
    more = (
        replace(endpoint, path=NON_ASCII),
        replace(endpoint, path=SLOW_TO_DECODE, decode=_decode_later),
        replace(endpoint, path=SLOW_TO_TELL, decode=_tell_later),
    )
    return Exchange((endpoint, *more), MAX_BODY)


asgi = AsgiApplication(_exchange(Tickets()))
asgi_coroutine = AsgiApplication(_exchange(AsyncTickets()))
asgi_awaitable = AsgiApplication(_exchange(AwaitableTickets()))
wsgi = WsgiApplication(_exchange(Tickets()))
wsgi_validated = validator(wsgi)
wsgi_awaitable = WsgiApplication(_exchange(AwaitableTickets()))
