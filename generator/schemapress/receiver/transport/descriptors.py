"""File descriptors: a connection takes one, and what the process may open is limited (RLIMIT_NOFILE)."""

from __future__ import annotations

import contextlib
import logging
import resource

from schemapress.errors import SchemapressError

RESERVED = 100
"""Descriptors that the rest of the server takes: its sockets, its processes and the database."""

_HINT = "Raise the limit: LimitNOFILE= in the unit of systemd, --ulimit nofile= of Docker, or ulimit -Hn in a shell."
_LOG = logging.getLogger(__name__)


def make_room(connections: int, reserved: int = RESERVED) -> int:
    """Raise the limit of open files as far as the system lets it, and return how many connections then fit.

    Fewer than asked for are logged. `reserved` descriptors are left for everything else.

    Raises:
        SchemapressError: not a single connection fits.
    """
    needed = connections + reserved
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _is_enough(soft, needed):
        return connections
    limit = needed if _is_enough(hard, needed) else hard
    with contextlib.suppress(OSError, ValueError):  # the system may have a lower bound than it says
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        soft = limit
    if _is_enough(soft, needed):
        return connections
    if soft <= reserved:
        message = f"The process may open {soft} files; the server needs {needed} for {connections} connections."
        raise SchemapressError(message, hint=_HINT)
    message = "the process may open %d files, so that %d connections are open at once instead of %d. %s"
    event = {"event": "few-descriptors"}
    _LOG.warning(message, soft, soft - reserved, connections, _HINT, extra=event)
    return soft - reserved


def _is_enough(limit: int, needed: int) -> bool:
    return limit == resource.RLIM_INFINITY or limit >= needed
