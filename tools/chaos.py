"""Loses no message: `python -m tools.chaos RUNS [SEED]` runs a server under load, and breaks things at random moments.

In each run, senders send messages over mutual TLS, each message of a fault reference after the one before was
acknowledged, and again until it is. Meanwhile the server or one of its processes is killed (SIGKILL), the disk of the
inbox is full, the database restarts without a shutdown, or clients are slow or half-open. A server that ends is started
again, as a service manager does. Afterwards it runs until nothing waits. What happens, when and to which process is
drawn from the seed of the run, and so is what handlers do in the first process; the rest is up to the machine. Then:

- every acknowledged message is in the inbox exactly once;
- the handler of each ran to completion at least once;
- no handler ran after that of a later message of its reference had begun.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from schemapress.receiver.inbox.database import connect, read
from schemapress.receiver.inbox.tables import MESSAGE
from tests.support.postgresql import IS_INSTALLED, PostgresServer, postgres_server
from tests.support.receiver import PATH, ReceiverProcess, message

OPTIONS = ("--handlers", "tickets:Tickets", "--first-pause", "0.05", "--longest-pause", "0.2", "--attempts", "50")
SENDERS, REFERENCES = 4, 3
SECONDS_OF_LOAD = 2.0
SECONDS_TO_FINISH = 60
DISK_BYTES = 24_000_000

HANDLERS = """
import os, random, time
from cityfibre_ticketing.handlers import Handlers

