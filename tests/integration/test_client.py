"""The emitted clients and real servers: our own under uvicorn, and one that does what a script says."""

from __future__ import annotations

import asyncio
import base64
import email.utils
import hashlib
import hmac
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from cityfibre_ticketing import InvalidDocument, decode
from cityfibre_ticketing._runtime.http.client.call import Timing
from cityfibre_ticketing.bindings import NotifyInProgress
from cityfibre_ticketing.client import (
    OPERATIONS,
    AsyncClient,
    CallFailed,
    Client,
    Refused,
    Retries,
    Timeouts,
    UnexpectedAnswer,
    Unreachable,
    WrongSettings,
)
from tests.conftest import MESSAGE
from tests.integration.service import Service, serve
from tests.support.certificates import DAY, Authority, Identity
from tests.support.scripted_server import (
    Connection,
    ScriptedServer,
    answer,
    drip,
    go_on_and_on,
    hang,
    scripted_server,
    send,
)

Send = Callable[..., object]
"""Sends a message by a client of one kind, which it makes and closes; takes the arguments of the client."""

NO_CONTENT = answer("204 No Content")
QUICK = Retries(first_delay=0.01, longest_delay=0.05)
ONCE = Retries(attempts=1)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def send_sync(url: str, message: object, **settings: Any) -> object:
    with Client(url, **settings) as client:
        return client.notify_in_progress(message)  # type: ignore[arg-type,func-returns-value]  # a test passes others


def send_async(url: str, message: object, **settings: Any) -> object:
    async def run() -> object:
        async with AsyncClient(url, **settings) as client:
            return await client.notify_in_progress(message)  # type: ignore[arg-type,func-returns-value]  # as above

    return asyncio.run(run())


UNKEYED = replace(OPERATIONS["notify_in_progress"], idempotency_key=None)
"""The operation as of an endpoint without an idempotency key: nothing tells a message from one that comes again."""


def send_unkeyed_sync(url: str, **settings: Any) -> None:
    with Client(url, **settings) as client:
        client.send_document(UNKEYED, MESSAGE)


def send_unkeyed_async(url: str, **settings: Any) -> None:
    async def run() -> None:
        async with AsyncClient(url, **settings) as client:
            await client.send_document(UNKEYED, MESSAGE)

    asyncio.run(run())


@pytest.fixture(params=[send_unkeyed_sync, send_unkeyed_async])
def post_unkeyed(request: pytest.FixtureRequest) -> Send:
    sender: Send = request.param
    return sender


@pytest.fixture(params=[send_sync, send_async])
def post(request: pytest.FixtureRequest) -> Send:
    sender: Send = request.param
    return sender


@pytest.fixture
def notification() -> NotifyInProgress:
    return decode(MESSAGE)


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serve("uvicorn", "asgi_coroutine", tmp_path_factory.mktemp("client")) as service:
        yield service


