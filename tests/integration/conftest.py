"""Fixtures: real servers around the handlers of the ticketing API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.service import Service, serve

SERVERS = {
    "uvicorn": ("uvicorn", "asgi"),
    "uvicorn-coroutine": ("uvicorn", "asgi_coroutine"),
    "gunicorn": ("gunicorn", "wsgi"),
    "wsgiref": ("wsgiref", "wsgi"),
}


@pytest.fixture(scope="session", params=SERVERS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    server, application = SERVERS[request.param]
    with serve(server, application, tmp_path_factory.mktemp(request.param)) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Service:
    """A server, one after the other, that has received nothing yet."""
    running.received()
    return running