LOG = os.open({log!r}, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
CHANCE = random.Random({seed})

class Tickets(Handlers):
    def notify_in_progress(self, message, request):
        os.write(LOG, f"begin {{message.message_id}}\\n".encode())
        time.sleep(CHANCE.random() * 0.01)
        if CHANCE.random() < 0.05:
            raise RuntimeError("a handler that fails now and then")
        os.write(LOG, f"end {{message.message_id}}\\n".encode())
"""


class Server(ReceiverProcess):
    """A receiver that things happen to."""

    def kill(self) -> None:
        """Kill the server alone; its other processes see that it is gone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.start()

    def kill_child(self, share: float) -> None:
        """Kill one of its processes: which one of them, a share from 0 to 1 says."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if children:
            os.kill(int(children[int(share * len(children))]), signal.SIGKILL)

    def kill_all(self) -> None:
        """Kill it and all its processes, as when the machine loses its power."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.start()

    def keep_running(self) -> None:
        """Start it again if it ended."""
        assert self.process is not None
        if self.process.poll() is not None:
            self.start()


@dataclass
class Load:
    """Senders, and what was acknowledged to them."""

    server: Server
    acknowledged: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def send(self, sender: int) -> None:
        """Send messages of several references in turn, each until it is acknowledged."""
        number = 0
        while not self.is_over.is_set():
            with contextlib.closing(self.server.connect()) as connection:
                while not self.is_over.is_set():
                    reference = f"{sender}-{number % REFERENCES}"
                    message_id = f"{reference}-{number:06d}"
                    answer = self._post(connection, message(message_id, reference))
                    self.answers[answer] += 1
                    if answer == "204":
                        self.acknowledged.append(message_id)
                        number += 1
                        continue
                    self.is_over.wait(0.05)
                    if not answer.isdigit():
                        break

    @staticmethod
    def _post(connection: http.client.HTTPSConnection, body: bytes) -> str:
        """Return the status of the answer to a message, or the name of the error."""
        try:
            connection.request("POST", PATH, body, {"Content-Type": "application/xml"})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        return str(response.status)

    def be_slow(self) -> None:
        """Open connections that send nothing, half a handshake or half a body, and keep them open."""
        with ExitStack() as stack:
            for part in (b"", b"\x16\x03\x01"):
                with contextlib.suppress(OSError):
                    raw = stack.enter_context(socket.create_connection(("127.0.0.1", self.server.port), timeout=2))
                    raw.sendall(part)
            connection = stack.enter_context(contextlib.closing(self.server.connect()))
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.putrequest("POST", PATH)
                connection.putheader("Content-Type", "application/xml")
                connection.putheader("Content-Length", "2000")
                connection.endheaders(b"<notify")
            self.is_over.wait(1)


class PlannedFault(NamedTuple):
    """What happens after a pause in seconds. `share`, from 0 to 1, says to which process, or for how long."""

    pause: float
    name: str
    share: float


def plan_faults(names: Sequence[str], chance: random.Random) -> list[PlannedFault]:
    """Return what happens in a run: each fault once in a random order, and again from the first if there is time."""
    order = chance.sample(names, len(names))
    planned: list[PlannedFault] = []
    for name in itertools.cycle(order):
        planned.append(PlannedFault(chance.uniform(0.05, 0.8), name, chance.random()))
        if len(planned) >= len(names) and sum(fault.pause for fault in planned) >= SECONDS_OF_LOAD:
            return planned
    return planned


def run(seed: int, folder: Path, postgres: PostgresServer | None) -> Counter[str]:
    """Run once, and return counts of what happened.

    Raises:
        AssertionError: something was lost, doubled or out of order.
    """
    log = folder / "handlers.log"
    (folder / "tickets.py").write_text(HANDLERS.format(log=str(log), seed=seed))
    with ExitStack() as stack:
        faults: dict[str, Callable[[float], None]] = {}
        if postgres is not None:
            database = postgres.make_database(f"chaos_{seed}")
            faults["database restarted"] = lambda _: restart(postgres)
        else:
            disk = stack.enter_context(small_disk(folder / "disk"))
            database = f"sqlite:///{disk}/inbox.db"
            if not disk.is_mount():
                print("the disk is not filled: this process may not mount one", flush=True)
            else:
                faults["disk full"] = lambda share: fill(disk, 0.1 + 0.7 * share)
        server = Server(folder, ("--database", database, *OPTIONS))
        load = Load(server)
        faults |= {"server killed": lambda _: server.kill(), "process killed": server.kill_child}
        faults |= {"all killed": lambda _: server.kill_all(), "slow clients": lambda _: load.be_slow()}
        server.start()
        threads = [threading.Thread(target=load.send, args=(number,)) for number in range(SENDERS)]
        for thread in threads:
            thread.start()
        happened: Counter[str] = Counter()
        try:
            while not load.acknowledged:
                server.keep_running()
                time.sleep(0.05)
            for planned in plan_faults(list(faults), random.Random(seed)):
                time.sleep(planned.pause)
                server.keep_running()
                happened[planned.name] += 1
                faults[planned.name](planned.share)
        finally:
            load.is_over.set()
            for thread in threads:
                thread.join()
        wait_until_handled(database, server)
        code = server.stop()
        assert code == 0, f"the server ended with {code}"
        happened += check(load, database, log)
    return happened + Counter({f"answers {name}": amount for name, amount in load.answers.items()})


def check(load: Load, database: str, log: Path) -> Counter[str]:
    """Check what must hold, and return the counts of messages and of runs of handlers."""
    engine = connect(database)
    with read(engine) as connection:
        stored = Counter(connection.execute(sa.select(MESSAGE.c.message_key)).scalars())
        states = Counter(connection.execute(sa.select(MESSAGE.c.state)).scalars())
    engine.dispose()
    acknowledged = load.acknowledged
    assert len(set(acknowledged)) == len(acknowledged)
    lost = [key for key in acknowledged if stored[key] != 1]
    assert not lost, f"acknowledged, and not in the inbox exactly once: {lost[:5]}"
    assert max(stored.values(), default=1) == 1
    assert set(states) <= {"done"}, states
    begun: dict[str, str] = {}
    ended: Counter[str] = Counter()
    for line in log.read_text().splitlines():
        event, key = line.split()
        reference = key.rpartition("-")[0]
        assert key >= begun.get(reference, ""), f"{key} ran after {begun[reference]}"
        begun[reference] = key
        ended[key] += event == "end"
    unhandled = [key for key in acknowledged if not ended[key]]
    assert not unhandled, f"acknowledged, and not handled: {unhandled[:5]}"
    more = sum(amount - 1 for amount in ended.values() if amount > 1)
    return Counter({"acknowledged": len(acknowledged), "stored": len(stored), "handled more than once": more})


def wait_until_handled(database: str, server: Server) -> None:
    """Wait until no message waits for its handler. AssertionError: some still do after a minute."""
    engine = connect(database)
    end = time.monotonic() + SECONDS_TO_FINISH
    while True:
        with read(engine) as connection:
            waiting = sa.select(sa.func.count()).select_from(MESSAGE).where(MESSAGE.c.state == "waiting")
            amount = connection.execute(waiting).scalar_one()
        if not amount:
            break
        assert time.monotonic() < end, f"{amount} messages still wait"
        server.keep_running()
        time.sleep(0.1)
    engine.dispose()


def restart(postgres: PostgresServer) -> None:
    """Restart a database server without a shutdown, as after a crash."""
    postgres.stop("immediate")
    postgres.start()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Give a folder on a disk of a few megabytes; a plain one where this process may not mount."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    mounted = (
        os.geteuid() == 0 and subprocess.run(["mount", *options], check=False, capture_output=True).returncode == 0
    )
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, seconds: float) -> None:
    """Fill a disk for a while."""
    filler = disk / "filler"
    try:
        with open(filler, "wb", 0) as file:
            while True:
                file.write(bytes(65_536))
    except OSError:
        pass
    time.sleep(seconds)
    filler.unlink()


def main(runs: int, first_seed: int) -> int:
    """Run many times, print the counts, and return the exit code."""
    total: Counter[str] = Counter()
    failures = []
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server()) if IS_INSTALLED else None
        if postgres is None:
            print("PostgreSQL is not installed: all runs are with SQLite")
        for seed in range(first_seed, first_seed + runs):
            on_postgres = postgres is not None and seed % 2 == 1
            folder = Path(tempfile.mkdtemp(prefix="schemapress-chaos-"))
            try:
                total += run(seed, folder, postgres if on_postgres else None)
                shutil.rmtree(folder)
            except Exception as error:
                where = f"seed {seed}, {'PostgreSQL' if on_postgres else 'SQLite'}"
                failures.append(f"{where}: {type(error).__name__}: {error} ({folder})")
                print(failures[-1], flush=True)
    print(json.dumps(dict(sorted(total.items())), indent=2))
    print(f"{runs} runs, {len(failures)} failed: {total['acknowledged']:,} messages were acknowledged")
    return 1 if failures else 0


if __name__ == "__main__":
    arguments: Sequence[str] = sys.argv[1:]
    sys.exit(main(int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 0))
