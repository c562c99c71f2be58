"""Handlers of the endpoints of notify-in-progress.xsd, and the applications that serve them.

Subclass `Handlers` in a module of your own, which a build never touches:

    class Tickets(Handlers):
        def notify_in_progress(self, message: bindings.NotifyInProgress, request: Request) -> None:
            ...

    application = asgi(Tickets())

Emitted by schemapress from notify-in-progress.xsd: edit the XSD, and build again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable

from . import bindings
from ._runtime.http.asgi import AsgiApplication
from ._runtime.http.exchange import MAX_BODY, Endpoint, Exchange, Refusal, Request
from ._runtime.http.wsgi import WsgiApplication
from .codec import MESSAGES, decode

__all__ = ["Handlers", "Refusal", "Request", "asgi", "wsgi"]


class Handlers(ABC):
    """One method an endpoint. Each gets a message that is valid, and the request that it came in.

    A method may be a coroutine function (for ASGI). It raises Refusal to answer with an error of its own;
    anything else that it raises is logged, and answered with 500 and no word of the inside.
    """

    @abstractmethod
    def notify_in_progress(self, message: bindings.NotifyInProgress, request: Request) -> Awaitable[None] | None:
        """Notify Fault Report In Progress: POST /notifyInProgress.

        A return is answered with 204, without a body.
        """


def _exchange(handlers: Handlers, max_body: int) -> Exchange:
    endpoints = (
        Endpoint(
            method="POST",
            path="/notifyInProgress",
            media_type="application/xml",
            element="notifyInProgress",
            message=bindings.NotifyInProgress,
            messages=MESSAGES,
            decode=decode,
            handle=handlers.notify_in_progress,
            status=204,
        ),
    )
    return Exchange(endpoints, max_body)


def asgi(handlers: Handlers, *, max_body: int = MAX_BODY) -> AsgiApplication:
    """Return the ASGI application of the handlers; a body of more than `max_body` bytes is refused."""
    return AsgiApplication(_exchange(handlers, max_body))


def wsgi(handlers: Handlers, *, max_body: int = MAX_BODY) -> WsgiApplication:
    """Return the WSGI application of the handlers; a body of more than `max_body` bytes is refused."""
    return WsgiApplication(_exchange(handlers, max_body))
