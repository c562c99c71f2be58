"""Whatever a handler raises or returns, the sender gets an answer, and the server goes on and can be stopped."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from cityfibre_ticketing.handlers import Refusal
from tests.conftest import MESSAGE
from tests.integration.application import RAISED, asgi_coroutine
from tests.integration.conftest import SERVERS
from tests.integration.service import Service, post, serve


def saying(what: str) -> bytes:
    return MESSAGE.replace(b"BFR-000123", what.encode())


@pytest.mark.parametrize("raised", RAISED)
def test_an_exception_of_a_handler_is_logged_and_reveals_nothing_internal(service: Service, raised: str) -> None:
    log = len(service.log())

    response = post(service, saying(raised))

    assert (response.status, response.problem["type"]) == (500, "handler-failed")
    assert b"secret" not in response.body
    assert raised.encode() not in response.body
    assert post(service, MESSAGE).status == 204
    logged = service.log()[log:]
    assert response.problem["instance"] in logged
    left_to_the_server = raised in ("SystemExit", "KeyboardInterrupt")
    assert logged.count(f"{raised}: password=secret") == (2 if left_to_the_server else 1)  # as the server logs it too


@pytest.mark.parametrize("configuration", SERVERS)
def test_a_server_whose_handlers_raised_everything_can_be_stopped(configuration: str, tmp_path: Path) -> None:
    with serve(*SERVERS[configuration], tmp_path) as service:
        for raised in RAISED:
            post(service, saying(raised))

        service.stop()  # raises TimeoutExpired where it does not end


@pytest.mark.parametrize(("status", "title"), [(409, "Conflict"), (499, "Client Error"), (599, "Server Error")])
def test_a_handler_can_refuse_in_its_own_words(service: Service, status: int, title: str) -> None:
    response = post(service, saying(f"REFUSE{status}"))

    assert response.status == status
    assert response.problem["title"] == title
    assert response.problem["detail"] == "This fault is closed."


@pytest.mark.parametrize("what", ["REFUSE200", "REFUSE399", "REFUSE600", "FORGET", "ANSWER"])
def test_a_mistake_of_a_handler_is_a_failure(service: Service, what: str) -> None:
    response = post(service, saying(what))

    assert (response.status, response.problem["type"]) == (500, "handler-failed")


def test_a_result_that_is_not_declared_names_the_handler_and_its_place(service: Service) -> None:
    log = len(service.log())

    post(service, saying("ANSWER"))

    logged = service.log()[log:]
    assert re.search(r"\w+\.notify_in_progress \(.*/tests/integration/application\.py:\d+\) returned int", logged)
    assert "; the endpoint declares 204 without a body" in logged


@pytest.mark.parametrize("status", [0, 200, 204, 302, 399, 600, -400])
def test_a_refusal_is_an_error(status: int) -> None:
    with pytest.raises(ValueError, match=f"from 400 to 599, not {status}"):
        Refusal(status, "No.")


@pytest.mark.parametrize("status", ["409", 409.0, None, True])
def test_the_status_of_a_refusal_is_an_integer(status: Any) -> None:  # Any: what a caller must not pass
    with pytest.raises(TypeError, match="integer"):
        Refusal(status, "No.")


def test_the_status_of_a_refusal_may_have_its_name() -> None:
    assert Refusal(HTTPStatus.CONFLICT, "No.").document.status == 409


def test_asgi_awaits_an_awaitable_of_a_plain_method(tmp_path: Path) -> None:
    with serve("uvicorn", "asgi_awaitable", tmp_path) as service:
        assert post(service, MESSAGE).status == 204
        assert service.received()[0]["reference"] == "BFR-000123"
        assert post(service, saying("RuntimeError")).status == 500
        assert post(service, saying("REFUSE409")).status == 409


@pytest.mark.parametrize("server", ["gunicorn", "wsgiref"])
def test_an_awaitable_of_a_plain_method_fails_in_wsgi(tmp_path: Path, server: str) -> None:
    with serve(server, "wsgi_awaitable", tmp_path, PYTHONWARNINGS="default") as service:
        response = post(service, MESSAGE)

        assert (response.status, response.problem["type"]) == (500, "handler-failed")
        assert "returned an awaitable, which only ASGI can serve" in service.log()
        assert "never awaited" not in service.log()
        assert service.received() == []


class Connection:
    """One request to an ASGI application, whose handler waits until it is ended."""

    def __init__(self) -> None:
        self.sent: list[object] = []
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": "/notifyInProgress",
            "headers": [(b"content-type", b"application/xml")],
        }

    async def receive(self) -> dict[str, object]:
        return {"type": "http.request", "body": saying("WAIT")}

    async def send(self, event: object) -> None:
        self.sent.append(event)

    async def serve(self) -> None:
        await asgi_coroutine(self.scope, self.receive, self.send)


def test_a_cancelled_request_is_no_failure_of_its_handler(caplog: pytest.LogCaptureFixture) -> None:
    async def cancel(connection: Connection) -> asyncio.Task[None]:
        task = asyncio.create_task(connection.serve())
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait([task])
        return task

    connection = Connection()
    task = asyncio.run(cancel(connection))

    assert task.cancelled()
    assert connection.sent == []
    assert caplog.records == []


def test_a_request_whose_coroutine_is_closed_is_no_failure_of_its_handler(caplog: pytest.LogCaptureFixture) -> None:
    async def step(connection: Connection) -> None:
        task = asyncio.create_task(connection.serve())
        await asyncio.sleep(0.05)
        coroutine = task.get_coro()
        coroutine.close()
        task.cancel()
        await asyncio.wait([task])
        task.exception()  # of asyncio, which has lost the coroutine

    connection = Connection()
    asyncio.run(step(connection))

    assert connection.sent == []
    assert caplog.records == []


def test_a_sender_that_leaves_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    class Left(Connection):
        async def receive(self) -> dict[str, object]:
            return {"type": "http.disconnect"}

    connection = Left()
    asyncio.run(connection.serve())

    assert connection.sent == []
    assert caplog.records == []