def url_of(server: Service | ScriptedServer, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{server.port}"


def test_an_accepted_message_reaches_the_handler(post: Send, tickets: Service, notification: NotifyInProgress) -> None:
    tickets.received()

    assert post(url_of(tickets), notification, headers={"X-Trace": "7"}) is None

    (received,) = tickets.received()
    assert received["reference"] == "BFR-000123"
    assert received["headers"]["content-type"] == "application/xml"
    assert received["headers"]["x-trace"] == "7"


def test_a_refusal_of_the_handler_has_its_words(post: Send, tickets: Service, notification: NotifyInProgress) -> None:
    notification.buyer_fault_reference = "REFUSE409"

    with pytest.raises(Refused) as raised:
        post(url_of(tickets), notification)

    assert (raised.value.status, raised.value.kind, raised.value.detail) == (409, "refused", "This fault is closed.")
    assert str(raised.value) == "refused with 409 Conflict: This fault is closed."


def test_the_problems_of_a_refused_document_are_those_that_the_receiver_found(tickets: Service) -> None:
    with Client(url_of(tickets)) as client, pytest.raises(Refused) as raised:
        client.send_document(OPERATIONS["notify_in_progress"], MESSAGE.replace(b">true<", b">maybe<"))

    (problem,) = raised.value.problems
    assert (raised.value.status, raised.value.kind) == (422, "invalid-document")
    assert (problem.line, problem.code, problem.value) == (31, "cvc-datatype-valid.1.2.1", "maybe")
    assert problem.path == "/notifyInProgress/faultDetails/triageComplete"


def test_an_invalid_message_is_not_sent(post: Send, notification: NotifyInProgress) -> None:
    notification.updates = []
    with scripted_server([NO_CONTENT]) as server:
        with pytest.raises(InvalidDocument):
            post(url_of(server), notification)
        with pytest.raises(TypeError, match="sends NotifyInProgress, not str"):
            post(url_of(server), "a")

        assert server.connections == 0


def test_a_connection_is_kept_for_further_messages(post: Send, notification: NotifyInProgress) -> None:
    def keep(connection: Connection) -> None:
        while connection.read_request():
            connection.socket.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    async def send_three(url: str) -> None:
        async with AsyncClient(url) as client:
            for _ in range(3):
                await client.notify_in_progress(notification)

    with scripted_server([keep]) as server:
        if post is send_async:
            asyncio.run(send_three(url_of(server)))
        else:
            with Client(url_of(server)) as client:
                for _ in range(3):
                    client.notify_in_progress(notification)

    assert (len(server.requests), server.connections) == (3, 1)


def test_a_busy_receiver_gets_the_message_again_when_it_wants(post: Send, notification: NotifyInProgress) -> None:
    waited: list[float] = []
    busy = answer("503 Service Unavailable", "Retry-After: 7")

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    timing = Timing(sleep=waited.append, sleep_async=sleep, random=lambda: 0.5)
    with scripted_server([busy, busy, NO_CONTENT]) as server:
        post(url_of(server), notification, timing=timing)

    assert len(server.requests) == 3
    assert len({request.partition(b"\r\n\r\n")[2] for request in server.requests}) == 1
    assert waited == [7.0, 7.0]


def test_a_receiver_may_name_the_date_of_the_next_attempt(post: Send, notification: NotifyInProgress) -> None:
    date = email.utils.formatdate(time.time() + 2, usegmt=True)
    with scripted_server([answer("429 Too Many Requests", f"Retry-After: {date}"), NO_CONTENT]) as server:
        start = time.monotonic()
        post(url_of(server), notification)

        assert 0.9 < time.monotonic() - start < 10
        assert len(server.requests) == 2


def test_the_last_refusal_is_told_when_the_budget_is_used_up(post: Send, notification: NotifyInProgress) -> None:
    busy = answer("503 Service Unavailable", "Content-Type: text/plain", body=b"later")
    with scripted_server([busy]) as server:
        with pytest.raises(Refused) as raised:
            post(url_of(server), notification, retries=Retries(attempts=3, first_delay=0.01))
        with pytest.raises(Refused):
            post(url_of(server), notification, retries=Retries(seconds=0))

    assert (raised.value.status, raised.value.body, raised.value.attempts) == (503, b"later", 3)
    assert len(server.requests) == 4


def test_a_connection_that_drops_half_way_is_made_anew(post: Send, notification: NotifyInProgress) -> None:
    half = send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    with scripted_server([send(b""), half, send(b"HTTP/1.1 2"), NO_CONTENT]) as server:
        post(url_of(server), notification, retries=QUICK)

    assert len(server.requests) == 4


def test_nothing_is_sent_again_that_may_have_arrived_if_nothing_tells_it_apart(post_unkeyed: Send) -> None:
    with scripted_server([send(b""), NO_CONTENT]) as server:
        with pytest.raises(Unreachable) as raised:
            post_unkeyed(url_of(server), retries=QUICK)

        assert (raised.value.kind, raised.value.may_have_arrived, raised.value.attempts) == ("closed", True, 1)
        assert len(server.requests) == 1
    with scripted_server([answer("503 Service Unavailable"), NO_CONTENT]) as server:
        with pytest.raises(Refused):
            post_unkeyed(url_of(server), retries=QUICK)
        assert len(server.requests) == 1


def test_a_refused_connection_is_tried_again_whatever_the_message(post_unkeyed: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(Unreachable) as raised:
        post_unkeyed(f"http://127.0.0.1:{port}", retries=QUICK)

    assert (raised.value.kind, raised.value.may_have_arrived, raised.value.attempts) == ("connection", False, 5)
    assert str(raised.value) == (
        f"unreachable after 5 attempts: 127.0.0.1:{port} refuses the connection; the message has not arrived"
    )


def test_a_redirection_whose_location_is_no_url_is_an_answer(post: Send, notification: NotifyInProgress) -> None:
    found = answer("302 Found", "Location: http://a:b")
    with scripted_server([found]) as server, pytest.raises(CallFailed) as raised:
        post(url_of(server), notification, retries=QUICK)

    assert isinstance(raised.value, Refused | UnexpectedAnswer)
    assert (raised.value.status, raised.value.headers["location"]) == (302, "http://a:b")
    assert len(server.requests) == 1


def test_a_name_without_an_address_is_told(post: Send, notification: NotifyInProgress) -> None:
    with pytest.raises(Unreachable, match=r"the name receiver\.invalid has no address") as raised:
        post("http://receiver.invalid", notification, retries=ONCE)

    assert (raised.value.kind, raised.value.may_have_arrived) == ("name", False)


def test_a_receiver_that_hangs_is_left(post: Send, notification: NotifyInProgress) -> None:
    with scripted_server([hang]) as server:
        start = time.monotonic()
        with pytest.raises(Unreachable) as raised:
            post(url_of(server), notification, retries=ONCE, timeouts=Timeouts(read=0.3))

        assert time.monotonic() - start < 5
    assert (raised.value.kind, raised.value.may_have_arrived) == ("timeout", True)
    assert "sent nothing for 0.3 s" in str(raised.value)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"])
def test_a_receiver_that_sends_a_byte_now_and_then_is_left_in_time(
    post: Send, notification: NotifyInProgress, start: bytes
) -> None:
    with scripted_server([drip(start, 0.1)]) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"did not answer within 0\.5 s"):
            post(url_of(server), notification, retries=ONCE, timeouts=Timeouts(total=0.5))

        assert time.monotonic() - began < 3


def test_a_receiver_that_sends_interim_responses_without_end_is_left_in_time(
    post: Send, notification: NotifyInProgress
) -> None:
    with scripted_server([go_on_and_on]) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"did not answer within 0\.5 s"):
            post(url_of(server), notification, retries=ONCE, timeouts=Timeouts(total=0.5))

        assert time.monotonic() - began < 3


