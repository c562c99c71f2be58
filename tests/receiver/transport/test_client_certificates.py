"""Real certificates over real TLS: who gets in, who does not, and what changes while the server runs."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.client import RemoteDisconnected
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from schemapress.receiver.transport.authentication import Authentication, Scope
from schemapress.receiver.transport.peers import Peer
from schemapress.receiver.transport.rotation import CredentialFiles, WatchedCredentials
from schemapress.receiver.transport.server import ListenerSettings
from tests.support.certificates import DAY, Authority, Identity
from tests.support.listener import ask, client_context, connect, listening, post, wait_until

REFUSED_BY_TLS = (ssl.SSLError, ConnectionError, RemoteDisconnected)
"""What a client sees of a handshake that the server ends: in TLS 1.3, only when it reads or writes."""


@dataclass(frozen=True)
class Party:
    """An authority, its server, and a client that it knows."""

    authority: Authority
    server: Identity
    client: Identity

    def settings(self, **keywords: object) -> ListenerSettings:
        files = CredentialFiles(self.server.path, None, self.authority.path)
        return ListenerSettings(port=0, files=replace(files, **keywords), watch_interval=0.05)  # type: ignore[arg-type]

    def context(self, identity: Identity | None = None) -> ssl.SSLContext:
        return client_context(self.authority.path, (identity or self.client).path)


@pytest.fixture
def party(tmp_path: Path) -> Party:
    authority = Authority(tmp_path)
    return Party(authority, authority.issue_server(), authority.issue("CN=buyer-a,O=Buyer A"))


def write_peers(folder: Path, text: str) -> Path:
    aside, path = folder / "peers.new", folder / "peers.toml"
    aside.write_text(text, "utf-8")
    aside.replace(path)
    return path


def is_refused_by_tls(port: int, context: ssl.SSLContext) -> bool:
    try:
        post(port, context)
    except REFUSED_BY_TLS:
        return True
    return False


def test_a_client_of_the_authority_gets_in_under_its_subject(party: Party) -> None:
    with listening(party.settings()) as running:
        answer = post(running.port, party.context())

    assert answer.status == 200
    assert answer.shown["peer"] == "CN=buyer-a,O=Buyer A"
    assert answer.shown["chain"] == [party.client.pem.decode()]
    assert running.refusals == []


def test_the_peer_has_what_the_rest_of_the_receiver_needs(party: Party) -> None:
    seen: list[Peer] = []

    async def application(scope: Scope, receive: object, send: object) -> None:
        if scope["type"] == "http":
            seen.append(scope["state"]["peer"])

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "extensions": {"tls": {"client_cert_chain": [party.client.pem.decode()]}},
    }
    gate = Authentication(application, WatchedCredentials(party.settings().files))
    asyncio.run(gate(scope, None, None))  # type: ignore[arg-type]  # the application does not read

    assert seen == [Peer("CN=buyer-a,O=Buyer A", party.client.der, party.client.fingerprint, None)]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda a, _: a.issue("CN=x", starts=-3 * DAY, ends=-DAY), "expired-certificate", id="expired"),
        pytest.param(lambda a, _: a.issue("CN=x", starts=DAY), "expired-certificate", id="not yet valid"),
        pytest.param(lambda _, other: other.issue("CN=buyer-a,O=Buyer A"), "untrusted-certificate", id="other CA"),
        pytest.param(
            lambda a, _: a.issue("CN=x", purpose=ExtendedKeyUsageOID.SERVER_AUTH),
            "untrusted-certificate",
            id="a server's certificate",
        ),
    ],
)
def test_a_bad_certificate_ends_the_handshake(
    party: Party, tmp_path: Path, make: Callable[[Authority, Authority], Identity], reason: str
) -> None:
    (tmp_path / "other").mkdir()
    bad = make(party.authority, Authority(tmp_path / "other"))

    with listening(party.settings()) as running:
        assert is_refused_by_tls(running.port, party.context(bad))
        running.wait_for(reason)
        assert post(running.port, party.context()).status == 200


def test_no_certificate_ends_the_handshake(party: Party) -> None:
    with listening(party.settings()) as running:
        assert is_refused_by_tls(running.port, client_context(party.authority.path))
        running.wait_for("no-credentials")


def test_a_certificate_made_by_a_client_of_the_authority_is_refused(party: Party, tmp_path: Path) -> None:
    """A client's certificate is no authority, however good it is."""
    forger = Authority(tmp_path, "Forger")
    forger.key, forger.name = party.client.key, party.client.certificate.subject
    forged = forger.issue("CN=buyer-b")
    forged.path.write_bytes(forged.path.read_bytes() + party.client.pem)

    with listening(party.settings()) as running:
        assert is_refused_by_tls(running.port, party.context(forged))
        running.wait_for("untrusted-certificate")


