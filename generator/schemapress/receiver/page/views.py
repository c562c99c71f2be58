"""What the templates print of messages: decided here, so that they decide nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from schemapress.receiver.inbox.query import MOST_COUNTED, STATES, Entry, Overview, Selection, report_of
from schemapress.receiver.inbox.tables import DEAD, HANDLING, WAITING

from .certificate_facts import CertificateFacts, describe_certificate
from .personal_content import PersonalContent, hide_texts
from .records import Page, Record
from .rendering import show_age
from .source_listing import Listing, list_source

TABLE_OF_PATH: Mapping[str, str] = {"messages": "message", "quarantine": "quarantine", "outbox": "outbox"}
"""The tables by the first step of the page's paths."""

TITLES: Mapping[str, str] = {"messages": "Messages", "quarantine": "Quarantine", "outbox": "Outbox"}

SINGULARS: Mapping[str, str] = {
    "messages": "Message",
    "quarantine": "Refused message",
    "outbox": "Outgoing message",
}

EMPTY: Mapping[str, str] = {
    "messages": "No message has come yet. The console of the server has a curl line that sends one.",
    "quarantine": "No message was refused.",
    "outbox": "No message is to be sent from this database.",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A table in the navigation."""

    path: str
    title: str
    amount: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has around it. `numbers` have a name, a value and a class of style; `token` is for forms."""

    package: str
    tabs: tuple[Tab, ...]
    numbers: tuple[tuple[str, str, str], ...]
    is_ready: bool
    token: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter by state, as a link."""

    text: str
    url: str
    amount: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A message in a list. `cause` is the class of its last error alone, whose text may have personal data."""

    entry: Entry
    url: str
    cause: str


@dataclass(frozen=True, slots=True)
class ListView:
    """A list of messages."""

    path: str
    title: str
    rows: tuple[Row, ...]
    chips: tuple[Chip, ...]
    text: str
    state: str
    empty: str
    older_url: str | None
    newest_url: str | None
    clear_url: str | None
    can_retry: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a refused message; `anchor` is its line in the listing, if that is shown."""

    path: str
    line: int | None
    column: int | None
    message: str
    code: str
    anchor: str | None


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message."""

    path: str
    title: str
    entry: Entry
    facts: tuple[tuple[str, str], ...]
    times: tuple[tuple[str, int], ...]
    error: str
    problems: tuple[Problem, ...]
    certificate: CertificateFacts | None
    conflicts_with: int | None
    headers: tuple[tuple[str, str], ...]
    listing: Listing
    size: int
    is_revealed: bool
    can_retry: bool


def make_frame(package: str, path: str, overview: Overview, is_ready: bool, token: str) -> Frame:
    """Return what is around a page."""
    amounts = {"messages": overview.messages, "quarantine": overview.quarantine, "outbox": overview.outbox}
    tabs = tuple(Tab(name, TITLES[name], _amount(amount), name == path) for name, amount in amounts.items())
    numbers = [("waiting", f"{overview.waiting:,}", ""), ("dead", f"{overview.dead:,}", "bad" if overview.dead else "")]
    if overview.oldest_waiting_at is not None:
        age = show_age(time.time() - overview.oldest_waiting_at / 1e6)
        numbers.insert(1, ("the oldest waits for", age, ""))
    if overview.handling:
        numbers.append(("in their requests", f"{overview.handling:,}", ""))
    if overview.outbox_waiting or overview.outbox_dead:
        numbers.append(("to be sent", f"{overview.outbox_waiting:,}", ""))
        numbers.append(("dead in the outbox", f"{overview.outbox_dead:,}", "bad" if overview.outbox_dead else ""))
    return Frame(package, tabs, tuple(numbers), is_ready, token)


def make_list(path: str, page: Page, selection: Selection) -> ListView:
    """Return the view of a list."""
    by_path: Mapping[str, Mapping[str, int | None]] = {
        "messages": {
            WAITING: page.overview.waiting,
            DEAD: page.overview.dead,
            HANDLING: page.overview.handling or None,
        },
        "outbox": {WAITING: page.overview.outbox_waiting, DEAD: page.overview.outbox_dead},
    }
    amounts = by_path.get(path, {})
    states = STATES[TABLE_OF_PATH[path]] or tuple(
        sorted({entry.state for entry in page.entries} | {selection.state or ""} - {""})
    )
    chips = [Chip("all", _url(path, text=selection.text), None, selection.state is None)]
    chips += [
        Chip(state, _url(path, state=state, text=selection.text), amounts.get(state), selection.state == state)
        for state in states
    ]
    is_selected = selection.state is not None or bool(selection.text)
    last = page.entries[-1].id if page.has_older else None
    older = None if last is None else _url(path, state=selection.state, text=selection.text, before=str(last))
    newest = None if selection.before is None else _url(path, state=selection.state, text=selection.text)
    return ListView(
        path,
        TITLES[path],
        tuple(Row(entry, f"/{path}/{entry.id}", (entry.error or "").partition(":")[0][:80]) for entry in page.entries),
        tuple(chips),
        selection.text or "",
        selection.state or "",
        "No messages match." if is_selected or selection.before is not None else EMPTY[path],
        older,
        newest,
        f"/{path}" if is_selected else None,
        selection.state == DEAD and bool(amounts.get(DEAD)),
    )


def make_message(path: str, record: Record, personal: PersonalContent, *, is_revealed: bool) -> MessageView:
    """Return the view of a message; what is personal is in it only where it is revealed."""
    entry, details = record.entry, record.entry.details
    is_valid = path != "quarantine"
    report = report_of(entry)
    texts = frozenset[str]()
    if not is_revealed:
        texts = personal.texts(record.body, is_valid=is_valid)
        report = [personal.hide_in_problem(problem, texts) for problem in report]
    marked = {(problem["line"], problem.get("column")) for problem in report if isinstance(problem.get("line"), int)}
    listing = list_source(record.body, marked, None if is_revealed else personal, is_valid=is_valid)
    return MessageView(
        path=path,
        title=f"{SINGULARS[path]} {entry.id}",
        entry=entry,
        facts=tuple(_facts(entry, details)),
        times=tuple(_times(path, entry, details)),
        error=hide_texts(entry.error or "", texts),
        problems=tuple(_problem(problem, listing) for problem in report),
        certificate=None if record.certificate is None else describe_certificate(record.certificate),
        conflicts_with=record.conflicts_with,
        headers=tuple((name, hide_texts(str(value), texts)) for name, value in _headers(details).items()),
        listing=listing,
        size=len(record.body),
        is_revealed=is_revealed,
        can_retry=entry.state in (DEAD, HANDLING) and is_valid,
    )


def _amount(count: int) -> str:
    return f"{count:,}" if count < MOST_COUNTED else f"{MOST_COUNTED - 1:,}+"


def _facts(entry: Entry, details: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts = [
        ("Endpoint", entry.endpoint),
        ("Sender", entry.sender),
        ("Key", entry.message_key or ""),
        ("Reference", entry.ordering_key or ""),
        ("Path", str(details.get("path") or "")),
        ("Answered with", str(details.get("status") or details.get("answer_status") or "")),
        ("Attempts", str(entry.attempts) if "attempts" in details else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _times(path: str, entry: Entry, details: Mapping[str, Any]) -> list[tuple[str, int]]:
    times = [("Received" if path != "outbox" else "Put in", entry.received_at)]
    if entry.state == WAITING and details.get("next_attempt_at"):
        times.append(("Next attempt", details["next_attempt_at"]))
    if details.get("finished_at"):
        times.append(("Finished", details["finished_at"]))
    return times


def _headers(details: Mapping[str, Any]) -> Mapping[str, object]:
    headers: Mapping[str, object] = json.loads(details.get("headers") or "{}")
    return headers


def _problem(problem: Mapping[str, Any], listing: Listing) -> Problem:
    line = problem.get("line")
    shown = listing.find((line, problem.get("column"))) if isinstance(line, int) else None
    return Problem(
        str(problem.get("path") or ""),
        line,
        problem.get("column"),
        str(problem.get("message") or ""),
        str(problem.get("code") or ""),
        None if shown is None else shown.anchor,
    )


def _url(path: str, **query: str | None) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"/{path}?{urlencode(given)}" if given else f"/{path}"
