"""Stores messages: each function takes a connection, inside a transaction of its caller.

Whatever adds rows takes the lock of the counter of their table first, so that transactions of several servers that look
messages up and store them follow one another. Where both tables are locked, that of the messages is the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from lxml import etree
from sqlalchemy.dialects import postgresql, sqlite

from schemapress_runtime.http.soap.version import VERSION_OF_NAMESPACE
from schemapress_runtime.xml.document import xml_parser

from .arrival import Arrival, FailedHandling, Outcome, Rejection, StoredAnswer, Submission
from .tables import CERTIFICATE, COUNTER, DEAD, DONE, HANDLING, MESSAGE, QUARANTINE, STORED, WAITING

_NEXT = sa.update(COUNTER).where(COUNTER.c.name == sa.bindparam("table"))
_NEXT = _NEXT.values(last=COUNTER.c.last + sa.bindparam("amount")).returning(COUNTER.c.last)
_WHAT_IS_KNOWN = ("identity", "id", "state", "digest", "answer_status", "answer_headers", "answer_body")
_KNOWN = sa.select(*(MESSAGE.c[name] for name in _WHAT_IS_KNOWN)).where(
    MESSAGE.c.identity.in_(sa.bindparam("identities", expanding=True))
)
_BODY = sa.select(MESSAGE.c.body).where(MESSAGE.c.id == sa.bindparam("id_"))
_CERTIFICATES = sa.select(CERTIFICATE.c.fingerprint).where(
    CERTIFICATE.c.fingerprint.in_(sa.bindparam("fingerprints", expanding=True))
)
_SPACE = " \t\r\n"
_ADD_CERTIFICATE = {  # another server may add the same one beside a message or a refused one
    "sqlite": sqlite.insert(CERTIFICATE).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(CERTIFICATE).on_conflict_do_nothing(),
}
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS = (f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation")
"""The attributes that only say where a schema may be (XML Schema Part 1 §4.3.2)."""

_TAKEN_UP = {WAITING: frozenset({HANDLING, STORED}), HANDLING: frozenset({WAITING, STORED, DEAD})}
"""The states of messages that are to be handled where they come again, by the state in which a message begins: one that
nobody handles here otherwise, since a server in another mode took it. A dead one is not delivered again by itself."""
_FINISH = (
    sa.update(MESSAGE)
    .where(MESSAGE.c.id == sa.bindparam("id_"))
    .values(
        state=DONE,
        finished_at=sa.bindparam("now"),
        error=None,
        answer_status=sa.bindparam("status"),
        answer_headers=sa.bindparam("headers_"),
        answer_body=sa.bindparam("body_"),
    )
)
_FAIL = (
    sa.update(MESSAGE)
    .where(MESSAGE.c.id == sa.bindparam("id_"), MESSAGE.c.state == HANDLING)
    .values(attempts=MESSAGE.c.attempts + 1, error=sa.bindparam("error_"))
)


def store(connection: sa.Connection, arrivals: Sequence[Arrival], state: str) -> list[Outcome]:
    """Store messages in a state, and return what became of each, in their order.

    A message is known where one of the same endpoint, sender and key is stored, or stands before it in `arrivals`. It
    conflicts with that one where the bytes differ, and the documents too (in canonical form). A message that is known
    and that a server in another mode took is to be handled as this one handles messages: it gets the state, too.
    """
    if not arrivals:
        return []
    number = take_numbers(connection, MESSAGE, len(arrivals)) - len(arrivals)
    identities = [arrival.identity for arrival in arrivals]
    known = _find(connection, {identity for identity in identities if identity is not None})
    rows: list[dict[str, object]] = []
    outcomes = []
    taken_up: list[int] = []
    for arrival, identity in zip(arrivals, identities, strict=True):
        body = arrival.submission.body
        digest = hashlib.sha256(body).digest()
        before = None if identity is None else known.get(identity)
        if before is None:
            number += 1
            rows.append(
                {
                    **_submitted(arrival.submission),
                    "id": number,
                    "identity": identity,
                    "endpoint": arrival.endpoint,
                    "message_key": arrival.message_key,
                    "ordering_key": arrival.ordering_key,
                    "state": state,
                    "attempts": 0,
                    "next_attempt_at": 0,
                    "digest": digest,
                }
            )
            outcomes.append(Outcome(number))
            if identity is not None:
                known[identity] = {"id": number, "state": state, "digest": digest, "body": body}
        else:
            outcome = _compare(connection, before, digest, body)
            if not outcome.conflicts and outcome.state in _TAKEN_UP.get(state, ()):
                taken_up.append(outcome.id)
                outcome = outcome._replace(state=state)
            outcomes.append(outcome)
    _add_certificates(connection, [arrival.submission for arrival in arrivals])
    _insert(connection, MESSAGE, rows)
    if taken_up:
        values = {"state": state, "attempts": 0, "next_attempt_at": 0, "finished_at": None}
        connection.execute(sa.update(MESSAGE).where(MESSAGE.c.id.in_(taken_up)).values(values))
    return outcomes


def keep_rejections(connection: sa.Connection, rejections: Sequence[Rejection]) -> None:
    """Put refused messages into the quarantine."""
    number = take_numbers(connection, QUARANTINE, len(rejections)) - len(rejections)
    _add_certificates(connection, [rejection.submission for rejection in rejections])
    rows = [
        {
            **_submitted(rejection.submission),
            "id": number,
            "endpoint": rejection.endpoint,
            "message_key": rejection.message_key,
            "status": rejection.status,
            "reason": rejection.reason,
            "report": rejection.report,
            "conflicts_with": rejection.conflicts_with,
            "size": size_of(rejection),
        }
        for number, rejection in enumerate(rejections, number + 1)
    ]
    _insert(connection, QUARANTINE, rows)


def size_of(rejection: Rejection) -> int:
    """Return about how many bytes a refused message takes in the quarantine."""
    submission = rejection.submission
    fields = sum(len(name) + len(value) + 6 for name, value in submission.headers.items())
    return len(submission.body) + len(rejection.report) + len(submission.path) + fields


def finish(connection: sa.Connection, answers: Iterable[StoredAnswer], now: int) -> None:
    """Note that messages were handled inside their requests, with the answers."""
    rows = [
        {"id_": answer.id, "now": now, "status": answer.status, "headers_": answer.headers, "body_": answer.body}
        for answer in answers
    ]
    if rows:
        connection.execute(_FINISH, rows)


def note_failures(connection: sa.Connection, failures: Iterable[FailedHandling]) -> None:
    """Note why handlers failed inside requests, for messages that are still to be handled."""
    rows = [{"id_": failure.id, "error_": failure.error} for failure in failures]
    if rows:
        connection.execute(_FAIL, rows)


def take_numbers(connection: sa.Connection, table: sa.Table, amount: int) -> int:
    """Take the lock of a table, and return the last of `amount` new numbers of its rows."""
    last: int = connection.execute(_NEXT, {"table": table.name, "amount": amount}).scalar_one()
    return last


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows with the same columns, whose values the driver takes as they are."""
    if rows:
        statement, order = _write_insert(table, tuple(rows[0]), connection.dialect)
        values: Any = rows if order is None else list(map(itemgetter(*order), rows))  # as the driver takes them
        connection.exec_driver_sql(statement, values)


