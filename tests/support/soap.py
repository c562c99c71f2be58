"""A package that is captured from a WSDL, and a server of its handlers in a thread."""

from __future__ import annotations

import importlib
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import uvicorn

from tests.conftest import REPOSITORY, run
from tests.support.generated_package import build

ORDERS = REPOSITORY / "tests" / "data" / "soap" / "orders.wsdl"


def build_from_wsdl(folder: Path, wsdl: Path = ORDERS) -> ModuleType:
    """Capture a WSDL in a new project, build its package, and import it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    shutil.copy(wsdl, folder)
    done = run("capture", wsdl.name, "--into", "spec/demo", cwd=folder)
    assert done.returncode == 0, done.stderr
    return build(folder)


def part_of(package: ModuleType, name: str) -> Any:  # a module whose names no type checker knows
    """Return a module of a package."""
    return importlib.import_module(f"{package.__name__}.{name}")


@contextmanager
def serve_application(application: Any) -> Iterator[int]:
    """Serve an ASGI application on loopback, and yield its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
