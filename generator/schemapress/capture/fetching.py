"""Fetching over HTTP, which only `capture URL` and `--fetch` do: bounded in time, bytes and redirects."""

from __future__ import annotations

import hashlib
import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from schemapress import __version__
from schemapress.errors import SchemapressError
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


class _Refused(Exception):
    """A redirect that is not followed, and why."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a bounded number of redirects, to http and https alone, and from https to https alone."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        self._count += 1
        if self._count > self._most:
            raise _Refused(f"redirects more than {self._most} times")
        if not is_url(newurl):
            raise _Refused(f"redirects to {newurl[:200]!r}, which is neither http nor https")
        if req.full_url.lower().startswith("https:") and not newurl.lower().startswith("https:"):
            raise _Refused(f"redirects from https to {newurl[:200]!r}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


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
        url = urlunsplit(urlsplit(url)._replace(fragment=""))
        if url not in self._known:
            if len(self._known) >= self._limits.schema_documents:
                raise beyond("schema_documents", self._limits, "What is fetched", place or url)
            download = self._get(url, place)
            self._bytes += len(download.data)
            if self._bytes > self._limits.schema_bytes:
                raise beyond("schema_bytes", self._limits, "What is fetched", place or url)
            self._known[url] = download
        return self._known[url]

    def _get(self, url: str, place: str | None) -> Download:
        limits = self._limits
        where = place or url
        shown = "It" if place is None else repr(url[:200])
        hint = "Open the address in a browser; if it can be reached there alone, save it and capture the file."
        try:
            parts = urlsplit(url)
            if not is_url(url) or not parts.hostname:
                raise SchemapressError(f"{shown} is no URL of http or https.", place=where)
            if parts.username is not None or parts.password is not None:
                message = f"The URL at {parts.hostname} has a user or a password in it, which would be recorded."
                raise SchemapressError(message, hint="Save the document, and capture the file.")
            headers = {"User-Agent": f"schemapress/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}
            request = urllib.request.Request(url, headers=headers)
            opener = urllib.request.OpenerDirector()
            for handler in (
                urllib.request.ProxyHandler(),
                urllib.request.HTTPHandler(),
                urllib.request.HTTPSHandler(),
                urllib.request.HTTPDefaultErrorHandler(),
                urllib.request.HTTPErrorProcessor(),
                _Redirects(limits.fetch_redirects),
            ):
                opener.add_handler(handler)
            end = time.monotonic() + limits.fetch_seconds
            with opener.open(request, timeout=limits.fetch_seconds) as response:
                data = self._read(response, end, where)
                if response.status != 200:
                    raise SchemapressError(
                        f"{shown} answered with the status {response.status}.", place=where, hint=hint
                    )
                return Download(url, response.geturl(), data)
        except _Refused as refused:
            raise SchemapressError(f"{shown} {refused}; that is not followed.", place=where, hint=hint) from None
        except urllib.error.HTTPError as error:
            with error:
                message = f"{shown} answered with the status {error.code} {error.reason}."
            raise SchemapressError(message, place=where, hint=hint) from None
        except urllib.error.URLError as error:
            raise SchemapressError(f"{shown} can't be fetched: {error.reason}.", place=where, hint=hint) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise SchemapressError(f"{shown} can't be fetched: {reason}.", place=where, hint=hint) from None

    def _read(self, response: http.client.HTTPResponse, end: float, where: str) -> bytes:
        """Return the bytes of a response.

        Raises:
            SchemapressError: there are too many, or they take too long.
        """
        chunks, length = [], 0
        while chunk := response.read1(_CHUNK):
            chunks.append(chunk)
            length += len(chunk)
            if length > self._limits.page_bytes:
                raise beyond("page_bytes", self._limits, "What is fetched", where)
            if time.monotonic() > end:
                raise beyond("fetch_seconds", self._limits, "What is fetched", where)
        return b"".join(chunks)
