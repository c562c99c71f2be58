"""Serves an application: `python -m tests.integration.serve SERVER APPLICATION SOCKET`.

It is one of `application.py`, or `MODULE:NAME` in another module beside it.
The socket is an inherited file descriptor that listens already, so that nobody has to wait for the server.
"""

from __future__ import annotations

import importlib
import logging
import os
import socket
import sys
from typing import cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import uvicorn


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _uvicorn(module: str, name: str, listener: socket.socket) -> None:
    config = uvicorn.Config(f"{module}:{name}", log_level="warning", root_path=os.environ.get("ROOT_PATH", ""))
    uvicorn.Server(config).run([listener])


def _gunicorn(module: str, name: str, listener: socket.socket) -> None:
    options = ["--bind", f"fd://{listener.fileno()}", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *options, f"{module}:{name}"]
    os.execv(sys.executable, command)


def _wsgiref(module: str, name: str, listener: socket.socket) -> None:
    server = WSGIServer(listener.getsockname(), _Quiet, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.server_name, server.server_port = cast("tuple[str, int]", listener.getsockname())
    server.setup_environ()
    server.set_app(getattr(importlib.import_module(module), name))
    server.serve_forever()


if __name__ == "__main__":
    _, server_name, application_name, descriptor = sys.argv
    logging.basicConfig()
    servers = {"uvicorn": _uvicorn, "gunicorn": _gunicorn, "wsgiref": _wsgiref}
    module, name = f"application:{application_name}".split(":")[-2:]
    servers[server_name](f"tests.integration.{module}", name, socket.socket(fileno=int(descriptor)))
