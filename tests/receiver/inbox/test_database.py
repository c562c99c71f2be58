"""The database of an inbox: both kinds have the tables that the code names, and a URL of another kind is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from schemapress.errors import SchemapressError
from schemapress.receiver.inbox.database import connect, migrate
from schemapress.receiver.inbox.tables import COUNTER, METADATA

KINDS_OF_DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@KINDS_OF_DATABASES
def test_migrations_give_the_tables_that_the_code_names(database: str) -> None:
    engine = connect(database)

    migrate(engine)

    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert set(connection.execute(sa.select(COUNTER.c.name)).scalars()) == {"message", "quarantine", "outbox"}
    engine.dispose()


@KINDS_OF_DATABASES
def test_migrating_again_changes_nothing(database: str) -> None:
    engine = connect(database)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(sa.update(COUNTER).values(last=7))

    migrate(engine)

    with engine.begin() as connection:
        assert set(connection.execute(sa.select(COUNTER.c.last)).scalars()) == {7}
    engine.dispose()


@KINDS_OF_DATABASES
def test_tables_of_a_newer_version_are_refused(database: str) -> None:
    engine = connect(database)
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemapressError, match="another version of schemapress"):
        migrate(engine)
    engine.dispose()


def test_a_new_database_of_sqlite_has_pages_that_hold_several_messages(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/inbox.db")
    migrate(engine)

    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA page_size").scalar_one() == 8_192
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite+pysqlite://"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(SchemapressError, match="expected one that lasts"):
        connect(url)


@pytest.mark.parametrize("url", ["mysql://host/inbox", "inbox.db", ""])
def test_a_database_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(SchemapressError, match="expected one of SQLite or PostgreSQL"):
        connect(url)


def test_a_folder_that_is_not_there_is_an_error_with_its_place(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/missing/inbox.db")

    with pytest.raises(SchemapressError, match=r"missing/inbox\.db: The database can't be used: unable to open"):
        migrate(engine)


def test_the_error_of_an_unreachable_server_has_no_password() -> None:
    engine = connect("postgresql://user:secret@127.0.0.1:9/inbox")

    with pytest.raises(SchemapressError, match="The database can't be used") as raised:
        migrate(engine)

    assert "secret" not in str(raised.value)


def test_sqlite_synchronises_each_commit_with_the_disk(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/inbox.db")

    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    engine.dispose()
