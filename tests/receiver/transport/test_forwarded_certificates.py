"""Certificates that a proxy forwards: every form, real nginx, and everything that a stranger may try."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from schemapress.private_fields import is_private
from schemapress.receiver.transport.forwarded_certificate import (
    FIELDS,
    REFUSED_FIELDS,
    Form,
    ForwardedCertificate,
    read_forwarded,
)
from schemapress.receiver.transport.refusal import Refused
from schemapress.receiver.transport.rotation import CredentialFiles
from schemapress.receiver.transport.server import ListenerSettings
from tests.support.certificates import DAY, Authority, Identity
from tests.support.listener import Answer, Running, client_context, exchange_bytes, listening, post, wait_until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
CADDY = shutil.which("caddy")


def rfc9440(*identities: Identity) -> list[tuple[str, str]]:
    items = [f":{base64.b64encode(identity.der).decode()}:" for identity in identities]
    chain = [("client-cert-chain", ", ".join(items[1:]))] if items[1:] else []
    return [("client-cert", items[0]), *chain]


def escaped(identity: Identity) -> str:
    return quote(identity.pem.decode(), safe="")


def envoy(identity: Identity) -> list[tuple[str, str]]:
    element = (
        f'By=spiffe://edge;Hash={identity.fingerprint};Cert="{escaped(identity)}";Subject="CN=a,O=\\"A, B\\"";URI='
    )
    return [("x-forwarded-client-cert", element)]


def nginx(identity: Identity) -> list[tuple[str, str]]:
    return [("x-ssl-client-cert", escaped(identity)), ("x-ssl-client-verify", "SUCCESS")]


def ingress(identity: Identity) -> list[tuple[str, str]]:
    return [("ssl-client-cert", escaped(identity)), ("ssl-client-verify", "SUCCESS")]


def traefik(identity: Identity) -> list[tuple[str, str]]:
    return [("x-forwarded-tls-client-cert", base64.b64encode(identity.der).decode())]


Write = Callable[[Identity], list[tuple[str, str]]]
WRITERS: dict[Form, Write] = {
    "rfc9440": rfc9440,
    "envoy": envoy,
    "nginx": nginx,
    "ingress-nginx": ingress,
    "traefik": traefik,
}
FORMS = list(WRITERS)


@dataclass(frozen=True)
class Partners:
    """An authority, a client that is listed, and one that is not."""

    folder: Path
    authority: Authority
    client: Identity
    stranger: Identity

    def settings(self, form: Form, proxy: str = 'network = ["127.0.0.1"]', **files: object) -> ListenerSettings:
        peers = self.folder / "peers.toml"
        peers.write_text(
            f'[[peer]]\nname = "a"\nsha256 = "{self.client.fingerprint}"\n'
            f'[[proxy]]\nname = "edge"\n{proxy}\nforwards = "{form}"\n'
        )
        return ListenerSettings(port=0, files=CredentialFiles(peers=peers, **files), watch_interval=0.05)  # type: ignore[arg-type]


@pytest.fixture
def partners(tmp_path: Path) -> Partners:
    authority = Authority(tmp_path)
    return Partners(tmp_path, authority, authority.issue("CN=a"), authority.issue("CN=stranger"))


def send(port: int, fields: list[tuple[str, str]]) -> Answer:
    """Send fields, repeated ones too, and return the response."""
    lines = [f"{name}: {value}" for name, value in [("Host", "x"), ("Connection", "close"), *fields]]
    received = exchange_bytes(port, ("GET /notify HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    head, _, body = received.partition(b"\r\n\r\n")
    return Answer(int(head.split()[1]), {}, body)


@pytest.mark.parametrize("form", FORMS)
def test_a_named_proxy_is_believed(partners: Partners, form: Form) -> None:
    with listening(partners.settings(form)) as running:
        known = send(running.port, WRITERS[form](partners.client))
        unknown = send(running.port, WRITERS[form](partners.stranger))
        nobody = send(running.port, [])

    assert known.shown["peer"] == "a"
    assert known.shown["chain"] == [partners.client.pem.decode()]
    assert [name for name, _ in known.shown["fields"]] == ["host", "connection"]
    assert (unknown.status, unknown.kind) == (403, "not-listed")
    assert (nobody.status, nobody.kind) == (401, "no-credentials")


def test_no_field_of_a_certificate_is_stored_or_a_parameter() -> None:
    assert {name for names in FIELDS.values() for name in names} <= REFUSED_FIELDS
    assert all(is_private(name.decode()) for name in REFUSED_FIELDS)


@pytest.mark.parametrize("name", sorted(REFUSED_FIELDS))
def test_nobody_else_may_send_such_a_field(partners: Partners, name: bytes) -> None:
    with listening(partners.settings("rfc9440", 'network = ["10.0.0.0/8"]')) as running:
        answers = [
            send(running.port, [(sent, "anything")])
            for sent in (name.decode(), name.decode().upper(), name.decode().replace("-", "_"))
        ]

    assert [(answer.status, answer.kind) for answer in answers] == [(403, "unnamed-proxy")] * 3
    assert running.reasons == ["unnamed-proxy"] * 3


def test_the_address_of_a_proxy_can_not_be_claimed(partners: Partners) -> None:
    claims = [("x-forwarded-for", "10.0.0.1"), ("forwarded", "for=10.0.0.1"), ("x-real-ip", "10.0.0.1")]

    with listening(partners.settings("rfc9440", 'network = ["10.0.0.0/8"]')) as running:
        answer = send(running.port, [*claims, *rfc9440(partners.client)])

    assert answer.kind == "unnamed-proxy"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_forms_are_not_mixed(partners: Partners, form: Form, other: Form) -> None:
    if form == other:
        return
    both = [*WRITERS[form](partners.client), *WRITERS[other](partners.client)]

    with pytest.raises(Refused) as caught:
        read_forwarded(form, [(name.encode(), value.encode()) for name, value in both])

    assert caught.value.reason == "wrong-certificate-header"


@pytest.mark.parametrize("form", FORMS)
def test_a_field_that_is_repeated_is_refused(partners: Partners, form: Form) -> None:
    fields = WRITERS[form](partners.client)

    with listening(partners.settings(form)) as running:
        answers = [send(running.port, [*fields, field]) for field in fields]

    assert {(answer.status, answer.kind) for answer in answers} == {(400, "wrong-certificate-header")}


def test_a_trailer_is_no_header_field(partners: Partners) -> None:
    """Fields after the body would join those of the header before anybody looks at them."""
    (name, value) = rfc9440(partners.client)[0]
    sent = "POST /notify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent += f"1\r\na\r\n0\r\n{name}: {value}\r\n\r\n"

    with listening(partners.settings("rfc9440")) as running:
        received = exchange_bytes(running.port, sent.encode())

    assert received.startswith(b"HTTP/1.1 401")


def test_a_proxy_is_named_by_its_own_certificate(partners: Partners, tmp_path: Path) -> None:
    server, edge = partners.authority.issue_server(), partners.authority.issue("CN=edge")
    settings = partners.settings(
        "rfc9440", 'subject = "CN=edge"', certificate=server.path, client_ca=partners.authority.path
    )
    fields = dict(rfc9440(partners.client))
    path = partners.authority.path

    with listening(settings) as running:
        assert post(running.port, client_context(path, edge.path), fields=fields).shown["peer"] == "a"
        assert post(running.port, client_context(path, partners.client.path)).shown["peer"] == "a"
        pretended = post(running.port, client_context(path, partners.stranger.path), fields=fields)
        itself = post(running.port, client_context(path, edge.path))

    assert pretended.kind == "unnamed-proxy"
    assert itself.kind == "no-credentials"


def test_dates_revocation_and_chain_are_checked(partners: Partners, tmp_path: Path) -> None:
    """The proxy may have checked nothing, or other lists."""
    (tmp_path / "other").mkdir()
    issuing = Authority(tmp_path, "Issuing CA", partners.authority)
    through = issuing.issue("CN=through")
    link = Identity(issuing.certificate, issuing.key, issuing.path)
    revoked = partners.authority.issue("CN=revoked")
    server = partners.authority.issue_server()
    lists = (partners.authority.revoke(revoked), issuing.revoke(path=tmp_path / "issuing.pem"))
    peers = tmp_path / "peers.toml"
    peers.write_text('admit = "every"\n[[proxy]]\nname = "e"\nnetwork = "127.0.0.1"\nforwards = "rfc9440"\n')
    files = CredentialFiles(server.path, None, partners.authority.path, True, lists, peers)
    context = client_context(partners.authority.path)
    certificates = [
        (rfc9440(partners.client), None),
        (rfc9440(through), "untrusted-certificate"),
        (rfc9440(through, link), None),
        (rfc9440(partners.authority.issue("CN=x", starts=-3 * DAY, ends=-DAY)), "expired-certificate"),
        (rfc9440(Authority(tmp_path / "other").issue("CN=a")), "untrusted-certificate"),
        (rfc9440(revoked), "revoked-certificate"),
        (rfc9440(server), "untrusted-certificate"),
    ]

    with listening(ListenerSettings(port=0, files=files)) as running:
        answers = [post(running.port, context, fields=dict(fields)) for fields, _ in certificates]

    assert [None if answer.status == 200 else answer.kind for answer in answers] == [kind for _, kind in certificates]


def test_a_client_is_no_authority_in_a_chain(partners: Partners, tmp_path: Path) -> None:
    forger = Authority(tmp_path, "Forger")
    forger.key, forger.name = partners.client.key, partners.client.certificate.subject
    forged = forger.issue("CN=forged")
    server = partners.authority.issue_server()
    peers = tmp_path / "peers.toml"
    peers.write_text('admit = "every"\n[[proxy]]\nname = "e"\nnetwork = "127.0.0.1"\nforwards = "rfc9440"\n')
    files = CredentialFiles(server.path, None, partners.authority.path, True, (), peers)

    with listening(ListenerSettings(port=0, files=files)) as running:
        fields = dict(rfc9440(forged, partners.client))
        answer = post(running.port, client_context(partners.authority.path), fields=fields)

    assert answer.kind == "untrusted-certificate"


# --- each form --------------------------------------------------------------------------------------------------------


def read(form: Form, *values: str) -> ForwardedCertificate | None:
    return read_forwarded(form, [(name, value.encode()) for name, value in zip(FIELDS[form], values, strict=False)])


def test_envoy_elements_and_quoting(partners: Partners) -> None:
    certificate, other = f'Cert="{escaped(partners.client)}"', f'Cert="{escaped(partners.stranger)}"'
    for text in (
        certificate,
        certificate.replace('"', ""),
        f"{other},By=x;{certificate}",
        f'Subject="a\\",{other[:0]}b;c=d";{certificate}',
        f"{other} , URI=a;URI=b;DNS=c;DNS=d; {certificate.replace('Cert', 'CERT')} ",
        f'{certificate};Chain="{escaped(partners.client)}{escaped(partners.stranger)}"',
    ):
        forwarded = read("envoy", text)
        assert forwarded is not None, text
        assert forwarded.certificate == partners.client.certificate, text
    assert forwarded is not None
    assert forwarded.chain == (partners.stranger.certificate,)

    for text in (
        f"{certificate},By=x",
        f"Hash={partners.client.fingerprint}",
        f"{certificate};{certificate}",
        f'By="{certificate}',
        f"{certificate}x",
        f"{certificate},",
        f"{certificate};",
        f'Subject="{certificate}"',
        f'Cert="{escaped(partners.client)}{escaped(partners.stranger)}"',
        'Cert="abc"',
    ):
        with pytest.raises(Refused, match=r"x-forwarded-client-cert can't be read"):
            read("envoy", text)


def test_nginx_says_whether_it_verified(partners: Partners) -> None:
    assert read("nginx", "", "NONE") is None
    assert read("nginx") is None
    for certificate, verification, reason in (
        (escaped(partners.client), "", "wrong-certificate-header"),
        (escaped(partners.client), "NONE", "wrong-certificate-header"),
        (escaped(partners.client), "FAILED:certificate has expired", "untrusted-certificate"),
        ("", "SUCCESS", "wrong-certificate-header"),
        (escaped(partners.client) + "x", "SUCCESS", "wrong-certificate-header"),
        (partners.client.pem.decode().replace("\n", "\t"), "success", "untrusted-certificate"),
    ):
        with pytest.raises(Refused) as caught:
            read("nginx", certificate, verification)
        assert caught.value.reason == reason


def test_rfc9440_is_base64_between_colons(partners: Partners) -> None:
    good = rfc9440(partners.client)[0][1]
    chain = [(b"client-cert", good.encode())] + [(b"client-cert-chain", good.encode())] * 2
    forwarded = read_forwarded("rfc9440", chain)
    assert forwarded is not None
    assert len(forwarded.chain) == 2
    for text in (good[1:], good[:-1], good.replace(":", '"'), f"{good}, {good}", f"{good};a=1", ":AAAA:", "::"):
        with pytest.raises(Refused, match="client-cert can't be read"):
            read("rfc9440", text)
    with pytest.raises(Refused):
        read("rfc9440", "", good)
    with pytest.raises(Refused):
        read("rfc9440", good, ", ".join([good] * 11))


def test_traefik_joins_a_chain_by_commas(partners: Partners) -> None:
    leaf, other = (base64.b64encode(identity.der).decode() for identity in (partners.client, partners.stranger))
    for text in (f"{leaf},{other}", quote(f"{leaf},{other}", safe="")):
        forwarded = read("traefik", text)
        assert forwarded is not None
        assert forwarded.certificate == partners.client.certificate
        assert forwarded.chain == (partners.stranger.certificate,)
    for text in (f"{leaf},", "AAAA", f"{leaf} {other}", ",".join([leaf] * 11)):
        with pytest.raises(Refused):
            read("traefik", text)


# --- a real proxy -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def nginx_in_front(partners: Partners, running: Running) -> Iterator[int]:
    """Run nginx as docs/receiver-security.md has it, in front of a listener; yields its port."""
    assert NGINX is not None
    folder, server = partners.folder, partners.authority.issue_server()

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    temporary = "\n".join(
        f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"""
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
daemon off;
events {{}}
http {{
  access_log off;
  {temporary}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {server.path};
    ssl_certificate_key {server.path};
    ssl_client_certificate {partners.authority.path};
    ssl_verify_client optional;
    location / {{
      proxy_pass http://127.0.0.1:{running.port};
      proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
      proxy_set_header X-SSL-Client-Verify $ssl_client_verify;
    }}
  }}
}}
"""
    )
    process = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "e.log")]
    )
    try:
        wait_until(lambda: is_open(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt-get install nginx-light)")
def test_nginx_forwards_the_certificate(partners: Partners) -> None:
    with listening(partners.settings("nginx")) as running, nginx_in_front(partners, running) as port:
        path = partners.authority.path
        client = client_context(path, partners.client.path)
        known = post(port, client)
        stranger = post(port, client_context(path, partners.stranger.path))
        nobody = post(port, client_context(path))
        forged = dict(nginx(partners.client))
        forger = post(port, client_context(path, partners.stranger.path), fields=forged)
        other_form = post(port, client, fields=dict(rfc9440(partners.client)))

    assert known.shown["peer"] == "a"
    assert (stranger.status, stranger.kind) == (403, "not-listed")
    assert (nobody.status, nobody.kind) == (401, "no-credentials")
    assert (forger.status, forger.kind) == (403, "not-listed")  # nginx writes over what the client claims
    assert (other_form.status, other_form.kind) == (400, "wrong-certificate-header")


HAPROXY_HEADERS: dict[Form, tuple[str, str]] = {
    "rfc9440": ("Client-Cert", ":%[ssl_c_der,base64]:"),
    "envoy": (
        "X-Forwarded-Client-Cert",
        'By=spiffe://edge;Cert=\\"-----BEGIN%%20CERTIFICATE-----%%0A%[ssl_c_der,base64,url_enc]%%0A'
        '-----END%%20CERTIFICATE-----%%0A\\"',
    ),
    "traefik": ("X-Forwarded-Tls-Client-Cert", "%[ssl_c_der,base64]"),
}


@contextlib.contextmanager
def haproxy_in_front(partners: Partners, running: Running, form: Form) -> Iterator[int]:
    """Run HAProxy as docs/receiver-security.md has it, which writes a form by rules; yields its port."""
    assert HAPROXY is not None
    server = partners.authority.issue_server()
    name, value = HAPROXY_HEADERS[form]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configuration = partners.folder / "haproxy.cfg"
    configuration.write_text(
        f"""
