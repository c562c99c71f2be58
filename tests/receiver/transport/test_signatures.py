"""Signatures after Standard Webhooks: good, wrong, old, and used twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from pathlib import Path

import pytest

from schemapress.receiver.transport.peers import CertificatePattern, PeerEntry
from schemapress.receiver.transport.refusal import Refused
from schemapress.receiver.transport.rotation import CredentialFiles
from schemapress.receiver.transport.server import ListenerSettings
from schemapress.receiver.transport.signature import Signatures, read_signature
from tests.support.listener import listening, post

SECRET = b"the secret of partner a: 32 byte"
OLD = b"the old secret of partner a: 32b"
OTHERS = b"the secret of partner b: 32 byte"


def sign(body: bytes, identifier: str = "msg_1", timestamp: float | None = None, *secrets: bytes) -> dict[str, str]:
    seconds = int(time.time() if timestamp is None else timestamp)
    content = f"{identifier}.{seconds}.".encode() + body
    signatures = [hmac.new(secret, content, hashlib.sha256).digest() for secret in secrets or (SECRET,)]
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(signature).decode()}" for signature in signatures),
    }


def fields(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def signatures() -> Signatures:
    nobody = CertificatePattern()
    return Signatures(
        [PeerEntry("a", nobody, frozenset(["A"]), (SECRET, OLD)), PeerEntry("b", nobody, None, (OTHERS,))]
    )


def verify(headers: dict[str, str], body: bytes, now: float) -> str:
    known = signatures()
    return known.verify(known.read(fields(headers), now), body).name


def test_the_example_of_the_specification_is_verified() -> None:
    """The test vector of the reference implementations of Standard Webhooks."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    known = Signatures([PeerEntry("a", CertificatePattern(), None, (secret,))])

    signed = known.read(fields(headers), 1614265330)

    assert known.verify(signed, b'{"test": 2432232314}').name == "a"


def test_each_secret_of_each_partner_is_recognised() -> None:
    assert verify(sign(b"x", "m", 1000), b"x", 1000) == "a"
    assert verify(sign(b"x", "m", 1000, OLD), b"x", 1000) == "a"
    assert verify(sign(b"x", "m", 1000, OTHERS), b"x", 1000) == "b"
    assert verify(sign(b"x", "m", 1000, b"unknown", OTHERS), b"x", 1000) == "b"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"webhook-id": "msg_2"}, "wrong-signature", id="other id"),
        pytest.param({"webhook-timestamp": "1001"}, "wrong-signature", id="other time"),
        pytest.param({"webhook-timestamp": "699"}, "old-signature", id="too old"),
        pytest.param({"webhook-timestamp": "1301"}, "old-signature", id="too new"),
        pytest.param({"webhook-timestamp": "1e3"}, "wrong-signature", id="no number"),
        pytest.param({"webhook-timestamp": "-1000"}, "wrong-signature", id="negative"),
        pytest.param({"webhook-id": ""}, "wrong-signature", id="empty id"),
        pytest.param({"webhook-id": "a.b"}, "wrong-signature", id="a full stop in the id"),
        pytest.param({"webhook-id": "a" * 201}, "wrong-signature", id="long id"),
        pytest.param({"webhook-signature": "v1,AAAA"}, "wrong-signature", id="other signature"),
        pytest.param({"webhook-signature": "v1,?"}, "wrong-signature", id="no Base64"),
        pytest.param({"webhook-signature": "v1a,AAAA"}, "wrong-signature", id="other version"),
        pytest.param({"webhook-signature": " ".join(["v1,AAAA"] * 17)}, "wrong-signature", id="many signatures"),
    ],
)
def test_a_signature_that_does_not_fit_is_refused(change: dict[str, str], reason: str) -> None:
    with pytest.raises(Refused) as caught:
        verify(sign(b"x", "msg_1", 1000) | change, b"x", 1000)

    assert caught.value.reason == reason


