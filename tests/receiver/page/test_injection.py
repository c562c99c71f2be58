"""Markup and scripts in every field that a sender controls: the page shows them, and runs none."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from schemapress.receiver.inbox.arrival import Arrival, MessageSender, Rejection, Submission
from schemapress.receiver.inbox.database import connect, migrate
from schemapress.receiver.inbox.deliveries import Attempt, note
from schemapress.receiver.inbox.store import keep_rejections, store
from schemapress.receiver.inbox.tables import MESSAGE, OUTBOX
from tests.support.browser import Browser
from tests.support.chromium import CHROMIUM
from tests.support.receiver import message
from tests.support.receiver_page import PageClient, start_with_page

ATTACKS = (
    "<script>window.attacked = 1</script>",
    "\"><img src=x onerror='window.attacked = 1'>",
    "'><svg/onload=window.attacked=1>",
    "</title></pre></code></script><script src=/x></script>",
    "javascript:window.attacked=1",
    "{{ 7 * 7 }}{% raw %}",
    "<a href=javascript:window.attacked=1 id=live>x</a>",
)


NOW = time.time_ns() // 1_000


def certificate(name: str) -> bytes:
    """Return a certificate of its own whose subject and alternative name are a text."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def submission(attack: str) -> Submission:
    body = message("m-1").replace(b"No light", attack.replace("&", "&amp;").replace("<", "&lt;").encode())
    body = body.replace(b"<faultDetails>", f"<!-- {attack} --><?p {attack} ?><faultDetails>".encode(), 1)
    headers = {"content-type": attack, attack: "x"}
    return Submission(0, f"/{attack}", headers, None, None, body, MessageSender(attack, None, certificate(attack)), NOW)


def problem(attack: str) -> dict[str, object]:
    return {"path": f"/{attack}", "line": 3, "column": 1, "code": attack, "message": attack, "value": attack}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    folder = tmp_path_factory.mktemp("receiver")
    engine = connect(f"sqlite:///{folder}/inbox.db")
    migrate(engine)
    with engine.begin() as connection:
        for attack in ATTACKS:
            arrival = Arrival(attack, attack, attack, submission(attack))
            (outcome,) = store(connection, [arrival], "waiting")
            note(connection, MESSAGE, [Attempt(outcome.id, 1, 3, f"{attack}: {attack}")])
            report = json.dumps([problem(attack)])
            keep_rejections(connection, [Rejection(attack, attack, 422, attack, report, submission(attack))])
            broken = submission(attack)._replace(body=f"<a {attack}".encode())
            keep_rejections(connection, [Rejection(attack, attack, 400, attack, report, broken)])
            row = {"id": outcome.id, "endpoint": attack, "message_key": attack, "ordering_key": attack}
            row |= {"created_at": NOW, "state": "dead", "attempts": 1, "next_attempt_at": 0, "error": attack}
            row |= {"digest": b"", "body": attack.encode()}
            connection.execute(OUTBOX.insert(), row)
    engine.dispose()
    receiver, page = start_with_page(folder, "--mode", "inline")
    yield page
    receiver.stop()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)")
def test_no_browser_runs_or_parses_what_a_sender_wrote(attacked: PageClient, tmp_path: Path) -> None:
    amount = len(ATTACKS)
    paths = ["messages", "quarantine", "outbox"]
    paths += [f"{table}/{number}" for table in ("messages", "outbox") for number in range(1, amount + 1)]
    paths += [f"quarantine/{number}" for number in range(1, 2 * amount + 1)]
    script = (
        "document.querySelectorAll('details').forEach(each => each.open = true);"
        "const count = selector => document.querySelectorAll(selector).length;"
        "return [window.attacked ?? 0, count('script'), count('img, svg, a[href^=java], [onload], [onerror]')]"
    )
    with Browser(tmp_path / "browser") as browser:
        for path in paths:
            browser.open(f"{attacked.url}/{path}")
            assert browser.evaluate(script) == [0, 1, 0], path
            if "/" in path:
                browser.follow("(document.querySelector('form[action$=reveal]') ?? document.forms[0]).requestSubmit()")
                assert browser.evaluate(script) == [0, 1, 0], path
        assert browser.complaints == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_sender_wrote_is_shown_as_it_is(attacked: PageClient, attack: str) -> None:
    number = 2 * ATTACKS.index(attack) + 1
    html = attacked.get(f"/quarantine/{number}")

    escaped = attack.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = escaped.replace('"', "&#34;").replace("'", "&#39;")
    assert html.count(escaped) >= 8
    assert attack == escaped or attack not in html


@pytest.mark.parametrize("query", ["text", "state", "before", "notice"])
@pytest.mark.parametrize("path", ["messages", "quarantine", "outbox", "messages/1"])
def test_what_a_link_has_in_its_query_is_shown_as_it_is(attacked: PageClient, path: str, query: str) -> None:
    for attack in ATTACKS:
        if "<" in attack:
            html = attacked.get(f"/{path}?{query}=" + attack.encode().hex("%", 1).join(("%", "")))
            assert attack not in html
