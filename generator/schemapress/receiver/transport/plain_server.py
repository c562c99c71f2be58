"""A server without TLS for what is beside the messages, the page and the health: it lives as long as the receiver."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any, cast

import uvicorn

from schemapress_runtime.http.asgi import Receive, Scope, Send

from .authentication import Application
from .limits import Limits
from .listening_socket import ConnectionCount, bind, show_host
from .protocol import make_protocol

PLAIN_LIMITS = Limits(
    header_seconds=5, connections=100, connections_per_address=20, keep_alive_seconds=5, shutdown_seconds=2
)
"""One address takes a part of the connections alone, so that a probe still gets in."""


class _Server(uvicorn.Server):
    """uvicorn's server, which leaves the signals to that of the receiver."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle no signal."""
        yield


class PlainServer:
    """Serves one ASGI application, which it gets before it starts, and asks nobody who calls.

    It is bound when it is made; use it as an asynchronous context manager.
    """

    def __init__(self, host: str, port: int) -> None:
        """Bind. SchemapressError: the host has no address, or the port is taken."""
        self._host = host
        self._sockets = bind(host, port)
        count = ConnectionCount(PLAIN_LIMITS.connections, PLAIN_LIMITS.connections_per_address, lambda _: False)
        for each in self._sockets:
            each.count = count
            each.on_turned_away = lambda: None
        self.port = int(self._sockets[0].getsockname()[1])
        self.application: Application | None = None
        config = uvicorn.Config(
            cast("Any", self._serve),  # uvicorn's own type of an application names each kind of event
            http=make_protocol(PLAIN_LIMITS, lambda _: None),
            loop="asyncio",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=PLAIN_LIMITS.keep_alive_seconds,
            timeout_graceful_shutdown=PLAIN_LIMITS.shutdown_seconds,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The URL of the server, without a path."""
        return f"http://{show_host(self._host)}:{self.port}"

    async def __aenter__(self) -> PlainServer:
        self._task = asyncio.create_task(self._server.serve(sockets=list(self._sockets)))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the port, once what is in flight has ended."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self.close()

    def close(self) -> None:
        """Close the sockets of a server that is not started."""
        for each in self._sockets:
            each.close()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.application is not None
        await self.application(scope, receive, send)
