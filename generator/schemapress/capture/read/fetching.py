"""Fetches documents over HTTP, for `capture URL` and `--fetch` only; bounded in time, bytes and redirects."""

from __future__ import annotations

import hashlib
import http.client
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit, urlunsplit

from schemapress import __version__
from schemapress.errors import SchemapressError, printable
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Download:
    """A fetched document: its bytes, the URL that was asked for, and the URL after redirects."""

    url: str
    final_url: str
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """The digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def is_url(text: str) -> bool:
    """Whether a text is a URL with the scheme http or https."""
    return text.lower().startswith(("http://", "https://"))


_REDIRECTS = (301, 302, 303, 307, 308)


class Fetcher:
    """Fetches each URL once. All documents together count against the limits of one schema."""

    def __init__(self, limits: SourceLimits = DEFAULT_LIMITS) -> None:
        """Take the limits."""
        self._limits = limits
        self._known: dict[str, Download] = {}
        self._bytes = 0

    def get(self, url: str, place: str | None = None) -> Download:
        """Return the document of a URL; `place` is that of the reference.

        Raises:
            SchemapressError: the scheme is not http or https, the URL has a user or a password, the status is not 200,
                or a limit is exceeded.
        """
        if url not in self._known:
            if len(self._known) >= self._limits.schema_documents:
                raise beyond("schema_documents", self._limits, "The download", place or url)
            download = self._follow(url, place)
            self._bytes += len(download.data)
            if self._bytes > self._limits.schema_bytes:
                raise beyond("schema_bytes", self._limits, "The download", place or url)
            self._known[url] = download
        return self._known[url]

    def _follow(self, url: str, place: str | None) -> Download:
        """Return the document of a URL, after redirects to http and https, from https only to https."""
        limits, where, subject = self._limits, place or url, "It" if place is None else repr(url[:200])
        end = time.monotonic() + limits.fetch_seconds
        current = url
        for _ in range(limits.fetch_redirects + 1):
            try:
                response = _get_in_time(_check_url(current), end, limits, where)
            except urllib.error.HTTPError as error:
                reason = f"{subject} answered with the status {error.code} {error.reason}."
            except urllib.error.URLError as error:
                reason = f"{subject} can't be fetched: {_reason(error.reason)}."
            except http.client.IncompleteRead as error:
                missing = f"{error.expected:,} bytes are missing" if error.expected else "its end is missing"
                reason = f"{subject} was cut off: {missing}."
            except (OSError, http.client.HTTPException, ValueError) as error:
                reason = f"{subject} can't be fetched: {_reason(error)}."
            else:
                if isinstance(response, bytes):
                    return Download(url, current, response)
                target = _join(current, response)
                if target is None:
                    reason = f"{subject} redirects to {response[:200]!r}, which is not a URL."
                elif current.lower().startswith("https:") and not target.lower().startswith("https:"):
                    reason = f"{subject} redirects from https to {target[:200]!r}, which is not followed."
                elif not is_url(target):
                    reason = f"{subject} redirects to {target[:200]!r}, which is neither http nor https."
                else:
                    current = target
                    continue
            raise SchemapressError(printable(reason), place=printable(_without_user(where)), hint=_HINT)
        raise beyond("fetch_redirects", limits, subject, where)


_HINT = "Open the address in a browser. If that works, save the document and capture the file."


def _reason(error: BaseException | str) -> str:
    """Return the reason of an error, without the number of the operating system."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _check_url(url: str) -> str:
    """Return a URL without its fragment.

    Raises:
        ValueError: the scheme is not http or https, the URL has a user or a password, or the port is invalid.
    """
    parts = urlsplit(url)
    if not is_url(url) or not parts.hostname:
        raise ValueError("its scheme is not http or https")
    if parts.username is not None or parts.password is not None:
        raise ValueError("it has a user or a password, which would be recorded")
    if parts.port == 0:  # which raises ValueError itself for a port above 65535
        raise ValueError("there is no port 0")
    return urlunsplit(parts._replace(fragment=""))


def _join(base: str, location: str) -> str | None:
    """Return the absolute URL of a location, or None if it is not a URL."""
    try:
        return urljoin(base, location)
    except ValueError:
        return None


def _without_user(place: str) -> str:
    return re.sub(r"//[^/@]*@", "//", place)


def _get_in_time(url: str, end: float, limits: SourceLimits, where: str) -> bytes | str:
    """Return the response of a URL, or raise at `end`, whatever the server or the name server does.

    A socket timeout covers one call only: a server that sends a header byte by byte never exceeds it.
    """
    results: list[bytes | str | Exception] = []

    def get() -> None:
        try:
            results.append(_get(url, end, limits, where))
        except Exception as error:  # the waiting thread raises it, whatever it is
            results.append(error)

    thread = threading.Thread(target=get, daemon=True)
    thread.start()
    thread.join(max(end - time.monotonic(), 0))
    if not results:
        raise beyond("fetch_seconds", limits, "The download", where)
    if isinstance(results[0], Exception):
        raise results[0]
    return results[0]


def _get(url: str, end: float, limits: SourceLimits, where: str) -> bytes | str:
    """Return the body of a response, or the location of a redirect.

    Raises:
        http.client.IncompleteRead: the connection ended before the body did (RFC 9112 section 8).
    """
    headers = {"User-Agent": f"schemapress/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}
    opener = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler()):
        opener.add_handler(handler)
    left = max(end - time.monotonic(), 0.001)
    with opener.open(urllib.request.Request(url, headers=headers), timeout=left) as response:
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location:
            return str(location)
        if response.status != 200:
            raise urllib.error.HTTPError(url, response.status, response.reason, response.headers, None)
        announced = response.length  # None for chunks, whose end `read1` checks; it does not check Content-Length
        chunks, length = [], 0
        while chunk := response.read1(_CHUNK if announced is None else min(_CHUNK, announced - length)):
            chunks.append(chunk)
            length += len(chunk)
            if length > limits.page_bytes:
                raise beyond("page_bytes", limits, "The download", where)
            if time.monotonic() > end:
                raise beyond("fetch_seconds", limits, "The download", where)
        if announced is not None and length < announced:
            raise http.client.IncompleteRead(b"", announced - length)
        return b"".join(chunks)
