"""What becomes of a message between its decoding and its handler: it is stored, and only then acknowledged."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from schemapress_runtime.http.asgi import Scope
from schemapress_runtime.http.exchange import AdmittedRequest, DecodedRequest, Endpoint, Exchange, Response
from schemapress_runtime.report.problem import InvalidDocument

from .inbox.arrival import Answer, Arrival, Outcome, Rejection
from .inbox.tables import DONE, HANDLING, STORED, WAITING
from .inbox.writer import InboxUnavailable, InboxWriter
from .transport.peers import Peer

_LOG = logging.getLogger(__name__)

Mode = Literal["store", "deliver", "inline"]
"""Who handles a message: nobody; its handler, from the inbox; its handler, inside the request."""

_STATES: Mapping[Mode, str] = {"store": STORED, "deliver": WAITING, "inline": HANDLING}

PRIVATE_FIELDS = frozenset(
    ("authorization", "proxy-authorization", "cookie", "client-cert", "client-cert-chain", "x-forwarded-client-cert")
)
"""Header fields that are not stored."""

RETRY_SECONDS = "5"

LONGEST_KEY = 500
"""Characters of a message key or an ordering key. A longer one is refused: it would not fit into an index."""


class InboxIntake:
    """Stores each message in an inbox, and answers for it.

    A message that was stored before gets its answer again; another one with its key is refused, and kept in the
    quarantine, as is each message that is not valid or speaks for somebody else.
    """

    def __init__(self, writer: InboxWriter, exchange: Exchange, mode: Mode) -> None:
        self._writer = writer
        self._exchange = exchange
        self._mode = mode
        self._in_progress: dict[int, asyncio.Future[Response]] = {}

    async def receive(
        self, decoded: DecodedRequest, scope: Scope, handle: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Return the response to a valid message, once it is stored."""
        endpoint, peer = decoded.endpoint, _peer_of(scope)
        message_key, ordering_key = (
            _text(key, decoded.message) for key in (endpoint.idempotency_key, endpoint.ordering_key)
        )
        refusal = self._refuse(endpoint, peer, decoded.message, message_key, ordering_key)
        if refusal is not None:
            return await self._keep(endpoint, decoded.request.body, scope, message_key, *refusal)
        arrival = Arrival(
            endpoint=name_of(endpoint),
            sender="" if peer is None else peer.name,
            message_key=message_key,
            ordering_key=ordering_key,
            received_at=_now(),
            state=_STATES[self._mode],
            path=_path(scope),
            headers=_headers(decoded.request.headers),
            body=decoded.request.body,
            certificate=None if peer is None else peer.certificate,
        )
        try:
            outcome = await self._writer.store(arrival)
        except InboxUnavailable as unavailable:
            return self._refuse_for_now(str(unavailable))
        if outcome.conflicts:
            detail = f"Another message with the key {_shorten(message_key)} was received before."
            response = self._exchange.refuse(409, "conflicting-message", detail)
            return await self._keep(endpoint, decoded.request.body, scope, message_key, "conflicting-message", response)
        if self._mode == "inline":
            return await self._answer_inline(outcome, handle)
        return self._exchange.accept(endpoint)

    async def reject(
        self, admitted: AdmittedRequest, body: bytes, scope: Scope, response: Response, invalid: InvalidDocument | None
    ) -> Response:
        """Keep a message that is refused, and return the response."""
        reason = "invalid-document" if invalid is not None else "refused"
        return await self._keep(admitted.endpoint, body, scope, None, reason, response, invalid)

    def _refuse(
        self, endpoint: Endpoint, peer: Peer | None, message: object, *keys: str | None
    ) -> tuple[str, Response] | None:
        """Return the reason and the response where a message speaks for somebody else, or its keys are too long."""
        if peer is not None and endpoint.sender_key is not None:
            sender = _text(endpoint.sender_key, message)
            if not peer.may_speak_for(sender or ""):
                detail = f"The certificate of {peer.name} may not speak for {_shorten(sender)}."
                return "wrong-sender", self._exchange.refuse(403, "wrong-sender", detail)
        if any(key is not None and len(key) > LONGEST_KEY for key in keys):
            detail = f"A key of the message has more than {LONGEST_KEY} characters."
            return "key-too-long", self._exchange.refuse(422, "key-too-long", detail)
        return None

    async def _answer_inline(self, outcome: Outcome, handle: Callable[[], Awaitable[Response]]) -> Response:
        """Return the answer of the handler: the one that it gave before, or gives to the same message, or a new one."""
        if outcome.state == DONE and outcome.answer_status is not None:
            headers = tuple((name, value) for name, value in json.loads(outcome.answer_headers or "[]"))
            return self._exchange.respond_as_before(outcome.answer_status, headers, bytes(outcome.answer_body or b""))
        in_progress = self._in_progress.get(outcome.id)
        if in_progress is not None:
            return await asyncio.shield(in_progress)
        future = self._in_progress[outcome.id] = asyncio.get_running_loop().create_future()
        try:
            response = await self._handle_inline(outcome.id, handle)
            future.set_result(response)
            return response
        finally:
            del self._in_progress[outcome.id]
            if not future.done():
                future.set_result(self._refuse_for_now("its handler broke off"))

    async def _handle_inline(self, id_: int, handle: Callable[[], Awaitable[Response]]) -> Response:
        response = await handle()
        if response.status >= 500:  # the same message may come again, and is handled again
            return response
        try:
            await self._writer.finish(Answer(id_, response.status, json.dumps(response.headers), response.body))
        except InboxUnavailable as unavailable:
            return self._refuse_for_now(str(unavailable))
        return response

    async def _keep(
        self,
        endpoint: Endpoint,
        body: bytes,
        scope: Scope,
        message_key: str | None,
        reason: str,
        response: Response,
        invalid: InvalidDocument | None = None,
    ) -> Response:
        """Put a message into the quarantine, and return the response."""
        peer = _peer_of(scope)
        rejection = Rejection(
            endpoint=name_of(endpoint),
            sender="" if peer is None else peer.name,
            message_key=None if message_key is None else message_key[:LONGEST_KEY],
            received_at=_now(),
            status=response.status,
            reason=reason,
            report="[]" if invalid is None else json.dumps(invalid.report.as_dict().get("problems", [])),
            path=_path(scope),
            headers=_headers(_decode_fields(scope)),
            body=body,
            certificate=None if peer is None else peer.certificate,
        )
        try:
            await self._writer.keep(rejection)
        except InboxUnavailable as unavailable:
            return self._refuse_for_now(str(unavailable))
        return response

    def _refuse_for_now(self, reason: str) -> Response:
        _LOG.error("a message was not stored: %s", reason)
        detail = "The message was not stored; send it again later."
        return self._exchange.refuse(503, "inbox-unavailable", detail, ("Retry-After", RETRY_SECONDS))


def name_of(endpoint: Endpoint) -> str:
    """Return how the inbox names an endpoint: `POST /notifyInProgress`."""
    return f"{endpoint.method} {endpoint.path}"


def _peer_of(scope: Scope) -> Peer | None:
    peer: Peer | None = scope.get("state", {}).get("peer")
    return peer


def _text(key: Callable[[Any], object] | None, message: object) -> str | None:
    """Return the text of a key of a message, or None where it has none."""
    value = None if key is None else key(message)
    return None if value is None else str(value)


def _shorten(text: str | None) -> str:
    return repr("" if text is None else text[:100])


def _path(scope: Scope) -> str:
    """Return the path and the query, as they were sent."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return (path + b"?" + query if query else path).decode("latin-1")


def _headers(fields: Mapping[str, str]) -> str:
    return json.dumps({name: value for name, value in fields.items() if name not in PRIVATE_FIELDS})


def _decode_fields(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _now() -> int:
    return time.time_ns() // 1_000
