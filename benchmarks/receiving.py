"""Measure `schemapress serve` under load: a closed loop on loopback, mutual TLS, keep-alive.

`python -m benchmarks.receiving` prints the requests per second and the 99th percentile of the time to an answer, beside
the same server with an application that reads the same body and answers 204; with SQLite, with PostgreSQL if it is
installed, and with handlers; how long small requests take beside one of 10 MB; and how the memory of the server's
processes grows over many messages.
"""

from __future__ import annotations

import argparse
import http.client
import os
import selectors
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.postgresql import IS_INSTALLED, postgres_server
from tests.support.receiver import PATH, ReceiverProcess, free_port, message

from . import peers
from .figure import Figure

CONNECTIONS = (64, 256)
SECONDS = 4.0
ROUNDS = 3
EMPTY = "answers 204"
MESSAGES = 100_000

EMPTY_SERVER = """
import sys
from pathlib import Path
from schemapress.receiver.transport.limits import Limits
from schemapress.receiver.transport.rotation import CredentialFiles
from schemapress.receiver.transport.server import Listener, ListenerSettings

async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while (event := await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    size, event = 0, {"more_body": True}
    while event.get("more_body"):
        event = await receive()
        size += len(event.get("body", b""))
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})

folder = Path(".schemapress-dev")
files = CredentialFiles(folder / "server.pem", folder / "server.key", folder / "ca.pem")
limits = Limits(connections_per_address=256)
Listener(application, ListenerSettings(port=int(sys.argv[1]), files=files, limits=limits)).run()
"""

HANDLERS = """
from cityfibre_ticketing.handlers import Handlers

class Tickets(Handlers):
    def notify_in_progress(self, message, request):
        pass
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What a closed loop measured: requests per second, and times to an answer in milliseconds."""

    rate: float
    median: float
    p99: float


class Connection:
    """A connection of the closed loop, which has one request in flight."""

    def __init__(self, port: int, folder: Path) -> None:
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        context.load_cert_chain(folder / "client.pem", folder / "client.key")
        self.socket = context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="localhost")
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0

    def send(self, body: bytes) -> None:
        """Send a message."""
        head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/xml\r\n"
        self.sent_at = time.perf_counter()
        self.socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def run_load(
    port: int, folder: Path, run: str, *, connections: int = 64, seconds: float = SECONDS, most: int | None = None
) -> Load:
    """Send messages for some seconds, or `most` of them, each connection its next one when it has its answer."""
    opened = [Connection(port, folder) for _ in range(connections)]
    with selectors.DefaultSelector() as selector:
        number = 0
        for connection in opened:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            number += 1
            connection.send(message(f"{run}-{number}", f"F-{number % 1_000}"))
        times: list[float] = []
        start = time.perf_counter()
        while time.perf_counter() < start + seconds if most is None else len(times) < most:
            for key, _ in selector.select(1):
                connection = key.data
                answer = connection.socket.recv(65_536)
                times.append(time.perf_counter() - connection.sent_at)
                assert answer[9:12] == b"204", answer[:200]
                number += 1
                connection.send(message(f"{run}-{number}", f"F-{number % 1_000}"))
        elapsed = time.perf_counter() - start
    for connection in opened:
        connection.socket.close()
    times.sort()
    return Load(len(times) / elapsed, times[len(times) // 2] * 1e3, times[int(len(times) * 0.99)] * 1e3)


@contextmanager
def empty_server(folder: Path) -> Iterator[int]:
    """Run the server with an application that reads the body and answers 204; give its port."""
    port = free_port()
    with open(folder / "empty.log", "wb") as log:
        process = subprocess.Popen([sys.executable, "-c", EMPTY_SERVER, str(port)], cwd=folder, stdout=log, stderr=log)
        try:
            end = time.monotonic() + 20
            while time.monotonic() < end:
                try:
                    Connection(port, folder / ".schemapress-dev").socket.close()
                except OSError:
                    time.sleep(0.1)
                else:
                    break
            yield port
        finally:
            process.terminate()
            process.wait()


def receiving() -> list[Figure]:
    """Measure the receiver beside the same server with nothing behind it."""
    figures: list[Figure] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="schemapress-receiving-")))
        (folder / "tickets.py").write_text(HANDLERS)
        variants = {
            "SQLite": ("--database", f"sqlite:///{folder}/inbox.db"),
            "SQLite, with handlers": ("--database", f"sqlite:///{folder}/handled.db", "--handlers", "tickets:Tickets"),
        }
        if IS_INSTALLED:
            postgres = stack.enter_context(postgres_server())
            variants["PostgreSQL"] = ("--database", postgres.make_database("inbox"))
        servers = {}
        for name, options in variants.items():
            (folder / name).mkdir()
            (folder / name / "tickets.py").write_text(HANDLERS)
            servers[name] = ReceiverProcess(folder / name, (*options, "--connections-per-address", "256"))
        certificates = servers["SQLite"].folder
        empty_port = stack.enter_context(empty_server(certificates))
        for connections in CONNECTIONS:
            what = f"{connections} connections, mutual TLS, keep-alive"
            print(f"\nReceive messages of {len(message('m')):,} bytes: {what}")
            best: dict[str, Load] = {}
            for round_ in range(ROUNDS):
                for name in (EMPTY, *servers):
                    run = f"{connections}-{round_}"
                    if name == EMPTY:
                        load = run_load(empty_port, certificates / ".schemapress-dev", run, connections=connections)
                    else:
                        with servers[name] as server:
                            files = server.folder / ".schemapress-dev"
                            load = run_load(server.port, files, run, connections=connections)
                    if name not in best or load.rate > best[name].rate:
                        best[name] = load
            figures += list_shares(best, connections)
    return figures


