"""Spans of OpenTelemetry (extra `telemetry`): of a request, of its commit, and of the delivery of its message.

Only the API is needed here. Whoever runs the server chooses the SDK and where spans go, for example with
`opentelemetry-instrument`. A span has the endpoint, statuses and the number of a message, and nothing that a sender
wrote.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from schemapress_runtime.http.asgi import Scope

from .inbox.arrival import SubmissionReply
from .inbox.deliveries import Row

_PROPAGATOR = TraceContextTextMapPropagator()
_FIELDS = ("traceparent", "tracestate")
_NAME = "schemapress.receiver"


class RequestTracing:
    """Makes the spans of the server."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._tracer = trace.get_tracer(_NAME, tracer_provider=provider)

    @contextmanager
    def request(self, scope: Scope) -> Iterator[Span]:
        """Give the span of a request, which belongs to the trace of the sender's `traceparent`."""
        fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        context = _PROPAGATOR.extract({name: fields[name] for name in _FIELDS if name in fields})
        method: str = scope["method"]
        with self._tracer.start_as_current_span(
            method, context, SpanKind.SERVER, {"http.request.method": method}, record_exception=False
        ) as span:
            yield span

    def end(self, span: Span, scope: Scope, endpoint: str | None, status: int) -> None:
        """Note what became of a request."""
        span.set_attribute("http.response.status_code", status)
        if endpoint is not None:
            span.update_name(endpoint)
            span.set_attribute("http.route", endpoint.partition(" ")[2])
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))

    def commit(self) -> AbstractContextManager[Span]:
        """Give the span of a message on its way to the disk."""
        return self._tracer.start_as_current_span("commit", record_exception=False)

    def inject(self, headers: dict[str, str]) -> None:
        """Let the delivery of a message belong to the span of its request."""
        _PROPAGATOR.inject(headers)

    def note(self, reply: SubmissionReply) -> None:
        """Note what became of a message."""
        span = trace.get_current_span()
        if reply.id is not None:
            span.set_attribute("schemapress.message_number", reply.id)
        elif reply.reason:
            span.set_attribute("schemapress.refusal", reply.reason)


class TracedDelivery:
    """Delivers, with a span in the trace of the request that brought the message."""

    def __init__(self, deliver: Callable[[Row], Awaitable[None]], provider: TracerProvider | None = None) -> None:
        self._deliver = deliver
        self._tracer = trace.get_tracer(_NAME, tracer_provider=provider)

    async def __call__(self, row: Row) -> None:
        """Deliver the message of a row; what that raises goes on."""
        headers: Mapping[str, str] = json.loads(row["headers"])
        context = _PROPAGATOR.extract({name: headers[name] for name in _FIELDS if name in headers})
        facts = {"schemapress.message_number": row["id"], "schemapress.attempt": row["attempts"] + 1}
        with self._tracer.start_as_current_span(
            f"deliver {row['endpoint']}",
            *(context, SpanKind.CONSUMER, facts),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                await self._deliver(row)
            except BaseException as error:
                cause = error.__cause__ or error
                span.set_status(Status(StatusCode.ERROR))
                span.set_attribute("error.type", type(cause).__name__)
                raise
