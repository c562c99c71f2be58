"""The ASGI application of the local port: the page, health, readiness and metrics."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from sqlalchemy.exc import SQLAlchemyError

from schemapress.receiver.health import IsReady, ShowMetrics, check_health
from schemapress.receiver.inbox.query import STATES, Selection
from schemapress_runtime.http.asgi import Receive, Scope, Send

from .guard import HEADERS, Guard
from .personal_content import PersonalContent
from .records import Records
from .rendering import render
from .views import TABLE_OF_PATH, TITLES, make_frame, make_list, make_message

_LOG = logging.getLogger(__name__)

MOST_FORM_BYTES = 4_096
LONGEST_QUERY = 200
"""Characters of a text that is searched for."""

_STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FILES = {path.name: (path.read_bytes(), _TYPES[path.suffix]) for path in _STATIC.iterdir() if path.suffix in _TYPES}
_HTML, _TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
_NUMBER = re.compile(r"[0-9]{1,18}")
_ONE = re.compile(r"/(messages|quarantine|outbox)/([0-9]{1,18})(?:/(retry|reveal|download))?")


@dataclass(frozen=True, slots=True)
class PageResponse:
    """A response of the page."""

    status: int
    body: bytes
    content_type: str = _HTML
    headers: tuple[tuple[str, str], ...] = ()


class PageApplication:
    """Answers what a browser on this machine, a service manager or Prometheus asks.

    `is_ready` says whether the receiver takes messages. `on_retry` is called once dead messages wait again; without it,
    nobody delivers them here.
    """

    def __init__(
        self,
        package: str,
        personal: PersonalContent,
        records: Records,
        show_metrics: ShowMetrics,
        is_ready: IsReady,
        on_retry: Callable[[], None] | None = None,
    ) -> None:
        self._package = package
        self._personal = personal
        self._records = records
        self._show_metrics = show_metrics
        self._is_ready = is_ready
        self._delivers = on_retry is not None
        self._on_retry = on_retry or (lambda: None)
        self._guard = Guard()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(_Request.of(scope), receive)
        except SQLAlchemyError as error:
            _LOG.error("the page can't read the inbox: %s", type(error).__name__, extra={"event": "page-unavailable"})
            answer = _explain(503, "The inbox can't be read at the moment.")
        except Exception as error:
            _LOG.error("the page failed: %s", type(error).__name__, exc_info=error, extra={"event": "page-failed"})
            answer = _explain(500, "The page failed; the log of the server says where.")
        body = b"" if scope["method"] == "HEAD" else answer.body
        fields = [("content-type", answer.content_type), ("content-length", str(len(answer.body)))]
        fields += [*HEADERS, *answer.headers]
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, request: _Request, receive: Receive) -> PageResponse:
        refusal = self._guard.refuse(request.method, request.headers)
        if refusal is not None:
            _LOG.warning("the page refused a request: %s", refusal.detail, extra={"event": "page-refused"})
            return _explain(refusal.status, refusal.detail)
        if request.method == "POST":
            return await self._post(request, receive)
        if request.method not in ("GET", "HEAD"):
            return _explain(405, "The page is read with GET.", ("allow", "GET, HEAD, POST"))
        return await self._get(request)

    async def _get(self, request: _Request) -> PageResponse:
        path = request.path
        health = check_health(path, self._is_ready)
        if health is not None:
            return PageResponse(*health, _TEXT)
        if path == "/metrics":
            return PageResponse(200, *await self._show_metrics())
        if path == "/":
            return PageResponse(303, b"", headers=(("location", "/messages"),))
        if path.startswith("/static/") and path.removeprefix("/static/") in _FILES:
            return PageResponse(200, *_FILES[path.removeprefix("/static/")])
        if path.removeprefix("/") in TITLES:
            return await self._list(path.removeprefix("/"), request)
        one = _ONE.fullmatch(path)
        if one is not None and one[3] is None:
            return await self._show(one[1], int(one[2]), notice=request.query.get("notice", ""))
        if one is not None:
            return _explain(405, "This is done with the buttons of the page.", ("allow", "POST"))
        return _explain(404, "There is no such page.")

    async def _list(self, path: str, request: _Request) -> PageResponse:
        before = request.query.get("before", "")
        state = request.query.get("state") or None
        unknown = None
        states = STATES[TABLE_OF_PATH[path]]
        if state is not None and states and state not in states:
            unknown, state = state, None
        selection = Selection(
            state=state,
            text=request.query.get("text", "").strip()[:LONGEST_QUERY] or None,
            before=int(before) if _NUMBER.fullmatch(before) else None,
        )
        page = await self._records.find(TABLE_OF_PATH[path], selection)
        frame = make_frame(self._package, path, page.overview, self._is_ready(), self._guard.token)
        view = make_list(path, page, selection)
        notice = request.notice
        if unknown is not None:
            known = ", ".join(states)
            notice = f"There is no state {unknown[:LONGEST_QUERY]}; all messages are shown. The states are {known}."
        return PageResponse(200, render("list.html.jinja", frame=frame, view=view, notice=notice))

    async def _show(self, path: str, id_: int, *, is_revealed: bool = False, notice: str = "") -> PageResponse:
        record = await self._records.get(TABLE_OF_PATH[path], id_)
        if record is None:
            return _explain(
                404, "There is no message with this number. It may have been deleted after its retention time."
            )
        frame = make_frame(self._package, path, record.overview, self._is_ready(), self._guard.token)
        # In a thread, since a long message takes a while
        view = await asyncio.to_thread(make_message, path, record, self._personal, is_revealed=is_revealed)
        shown = NOTICES.get(notice, "")
        page = await asyncio.to_thread(render, "message.html.jinja", frame=frame, view=view, notice=shown)
        return PageResponse(200, page)

    async def _post(self, request: _Request, receive: Receive) -> PageResponse:
        form = await _read_form(request, receive)
        if form is None or not self._guard.admits(form.get("token", "")):
            _LOG.warning("the page refused a form without its token", extra={"event": "page-refused"})
            return _explain(403, "This form has expired. Reload the page.")
        one = _ONE.fullmatch(request.path)
        if one is None:
            table = request.path.removesuffix("/retry").removeprefix("/")
            if table in ("messages", "outbox") and request.path.endswith("/retry"):
                amount = await self._retry(table, None)
                done = "retried" if self._delivers or table == "outbox" else "waits"
                return _see_other(f"/{table}?notice={done if amount else 'not-dead'}")
            return _explain(404, "There is no such page.")
        path, id_, action = one[1], int(one[2]), one[3]
        event = {"message_number": id_, "table": TABLE_OF_PATH[path]}
        if action == "reveal":
            _LOG.info("somebody looked at the personal data of %s %d", path, id_, extra={"event": "revealed", **event})
            return await self._show(path, id_, is_revealed=True)
        if action == "download":
            return await self._download(path, id_)
        if action == "retry" and path != "quarantine":
            amount = await self._retry(path, [id_])
            done = "retried" if self._delivers or path == "outbox" else "waits"
            return _see_other(f"/{path}/{id_}?notice={done if amount else 'not-dead'}")
        return _explain(405, "There is nothing to send here.", ("allow", "GET, HEAD"))

    async def _retry(self, path: str, ids: list[int] | None) -> int:
        amount = await self._records.retry(TABLE_OF_PATH[path], ids)
        _LOG.info(
            "%d of %s will be delivered again",
            *(amount, path),
            extra={"event": "retried", "message_number": ids[0] if ids else None, "table": TABLE_OF_PATH[path]},
        )
        self._on_retry()
        return amount

    async def _download(self, path: str, id_: int) -> PageResponse:
        record = await self._records.get(TABLE_OF_PATH[path], id_)
        if record is None:
            return _explain(404, "There is no message with this number.")
        event = {"event": "downloaded", "message_number": id_, "table": TABLE_OF_PATH[path]}
        _LOG.info("somebody downloaded %s %d", path, id_, extra=event)
        name = f'attachment; filename="{path}-{id_}.xml"'
        return PageResponse(200, record.body, "application/octet-stream", (("content-disposition", name),))


NOTICES: Mapping[str, str] = {
    "retried": "It will be delivered again.",
    "waits": "It waits for a server with handlers in the mode deliver.",
    "not-dead": "Nothing was done: only messages that failed are delivered again.",
}


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope) -> _Request:
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            known = headers.get(name.decode("latin-1"))
            text = value.decode("latin-1")
            headers[name.decode("latin-1")] = text if known is None else f"{known}, {text}"  # a second Host is no host
        return cls(scope["method"], scope["path"], headers, _parse(scope.get("query_string", b"")))

    @property
    def notice(self) -> str:
        """What was done before."""
        return NOTICES.get(self.query.get("notice", ""), "")


def _parse(text: bytes) -> dict[str, str]:
    """Return the last value of each name of a query or a form."""
    try:
        values = parse_qs(text.decode("latin-1"), max_num_fields=20)
    except ValueError:
        return {}
    return {name: given[-1] for name, given in values.items()}


async def _read_form(request: _Request, receive: Receive) -> dict[str, str] | None:
    """Return the fields of a form, or None where the body is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    body = bytearray()
    while True:
        event = await receive()
        body += event.get("body", b"")
        if event["type"] != "http.request" or len(body) > MOST_FORM_BYTES:
            return None
        if not event.get("more_body", False):
            return _parse(bytes(body))


def _see_other(location: str) -> PageResponse:
    return PageResponse(303, b"", headers=(("location", location),))


def _explain(status: int, detail: str, *headers: tuple[str, str]) -> PageResponse:
    return PageResponse(status, render("explanation.html.jinja", status=status, detail=detail), headers=headers)
