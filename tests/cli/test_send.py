"""`schemapress send` and servers on loopback: what it prints, and its exit codes."""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from tests.conftest import MESSAGE, MakeProject, run, schema
from tests.integration.service import Service, serve
from tests.support.certificates import Authority
from tests.support.receiver import ReceiverProcess
from tests.support.scripted_server import answer, scripted_server

NO_CONTENT = answer("204 No Content")


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serve("uvicorn", "asgi", tmp_path_factory.mktemp("send")) as service:
        yield service


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    project = make_project(settings='runtime = "installed"')
    assert run("build", cwd=project).returncode == 0
    (project / "good.xml").write_bytes(MESSAGE)
    (project / "bad.xml").write_bytes(MESSAGE.replace(b">true<", b">maybe<"))
    return project


def send(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("send", *arguments, cwd=project)


def test_a_valid_document_is_sent_as_it_is(project: Path, tickets: Service) -> None:
    tickets.received()

    done = send(project, "good.xml", "--to", f"http://127.0.0.1:{tickets.port}", "--header", "X-Trace: 7")

    assert (done.stdout, done.stderr, done.returncode) == ("good.xml: accepted\n", "", 0)
    (received,) = tickets.received()
    assert (received["reference"], received["headers"]["x-trace"]) == ("BFR-000123", "7")


def test_outside_of_a_project_the_hint_names_the_option_for_a_package(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(MESSAGE)

    done = send(tmp_path, "good.xml", "--to", "http://127.0.0.1:1")

    assert (done.stdout, done.returncode) == ("", 2)
    assert "There is no pyproject.toml here or above." in done.stderr
    assert "Name the folder of a generated package by --package, or a project by --project." in done.stderr


def test_the_path_of_the_endpoint_may_be_in_the_url(project: Path) -> None:
    with scripted_server([NO_CONTENT]) as server:
        for path in ("", "/", "/notifyInProgress", "/api/", "/api/notifyInProgress"):
            assert send(project, "good.xml", "--to", f"http://127.0.0.1:{server.port}{path}").returncode == 0

    lines = [request.split(b" ")[1] for request in server.requests]
    assert lines == [b"/notifyInProgress"] * 3 + [b"/api/notifyInProgress"] * 2
    assert server.requests[0].endswith(MESSAGE)


def test_an_invalid_document_is_reported_and_the_others_are_sent(project: Path, tickets: Service) -> None:
    tickets.received()
    (project / "no.xml").write_text("<a>", "utf-8")

    done = send(project, "bad.xml", "no.xml", "good.xml", "--to", f"http://127.0.0.1:{tickets.port}")

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "bad.xml: not sent: 1 problem"
    assert lines[1].startswith("bad.xml:31:5: /notifyInProgress/faultDetails/triageComplete: ")
    assert lines[1].endswith("[cvc-datatype-valid.1.2.1]")
    assert lines[2] == "no.xml: not sent: 1 problem"
    assert lines[-1] == "good.xml: accepted"
    assert len(tickets.received()) == 1


def test_a_refusal_is_shown_with_its_problems(project: Path) -> None:
    problem = (
        b'<problem xmlns="urn:ietf:rfc:7807"><title>No</title><detail>Closed.</detail><problems><i><path>/a</path>'
        b"<line>3</line><code>x-1</code><message>No.</message></i></problems></problem>"
    )
    refusals = [
        answer("422 Unprocessable Content", "Content-Type: application/problem+xml", body=problem),
        answer("500 Internal Server Error", "Content-Type: text/html", body=b"<h1>\n Oops\x1b[31m " + b"x" * 500),
        answer("404 Not Found"),
    ]
    with scripted_server(refusals) as server:
        outputs = [send(project, "good.xml", "--to", f"http://127.0.0.1:{server.port}") for _ in refusals]

    assert [done.returncode for done in outputs] == [1, 1, 1]
    assert outputs[0].stdout == ("good.xml: refused: 422 Unprocessable Entity: Closed.\ngood.xml:3: /a: No. [x-1]\n")
    assert outputs[1].stdout.startswith(r"good.xml: refused: 500 Internal Server Error: <h1> Oops\x1b[31m xxx")
    assert len(outputs[1].stdout) < 300
    assert outputs[2].stdout == "good.xml: refused: 404 Not Found\n"


def test_after_an_unreachable_receiver_nothing_more_is_sent(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    done = send(project, "good.xml", "bad.xml", "--to", f"http://127.0.0.1:{port}")

    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr == (
        f"error: good.xml: Unreachable: 127.0.0.1:{port} refuses the connection; the message has not arrived.\n"
        "  Check the port in the URL, and whether the receiver is running.\n"
    )


def test_a_dry_run_sends_nothing(project: Path) -> None:
    done = send(project, "good.xml", "bad.xml", "--to", "https://partner.example/api", "--dry-run")

    assert done.returncode == 1
    assert done.stdout.startswith(
        "good.xml: valid; POST https://partner.example/api/notifyInProgress\nbad.xml: not sent: "
    )


def test_a_client_certificate_and_a_ca_are_used(project: Path, tmp_path: Path) -> None:
    ca, other = Authority(tmp_path, "ca"), Authority(tmp_path, "other")
    pair, own = ca.issue_server("127.0.0.1"), ca.issue("CN=client")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate_file, pair.key_file)
    context.load_verify_locations(ca.path)
    context.verify_mode = ssl.CERT_REQUIRED
    both = tmp_path / "both.pem"
    both.write_bytes(own.certificate_file.read_bytes() + own.key_file.read_bytes())
    with scripted_server([NO_CONTENT], context) as server:
        to = ("good.xml", "--to", f"https://127.0.0.1:{server.port}")
        good = send(project, *to, "--ca", str(ca.path), "--cert", str(own.certificate_file), "--key", str(own.key_file))
        one_file = send(project, *to, "--ca", str(ca.path), "--cert", str(both))
        wrong_ca = send(project, *to, "--ca", str(other.path))
        no_ca = send(project, *to)

    assert (good.returncode, one_file.returncode, wrong_ca.returncode, no_ca.returncode) == (0, 0, 2, 2)
    for done in (wrong_ca, no_ca):
        assert "its CA is not trusted; the message has not arrived.\n" in done.stderr
        assert done.stderr.endswith("  Pass the certificate of that CA as --ca.\n")


def test_a_key_with_a_password_is_used(project: Path, tmp_path: Path) -> None:
    ca = Authority(tmp_path, "ca")
    pair, own = ca.issue_server("127.0.0.1"), ca.issue("CN=client")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate_file, pair.key_file)
    context.load_verify_locations(ca.path)
    context.verify_mode = ssl.CERT_REQUIRED
    encryption = BestAvailableEncryption(b"pass word")
    (project / "locked.key").write_bytes(own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    (project / "password").write_text("pass word\n", "utf-8")
    options = ("--ca", str(ca.path), "--cert", str(own.certificate_file), "--key", "locked.key")
    with scripted_server([NO_CONTENT], context) as server:
        to = ("good.xml", "--to", f"https://127.0.0.1:{server.port}")
        done = send(project, *to, *options, "--key-password-file", "password")

    assert (done.stderr, done.returncode) == ("", 0)


def test_a_partner_with_a_secret_signs(project: Path, tmp_path: Path) -> None:
    ca = Authority(tmp_path, "server-ca")
    pair = ca.issue_server("localhost")
    secret, other = (f"whsec_{base64.b64encode(bytes(range(start, start + 32))).decode()}" for start in (0, 1))
    (project / "secret").write_text(f"{secret}\n", "utf-8")
    (project / "other").write_text(other, "utf-8")
    (tmp_path / "peers.toml").write_text(f'[[peer]]\nname = "buyer"\nsecrets = ["{secret}"]\n', "utf-8")
    options = ("--tls-cert", str(pair.path), "--peers", "peers.toml", "--host", "127.0.0.1")
    with ReceiverProcess(tmp_path, options, ca.path) as receiver:
        to = ("good.xml", "--to", f"https://localhost:{receiver.port}", "--ca", str(ca.path))
        signed = [send(project, *to, "--secret-file", "secret") for _ in range(2)]
        with_other = send(project, *to, "--secret-file", "other")
        unsigned = send(project, *to)

    assert [(done.stdout, done.returncode) for done in signed] == [("good.xml: accepted\n", 0)] * 2
    assert with_other.stdout.startswith("good.xml: refused: 401 Unauthorized: No known partner signed the body.")
    assert unsigned.stdout.startswith("good.xml: refused: 401 Unauthorized")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--to", "partner.example"), "error: The URL 'partner.example' does not begin with https:// or http://."),
        (("--to", "https://a", "--cert", "no.pem"), "error: no.pem: This file, the client certificate, can't be read"),
        (("--to", "https://a", "--key", "no.pem"), "error: --key is the key of a --cert, which is missing."),
        (("--to", "http://a", "--ca", "good.xml"), "is not of TLS, so no certificate would be used."),
        (
            ("--to", "https://a", "--cert", "cert.pem"),
            "a certificate, and no key.\n  Pass the file of the key by --key",
        ),
        (
            ("--to", "https://a", "--cert", "cert.key", "--key", "cert.pem"),
            "cert.key: This is a private key; expected the client certificate.\n  The certificate and the key are",
        ),
        (("--to", "https://a", "--ca", "cert.key"), "cert.key: This is a private key; expected a certificate.\n"),
        (
            ("--to", "https://a", "--cert", "cert.pem", "--key", "good.xml"),
            "good.xml: This is neither a certificate nor a key; expected a private key in PEM.\n  The file of --key",
        ),
        (
            ("--to", "https://a", "--cert", "cert.der", "--key", "cert.key"),
            "cert.der: This is a certificate in DER; expected the client certificate in PEM.\n  Convert it: openssl",
        ),
        (
            ("--to", "https://a", "--cert", "cert.pem", "--key", "locked.key"),
            "has a password.\n  Pass --key-password-file",
        ),
        (
            ("--to", "https://a", "--cert", "cert.pem", "--key", "locked.key", "--key-password-file", "secret"),
            "locked.key: The password of the key is wrong.",
        ),
        (("--to", "https://a", "--key-password-file", "secret"), "of a --cert, which is missing."),
        (("--to", "https://a", "--secret-file", "none"), "error: none: This can't be read"),
        (("--to", "https://a", "--secret-file", "good.xml"), "error: good.xml: This file has"),
        (("--to", "https://a", "--secret-file", "secret"), "The secret in --secret-file can't be used: it does not"),
        (("--to", "https://a", "--endpoint", "notifyProgress"), "Did you mean 'notifyInProgress'?"),
        (("--to", "https://a", "--package", "spec"), "error: spec: This is not a generated package."),
        (("--to", "https://a", "--header", "x"), "expected 'NAME: VALUE', not 'x'"),
        (("--to", "https://a", "--timeout", "0"), "--timeout"),
    ],
)
def test_options_that_can_not_work_are_told_once(project: Path, arguments: tuple[str, ...], words: str) -> None:
    own = Authority(project, "ca").issue("CN=client")
    (project / "cert.pem").write_bytes(own.pem)
    (project / "cert.der").write_bytes(own.der)
    (project / "cert.key").write_bytes(own.key_file.read_bytes())
    encryption = BestAvailableEncryption(b"password")
    (project / "locked.key").write_bytes(own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    (project / "secret").write_text("hush\n", "utf-8")

    done = send(project, "good.xml", "good.xml", *arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("error:") == 1


def test_the_root_element_chooses_the_endpoint(make_project: MakeProject) -> None:
    element = '<xs:element name="{0}"><xs:complexType><xs:sequence/></xs:complexType></xs:element>'
    facts = "".join(
        f'<endpoint xmlns="urn:schemapress:endpoint" name="{name}" method="POST" path="/{name}">'
        f'<request element="{root}"/><response status="204"/></endpoint>'
        for name, root in (("one", "a"), ("two", "b"), ("three", "b"))
    )
    content = (
        f"<xs:annotation><xs:appinfo>{facts}</xs:appinfo></xs:annotation>{element.format('a')}{element.format('b')}"
    )
    project = make_project({"a.xsd": schema(content)}, 'runtime = "installed"')
    assert run("build", cwd=project).returncode == 0
    for name in "abc":
        (project / f"{name}.xml").write_text(f"<{name}/>", "utf-8")

    to = ("--to", "https://x", "--dry-run")
    done = send(project, "a.xml", "b.xml", "c.xml", *to)
    named = send(project, "b.xml", *to, "--endpoint", "three")

    assert done.stdout == "a.xml: valid; POST https://x/one\n"
    assert done.stderr == (
        "error: b.xml: The endpoints two (/two) and three (/three) both take b.\n  Name one by --endpoint.\n"
        "error: c.xml: No endpoint takes the root element c.\n  They take <a>, <b>.\n"
    )
    assert done.returncode == 2
    assert named.stdout == "b.xml: valid; POST https://x/three\n"


def test_parameters_of_the_endpoint_are_passed_by_name(make_project: MakeProject) -> None:
    facts = """<xs:annotation><xs:appinfo>
      <endpoint xmlns="urn:schemapress:endpoint" name="put" method="PUT" path="/orders/{orderId}">
        <request element="a"/><response status="204"/>
        <parameter name="orderId" in="path" type="xs:int"/>
        <parameter name="tags" in="query" type="xs:NMTOKENS" required="false"/>
      </endpoint></xs:appinfo></xs:annotation>
      <xs:element name="a"><xs:complexType><xs:sequence/></xs:complexType></xs:element>"""
    project = make_project({"a.xsd": schema(facts)}, 'runtime = "installed"')
    assert run("build", cwd=project).returncode == 0
    (project / "a.xml").write_text("<a/>", "utf-8")

    with scripted_server([NO_CONTENT]) as server:
        to = ("a.xml", "--to", f"http://127.0.0.1:{server.port}")
        good = send(project, *to, "--parameter", "orderId=7", "--parameter", "tags=b c")
        missing = send(project, *to)
        wrong = send(project, *to, "--parameter", "orderId=x")
        unknown = send(project, *to, "--parameter", "orderid=7")

    assert good.returncode == 0
    assert [request.split(b" ")[1] for request in server.requests] == [b"/orders/7?tags=b&tags=c"]
    assert missing.stderr == "error: The path parameter orderId is missing.\n  Pass it by --parameter NAME=VALUE.\n"
    assert "The path parameter orderId is 'x'; expected" in wrong.stderr
    assert "The endpoint put has no parameter 'orderid'.\n  Did you mean 'orderId'?" in unknown.stderr


def test_a_package_without_endpoints_says_what_to_do(make_project: MakeProject) -> None:
    project = make_project({"a.xsd": schema('<xs:element name="a" type="xs:int"/>')}, 'runtime = "installed"')
    (project / "a.xml").write_text("<a>1</a>", "utf-8")
    before = send(project, "a.xml", "--to", "https://x")
    assert run("build", cwd=project).returncode == 0

    done = send(project, "a.xml", "--to", "https://x")

    assert "There is no such folder." in before.stderr
    assert "run `schemapress build`" in before.stderr
    assert "This package has no client." in done.stderr
    assert "endpoint facts" in done.stderr
