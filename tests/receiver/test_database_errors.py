"""A database that can't be used: the server says so before anything else, with what to do, and without a password."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemapress.receiver.inbox.arrival import Arrival, Submission
from schemapress.receiver.inbox.database import connect, migrate
from schemapress.receiver.inbox.store import store
from schemapress.receiver.inbox.tables import OUTBOX, STORED
from tests.support.postgresql import PostgresServer
from tests.support.receiver import PACKAGE, ReceiverProcess


def serve(folder: Path, database: str, *prefix: str) -> str:
    """Return what a server that can't start says."""
    command = [*prefix, sys.executable, "-m", "schemapress", "serve", str(PACKAGE), "--port", "0"]
    command += ["--database", database]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "secret" not in ended.stderr
    assert ended.stderr.startswith("error: ")
    return ended.stderr


@pytest.mark.parametrize(
    ("database", "error", "hint"),
    [
        ("mysql://me:secret@host/x", "The URL of the database begins with mysql://", "Examples: sqlite:///inbox.db"),
        ("postgres://me:secret@host/x", "begins with postgres://; expected one of SQLite or PostgreSQL", "Examples:"),
        ("sqlite+aiosqlite:///x.db", "begins with sqlite+aiosqlite://", "Examples:"),
        ("sqlite://inbox.db", "has two slashes, and SQLite needs three", "Write three slashes: sqlite:///inbox.db."),
        ("sqlite://a/b.db", "has two slashes, and SQLite needs three", "Write three slashes: sqlite:///a/b.db."),
        (
            "postgresql://me:secret@host:879x/x",
            "postgresql://me:***@host:879x/x: The URL of the database can't be read: its port is not a number.",
            "Expected postgresql://user:password@host:5432/name",
        ),
        ("postgresql://[::1/x", "can't be read: its port is not a number.", "Expected postgresql://"),
        ("postgresql://host:99999/x", "its port is not between 1 and 65535.", "Expected postgresql://"),
        (
            "postgresql://host/x?options=-csearch_path%3Da",
            "The URL of the database can't be read: it has options, which the receiver sets itself.",
            "Expected postgresql://",
        ),
        (
            "postgresql://me:sec@secret@host/x",
            "postgresql://me:***@host/x: The URL of the database can't be read: it has more than one @.",
            "Write @ in a password as %40.",
        ),
        ("postgresql://me:se@cr?et@host/x", "postgresql://me:***@host/x: ", "Write @ in a password as %40."),
        ("postgresql://me:se@cret:secret@host/x", "postgresql://me:***@host/x: ", "Write @ in a password as %40."),
        ("inbox.db", "This is no URL of a database", "Examples:"),
        ("sqlite:///away/inbox.db", "unable to open database file", "There is no folder {folder}/away. Make it,"),
        ("sqlite:///full", "unable to open database file", "{folder}/full is a folder; add the name of a file."),
        ("sqlite:///text", "file is not a database", "The file is {folder}/text."),
        ("postgresql://me:secret@nowhere.invalid/x", "failed to resolve host", "The host has no address:"),
    ],
)
def test_a_database_that_can_not_be_is_the_first_line(database: str, error: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "text").write_text("This is no database. " * 100)

    said = serve(tmp_path, database)

    assert error in said
    assert f"\n  {hint.format(folder=tmp_path)}" in said


@pytest.mark.parametrize("kind", ["inbox", "outbox"])
@pytest.mark.parametrize(
    "url", ["postgresql://me:secret@host:879x/x", "postgresql://me:secret@[::1/x", "sqlite://x.db"]
)
def test_a_url_that_can_not_be_read_is_an_error_of_the_lists_too(kind: str, url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "schemapress", kind, "list", "--database", url]

    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: ")
    assert "The URL of the database" in ended.stderr
    assert "secret" not in ended.stderr


def test_an_error_shows_the_url_as_people_write_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        host = f"127.0.0.1:{taken.getsockname()[1]}"

        said = serve(tmp_path, f"postgresql://me:secret@{host}/x?sslpassword=secret")

    assert said.startswith(f"error: postgresql://me:***@{host}/x?sslpassword=***: The database can't be used: ")