def test_a_long_answer_is_read_no_further_than_the_limit(post: Send, notification: NotifyInProgress) -> None:
    long = answer("400 Bad Request", "Content-Type: text/html", body=b"x" * 3_000_000)
    with scripted_server([long]) as server, pytest.raises(Refused) as raised:
        post(url_of(server), notification, max_response=100_000)

    assert raised.value.body == b"x" * 65_536


def test_redirections_are_not_followed(post: Send, notification: NotifyInProgress) -> None:
    with scripted_server([NO_CONTENT]) as other:
        elsewhere = answer("307 Temporary Redirect", f"Location: {url_of(other)}/notifyInProgress")
        with scripted_server([elsewhere]) as server, pytest.raises(Refused, match="redirects to http") as raised:
            post(url_of(server), notification)

        assert raised.value.status == 307
        assert other.connections == 0


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-OpenSSH_9\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nA\x00: b\r\n\r\n"]
)
def test_what_is_no_http_is_told(post: Send, notification: NotifyInProgress, said: bytes) -> None:
    with scripted_server([send(said)]) as server, pytest.raises(Unreachable) as raised:
        post(url_of(server), notification, retries=ONCE)

    assert (raised.value.kind, raised.value.may_have_arrived) == ("protocol", True)


def test_a_success_that_is_not_declared_is_one_all_the_same(post: Send, notification: NotifyInProgress) -> None:
    with scripted_server([answer("200 OK", "Content-Type: text/html", body=b"<p>Thanks!")]) as server:
        assert post(url_of(server), notification) is None


def test_a_compressed_answer_is_not_unpacked(post: Send, notification: NotifyInProgress) -> None:
    bomb = answer(
        "422 Unprocessable", "Content-Type: application/problem+xml", "Content-Encoding: gzip", body=b"\x1f\x8b"
    )
    with scripted_server([bomb]) as server, pytest.raises(Refused) as raised:
        post(url_of(server), notification)

    assert raised.value.body == b"\x1f\x8b"
    assert raised.value.problems == ()


