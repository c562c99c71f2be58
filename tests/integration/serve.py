"""Serves an application of `application.py`: `python -m tests.integration.serve SERVER APPLICATION SOCKET`.

The socket is an inherited file descriptor that listens already, so that nobody has to wait for the server.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from typing import cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import uvicorn

from tests.integration import application


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _uvicorn(name: str, listener: socket.socket) -> None:
    uvicorn.Server(uvicorn.Config(getattr(application, name), log_level="warning")).run([listener])


def _gunicorn(name: str, listener: socket.socket) -> None:
    options = ["--bind", f"fd://{listener.fileno()}", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *options, f"tests.integration.application:{name}"]
    os.execv(sys.executable, command)


def _wsgiref(name: str, listener: socket.socket) -> None:
    server = WSGIServer(listener.getsockname(), _Quiet, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.server_name, server.server_port = cast("tuple[str, int]", listener.getsockname())
    server.setup_environ()
    server.set_app(getattr(application, name))
    server.serve_forever()


if __name__ == "__main__":
    _, server_name, application_name, descriptor = sys.argv
    logging.basicConfig()
    servers = {"uvicorn": _uvicorn, "gunicorn": _gunicorn, "wsgiref": _wsgiref}
    servers[server_name](application_name, socket.socket(fileno=int(descriptor)))
