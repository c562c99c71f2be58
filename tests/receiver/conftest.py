"""Databases for the tests of the receiver: a new SQLite file, and a new database of a real PostgreSQL server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgresql import IS_INSTALLED, MISSING, PostgresServer, postgres_server

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server."""
    if not IS_INSTALLED:
        pytest.skip(MISSING)
    with postgres_server() as server:
        yield server


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database: of SQLite, or of the kind that a test or its module asks for."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/inbox.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.make_database(f"inbox_{next(_NUMBERS)}")
