"""What a receiver does, in numbers for Prometheus. Every label has few values: endpoints, statuses, reasons."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from .inbox.arrival import SubmissionReply
from .inbox.deliveries import Attempt
from .inbox.query import Overview
from .intake.batch import Written
from .transport.peers import Peer
from .transport.refusal import Reason

OTHER = "other"
"""The endpoint of requests to no endpoint, and of those that are refused before their message is looked at."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class ReceiverMetrics:
    """Counts what happens in the process of the server, which sees all of it."""

    def __init__(self, endpoints: Sequence[str], is_ready: Callable[[], bool]) -> None:
        self._endpoints = frozenset(endpoints)
        self._is_ready = is_ready
        self.count_connections: Callable[[], int] = lambda: 0
        self.certificate_expiry: Callable[[], float | None] = lambda: None
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a time per series, which nobody reads
        registry = self._registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"schemapress_{name}", text, labels, registry=registry)

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(f"schemapress_{name}", text, registry=registry)

        self._requests = counter("requests", "Requests that were answered.", "endpoint", "status")
        self._refusals = counter("refusals", "Callers that were not let in.", "reason")
        self._messages = counter("messages", "Messages, by what became of them.", "endpoint", "outcome")
        self._deliveries = counter("deliveries", "Calls of handlers from the inbox.", "result")
        self._restarts = counter("restarts", "Processes that were started again.", "process")
        self._exchange = Histogram(
            "schemapress_exchange_seconds",
            "From the header of a request to the end of its response.",
            ("endpoint",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._commit = Histogram(
            "schemapress_commit_seconds",
            "Writing a batch of messages, with the commit.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._waiting = gauge("waiting_messages", "Messages that wait for their handler.")
        self._dead = gauge("dead_messages", "Messages that were given up.")
        self._handling = gauge(
            "handling_messages", "Messages that are handled inside their requests, or whose handler failed there."
        )
        self._age = gauge("oldest_waiting_seconds", "The age of the oldest message that waits; 0 where none does.")
        self._quarantined = gauge("quarantined_messages", "Refused messages that are kept.")
        self._outbox_waiting = gauge("outbox_waiting_messages", "Messages that wait to be sent.")
        self._outbox_dead = gauge("outbox_dead_messages", "Messages whose sending was given up.")
        self._connections = gauge("connections", "Connections that are open.")
        self._ready = gauge("ready", "1 where the receiver takes messages, else 0.")
        self._database = gauge("database_readable", "1 where the inbox can be read, else 0.")
        self._expiry: Gauge | None = None
        for endpoint in self._endpoints:
            for outcome in ("stored", "repeated", "conflicting", "quarantined"):
                self._messages.labels(endpoint, outcome)
        for result in ("done", "failed", "dead"):
            self._deliveries.labels(result)
        for process in ("inbox", "delivery"):
            self._restarts.labels(process)

    def on_request(self, endpoint: str | None, status: int, seconds: float) -> None:
        """Count a request and its response."""
        label = endpoint if endpoint in self._endpoints else OTHER
        self._requests.labels(label, status).inc()
        self._exchange.labels(label).observe(seconds)

    def on_refusal(self, reason: Reason, peer: Peer | None) -> None:
        """Count a caller that was not let in."""
        self._refusals.labels(reason).inc()

    def on_reply(self, endpoint: str, reply: SubmissionReply) -> None:
        """Count a message by what became of it; one that could not be stored is not counted."""
        if reply.id is not None:
            outcome = "repeated" if reply.state else "stored"
        elif reply.reason:
            outcome = "conflicting" if reply.reason == "conflicting-message" else "quarantined"
        else:
            return
        self._messages.labels(endpoint if endpoint in self._endpoints else OTHER, outcome).inc()

    def on_written(self, written: Written) -> None:
        """Note how long a batch took."""
        if written.error is None:
            self._commit.observe(written.seconds)

    def on_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Count deliveries by their results."""
        for attempt in attempts:
            self._deliveries.labels({"waiting": "failed"}.get(attempt.state, attempt.state)).inc()

    def on_restart(self, process: str) -> None:
        """Count a process that is started again."""
        self._restarts.labels(process).inc()

    def render(self, overview: Overview | None) -> tuple[bytes, str]:
        """Return the numbers and their media type; `overview` is None where the database can't be read."""
        self._database.set(overview is not None)
        if overview is not None:
            oldest = overview.oldest_waiting_at
            self._waiting.set(overview.waiting)
            self._dead.set(overview.dead)
            self._handling.set(overview.handling)
            self._age.set(0 if oldest is None else max(0.0, time.time() - oldest / 1e6))
            self._quarantined.set(overview.quarantine)
            self._outbox_waiting.set(overview.outbox_waiting)
            self._outbox_dead.set(overview.outbox_dead)
        self._connections.set(self.count_connections())
        self._ready.set(self._is_ready())
        expiry = self.certificate_expiry()
        if expiry is not None:
            if self._expiry is None:
                text = "When the certificate of the server expires, in seconds since 1970."
                self._expiry = Gauge("schemapress_certificate_expiry_timestamp_seconds", text, registry=self._registry)
            self._expiry.set(expiry)
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
