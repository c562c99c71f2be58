"""What becomes of a request between the server and the handler: its message is stored, and only then acknowledged."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

from schemapress.private_fields import is_private
from schemapress.receiver.inbox.arrival import (
    FailedHandling,
    MessageSender,
    StoredAnswer,
    Submission,
    SubmissionReply,
)
from schemapress.receiver.inbox.deliveries import describe_error
from schemapress.receiver.inbox.tables import DONE, HANDLING, STORED, WAITING
from schemapress.receiver.log import LineBudget
from schemapress.receiver.settings import Mode
from schemapress.receiver.transport.peers import Peer
from schemapress_runtime.http.admitted_request import AdmittedRequest
from schemapress_runtime.http.asgi import Scope
from schemapress_runtime.http.endpoint import Endpoint
from schemapress_runtime.http.exchange import Exchange
from schemapress_runtime.http.response import Response

from .process_client import InboxProcess, InboxUnavailable

if TYPE_CHECKING:
    from schemapress.receiver.tracing import RequestTracing

_LOG = logging.getLogger(__name__)

FIRST_STATES = {"store": STORED, "deliver": WAITING, "inline": HANDLING}
"""The state in which a message begins, by the mode."""

RETRY_SECONDS = "5"


class InboxIntake:
    """Hands each request to the process of the inbox, and returns its reply."""

    def __init__(
        self,
        process: InboxProcess,
        exchange: Exchange,
        mode: Mode,
        on_reply: Callable[[str, SubmissionReply], None] = lambda *_: None,
        tracing: RequestTracing | None = None,
    ) -> None:
        """Take what is needed. `on_reply` gets the endpoint of each message, and what is answered to it."""
        self._process = process
        self._on_reply = on_reply
        self._tracing = tracing
        self._log = LineBudget()
        self._exchange = exchange
        self._mode = mode
        self._endpoints = {(endpoint.method, endpoint.path): i for i, endpoint in enumerate(exchange.endpoints)}
        self._senders: dict[Peer, MessageSender] = {}
        self._in_progress: dict[int, asyncio.Future[Response]] = {}

    async def take(
        self, admitted: AdmittedRequest, body: bytes, scope: Scope, handle: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Return the response to a request, once its message is stored; one without a message goes to its handler."""
        name = scope["state"]["endpoint"] = f"{admitted.endpoint.method} {admitted.endpoint.path}"
        if admitted.endpoint.message is None:
            return await self._answer(admitted, handle)
        headers = {name: value for name, value in admitted.request.headers.items() if not is_private(name)}
        if self._tracing is not None:
            self._tracing.inject(headers)
        endpoint = admitted.endpoint
        peer: Peer | None = scope["state"]["peer"]
        submission = Submission(
            self._endpoints[endpoint.method, endpoint.path],
            _path(scope),
            headers,
            admitted.charset,
            admitted.content_length,
            body,
            self._sender(peer),
            time.time_ns() // 1_000,
        )
        try:
            with nullcontext() if self._tracing is None else self._tracing.commit():
                reply = await self._process.submit(submission)
        except InboxUnavailable:
            return self._refuse_for_now(admitted)
        self._on_reply(name, reply)
        if self._tracing is not None:
            self._tracing.note(reply)
        if reply.reason:
            self._log_refusal(name, peer, reply.reason)
        if self._mode == "inline" and reply.id is not None and reply.state != DONE:
            return await self._handle(reply.id, admitted, handle)
        return self._respond(reply)

    def _log_refusal(self, endpoint: str, peer: Peer | None, reason: str) -> None:
        if self._log.admits(reason):
            who = None if peer is None else peer.log_name
            event = {"event": "message-refused", "endpoint": endpoint, "peer": who, "reason": reason}
            _LOG.warning("a message to %s is in the quarantine: %s", endpoint, reason, extra=event)

    async def _answer(self, admitted: AdmittedRequest, handle: Callable[[], Awaitable[Response]]) -> Response:
        if self._mode != "store":
            return await handle()
        path = admitted.endpoint.path
        return self._exchange.refuse(
            501, "no-handler", f"Nothing answers {path} here: the server only stores messages."
        )

    def _sender(self, peer: Peer | None) -> MessageSender | None:
        """Return the sender of a peer; the same object for the same peer, which a batch then has once."""
        if peer is None:
            return None
        sender = self._senders.get(peer)
        if sender is None:
            if len(self._senders) > 1_000:
                self._senders.clear()
            sender = self._senders[peer] = MessageSender(peer.name, peer.identifiers, peer.certificate)
        return sender

    async def _handle(self, id_: int, admitted: AdmittedRequest, handle: Callable[[], Awaitable[Response]]) -> Response:
        """Return the answer of the handler to a message; to one that is just being handled, the same answer."""
        in_progress = self._in_progress.get(id_)
        if in_progress is not None:
            return await asyncio.shield(in_progress)
        future = self._in_progress[id_] = asyncio.get_running_loop().create_future()
        try:
            response = await self._handle_and_note(id_, admitted, handle)
            future.set_result(response)
            return response
        finally:
            del self._in_progress[id_]
            if not future.done():
                future.set_result(self._refuse_for_now(admitted))

    async def _handle_and_note(
        self, id_: int, admitted: AdmittedRequest, handle: Callable[[], Awaitable[Response]]
    ) -> Response:
        response = await handle()
        if _is_temporary(response, admitted.endpoint):  # the same message may come again, and is handled again
            with suppress(InboxUnavailable):
                await self._process.fail(FailedHandling(id_, _describe_failure(response)))
            return response
        try:
            await self._process.finish(StoredAnswer(id_, response.status, json.dumps(response.headers), response.body))
        except InboxUnavailable:
            return self._refuse_for_now(admitted)
        return response

    def _respond(self, reply: SubmissionReply) -> Response:
        return self._exchange.respond_with(reply.status, reply.headers, reply.body)

    def _refuse_for_now(self, admitted: AdmittedRequest) -> Response:
        detail = "The message was not stored; send it again later."
        retry = ("Retry-After", RETRY_SECONDS)
        endpoint, request = admitted.endpoint, admitted.request
        return self._exchange.refuse_by(endpoint, request, 503, "inbox-unavailable", detail, retry)


def _is_temporary(response: Response, endpoint: Endpoint) -> bool:
    """Whether the same message may be answered in another way later. SOAP 1.1 has one status for all faults."""
    return response.problem == "handler-failed" or (response.status >= 500 and endpoint.envelope is None)


def _describe_failure(response: Response) -> str:
    """Return why a handler failed, for people."""
    raised: BaseException | None = getattr(response, "raised", None)  # an older package's runtime does not have it
    return f"the handler answered with {response.status}" if raised is None else describe_error(raised)


def _path(scope: Scope) -> str:
    """Return the path and the query, as they were sent."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return (path + b"?" + query if query else path).decode("latin-1")
