"""Who delivers: one process per database at a time, so that no message overtakes another.

With SQLite the right is the lock of a file, which ends with the process that holds it. With PostgreSQL it is a lock of
a session, and the database frees it when the session ends, while the process may run on. So there the right is a lease
as well: a process that can't confirm its lock for `SECONDS_OF_LEASE` is ended, and one that follows another process
waits for `SECONDS_TO_TAKE_OVER` first.
"""

from __future__ import annotations

import contextlib
import faulthandler
import fcntl
import math
import os
import time
import uuid
from weakref import WeakSet

import sqlalchemy as sa

from schemapress.receiver.inbox.tables import LEADER

SECONDS_OF_LEASE = 5.0
SECONDS_TO_TAKE_OVER = 7.0
"""Longer than the lease, since the clocks of two machines may run at different rates."""

_LOCK = "SELECT pg_try_advisory_lock(hashtext('schemapress delivery'), hashtext('{}'))"


_HOLDERS: WeakSet[Leadership] = WeakSet()
"""Who has a lock in this process."""


def _leave_to_parent() -> None:
    for leadership in list(_HOLDERS):
        leadership.leave_to_parent()


os.register_at_fork(after_in_child=_leave_to_parent)


class Leadership:
    """The right to deliver the messages of one table.

    `holder` names all processes that never run at the same time, such as those that one server starts: they follow one
    another without a pause. With `ends_after`, the process is ended where nothing could confirm the right for so many
    seconds, or for those of the lease: also where a handler does not let the interpreter do anything else.
    """

    def __init__(
        self, engine: sa.Engine, table: sa.Table, holder: str | None = None, *, ends_after: float | None = None
    ) -> None:
        self._engine = engine
        self._table = table.name
        self._holder = holder or uuid.uuid4().hex
        is_lease = engine.dialect.name == "postgresql" and ends_after is not None
        self._ends_after = SECONDS_OF_LEASE if is_lease else ends_after
        self._nowhere: int | None = None
        self._connection: sa.Connection | None = None
        self._socket: int | None = None
        self._begins_at: float | None = None
        self._file: int | None = None

    def hold(self) -> bool:
        """Take the right, or confirm that it is still held; return whether it is.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database can't be reached.
            OSError: the file of the lock can't be written.
        """
        now = time.monotonic()
        if self._engine.dialect.name == "sqlite":
            if self._hold_file():
                self._renew(now)
                return True
            return False
        try:
            connection = self._connection or self._lock()
            if connection is None:
                return False
            if self._begins_at is None:
                connection.exec_driver_sql("SELECT 1")
            elif time.monotonic() < self._begins_at:
                connection.exec_driver_sql("SELECT 1")
                return False
            else:
                self._name_holder(connection, self._holder)
                self._begins_at = None
        except sa.exc.SQLAlchemyError:
            self._disconnect()
            raise
        self._renew(now)
        return True

    def close(self, is_idle: bool = True) -> None:
        """Give the right away. `is_idle`: nothing is being delivered, so the next holder need not wait."""
        if self._connection is not None and self._begins_at is None and is_idle:
            with contextlib.suppress(sa.exc.SQLAlchemyError):  # then it waits
                self._name_holder(self._connection, "")
        self._disconnect()
        self.release_process()
        if self._file is not None:
            os.close(self._file)
            self._file = None
        _HOLDERS.discard(self)

    def release_process(self) -> None:
        """Let the process live without the right, since it delivers nothing."""
        if self._nowhere is not None:
            faulthandler.cancel_dump_traceback_later()
            os.close(self._nowhere)
            self._nowhere = None

    def _renew(self, since: float) -> None:
        """Let the process live on, counted from a time at which the right was held."""
        if self._ends_after is None or self._ends_after == math.inf:
            return
        if self._nowhere is None:
            self._nowhere = os.open(os.devnull, os.O_WRONLY)
        seconds = max(0.001, self._ends_after - (time.monotonic() - since))
        faulthandler.dump_traceback_later(seconds, exit=True, file=self._nowhere)  # needs no turn of the interpreter

    def _lock(self) -> sa.Connection | None:
        """Return a connection with the lock, or None where another process has it."""
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if not connection.exec_driver_sql(_LOCK.format(self._table)).scalar_one():
                connection.close()
                return None
            before = connection.execute(sa.select(LEADER.c.holder).where(LEADER.c.name == self._table)).scalar()
        except sa.exc.SQLAlchemyError:
            connection.invalidate()
            connection.close()
            raise
        is_followed = before not in (None, "", self._holder)
        self._connection = connection
        driver_connection = connection.connection.driver_connection
        self._socket = None if driver_connection is None else driver_connection.fileno()
        _HOLDERS.add(self)
        self._begins_at = time.monotonic() + (SECONDS_TO_TAKE_OVER if is_followed else 0)
        return connection

    def _name_holder(self, connection: sa.Connection, holder: str) -> None:
        statement = sa.update(LEADER).where(LEADER.c.name == self._table).values(holder=holder)
        connection.execute(statement)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        self._begins_at = self._socket = None
        if connection is not None:
            connection.invalidate()  # the lock belongs to the connection, which a pool would keep
            connection.close()

    def _hold_file(self) -> bool:
        if self._file is not None:
            return True
        database = self._engine.url.database
        if not database or database == ":memory:":
            return True
        file = os.open(f"{database}.{self._table}-delivery", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        _HOLDERS.add(self)
        return True

    def leave_to_parent(self) -> None:
        """Leave the file, or the socket, in a process that a handler forks, which would hold the lock as well."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._socket is not None:  # which its connection goes on to have, and must not use
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, self._socket)
            os.close(nowhere)