def test_an_intermediate_authority_that_the_client_sends_is_followed(party: Party, tmp_path: Path) -> None:
    issuing = Authority(tmp_path, "Issuing CA", party.authority)

    with listening(party.settings()) as running:
        assert post(running.port, party.context(issuing.issue("CN=buyer-b"))).shown["peer"] == "CN=buyer-b"


# --- the allow list ---------------------------------------------------------------------------------------------------


def test_a_certificate_that_is_not_listed_is_answered_with_a_problem_document(party: Party, tmp_path: Path) -> None:
    peers = write_peers(tmp_path, f'[[peer]]\nname = "buyer-a"\nsha256 = "{party.client.fingerprint}"\n')
    stranger = party.authority.issue("CN=stranger")

    with listening(party.settings(peers=peers)) as running:
        listed, refused = post(running.port, party.context()), post(running.port, party.context(stranger))

    assert listed.shown["peer"] == "buyer-a"
    assert (refused.status, refused.kind) == (403, "not-listed")
    assert refused.headers["content-type"] == "application/problem+xml"
    assert b"stranger" not in refused.body
    assert running.refusals == [("not-listed", None)]


def test_a_peer_has_the_identifiers_of_its_entry(party: Party, tmp_path: Path) -> None:
    entry = f'[[peer]]\nname = "a"\nsha256 = "{party.client.fingerprint}"\nidentifiers = ["BUYER-A", "BUYER-A2"]\n'

    with listening(party.settings(peers=write_peers(tmp_path, entry))) as running:
        shown = post(running.port, party.context()).shown

    assert shown["identifiers"] == ["BUYER-A", "BUYER-A2"]


def test_a_certificate_of_two_entries_is_refused(party: Party, tmp_path: Path) -> None:
    client = party.authority.issue("CN=c", sans=[x509.DNSName("c.example")])
    peers = write_peers(
        tmp_path, '[[peer]]\nname = "a"\nsubject = "CN=c"\n[[peer]]\nname = "b"\nsan = "DNS:c.example"\n'
    )

    with listening(party.settings(peers=peers)) as running:
        answer = post(running.port, party.context(client))

    assert (answer.status, answer.kind) == (403, "ambiguous-peer")


# --- revocation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_a_revoked_certificate_is_refused(party: Party, tmp_path: Path, encoding: Encoding) -> None:
    revoked = party.authority.issue("CN=revoked")
    lists = (party.authority.revoke(revoked, encoding=encoding),)

    with listening(party.settings(revocation_lists=lists)) as running:
        assert post(running.port, party.context()).status == 200
        assert is_refused_by_tls(running.port, party.context(revoked))
        running.wait_for("revoked-certificate")


def test_an_expired_list_lets_nobody_in_and_says_so(party: Party, caplog: pytest.LogCaptureFixture) -> None:
    path = party.authority.revoke(since=-3 * DAY, until=-DAY)

    with listening(party.settings(revocation_lists=(path,))) as running:
        assert is_refused_by_tls(running.port, party.context())
        running.wait_for("no-revocation-list")

    assert f"{path}: the revocation list has expired." in caplog.text


