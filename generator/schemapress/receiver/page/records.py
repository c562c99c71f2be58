"""What the page shows of an inbox: each question is one short transaction, in the thread of the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from schemapress.receiver.inbox.database import read
from schemapress.receiver.inbox.deliveries import wait_again
from schemapress.receiver.inbox.query import (
    TABLES,
    Entry,
    Overview,
    Selection,
    find,
    find_conflicting,
    get,
    get_certificate,
    survey,
)
from schemapress.receiver.inbox.tables import DEAD, HANDLING

ROWS = 50
"""Messages of one page."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, the newest first, whether there are older ones, and the numbers of the whole inbox."""

    entries: tuple[Entry, ...]
    has_older: bool
    overview: Overview


@dataclass(frozen=True, slots=True)
class Record:
    """One message: what is known of it, its body, and the certificate of its sender in DER.

    `conflicts_with` is the number of the message that came before a refused one with the same key.
    """

    entry: Entry
    body: bytes
    certificate: bytes | None
    conflicts_with: int | None
    overview: Overview


class Records:
    """Asks the database in a thread of its own, so that the event loop of the server never waits for it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "page")

    async def find(self, table: str, selection: Selection) -> Page:
        """Return a page of messages."""
        return await self._run(self._find, table, selection)

    async def get(self, table: str, id_: int) -> Record | None:
        """Return one message, or None where there is none with this number."""
        return await self._run(self._get, table, id_)

    async def survey(self) -> Overview:
        """Return the numbers of the inbox."""
        return await self._run(self._survey)

    async def retry(self, table: str, ids: list[int] | None) -> int:
        """Let messages wait again: all dead ones, or those with the numbers; return how many.

        One whose handler failed inside its request can be named, too.
        """
        return await self._run(self._retry, table, ids)

    def close(self) -> None:
        """Close the connections, once what runs has ended."""
        self._thread.shutdown()
        self._engine.dispose()

    async def _run(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    def _find(self, table: str, selection: Selection) -> Page:
        with read(self._engine) as connection:
            entries = tuple(find(connection, TABLES[table], selection, ROWS + 1))
            return Page(entries[:ROWS], len(entries) > ROWS, survey(connection))

    def _get(self, table: str, id_: int) -> Record | None:
        with read(self._engine) as connection:
            found = get(connection, TABLES[table], id_)
            if found is None:
                return None
            fingerprint = found[0].details.get("fingerprint")
            certificate = None if fingerprint is None else get_certificate(connection, fingerprint)
            return Record(*found, certificate, find_conflicting(connection, found[0]), survey(connection))

    def _survey(self) -> Overview:
        with read(self._engine) as connection:
            return survey(connection)

    def _retry(self, table: str, ids: list[int] | None) -> int:
        with self._engine.begin() as connection:
            return len(wait_again(connection, TABLES[table], ids, (DEAD, HANDLING)))
