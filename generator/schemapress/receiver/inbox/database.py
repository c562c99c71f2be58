"""The database of an inbox: its engine, and its migrations."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from schemapress.errors import SchemapressError

_MIGRATIONS = Path(__file__).parent / "migrations"

BUSY_SECONDS = 30
"""How long a process waits for the lock of SQLite that another one holds."""


POSTGRESQL_LIMITS = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    "options": "-c statement_timeout=30s",
}
"""A server that does not answer is given up within a minute: requests are then refused, and the sender comes again."""

PAGE_BYTES = 8_192
"""Bytes of a page of SQLite, in a database that is made new: three messages of 2 KB share one."""

PAGES_BETWEEN_CHECKPOINTS = 1_000
"""Pages that SQLite writes ahead before it copies them; a page that many messages touch is copied once."""

_DRIVERS = {("sqlite", "pysqlite"), ("postgresql", "psycopg"), ("postgresql", "psycopg2")}
"""The kinds of databases, with their drivers; SQLAlchemy takes psycopg2 where a URL names none, and psycopg is used."""

_POSTGRESQL_HINTS = {
    "password authentication failed": "The user or the password in the URL is wrong.",
    "no password supplied": "The URL has no password: postgresql://user:password@host/name.",
    "does not exist": "Make it: createuser and createdb of PostgreSQL, or the setting of your provider.",
    "permission denied": "The user needs the right to make tables: GRANT CREATE, USAGE ON SCHEMA public TO it.",
    "Connection refused": "Nothing listens there: start PostgreSQL, or correct the host and the port.",
    "resolve host": "The host has no address: correct it in the URL.",
    "timeout": "The host does not answer: is the port open in the firewall?",
}
"""What to do about an error, by a part of its text."""

_PASSWORD = re.compile(r"(?s)(://[^:@/]*:).*@")
"""The password of a URL. It may have an @ that should have been written as %40, so it ends at the last one."""

_SECRET_PARAMETER = re.compile(r"([?&](?:ssl)?password=)[^&]*")


def connect(url: str) -> sa.Engine:
    """Return the engine of a database by its URL: `sqlite:///inbox.db`, or `postgresql://user@host/name`.

    SQLite writes ahead (WAL) and synchronises each commit with the disk; a transaction that writes takes its lock
    when it begins. A connection that was lost is made again when it is next used.

    Raises:
        SchemapressError: the URL can't be read, or names another kind of database.
    """
    address = read_url(url)
    if address.get_backend_name() == "sqlite":
        return _connect_to_sqlite(address.set(drivername="sqlite"))
    try:
        address = address.set(drivername="postgresql+psycopg")
        return sa.create_engine(address, pool_pre_ping=True, connect_args=POSTGRESQL_LIMITS)
    except ModuleNotFoundError as missing:
        raise SchemapressError(
            f"PostgreSQL needs {missing.name}, which is not installed.", hint="pip install 'schemapress[postgresql]'"
        ) from None


def read_url(url: str) -> sa.URL:
    """Return the parts of the URL of a database.

    Raises:
        SchemapressError: it can't be read, or names another database than SQLite and PostgreSQL.
    """
    try:
        address = sa.make_url(url)
        backend, driver = address.get_backend_name(), address.get_driver_name()
    except SQLAlchemyError:  # no URL, or a kind of database that SQLAlchemy does not know
        address, backend, driver = None, url.partition(":")[0], ""
    except ValueError:  # what SQLAlchemy takes for the port is no number
        raise _explain_unreadable(url, "its port is not a number") from None
    if address is not None and (backend, driver) in _DRIVERS:
        if backend == "sqlite":
            return _check_sqlite(address, url)
        if url.count("@") > 1:
            raise _explain_unreadable(url, "it has more than one @")
        if "options" in address.query:  # a schema of one's own would share the lock of who delivers
            raise _explain_unreadable(url, "it has options, which the receiver sets itself")
        if address.port is not None and not 0 < address.port < 65_536:
            raise _explain_unreadable(url, "its port is not between 1 and 65535")
        return address
    if "://" in url:  # what follows may have a password
        message = (
            f"The URL of the database begins with {url.partition('://')[0]}://; expected one of SQLite or PostgreSQL."
        )
    else:
        message = "This is no URL of a database; expected one of SQLite or PostgreSQL."
    hint = "Examples: sqlite:///inbox.db, sqlite:////var/lib/inbox.db and postgresql://user:password@host/name."
    raise SchemapressError(message, hint=hint)


def _explain_unreadable(url: str, problem: str) -> SchemapressError:
    hint = "Expected postgresql://user:password@host:5432/name, and an IPv6 address in square brackets."
    if url.count("@") > 1:
        hint = "Write @ in a password as %40."
    return SchemapressError(f"The URL of the database can't be read: {problem}.", place=hide_password(url), hint=hint)


def _check_sqlite(address: sa.URL, url: str) -> sa.URL:
    """Return an address of SQLite. SchemapressError: it names no file."""
    if address.host:
        path = f"{address.host}/{address.database}" if address.database else address.host
        message = "The URL of the database has two slashes, and SQLite needs three."
        raise SchemapressError(message, place=url, hint=f"Write three slashes: sqlite:///{path}.")
    if address.database in (None, "", ":memory:"):
        message = f"The URL of the database is {url!r}, a database in memory; expected one that lasts."
        raise SchemapressError(message, hint="Example: sqlite:///inbox.db.")
    return address


def hide_password(url: str) -> str:
    """Return the URL of a database with stars in place of its password."""
    return _SECRET_PARAMETER.sub(r"\1***", _PASSWORD.sub(r"\1***@", url))


def show_url(engine: sa.Engine) -> str:
    """Return the URL of an engine as people write it: without a password and without the name of a driver."""
    address = engine.url.set(drivername=engine.url.get_backend_name())
    return hide_password(address.render_as_string(hide_password=True))


def _connect_to_sqlite(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # of sqlite3: SQLAlchemy begins transactions
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {PAGES_BETWEEN_CHECKPOINTS}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def read(engine: sa.Engine) -> sa.Connection:
    """Return a connection whose transactions only read; SQLite then takes no lock."""
    return engine.connect().execution_options(reads=True)


def free_space(engine: sa.Engine) -> None:
    """Let SQLite copy what it wrote ahead and give that space back, which is all that can be done about a full disk."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def migrate(engine: sa.Engine) -> None:
    """Bring the tables of a database to the newest version; two processes can do so at once.

    Raises:
        SchemapressError: the database can't be reached or written, or a newer version made it.
    """
    if engine.dialect.name == "sqlite" and engine.url.database:
        with contextlib.suppress(OSError):  # the connection says what is wrong
            os.close(os.open(engine.url.database, os.O_CREAT | os.O_RDWR, 0o600))  # messages are for the owner only
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('schemapress inbox'))")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sa.exc.DBAPIError as error:
        place = show_url(engine)
        message = f"The database can't be used: {reason_of(error)}."
        raise SchemapressError(message, place=place, hint=hint_for(engine.url, str(error.orig))) from None
    except CommandError as error:
        place = show_url(engine)
        raise SchemapressError(
            f"The tables are those of another version of schemapress: {error}.",
            place=place,
            hint="Update schemapress, or take another database.",
        ) from None


def hint_for(address: sa.URL, reason: str) -> str:
    """Return what to do about a database that can't be reached or written."""
    if address.get_backend_name() == "sqlite":
        file = Path(address.database or "").absolute()
        if not file.parent.is_dir():
            return f"There is no folder {file.parent}. Make it, or name another file: sqlite:///inbox.db."
        if file.is_dir():
            return f"{file} is a folder; add the name of a file."
        if not os.access(file if file.exists() else file.parent, os.W_OK) or not os.access(file.parent, os.W_OK):
            return f"The user of this process may not write {file}, or not make files beside it."
        if "full" in reason:
            return f"Free some space on the disk of {file}; deleting messages needs space as well."
        return f"The file is {file}. Is it one of another kind?"
    for part, hint in _POSTGRESQL_HINTS.items():
        if part in reason:
            return hint
    return "Check the user, the host and the name in the URL, such as with `psql URL`."


def reason_of(error: BaseException) -> str:
    """Return why a database refused, in one line without a full stop; of another error, its first line."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
