"""A socket that accepts no more connections than it may."""

from __future__ import annotations

import errno
import logging
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_network

from schemapress.errors import SchemapressError

_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
"""What `accept` fails with where the system is short of something: the errors after which asyncio waits."""

_LOG = logging.getLogger(__name__)

ALL_ADDRESSES = ""
"""The host that stands for all addresses of this machine."""

MOST_TURNED_AWAY = 100
"""Connections that are closed at once in a row, before the event loop may do other work."""


class ConnectionCount:
    """The open connections of a listener, from before the handshake on: one that never ends its handshake counts."""

    def __init__(self, most: int, most_per_address: int, is_exempt: Callable[[str], bool]) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._is_exempt = is_exempt
        self._sources: Counter[str] = Counter()
        self.total = 0

    def admit(self, address: str) -> str | None:
        """Count a connection and return its source, or None if there are too many."""
        if self.total >= self._most:
            return None
        source = source_of(address)
        if self._sources[source] >= self._most_per_address and not self._is_exempt(address):
            return None
        self.total += 1
        self._sources[source] += 1
        return source

    def release(self, source: str) -> None:
        """Forget a connection."""
        self.total -= 1
        self._sources[source] -= 1
        if not self._sources[source]:
            del self._sources[source]


def source_of(address: str) -> str:
    """Return what counts as one source: an IPv4 address, or an IPv6 network of 64 bits, which one customer has."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)


class CountedSocket(socket.socket):
    """A connection, which is forgotten once it is closed."""

    on_close: Callable[[], None] | None = None

    def close(self) -> None:
        """Close the connection."""
        on_close, self.on_close = self.on_close, None
        if on_close is not None:
            on_close()
        super().close()


class ListeningSocket(socket.socket):
    """A socket whose connections are counted."""

    count: ConnectionCount
    on_turned_away: Callable[[], None]
    _is_short: bool = False

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept a connection; those that are too many are closed.

        Raises:
            BlockingIOError: none waits.
            OSError: the system has no descriptor or no memory for it; asyncio then waits for a second.
        """
        for _ in range(MOST_TURNED_AWAY):
            connection, address = self._accept_any()
            source = self.count.admit(address[0])
            if source is not None:
                counted = CountedSocket(self.family, self.type, self.proto, fileno=connection.detach())
                counted.on_close = partial(self.count.release, source)
                return counted, address
            connection.close()
            self.on_turned_away()
        raise BlockingIOError

    def _accept_any(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept any connection.

        After an error that does not go away at once, asyncio plans to accept again in a second, and all the same goes
        on: it fails, logs and plans as many times as connections may wait. So every second error says that none waits.
        """
        try:
            accepted: tuple[socket.socket, tuple[str, int]] = super().accept()
        except OSError as error:
            if error.errno not in _SHORTAGES:
                raise
            self._is_short = not self._is_short
            if not self._is_short:
                raise BlockingIOError from None
            event = {"event": "accept-failed"}
            _LOG.error("connections wait until the process can open more files: %s", error.strerror, extra=event)
            raise
        self._is_short = False
        return accepted


def show_host(host: str) -> str:
    """Return a host as a URL has it; a star for all addresses."""
    return f"[{host}]" if ":" in host else host or "*"


def bind(host: str, port: int) -> Sequence[ListeningSocket]:
    """Return sockets that are bound to all addresses of a host. Port 0 is a free one, the same for all.

    `ALL_ADDRESSES` are those of IPv4 and, where the machine has it, of IPv6.

    Raises:
        SchemapressError: the host has no address, or the port is taken.
    """
    place = f"{show_host(host)}:{port}"
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        hint = "Give an address of this machine, such as 127.0.0.1."
        raise SchemapressError(f"The host has no address: {error.strerror}.", place=place, hint=hint) from None
    sockets: list[ListeningSocket] = []
    for family, kind, protocol, _, address in sorted(dict.fromkeys(found), key=lambda each: each[0]):  # IPv4 first
        try:
            listener = ListeningSocket(family, kind, protocol)
        except OSError:  # the kernel has no IPv6
            if sockets:
                continue
            raise
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((address[0], sockets[0].getsockname()[1] if sockets else port, *address[2:]))
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRNOTAVAIL and not host and sockets:  # IPv6 is off
                continue
            for other in sockets:
                other.close()
            hint = "Stop what listens there, or choose another port."
            raise SchemapressError(f"The port can't be used: {error.strerror}.", place=place, hint=hint) from None
        listener.setblocking(False)
        sockets.append(listener)
    return sockets


def is_loopback(sockets: Sequence[socket.socket]) -> bool:
    """Whether only this machine can reach all of the sockets."""
    return all(ip_address(each.getsockname()[0].partition("%")[0]).is_loopback for each in sockets)
