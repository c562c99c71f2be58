"""Spans of a request, its commit and its delivery: one trace over the processes, and nothing that was sent."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from schemapress.receiver.delivery.deliverer import Undeliverable
from schemapress.receiver.inbox.arrival import SubmissionReply
from schemapress.receiver.tracing import RequestTracing, TracedDelivery
from tests.support.receiver import ReceiverProcess, message
from tests.support.receiver_page import HANDLERS, SECRETS, wait_for

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"

EXPORT = """
import os
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

provider = TracerProvider()
file = open("spans-%d.json" % os.getpid(), "a")
provider.add_span_processor(
    SimpleSpanProcessor(ConsoleSpanExporter(out=file, formatter=lambda span: span.to_json(indent=None) + chr(10)))
)
trace.set_tracer_provider(provider)
"""


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> TracerProvider:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


def trace_of(span: ReadableSpan) -> str:
    assert span.context is not None
    return f"{span.context.trace_id:032x}"


def test_a_request_belongs_to_the_trace_of_its_sender_and_its_commit_to_it(
    exporter: InMemorySpanExporter, provider: TracerProvider
) -> None:
    tracing = RequestTracing(provider)
    scope = {"method": "POST", "headers": [(b"traceparent", f"00-{TRACE}-{PARENT}-01".encode()), (b"x", b"secret")]}
    headers = {"traceparent": "old"}

    with tracing.request(scope) as span:
        tracing.inject(headers)
        with tracing.commit():
            pass
        tracing.note(SubmissionReply(204, id=7))
        tracing.end(span, scope, "POST /orders/{id}", 204)

    commit, request = exporter.get_finished_spans()
    assert (commit.name, request.name) == ("commit", "POST /orders/{id}")
    assert trace_of(request) == trace_of(commit) == TRACE
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == PARENT
    assert request.context is not None
    assert commit.parent == request.context
    assert headers["traceparent"] == f"00-{TRACE}-{request.context.span_id:016x}-01"
    assert request.kind is SpanKind.SERVER
    assert dict(request.attributes or {}) == {
        "http.request.method": "POST",
        "http.response.status_code": 204,
        "http.route": "/orders/{id}",
        "schemapress.message_number": 7,
    }


def test_a_delivery_belongs_to_the_trace_of_its_request(
    exporter: InMemorySpanExporter, provider: TracerProvider
) -> None:
    async def deliver(row: object) -> None:
        raise Undeliverable("secret") from ValueError("secret")

    headers = json.dumps({"traceparent": f"00-{TRACE}-{PARENT}-01"})
    row = {"id": 3, "attempts": 1, "endpoint": "POST /a", "headers": headers}

    with pytest.raises(Undeliverable):
        asyncio.run(TracedDelivery(deliver, provider)(row))

    (span,) = exporter.get_finished_spans()
    assert (span.name, trace_of(span), span.kind) == ("deliver POST /a", TRACE, SpanKind.CONSUMER)
    assert span.status.status_code is StatusCode.ERROR
    assert "secret" not in span.to_json()
    assert dict(span.attributes or {}) == {
        "schemapress.message_number": 3,
        "schemapress.attempt": 2,
        "error.type": "ValueError",
    }


def test_one_trace_goes_through_the_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tickets.py").write_text(HANDLERS)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(EXPORT)
    paths = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", paths)

    def spans() -> list[dict[str, object]]:
        lines = [line for file in tmp_path.glob("spans-*.json") for line in file.read_text().splitlines()]
        return [json.loads(line) for line in lines]

    with ReceiverProcess(tmp_path, ("--telemetry", "--handlers", "tickets:Tickets")) as receiver:
        assert receiver.post(message("m-1"))[0] == 204
        wait_for(lambda: len(spans()) >= 3)

    made = {str(span["name"]): span for span in spans()}
    assert set(made) == {"POST /notifyInProgress", "commit", "deliver POST /notifyInProgress"}
    request, commit, delivery = made["POST /notifyInProgress"], made["commit"], made["deliver POST /notifyInProgress"]
    contexts = [span["context"] for span in (request, commit, delivery)]
    assert len({context["trace_id"] for context in contexts if isinstance(context, dict)}) == 1
    assert isinstance(request["context"], dict)
    assert commit["parent_id"] == delivery["parent_id"] == request["context"]["span_id"]
    text = json.dumps(spans())
    assert not [secret for secret in (*SECRETS, "m-1", "BFR", "127.0.0.1") if secret in text]


def test_who_does_not_ask_for_spans_imports_no_opentelemetry() -> None:
    script = (
        "import sys, schemapress.receiver.serving, schemapress.receiver.delivery.process, schemapress.cli.serve;"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_telemetry_without_its_extra_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "opentelemetry").mkdir()
    (tmp_path / "opentelemetry" / "__init__.py").write_text("raise ModuleNotFoundError('gone', name='opentelemetry')")
    (tmp_path / "sitecustomize.py").write_text(f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    receiver = ReceiverProcess(tmp_path, ("--telemetry",))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "schemapress", "serve", "--dev", "--telemetry", "--port", str(receiver.port)]
    command.append(str(Path(__file__).parents[2] / "generated" / "cityfibre_ticketing"))
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=30)

    assert done.returncode == 2
    assert re.search(r"Telemetry needs opentelemetry, which is not installed\.", done.stderr)
    assert "schemapress[telemetry]" in done.stderr