def list_shares(loads: dict[str, Load], connections: int) -> list[Figure]:
    """Print what each server did, and return its share of the requests of the empty one."""
    figures = []
    for name, load in loads.items():
        share = load.rate / loads[EMPTY].rate
        times = f"p50 {load.median:>6.1f} ms   p99 {load.p99:>6.1f} ms"
        print(f"  {name:<26}{load.rate:>9,.0f}/s {share:>6.2f}   {times}")
        if name != EMPTY:
            least = 0.7 if name == "SQLite" else None
            title = f"receive, {name}, {connections} connections"
            figures.append(Figure(title, share, "the same server answering 204", least=least))
    return figures


STALL_SERVER = """
import sys
import uvicorn
from cityfibre_ticketing.handlers import Handlers, asgi

class Tickets(Handlers):
    async def notify_in_progress(self, message, request):
        pass

uvicorn.run(asgi(Tickets(), max_body=20_000_000), port=int(sys.argv[1]), log_level="critical", access_log=False)
"""


def post(port: int, body: bytes) -> float:
    """Send a message on a connection of its own, and return the milliseconds to its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    start = time.perf_counter()
    connection.request("POST", PATH, body, {"Content-Type": "application/xml"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 204, answer.status
    return (time.perf_counter() - start) * 1e3


def stalls() -> list[Figure]:
    """Measure small requests to handlers in uvicorn, alone and beside requests of 10 MB."""
    small, large = message("small"), peers.large_message(10_000_000)
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", STALL_SERVER, str(port)])
    try:
        while True:
            try:
                post(port, small)
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        percentiles = {}
        for name in ("alone", "beside 10 MB"):
            is_over = threading.Event()
            thread = threading.Thread(target=send_until, args=(port, large, is_over))
            if name != "alone":
                thread.start()
                time.sleep(0.2)
            times = sorted(post(port, small) for _ in range(600))
            is_over.set()
            if name != "alone":
                thread.join()
            percentiles[name] = times[int(len(times) * 0.99)]
            print(
                f"  small requests, {name:<16} p50 {times[len(times) // 2]:>6.1f} ms   p99 {percentiles[name]:>6.1f} ms"
            )
        whole = min(post(port, large) for _ in range(3))
    finally:
        process.terminate()
        process.wait()
    print(f"  a request of 10 MB alone                {whole:>6.1f} ms")
    return [Figure("p99 of small requests beside 10 MB", percentiles["beside 10 MB"] / whole, "the 10 MB one alone")]


def send_until(port: int, body: bytes, is_over: threading.Event) -> None:
    """Send a message again and again."""
    while not is_over.is_set():
        post(port, body)


def memory_of(process: int) -> int:
    """Return the resident bytes of a process and its children."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(memory_of(int(child)) for child in children)


def memory(messages: int = MESSAGES) -> list[Figure]:
    """Measure how the memory of a receiver with handlers grows over many messages, after the first tenth of them."""
    print(f"\nMemory of a receiver with handlers over {messages:,} messages")
    sizes = []
    with tempfile.TemporaryDirectory(prefix="schemapress-receiving-") as name:
        folder = Path(name)
        (folder / "tickets.py").write_text(HANDLERS)
        with ReceiverProcess(folder, ("--handlers", "tickets:Tickets")) as server:
            assert server.process is not None
            for part in range(10):
                run_load(server.port, folder / ".schemapress-dev", f"g{part}", most=messages // 10)
                sizes.append(memory_of(server.process.pid))
                print(f"  {(part + 1) * messages // 10:>9,} messages: {sizes[-1] / 1e6:>7.1f} MB")
    return [Figure(f"memory after {messages:,} messages", sizes[-1] / sizes[0], "after a tenth of them", most=1.1)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES, help="of the measurement of memory")
    arguments = parser.parse_args()
    receiving()
    stalls()
    memory(arguments.messages)