class Trust:
    """An authority with the certificates of a test, and another authority."""

    def __init__(self, folder: Path) -> None:
        self.ca = Authority(folder, "ca")
        self.other = Authority(folder, "other")
        self.server = self.ca.issue_server("127.0.0.1")
        self.expired = self.ca.issue_server("127.0.0.1", ends=-DAY)
        self.elsewhere = self.ca.issue_server("partner.example")
        self.client = self.ca.issue("CN=client")
        self.stranger = self.other.issue("CN=stranger")

    def context(self, pair: Identity, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
        """Return the context of a server that demands a client certificate of the first authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate_file, pair.key_file)
        context.load_verify_locations(self.ca.path)
        context.verify_mode = ssl.CERT_REQUIRED
        context.maximum_version = version
        return context


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return Trust(tmp_path_factory.mktemp("trust"))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_opens_the_door(
    post: Send, notification: NotifyInProgress, trust: Trust, version: ssl.TLSVersion
) -> None:
    certificate = (trust.client.certificate_file, trust.client.key_file)
    with scripted_server([NO_CONTENT], trust.context(trust.server, version)) as server:
        post(url_of(server, "https"), notification, ca=trust.ca.path, client_certificate=certificate)

        context = ssl.create_default_context(cafile=trust.ca.path)
        context.load_cert_chain(*certificate)
        post(url_of(server, "https"), notification, context=context)

    assert len(server.requests) == 2


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("which", ["none", "stranger"])
def test_a_missing_or_strange_client_certificate_is_told(
    post: Send, notification: NotifyInProgress, trust: Trust, version: ssl.TLSVersion, which: str
) -> None:
    pair = None if which == "none" else (trust.stranger.certificate_file, trust.stranger.key_file)
    settings = {"ca": trust.ca.path, "client_certificate": pair, "retries": QUICK}
    with (
        scripted_server([NO_CONTENT], trust.context(trust.server, version)) as server,
        pytest.raises(Unreachable) as raised,
    ):
        post(url_of(server, "https"), notification, **settings)

    error = raised.value
    assert server.requests == []
    assert "client certificate" in f"{error} {error.hint}"
    if version is ssl.TLSVersion.TLSv1_2:  # in 1.3 the end of the connection may come before the alert is read
        assert "refuses the client certificate, or that there is none" in str(error)
        assert (error.kind, error.may_have_arrived, error.attempts) == ("certificate", False, 1)


@pytest.mark.parametrize(
    ("pair", "ca", "words"),
    [
        ("expired", "ca", "it has expired"),
        ("elsewhere", "ca", "it is for another IP address"),
        ("server", "other", "its CA is not trusted"),
        ("server", None, "its CA is not trusted"),
    ],
)
def test_a_certificate_of_the_receiver_that_is_refused_is_told(
    post: Send, notification: NotifyInProgress, trust: Trust, pair: str, ca: str | None, words: str
) -> None:
    file = None if ca is None else getattr(trust, ca).path
    with (
        scripted_server([NO_CONTENT], trust.context(getattr(trust, pair))) as server,
        pytest.raises(Unreachable, match=words) as raised,
    ):
        post(url_of(server, "https"), notification, ca=file, retries=QUICK)

    assert (raised.value.kind, raised.value.may_have_arrived, raised.value.attempts) == ("certificate", False, 1)
    assert raised.value.hint


def test_an_old_tls_is_not_spoken(post: Send, notification: NotifyInProgress, trust: Trust) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trust.server.certificate_file, trust.server.key_file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with scripted_server([NO_CONTENT], context) as server, pytest.raises(Unreachable) as raised:
        post(url_of(server, "https"), notification, ca=trust.ca.path, retries=QUICK)

    assert (raised.value.kind, raised.value.may_have_arrived) == ("tls", False)


def test_a_port_without_tls_is_told(post: Send, notification: NotifyInProgress) -> None:
    with scripted_server([send(b"")]) as server, pytest.raises(Unreachable) as raised:
        post(url_of(server, "https"), notification, retries=ONCE)
    assert raised.value.may_have_arrived is False

    greeting = b"220 mail.example ESMTP\r\n"
    with scripted_server([lambda it: it.socket.sendall(greeting)]) as server, pytest.raises(Unreachable) as raised:
        post(url_of(server, "https"), notification, retries=ONCE)
    assert "does not speak TLS on this port" in raised.value.reason


def test_settings_that_can_not_work_are_told_at_once(tmp_path: Path, trust: Trust) -> None:
    https = "https://127.0.0.1"
    (tmp_path / "no.pem").write_text("nothing", "utf-8")
    no_pem, missing = tmp_path / "no.pem", tmp_path / "missing.pem"
    good = trust.client
    locked = lock(good, tmp_path / "locked.key")
    for settings, words in [
        ({"url": "partner.example"}, "does not begin with https"),
        ({"url": "http://a b"}, "names no host"),
        ({"url": "https://a:b@c"}, "has a user or a password"),
        ({"url": "https://a/?b"}, "has a query"),
        ({"url": "https://a:x"}, "can't be read"),
        ({"url": "http://a", "ca": trust.ca.path}, "is not of TLS"),
        ({"url": https, "ca": missing}, "missing.pem: This file, the certificate of the CA"),
        ({"url": https, "ca": no_pem}, "This is neither a certificate nor a key; expected a certificate in PEM"),
        ({"url": https, "ca": good.key_file}, "This is a private key; expected a certificate"),
        ({"url": https, "client_certificate": (good.certificate_file, missing)}, "the key of the client certificate"),
        ({"url": https, "client_certificate": (good.certificate_file, trust.server.key_file)}, "This is not the key"),
        ({"url": https, "client_certificate": (no_pem, no_pem)}, "expected the client certificate in PEM"),
        ({"url": https, "client_certificate": (good.key_file, good.certificate_file)}, "expected the client certif"),
        ({"url": https, "client_certificate": (good.certificate_file,) * 2}, "a certificate, and no key"),
        ({"url": https, "client_certificate": (good.certificate_file, locked)}, "The key has a password"),
        (
            {"url": https, "client_certificate": (good.certificate_file, locked), "key_password": "no"},
            "The password of the key is wrong",
        ),
        ({"url": https, "key_password": "no"}, "of a `client_certificate`, which is missing"),
        ({"url": https, "context": ssl.create_default_context(), "ca": trust.ca.path}, "is passed beside"),
        ({"url": https, "headers": {"Content-Type": "a"}}, "follows from the message"),
        ({"url": https, "headers": {"A": "b\r\nC: d"}}, "can't be sent"),
    ]:
        with pytest.raises(WrongSettings, match=words):
            Client(**settings)  # type: ignore[arg-type]  # settings of several types
        with pytest.raises(WrongSettings, match=words):
            AsyncClient(**settings)  # type: ignore[arg-type]  # as above


def test_settings_of_a_wrong_class_say_what_was_expected() -> None:
    for settings, message, hint in [
        ({"url": 5}, "url is 5; expected a str.", "https://partner.example"),
        ({"client_certificate": "client.pem"}, "client_certificate is 'client.pem'; expected two paths", "client.key"),
        ({"client_certificate": ("client.pem", None)}, "expected two paths", "client.key"),
        ({"ca": 5}, "ca is 5; expected a str or a PathLike or None.", "a file in PEM"),
        ({"headers": {"A": 3}}, "The header field 'A' is 3; expected a str.", "mapping"),
        ({"headers": ["A: 3"]}, "headers is ['A: 3']; expected a Mapping or None.", "mapping"),
        ({"timeouts": 5}, "timeouts is 5; expected a Timeouts.", "Pass Timeouts(total=60)"),
        ({"retries": 3}, "retries is 3; expected a Retries.", "Pass Retries(attempts=3)"),
        ({"max_response": "x"}, "max_response is 'x'; expected an int.", "a number of bytes"),
        ({"max_response": True}, "max_response is True; expected an int.", "a number of bytes"),
        ({"max_response": -1}, "max_response is -1; expected a number of bytes.", "0 or more"),
        ({"timeout": 5}, "A client has no setting 'timeout'.", "Did you mean 'timeouts'?"),
        ({"verify": False}, "A client has no setting 'verify'.", "The settings are client_certificate, key_password, "),
        ({"secret": b"whsec_x"}, "The secret is a bytes; expected a str.", "whsec_"),
        ({"secret": "x"}, "The secret can't be used: it does not begin with whsec_.", "whsec_"),
        ({"secret": "whsec_AAAA"}, "it has 3 bytes; 24 are the least.", "whsec_"),
        (
            {"secret": SECRET, "headers": {"Webhook-Id": "1"}},
            "The header field Webhook-Id follows from the secret.",
            "Leave it out.",
        ),
    ]:
        for kind in (Client, AsyncClient):
            arguments: dict[str, Any] = {"url": "https://127.0.0.1", **settings}  # type: ignore[dict-item]  # wrong ones
            with pytest.raises(WrongSettings) as raised:
                kind(**arguments)
            assert message in str(raised.value)
            assert hint in raised.value.hint


def test_a_key_with_a_password_is_used(
    post: Send, notification: NotifyInProgress, trust: Trust, tmp_path: Path
) -> None:
    pair = (trust.client.certificate_file, lock(trust.client, tmp_path / "locked.key"))
    with scripted_server([NO_CONTENT], trust.context(trust.server)) as server:
        post(url_of(server, "https"), notification, ca=trust.ca.path, client_certificate=pair, key_password="secret")


def test_each_attempt_is_signed_anew(post: Send, notification: NotifyInProgress) -> None:
    unavailable = answer("503 Service Unavailable")
    with scripted_server([unavailable, unavailable, NO_CONTENT]) as server:
        post(url_of(server), notification, secret=SECRET, retries=QUICK)

    signed = [read_signed(request) for request in server.requests]
    assert len({identifier for identifier, _, _ in signed}) == 1
    times = [seconds for _, seconds, _ in signed]
    assert times == sorted(set(times)), "a receiver refuses a signature that was used before"
    assert abs(times[0] - time.time()) < 30
    for (identifier, seconds, signature), request in zip(signed, server.requests, strict=True):
        body = request.partition(b"\r\n\r\n")[2]
        digest = hmac.new(base64.b64decode(SECRET[6:]), f"{identifier}.{seconds}.".encode() + body, hashlib.sha256)
        assert signature == f"v1,{base64.b64encode(digest.digest()).decode()}"


def test_each_call_has_a_signature_of_its_own(post: Send, notification: NotifyInProgress) -> None:
    with scripted_server([NO_CONTENT, NO_CONTENT]) as server:
        post(url_of(server), notification, secret=SECRET)
        post(url_of(server), notification, secret=SECRET)

    first, second = (read_signed(request)[0] for request in server.requests)
    assert first != second


def read_signed(request: bytes) -> tuple[str, int, str]:
    """Return the id, the time and the signature of a request."""
    lines = request.partition(b"\r\n\r\n")[0].decode().splitlines()[1:]
    fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return fields["webhook-id"], int(fields["webhook-timestamp"]), fields["webhook-signature"]


def lock(identity: Identity, path: Path) -> Path:
    """Write the key of a certificate with a password."""
    path.write_bytes(identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    return path


def test_plain_http_to_a_port_of_tls_says_so(post: Send, notification: NotifyInProgress, trust: Trust) -> None:
    alert = bytes((0x15, 3, 1, 0, 2, 2, 10))
    for behaviour, context in ((NO_CONTENT, trust.context(trust.server)), (send(alert), None)):
        with scripted_server([behaviour], context) as server, pytest.raises(Unreachable) as raised:
            post(url_of(server), notification, retries=ONCE)
        assert raised.value.hint == "If this port is one of TLS, begin the URL with https://."


def test_a_call_that_is_cancelled_leaves_the_connection(notification: NotifyInProgress) -> None:
    async def run(url: str) -> None:
        async with AsyncClient(url) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await client.notify_in_progress(notification)

    with scripted_server([hang]) as server:
        asyncio.run(run(url_of(server)))
        assert len(server.requests) == 1


def test_an_unexpected_answer_has_its_words() -> None:
    assert str(UnexpectedAnswer(201, "it has no body")) == "accepted with 201 Created, but it has no body"
