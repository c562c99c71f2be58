"""Who delivers: one process per database at a time, so that no message overtakes another."""

from __future__ import annotations

import fcntl
import os

import sqlalchemy as sa

_LOCK = "SELECT pg_try_advisory_lock(hashtext('schemapress delivery'), hashtext('{}'))"


class Leadership:
    """The right to deliver the messages of one table.

    Closing it gives the right away; so does the end of the process.
    """

    def __init__(self, engine: sa.Engine, table: sa.Table) -> None:
        self._engine = engine
        self._table = table.name
        self._connection: sa.Connection | None = None
        self._file: int | None = None

    def hold(self) -> bool:
        """Take the right, or make sure that it is still held; return whether it is.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database can't be reached.
            OSError: the file of the lock can't be written.
        """
        if self._engine.dialect.name == "sqlite":
            return self._hold_file()
        if self._connection is not None:
            try:
                self._connection.exec_driver_sql("SELECT 1")
            except sa.exc.SQLAlchemyError:
                self.close()
                raise
            return True
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not connection.exec_driver_sql(_LOCK.format(self._table)).scalar_one():
            connection.close()
            return False
        self._connection = connection
        return True

    def close(self) -> None:
        """Give the right away."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # the lock belongs to the connection, which a pool would keep
            connection.close()
        if self._file is not None:
            os.close(self._file)
            self._file = None

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
        os.register_at_fork(after_in_child=self._leave_to_parent)
        return True

    def _leave_to_parent(self) -> None:
        """Close the file in a process that a handler forks, which would hold the lock as well."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