def test_a_port_without_postgresql_is_the_first_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens

        said = serve(tmp_path, f"postgresql://me:secret@127.0.0.1:{taken.getsockname()[1]}/x")

    assert "Nothing listens there: start PostgreSQL" in said


def test_an_unknown_name_or_user_of_postgresql_is_the_first_line(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.make_database("known")

    assert "Make it: createuser and createdb" in serve(tmp_path, url.replace("/known", "/unknown"))
    assert "Make it: createuser and createdb" in serve(
        tmp_path, f"{url.partition('//')[0]}//me:secret@{url.partition('@')[2]}"
    )


def test_a_wrong_password_is_the_first_line(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.make_database("guarded")
    rules = postgres.folder / "data" / "pg_hba.conf"
    rules.write_text("local all guest scram-sha-256\n" + rules.read_text())
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE guest LOGIN PASSWORD 'right'")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()

    wrong = serve(tmp_path, url.replace("schemapress@", "guest:secret@"))
    missing = serve(tmp_path, url.replace("schemapress@", "guest@"))
    powerless = serve(tmp_path, url.replace("schemapress@", "guest:right@"))

    assert "The user or the password in the URL is wrong." in wrong
    assert "The URL has no password:" in missing
    assert "The user needs the right to make tables:" in powerless


@pytest.mark.skipif(os.getuid() != 0, reason="only root can take the rights of a user away")
def test_a_folder_that_may_not_be_written_is_the_first_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    said = serve(tmp_path, "sqlite:///inbox.db", "setpriv", "--bounding-set=-all", "--inh-caps=-all")

    assert f"The user of this process may not write {tmp_path}/inbox.db, or not make files beside it." in said


def test_the_server_tells_where_the_inbox_is(tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path) as receiver:
        assert f"  Messages are stored in {tmp_path}/inbox.db\n" in receiver.log


def list_messages(folder: Path, command: str, database: str) -> tuple[int, str]:
    """Return the exit code of `list`, and what it says."""
    listing = [sys.executable, "-m", "schemapress", command, "list", "--database", database]
    ended = subprocess.run(listing, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("command", ["inbox", "outbox"])
def test_the_commands_say_what_the_server_says(command: str, tmp_path: Path, postgres: PostgresServer) -> None:
    (tmp_path / "text").write_text("This is no database. " * 100)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        closed = list_messages(tmp_path, command, f"postgresql://me:secret@127.0.0.1:{taken.getsockname()[1]}/x")
    text = list_messages(tmp_path, command, "sqlite:///text")
    empty = list_messages(tmp_path, command, postgres.make_database(f"empty_{command}"))

    assert closed[0] == text[0] == empty[0] == 2
    assert "Nothing listens there: start PostgreSQL" in closed[1]
    assert "secret" not in closed[1]
    assert "Is it one of another kind?" in text[1]
    assert "makes it" in empty[1]
    assert "createdb" not in empty[1]


def test_the_commands_tell_an_inbox_from_an_outbox(tmp_path: Path) -> None:
    submission = Submission(0, "/orders", {}, None, None, b"<a/>", None, 1)
    row = {"id": 1, "endpoint": "place", "created_at": 1, "state": "waiting", "attempts": 0, "next_attempt_at": 0}
    for name in ("inbox", "outbox"):
        engine = connect(f"sqlite:///{tmp_path}/{name}.db")
        migrate(engine)
        with engine.begin() as connection:
            if name == "inbox":
                store(connection, [Arrival("POST /orders", None, None, submission)], STORED)
            else:
                connection.execute(sa.insert(OUTBOX), {**row, "digest": b"", "body": b"<a/>"})
        engine.dispose()

    inbox_of_outbox = list_messages(tmp_path, "inbox", "sqlite:///outbox.db")
    outbox_of_inbox = list_messages(tmp_path, "outbox", "sqlite:///inbox.db")

    assert inbox_of_outbox == (
        0,
        "There are none. This database is that of an outbox: see `schemapress outbox list --database …`.\n",
    )
    assert outbox_of_inbox == (
        0,
        "There are none. This database is that of an inbox: see `schemapress inbox list --database …`.\n",
    )
