"""Stores messages: each function takes a connection, inside a transaction of its caller.

Every function takes the lock of a counter first, so that transactions of several servers follow one another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from lxml import etree

from schemapress_runtime.xml.document import xml_parser

from .arrival import Answer, Arrival, Outcome, Rejection
from .tables import CERTIFICATE, COUNTER, DONE, MESSAGE, QUARANTINE

_NEXT = sa.update(COUNTER).where(COUNTER.c.name == sa.bindparam("table"))
_NEXT = _NEXT.values(last=COUNTER.c.last + sa.bindparam("amount")).returning(COUNTER.c.last)
_KNOWN = sa.select(
    *(
        MESSAGE.c[name]
        for name in ("identity", "id", "state", "digest", "answer_status", "answer_headers", "answer_body")
    )
).where(MESSAGE.c.identity.in_(sa.bindparam("identities", expanding=True)))
_BODY = sa.select(MESSAGE.c.body).where(MESSAGE.c.id == sa.bindparam("id_"))
_CERTIFICATES = sa.select(CERTIFICATE.c.fingerprint).where(
    CERTIFICATE.c.fingerprint.in_(sa.bindparam("fingerprints", expanding=True))
)
_STORE, _KEEP, _ADD_CERTIFICATE = sa.insert(MESSAGE), sa.insert(QUARANTINE), sa.insert(CERTIFICATE)
_FINISH = (
    sa.update(MESSAGE)
    .where(MESSAGE.c.id == sa.bindparam("id_"))
    .values(
        state=DONE,
        finished_at=sa.bindparam("now"),
        answer_status=sa.bindparam("status"),
        answer_headers=sa.bindparam("headers_"),
        answer_body=sa.bindparam("body_"),
    )
)


def store(connection: sa.Connection, arrivals: Sequence[Arrival]) -> list[Outcome]:
    """Store messages, and return what became of each, in their order.

    A message is known where one of the same endpoint, sender and key is stored, or stands before it in `arrivals`. It
    conflicts with that one where the bytes differ, and the documents too (in canonical form).
    """
    last = _take_numbers(connection, "message", len(arrivals))
    identities = [arrival.identity for arrival in arrivals]
    known = _find(connection, {identity for identity in identities if identity is not None})
    number = last - len(arrivals)
    rows: list[dict[str, object]] = []
    outcomes = []
    for arrival, identity in zip(arrivals, identities, strict=True):
        digest = hashlib.sha256(arrival.body).digest()
        before = None if identity is None else known.get(identity)
        if before is None:
            number += 1
            rows.append(_row(arrival, number, identity, digest))
            outcomes.append(Outcome(number))
            if identity is not None:
                known[identity] = {"id": number, "state": arrival.state, "digest": digest, "body": arrival.body}
        else:
            outcomes.append(_compare(connection, before, digest, arrival.body))
    _add_certificates(connection, arrivals)
    if rows:
        connection.execute(_STORE, rows)
    return outcomes


def keep_rejections(connection: sa.Connection, rejections: Sequence[Rejection]) -> int:
    """Put refused messages into the quarantine, and return the number of the last."""
    last = _take_numbers(connection, "quarantine", len(rejections))
    _add_certificates(connection, rejections)
    rows = [
        {
            "id": number,
            "endpoint": rejection.endpoint,
            "sender": rejection.sender,
            "message_key": rejection.message_key,
            "fingerprint": _fingerprint(rejection),
            "received_at": rejection.received_at,
            "status": rejection.status,
            "reason": rejection.reason,
            "report": rejection.report,
            "path": rejection.path,
            "headers": rejection.headers,
            "size": len(rejection.body),
            "body": rejection.body,
        }
        for number, rejection in enumerate(rejections, last - len(rejections) + 1)
    ]
    connection.execute(_KEEP, rows)
    return last


def finish(connection: sa.Connection, answers: Iterable[Answer], now: int) -> None:
    """Note that messages were handled inside their requests, with the answers."""
    rows = [
        {"id_": answer.id, "now": now, "status": answer.status, "headers_": answer.headers, "body_": answer.body}
        for answer in answers
    ]
    if rows:
        connection.execute(_FINISH, rows)


def _take_numbers(connection: sa.Connection, table: str, amount: int) -> int:
    """Return the last of `amount` new numbers of a table."""
    last: int = connection.execute(_NEXT, {"table": table, "amount": amount}).scalar_one()
    return last


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
    answers = (before.get("answer_status"), before.get("answer_headers"), before.get("answer_body"))
    return Outcome(before["id"], False, False, before["state"], *answers)


def _canonical(body: bytes) -> bytes:
    """Return a document in canonical form (Canonical XML 2.0), without the white space between its elements."""
    try:
        root = etree.fromstring(body, xml_parser(doctype=False))
    except etree.XMLSyntaxError:  # in a charset that the header field alone tells
        return body
    canonical: bytes = etree.tostring(root, method="c14n2", strip_text=True, with_comments=False)  # type: ignore[call-overload]  # lxml-stubs do not know c14n2
    return canonical


def _row(arrival: Arrival, number: int, identity: bytes | None, digest: bytes) -> dict[str, object]:
    return {
        "id": number,
        "identity": identity,
        "endpoint": arrival.endpoint,
        "sender": arrival.sender,
        "message_key": arrival.message_key,
        "ordering_key": arrival.ordering_key,
        "fingerprint": _fingerprint(arrival),
        "received_at": arrival.received_at,
        "state": arrival.state,
        "attempts": 0,
        "next_attempt_at": 0,
        "path": arrival.path,
        "headers": arrival.headers,
        "digest": digest,
        "body": arrival.body,
    }


def _fingerprint(message: Arrival | Rejection) -> str | None:
    return None if message.certificate is None else hashlib.sha256(message.certificate).hexdigest()


def _add_certificates(connection: sa.Connection, messages: Sequence[Arrival | Rejection]) -> None:
    """Keep the certificates of messages that were not seen before."""
    contents = {message.certificate: message.received_at for message in messages if message.certificate is not None}
    if not contents:
        return
    rows = {
        hashlib.sha256(content).hexdigest(): {"content": content, "first_seen_at": at}
        for content, at in contents.items()
    }
    known = set(connection.execute(_CERTIFICATES, {"fingerprints": list(rows)}).scalars())
    new = [{"fingerprint": name, **row} for name, row in rows.items() if name not in known]
    if new:
        connection.execute(_ADD_CERTIFICATE, new)
