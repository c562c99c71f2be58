"""Fetching over HTTP, which only `capture URL` and `--fetch` do: bounded in time, bytes and redirects."""

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
    """What a URL answered: its bytes, and the URL that they came from, which is another one after redirects."""

    url: str
    final_url: str
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """The digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def is_url(text: str) -> bool:
    """Whether a text is a URL that can be fetched: one of http or https."""
    return text.lower().startswith(("http://", "https://"))


_REDIRECTS = (301, 302, 303, 307, 308)


class Fetcher:
    """Fetches documents within limits, each URL once; all of them count against the bounds of one schema."""

    def __init__(self, limits: SourceLimits = DEFAULT_LIMITS) -> None:
        """Take the bounds."""
        self._limits = limits
        self._known: dict[str, Download] = {}
        self._bytes = 0

    def get(self, url: str, place: str | None = None) -> Download:
        """Return what a URL answers; `place` is where it is referred to.

        Raises:
            SchemapressError: it is no URL of http or https, has a password in it, answers with anything but 200, or
                goes beyond a limit.
        """
        if url not in self._known:
            if len(self._known) >= self._limits.schema_documents:
                raise beyond("schema_documents", self._limits, "What is fetched", place or url)
            download = self._follow(url, place)
            self._bytes += len(download.data)
            if self._bytes > self._limits.schema_bytes:
                raise beyond("schema_bytes", self._limits, "What is fetched", place or url)
            self._known[url] = download
        return self._known[url]

    def _follow(self, url: str, place: str | None) -> Download:
        """Return what a URL answers, or what the last one does of those that it redirects to.

        Only http and https are followed, and from https only https.
        """
        limits, where, what = self._limits, place or url, "It" if place is None else repr(url[:200])
        end = time.monotonic() + limits.fetch_seconds
        current = url
        for _ in range(limits.fetch_redirects + 1):
            try:
                answer = _in_time(_checked(current), end, limits, where)
            except urllib.error.HTTPError as error:
                reason = f"{what} answered with the status {error.code} {error.reason}."
            except urllib.error.URLError as error:
                reason = f"{what} can't be fetched: {_reason(error.reason)}."
            except http.client.IncompleteRead as error:
                missing = f"{error.expected:,} bytes are missing" if error.expected else "its end is missing"
                reason = f"{what} was cut off: {missing}."
            except (OSError, http.client.HTTPException, ValueError) as error:
                reason = f"{what} can't be fetched: {_reason(error)}."
            else:
                if isinstance(answer, bytes):
                    return Download(url, current, answer)
                following = _joined(current, answer)
                if following is None:
                    reason = f"{what} redirects to {answer[:200]!r}, which is no URL."
                elif current.lower().startswith("https:") and not following.lower().startswith("https:"):
                    reason = f"{what} redirects from https to {following[:200]!r}, which is not followed."
                elif not is_url(following):
                    reason = f"{what} redirects to {following[:200]!r}, which is neither http nor https."
                else:
                    current = following
                    continue
            raise SchemapressError(printable(reason), place=printable(_without_user(where)), hint=_HINT)
        raise beyond("fetch_redirects", limits, what, where)


_HINT = "Open the address in a browser; if it can be reached there alone, save it and capture the file."


def _reason(error: BaseException | str) -> str:
    """Return why something failed, without the number that the system has for it."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _checked(url: str) -> str:
    """Return a URL without its fragment.

    Raises:
        ValueError: it is none of http or https, has a user in it, or a port that there is not.
    """
    parts = urlsplit(url)
    if not is_url(url) or not parts.hostname:
        raise ValueError("it is no URL of http or https")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a user or a password in a URL would be recorded")
    if parts.port == 0:  # which raises ValueError itself for a port above 65535
        raise ValueError("there is no port 0")
    return urlunsplit(parts._replace(fragment=""))


def _joined(base: str, location: str) -> str | None:
    """Return the URL that a location means; None where it is none."""
    try:
        return urljoin(base, location)
    except ValueError:
        return None


def _without_user(place: str) -> str:
    return re.sub(r"//[^/@]*@", "//", place)


def _in_time(url: str, end: float, limits: SourceLimits, where: str) -> bytes | str:
    """Return what a URL answers, or fail at the end of the time, whatever the server or the name server does.

    The time of a socket is that of one call; who sends a byte of a header now and then never goes beyond it.
    """
    found: list[bytes | str | Exception] = []

    def answer() -> None:
        try:
            found.append(_answer(url, end, limits, where))
        except Exception as error:  # whatever it is, the thread that waits raises it
            found.append(error)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    thread.join(max(end - time.monotonic(), 0))
    if not found:
        raise beyond("fetch_seconds", limits, "What is fetched", where)
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def _answer(url: str, end: float, limits: SourceLimits, where: str) -> bytes | str:
    """Return the bytes that a URL answers with, or the URL that it redirects to.

    Raises:
        http.client.IncompleteRead: the connection ended before the answer did (RFC 9112 section 8).
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
        announced = response.length  # None for chunks, whose end `read1` checks; that of Content-Length it does not
        chunks, length = [], 0
        while chunk := response.read1(_CHUNK if announced is None else min(_CHUNK, announced - length)):
            chunks.append(chunk)
            length += len(chunk)
            if length > limits.page_bytes:
                raise beyond("page_bytes", limits, "What is fetched", where)
            if time.monotonic() > end:
                raise beyond("fetch_seconds", limits, "What is fetched", where)
        if announced is not None and length < announced:
            raise http.client.IncompleteRead(b"", announced - length)
        return b"".join(chunks)
