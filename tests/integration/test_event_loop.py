"""Decoding never holds up the event loop of an ASGI server: other requests are answered while it goes on."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from cityfibre_ticketing._runtime.http.asgi import DECODED_AT_ONCE
from tests.conftest import MESSAGE
from tests.integration.application import SLOW_TO_DECODE, SLOW_TO_TELL
from tests.integration.service import Response, Service, post, serve

LARGE = MESSAGE + b" " * DECODED_AT_ONCE
UPDATE = MESSAGE[MESSAGE.index(b"<updates>") : MESSAGE.index(b"</updates>") + len(b"</updates>")]


class Answers:
    """The answers to concurrent requests, in their order."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._threads: list[threading.Thread] = []
        self.order: list[str] = []
        self.responses: dict[str, Response] = {}

    def post(self, name: str, body: bytes, path: str = "/notifyInProgress") -> None:
        def run() -> None:
            self.responses[name] = post(self._service, body, path=path)
            self.order.append(name)

        thread = threading.Thread(target=run)
        thread.start()
        self._threads.append(thread)

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()


@pytest.mark.parametrize("application", ["asgi", "asgi_coroutine"])
@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (SLOW_TO_DECODE, LARGE, 204),
        (SLOW_TO_DECODE, b"<a/>" * DECODED_AT_ONCE, 400),
        (SLOW_TO_TELL, b"<a/>", 422),
        (SLOW_TO_TELL, b"<a>" + b"<b/>" * DECODED_AT_ONCE + b"</a>", 422),
    ],
)
def test_a_request_is_answered_before_another_whose_decoding_or_refusal_takes_longer(
    tmp_path: Path, application: str, path: str, body: bytes, status: int
) -> None:
    with serve("uvicorn", application, tmp_path) as service:
        answers = Answers(service)
        answers.post("slow", body, path)
        service.wait_for_receipt()

        assert post(service, MESSAGE).status == 204

        assert answers.order == []
        assert post(service, MESSAGE.replace(b"BFR-000123", b"RELEASE")).status == 204
        answers.wait()

    assert answers.responses["slow"].status == status


@pytest.mark.parametrize("application", ["asgi", "asgi_coroutine"])
def test_small_requests_are_answered_while_a_large_document_is_decoded(tmp_path: Path, application: str) -> None:
    document = MESSAGE.replace(b"<updates>", UPDATE * 100_000 + b"<updates>", 1)
    with serve("uvicorn", application, tmp_path, MAX_BODY=str(len(document))) as service:
        assert post(service, MESSAGE).status == 204
        answers = Answers(service)
        answers.post("large", document)
        time.sleep(0.1)
        for number in range(5):
            answers.post(f"small {number}", MESSAGE)
        answers.wait()

    assert answers.order[-1] == "large"
    assert {response.status for response in answers.responses.values()} == {204}