def test_a_full_stop_can_not_move_between_the_id_and_the_time() -> None:
    """`a` at 1000 over `1001.x` has the signed content of `a.1000` at 1001 over `x`."""
    headers = sign(b"1001.x", "a", 1000) | {"webhook-id": "a.1000", "webhook-timestamp": "1001"}

    with pytest.raises(Refused):
        verify(headers, b"x", 1000)


def test_another_body_and_a_missing_or_repeated_field_are_refused() -> None:
    headers = sign(b"x", "m", 1000)
    with pytest.raises(Refused):
        verify(headers, b"y", 1000)
    for name in headers:
        with pytest.raises(Refused, match=f"no {name}"):
            read_signature(fields({other: value for other, value in headers.items() if other != name}), 1000)
        with pytest.raises(Refused, match="more than one"):
            read_signature([*fields(headers), (name.encode(), b"1")], 1000)


def test_a_replay_is_refused_until_its_time_is_too_far_away() -> None:
    known = signatures()

    def accept(headers: dict[str, str], now: float) -> None:
        signed = known.read(fields(headers), now)
        known.accept_once(signed, known.verify(signed, b"x"), now)

    early = sign(b"x", "m", 1300)  # the sender's clock is 300 seconds ahead
    accept(early, 1000)
    for now in (1000, 1299, 1600):
        with pytest.raises(Refused) as caught:
            accept(early, now)
        assert caught.value.reason == "replayed-signature"
        assert caught.value.peer is not None
    with pytest.raises(Refused, match="seconds from"):
        accept(early, 1601)
    accept(sign(b"x", "m", 1301), 1301)  # the sender tries again, and signs anew
    accept(sign(b"x", "m", 1300, OTHERS), 1301)  # another partner's id
    accept(sign(b"x", "n", 1300), 1301)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemapress.receiver.transport.signature.MOST_IDS", 3)
    known = signatures()
    for number in range(3):
        signed = known.read(fields(sign(b"x", f"m{number}", 1000)), 1000)
        known.accept_once(signed, known.verify(signed, b"x"), 1000)
    signed = known.read(fields(sign(b"x", "m4", 1000)), 1000)
    with pytest.raises(Refused) as caught:
        known.accept_once(signed, known.verify(signed, b"x"), 1000)
    assert caught.value.reason == "too-many-signatures"
    known.accept_once(signed, known.verify(signed, b"x"), 1700)


def test_a_partner_without_a_certificate_signs(tmp_path: Path) -> None:
    secret = base64.b64encode(SECRET).decode()
    peers = tmp_path / "peers.toml"
    peers.write_text(f'[[peer]]\nname = "a"\nidentifiers = ["A"]\nsecrets = ["whsec_{secret}"]\n')
    settings = ListenerSettings(port=0, files=CredentialFiles(peers=peers), max_body=10_000)

    with listening(settings) as running:
        headers = sign(b"<a/>")
        accepted = post(running.port, fields=headers)
        replayed = post(running.port, fields=headers)
        changed = post(running.port, fields=sign(b"<a/>", "msg_2"), body=b"<b/>")
        unsigned = post(running.port)
        large = post(running.port, fields=sign(b"a" * 10_001), body=b"a" * 10_001)

    assert accepted.shown | {"fields": None} == {
        "peer": "a",
        "identifiers": ["A"],
        "chain": None,
        "fields": None,
        "path": "/notify",
        "method": "POST",
        "body": "<a/>",
    }
    assert (replayed.status, replayed.kind) == (409, "replayed-signature")
    assert (changed.status, changed.kind) == (401, "wrong-signature")
    assert (unsigned.status, unsigned.kind) == (401, "no-credentials")
    assert unsigned.headers["www-authenticate"]
    assert (large.status, large.kind) == (413, "body-too-large")
    assert [reason for reason, _ in running.refusals] == [
        "replayed-signature",
        "wrong-signature",
        "no-credentials",
        "body-too-large",
    ]