defaults
  mode http
  timeout client 10s
  timeout server 10s
  timeout connect 5s
frontend edge
  bind 127.0.0.1:{port} ssl crt {server.path} ca-file {partners.authority.path} verify optional
  http-request del-header {name}
  http-request del-header Client-Cert-Chain
  http-request set-header {name} "{value}" if {{ ssl_c_used }}
  default_backend receiver
backend receiver
  server receiver 127.0.0.1:{running.port}
"""
    )
    with run_proxy([HAPROXY, "-db", "-f", str(configuration)], partners.folder, port):
        yield port


@contextlib.contextmanager
def caddy_in_front(partners: Partners, running: Running, form: Form) -> Iterator[int]:
    """Run Caddy as docs/receiver-security.md has it; yields its port."""
    assert CADDY is not None
    server = partners.authority.issue_server()
    name, value = {
        "rfc9440": ("Client-Cert", ":{http.request.tls.client.certificate_der_base64}:"),
        "traefik": ("X-Forwarded-Tls-Client-Cert", "{http.request.tls.client.certificate_der_base64}"),
    }[form]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configuration = partners.folder / "Caddyfile"
    configuration.write_text(
        f"""
{{
  admin off
  auto_https off
  default_sni 127.0.0.1  # these clients call an address, which is no name for SNI
  servers {{
    strict_sni_host insecure_off
  }}
  storage file_system {partners.folder}/caddy
}}
https://127.0.0.1:{port} {{
  tls {server.certificate_file} {server.key_file} {{
    client_auth {{
      mode verify_if_given
      trusted_ca_cert_file {partners.authority.path}
    }}
  }}
  @certified expression {{http.request.tls.client.fingerprint}} != null
  route {{
    request_header -{name}
    request_header -Client-Cert-Chain
    request_header @certified {name} "{value}"
    reverse_proxy 127.0.0.1:{running.port}
  }}
}}
"""
    )
    command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(configuration)]
    with run_proxy(command, partners.folder, port):
        yield port


@contextlib.contextmanager
def run_proxy(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """Run a proxy until the block ends."""
    with open(folder / "proxy.log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "HOME": str(folder)})
    try:
        wait_until(lambda: is_open(port) or process.poll() is not None)
        assert process.poll() is None, (folder / "proxy.log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(20)


def check_proxy(partners: Partners, port: int, form: Form) -> None:
    """Check that the certificate of the connection counts, whatever the client claims."""
    path = partners.authority.path
    forged, underscored = dict(WRITERS[form](partners.client)), WRITERS[form](partners.client)[0]
    stranger = client_context(path, partners.stranger.path)
    known = post(port, client_context(path, partners.client.path))
    answers = {
        "stranger": post(port, stranger),
        "nobody": post(port, client_context(path)),
        "stranger who forges": post(port, stranger, fields=forged),
        "nobody who forges": post(port, client_context(path), fields=forged),
        "stranger with an underscore": post(port, stranger, fields={underscored[0].replace("-", "_"): underscored[1]}),
        "chain of a forger": post(port, client_context(path), fields={"client-cert-chain": ":AAAA:"}),
    }

    assert known.shown["peer"] == "a"
    assert known.shown["chain"] == [partners.client.pem.decode()]
    assert {name: (answer.status, answer.kind) for name, answer in answers.items()} == {
        "stranger": (403, "not-listed"),
        "nobody": (401, "no-credentials"),
        "stranger who forges": (403, "not-listed"),
        "nobody who forges": (401, "no-credentials"),
        "stranger with an underscore": (400, "wrong-certificate-header"),
        "chain of a forger": (401, "no-credentials"),
    }


@pytest.mark.skipif(HAPROXY is None, reason="HAProxy is not installed (apt-get install haproxy)")
@pytest.mark.parametrize("form", HAPROXY_HEADERS)
def test_haproxy_forwards_the_certificate(partners: Partners, form: Form) -> None:
    with listening(partners.settings(form)) as running, haproxy_in_front(partners, running, form) as port:
        check_proxy(partners, port, form)


@pytest.mark.skipif(CADDY is None, reason="Caddy is not installed (apt-get install caddy)")
@pytest.mark.parametrize("form", ["rfc9440", "traefik"])
def test_caddy_forwards_the_certificate(partners: Partners, form: Form) -> None:
    with listening(partners.settings(form)) as running, caddy_in_front(partners, running, form) as port:
        check_proxy(partners, port, form)
