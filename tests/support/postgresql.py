"""A PostgreSQL server of the tests' own: Debian's, in a folder that is thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
PROGRAMS = _DEBIAN[-1] if _DEBIAN else Path(shutil.which("initdb") or "/nowhere/initdb").parent
IS_INSTALLED = (PROGRAMS / "initdb").exists()
MISSING = "PostgreSQL is not installed (Debian: apt install postgresql)"


class PostgresServer:
    """A server that listens on a socket of its folder alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "data"

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://schemapress@/{name}?host={self.folder}"

    def make_database(self, name: str) -> str:
        """Make a database, and return its URL."""
        self._run(
            "psql", "-h", str(self.folder), "-U", "schemapress", "-q", "-d", "postgres", "-c", f"CREATE DATABASE {name}"
        )
        return self.url(name)

    def initialize(self) -> None:
        """Make the files of the server."""
        self._run("initdb", "-D", str(self._data), "-U", "schemapress", "-A", "trust", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c shared_buffers=32MB"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; `immediate` is like a crash."""
        self._run("pg_ctl", "-D", str(self._data), "-m", mode, "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        found = PROGRAMS / program
        command = [str(found if found.exists() else shutil.which(program) or program), *arguments]
        user = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None  # it refuses to run as root
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server while the block runs."""
    with tempfile.TemporaryDirectory(prefix="schemapress-pg-", dir="/tmp") as name:  # a socket's path is short
        folder = Path(name)
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
        server = PostgresServer(folder)
        server.initialize()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