@lru_cache(16)
def _write_insert(table: sa.Table, columns: tuple[str, ...], dialect: sa.Dialect) -> tuple[str, list[str] | None]:
    """Return the statement of a driver, and the order of its parameters; None where they have names."""
    compiled = sa.insert(table).compile(dialect=dialect, column_keys=list(columns))
    return str(compiled), compiled.positiontup if compiled.positional else None


def _find(connection: sa.Connection, identities: Iterable[bytes]) -> dict[bytes, Mapping[str, Any]]:  # Any: a row
    sought = list(identities)
    if not sought:
        return {}
    rows = connection.execute(_KNOWN, {"identities": sought}).mappings()
    return {bytes(row["identity"]): dict(row) for row in rows}


def _compare(connection: sa.Connection, before: Mapping[str, Any], digest: bytes, body: bytes) -> Outcome:
    """Return the outcome of a message whose key is known."""
    if bytes(before["digest"]) != digest:
        stored = before["body"] if "body" in before else connection.execute(_BODY, {"id_": before["id"]}).scalar_one()
        if _canonical(bytes(stored)) != _canonical(body):
            return Outcome(before["id"], is_new=False, conflicts=True)
    answer = None
    if before.get("answer_status") is not None:
        answer = StoredAnswer(
            before["id"], before["answer_status"], before["answer_headers"], bytes(before["answer_body"])
        )
    return Outcome(before["id"], False, False, before["state"], answer)


def _canonical(body: bytes) -> bytes:
    """Return a document in canonical form (Canonical XML 2.0), without the white space between its elements.

    White space is that of XML, and only where it stands alone beside elements: a text keeps its own. Of a SOAP
    envelope, the Body counts: a sender may stamp header blocks, such as those of WS-Security, each time it sends.
    Hints where a schema is say nothing of the content, and are left out.
    """
    try:
        root = etree.fromstring(body, xml_parser(doctype=False))
    except etree.XMLSyntaxError:  # in a charset that the header field alone tells
        return body
    version = VERSION_OF_NAMESPACE.get(etree.QName(root).namespace or "")
    content = None if version is None else root.find(version.name("Body"))
    if content is not None:
        root = deepcopy(content)  # which declares the prefixes of the envelope
        root.tail = None
    for element in root.iter(etree.Element):
        for hint in _HINTS:
            element.attrib.pop(hint, "")
        if len(element):
            if element.text is not None and not element.text.strip(_SPACE):
                element.text = None
            for child in element:
                if child.tail is not None and not child.tail.strip(_SPACE):
                    child.tail = None
    canonical: bytes = etree.tostring(root, method="c14n2", with_comments=False)
    return canonical


def _submitted(submission: Submission) -> dict[str, object]:
    """Return the columns that a request gives."""
    sender = submission.sender
    return {
        "sender": "" if sender is None else sender.name,
        "fingerprint": None if sender is None or sender.certificate is None else _fingerprint(sender.certificate),
        "received_at": submission.received_at,
        "path": submission.path,
        "headers": json.dumps(submission.headers),
        "body": submission.body,
    }


@lru_cache(1_000)
def _fingerprint(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()


def _add_certificates(connection: sa.Connection, submissions: Sequence[Submission]) -> None:
    """Keep the certificates of messages that were not seen before."""
    contents = {
        submission.sender.certificate: submission.received_at
        for submission in submissions
        if submission.sender is not None and submission.sender.certificate is not None
    }
    if not contents:
        return
    rows = {
        _fingerprint(content): {"content": content, "first_seen_at": first_seen_at}
        for content, first_seen_at in contents.items()
    }
    known = set(connection.execute(_CERTIFICATES, {"fingerprints": list(rows)}).scalars())
    new = [{"fingerprint": name, **row} for name, row in rows.items() if name not in known]
    if new:
        connection.execute(_ADD_CERTIFICATE[connection.dialect.name], new)