def test_a_list_of_another_authority_lets_nobody_in(party: Party, tmp_path: Path) -> None:
    other = Authority(tmp_path, "Other CA")

    with listening(party.settings(revocation_lists=(other.revoke(),))) as running:
        assert is_refused_by_tls(running.port, party.context())
        running.wait_for("no-revocation-list")


@dataclass
class Load:
    """Clients that send without a pause: by one connection each, or by a new one for each request."""

    port: int
    context: ssl.SSLContext
    outcomes: list[tuple[float, str]] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        self._threads += [threading.Thread(target=self._send, args=(keep,)) for keep in (True, True, False, False)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def between(self, start: float, end: float) -> list[str]:
        """Return what became of the requests that began within a time."""
        return [outcome for time_, outcome in self.outcomes if start <= time_ < end]

    def _send(self, keep: bool) -> None:
        connection = connect(self.port, self.context)
        while not self._done.is_set():
            start = time.time()
            try:
                answer = ask(connection)
                outcome = answer.kind or str(answer.status)
            except REFUSED_BY_TLS:
                outcome = "no connection"
                connection.close()
            self.outcomes.append((start, outcome))
            if not keep or outcome != "200":
                connection.close()
        connection.close()


def test_a_list_that_expires_under_load_ends_every_request_until_a_new_one_is_there(
    party: Party, caplog: pytest.LogCaptureFixture
) -> None:
    path = party.authority.revoke(until=timedelta(seconds=3))
    expires = x509.load_pem_x509_crl(path.read_bytes()).next_update_utc
    assert expires is not None
    expiry = expires.timestamp()

    with listening(party.settings(revocation_lists=(path,))) as running, Load(running.port, party.context()) as load:
        begun = time.time()
        time.sleep(expiry + 2 - begun)
        before = running.listener.credentials.current
        renewed = time.time()
        party.authority.revoke(path=path)
        wait_until(lambda: running.listener.credentials.current is not before)
        taken = time.time()
        time.sleep(0.5)
        ended = time.time()

    good = load.between(begun, expiry - 0.5)
    bad, again = load.between(expiry + 0.5, renewed), load.between(taken, ended)
    assert set(good) == {"200"}
    assert set(bad) <= {"no-revocation-list", "no connection"}
    assert set(again) == {"200"}
    assert min(len(good), len(bad), len(again)) > 20
    assert "no-revocation-list" in [outcome for _, outcome in load.outcomes]  # on connections that were open
    assert set(running.reasons) == {"no-revocation-list"}
    assert caplog.text.count("the revocation list has expired.") == 1


def test_revocation_ends_requests_on_a_connection_that_is_open(party: Party) -> None:
    path = party.authority.revoke()

    with (
        listening(party.settings(revocation_lists=(path,))) as running,
        contextlib.closing(connect(running.port, party.context())) as connection,
    ):
        assert ask(connection).status == 200
        before = running.listener.credentials.current
        party.authority.revoke(party.client, path=path, since=-timedelta(minutes=1))
        wait_until(lambda: running.listener.credentials.current is not before)
        answer = ask(connection)

    assert (answer.status, answer.kind) == (403, "revoked-certificate")
    assert answer.headers["connection"] == "close"


def resume(port: int, context: ssl.SSLContext, session: ssl.SSLSession) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        if not client.recv(100):
            raise RemoteDisconnected("nothing came")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_that_is_resumed_does_not_skip_revocation(party: Party, version: ssl.TLSVersion) -> None:
    path = party.authority.revoke()
    context = party.context()
    context.maximum_version = version

    with listening(party.settings(revocation_lists=(path,))) as running:
        with contextlib.closing(connect(running.port, context)) as connection:
            assert ask(connection).status == 200
            session = connection.sock.session  # type: ignore[union-attr]  # it is open
        before = running.listener.credentials.current
        party.authority.revoke(party.client, path=path, since=-timedelta(minutes=1))
        wait_until(lambda: running.listener.credentials.current is not before)

        with pytest.raises(REFUSED_BY_TLS):
            resume(running.port, context, session)
        running.wait_for("revoked-certificate")


def test_a_certificate_that_expires_ends_requests_on_a_connection_that_is_open(party: Party) -> None:
    brief = party.authority.issue("CN=brief", ends=timedelta(seconds=3))

    with (
        listening(party.settings()) as running,
        contextlib.closing(connect(running.port, party.context(brief))) as connection,
    ):
        assert ask(connection).status == 200
        time.sleep(3.2)
        answer = ask(connection)

    assert (answer.status, answer.kind) == (403, "expired-certificate")


# --- rotation ---------------------------------------------------------------------------------------------------------


def test_certificate_key_and_client_ca_are_replaced_under_load(party: Party, tmp_path: Path) -> None:
    """No request fails while the files change, and new connections get the new ones."""
    (tmp_path / "new").mkdir()
    new = Authority(tmp_path / "new", "New CA")
    both = tmp_path / "both.pem"
    both.write_bytes(party.authority.path.read_bytes())
    certificate = tmp_path / "server.pem"
    shutil.copy(party.server.path, certificate)
    settings = party.settings(certificate=certificate, client_ca=both)
    failures: list[object] = []
    count = 0
    done = threading.Event()

    def send(keep: bool) -> None:
        nonlocal count
        context = ssl.create_default_context(cadata=party.authority.path.read_text() + new.path.read_text())
        context.load_cert_chain(party.client.path)
        connection = connect(settings_port[0], context)
        while not done.is_set():
            try:
                answer = ask(connection)
                if answer.status != 200:
                    failures.append(answer)
                count += 1
            except Exception as error:
                failures.append(error)
            if not keep:
                connection.close()
        connection.close()

    settings_port: list[int] = []
    with listening(settings) as running:
        settings_port.append(running.port)
        threads = [threading.Thread(target=send, args=(keep,)) for keep in (True, False, False)]
        for thread in threads:
            thread.start()
        newcomer = new.issue("CN=newcomer")
        new_context = client_context(new.path, newcomer.path)
        assert is_refused_by_tls(running.port, party.context(newcomer))

        for path, content in (
            (certificate, new.issue_server().path.read_bytes()),
            (both, party.authority.path.read_bytes() + new.path.read_bytes()),
        ):
            before = running.listener.credentials.current
            aside = path.with_suffix(".aside")
            aside.write_bytes(content)
            aside.replace(path)
            wait_until(lambda known=before: running.listener.credentials.current is not known)
        assert post(running.port, new_context).shown["peer"] == "CN=newcomer"
        done.set()
        for thread in threads:
            thread.join()

    assert failures == []
    assert count > 20


def test_a_client_ca_that_is_taken_away_ends_its_connections(party: Party, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    new = Authority(tmp_path / "new", "New CA")
    path = tmp_path / "clients.pem"
    path.write_bytes(party.authority.path.read_bytes())

    with listening(party.settings(client_ca=path)) as running:
        with contextlib.closing(connect(running.port, party.context())) as connection:
            assert ask(connection).status == 200
            before = running.listener.credentials.current
            path.write_bytes(new.path.read_bytes())
            wait_until(lambda: running.listener.credentials.current is not before)

            assert ask(connection).kind == "untrusted-certificate"
        assert is_refused_by_tls(running.port, party.context())


def test_a_peer_that_is_removed_is_refused_at_its_next_request(party: Party, tmp_path: Path) -> None:
    other = party.authority.issue("CN=buyer-b")
    peers = write_peers(tmp_path, f'[[peer]]\nname = "buyer-a"\nsha256 = "{party.client.fingerprint}"\n')

    with listening(party.settings(peers=peers)) as running:
        with contextlib.closing(connect(running.port, party.context())) as connection:
            assert ask(connection).status == 200
            before = running.listener.credentials.current
            write_peers(tmp_path, f'[[peer]]\nname = "buyer-b"\nsha256 = "{other.fingerprint}"\n')
            wait_until(lambda: running.listener.credentials.current is not before)

            assert ask(connection).kind == "not-listed"
        assert post(running.port, party.context(other)).shown["peer"] == "buyer-b"


@pytest.mark.parametrize("broken", ["certificate", "client_ca", "peers", "revocation_lists"])
def test_a_broken_new_file_keeps_the_old_one_in_use(
    party: Party, tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    paths = {
        "certificate": tmp_path / "server.pem",
        "client_ca": tmp_path / "ca.pem",
        "peers": write_peers(tmp_path, f'[[peer]]\nname = "a"\nsha256 = "{party.client.fingerprint}"\n'),
        "revocation_lists": party.authority.revoke(),
    }
    shutil.copy(party.server.path, paths["certificate"])
    shutil.copy(party.authority.path, paths["client_ca"])
    lists = (paths["revocation_lists"],)
    settings = party.settings(**(paths | {"revocation_lists": lists}))

    with listening(settings) as running:
        credentials = running.listener.credentials
        good = paths[broken].read_bytes()
        paths[broken].write_bytes(good[: len(good) // 2])
        wait_until(lambda: credentials.failure is not None)

        assert post(running.port, party.context()).shown["peer"] == "a"
        assert str(paths[broken]) in str(credentials.failure)
        assert f"{paths[broken]}: the new content can't be used; the old one stays in use." in caplog.text

        paths[broken].write_bytes(good)
        wait_until(lambda: credentials.failure is None)


# --- what judges that nobody here wrote say ---------------------------------------------------------------------------


def run_openssl(party: Party, port: int, *options: str) -> str:
    done = subprocess.run(
        [
            *("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", str(party.authority.path)),
            *("-cert", str(party.client.path), "-key", str(party.client.path), *options),
        ],
        input=b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        capture_output=True,
        timeout=20,
        check=False,
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def test_openssl_gets_no_older_tls_and_no_ticket(party: Party) -> None:
    with listening(party.settings()) as running:
        for old in ("-tls1", "-tls1_1"):
            assert "Cipher is (NONE)" in run_openssl(party, running.port, old, "-cipher", "ALL:@SECLEVEL=0")
        for new in ("-tls1_2", "-tls1_3"):
            shown = run_openssl(party, running.port, new, "-ign_eof")
            assert "Verify return code: 0 (ok)" in shown
            assert "HTTP/1.1 200 OK" in shown
            assert "TLS session ticket:" not in shown
        assert "Cipher is (NONE)" in run_openssl(party, running.port, "-tls1_2", "-cipher", "AES128-SHA")


def test_curl_gets_in_with_its_certificate(party: Party) -> None:
    with listening(party.settings()) as running:
        command = ["curl", "-sS", "--cacert", str(party.authority.path), "--cert", str(party.client.path)]
        done = subprocess.run(
            [*command, "-d", "<a/>", f"https://localhost:{running.port}/notify"], capture_output=True, check=True
        )

    assert b'"peer": "CN=buyer-a,O=Buyer A"' in done.stdout


def test_logs_have_neither_subjects_nor_addresses(party: Party, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "schemapress")
    peers = write_peers(party.authority.folder, f'[[peer]]\nname = "a"\nsha256 = "{party.client.fingerprint}"\n')
    person = party.authority.issue("CN=Erika Mustermann,O=Tests")

    with listening(party.settings(peers=peers)) as running:
        assert post(running.port, party.context(person)).status == 403

    assert "refused not-listed" in caplog.text
    assert "Mustermann" not in caplog.text
    assert "127.0.0.1" not in caplog.text
