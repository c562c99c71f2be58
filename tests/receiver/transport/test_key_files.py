"""Files of certificates and keys that can't be used: what is wrong is said in words, with the command that helps."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from schemapress.errors import SchemapressError
from schemapress.receiver.transport.rotation import CredentialFiles, WatchedCredentials, load_credentials
from tests.support.certificates import Authority, Identity

Break = Callable[[Identity, Authority], CredentialFiles]


def encrypt(server: Identity, password: str = "right", form: PrivateFormat = PrivateFormat.PKCS8) -> Path:
    encryption = BestAvailableEncryption(password.encode())
    path = server.path.with_suffix(".locked")
    path.write_bytes(server.key.private_bytes(Encoding.PEM, form, encryption))
    return path


def write(server: Identity, content: bytes) -> Path:
    path = server.path.with_suffix(".other")
    path.write_bytes(content)
    return path


def der_key(server: Identity) -> bytes:
    return server.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def files(
    server: Identity, certificate: Path | None = None, key: Path | None = None, password: str | None = None
) -> CredentialFiles:
    return CredentialFiles(certificate or server.certificate_file, key or server.key_file, key_password=password)


BROKEN: dict[str, tuple[Break, str, str]] = {
    "no password": (
        lambda server, _: files(server, key=encrypt(server)),
        "The key has a password.",
        "Give tls-key-password",
    ),
    "a wrong password": (
        lambda server, _: files(server, key=encrypt(server), password="wrong"),
        "The password of the key is wrong.",
        "openssl pkey -in KEY -noout",
    ),
    "a wrong password of an old form": (
        lambda server, _: files(server, key=encrypt(server, form=PrivateFormat.TraditionalOpenSSL), password="wrong"),
        "The password of the key is wrong.",
        "openssl pkey -in KEY -noout",
    ),
    "another key": (
        lambda server, authority: files(server, key=authority.issue_server().key_file),
        "The key is not that of the certificate.",
        "Give the key of ",
    ),
    "a certificate as key": (
        lambda server, _: files(server, key=write(server, server.pem)),
        "This is a certificate; expected a private key.",
        "-----BEGIN PRIVATE KEY-----",
    ),
    "a key as certificate": (
        lambda server, _: files(server, certificate=server.key_file),
        "This is a private key; expected a certificate.",
        "-----BEGIN CERTIFICATE-----",
    ),
    "no key": (
        lambda server, _: CredentialFiles(server.certificate_file),
        "The file has a certificate, and no key.",
        "--tls-key",
    ),
    "a certificate in DER": (
        lambda server, _: files(server, certificate=write(server, server.der)),
        "This is a certificate in DER; expected a certificate in PEM.",
        "openssl x509 -inform DER -in FILE -out FILE.pem",
    ),
    "a key in DER": (
        lambda server, _: files(server, key=write(server, der_key(server))),
        "This is a private key in DER; expected a private key in PEM.",
        "openssl pkey -inform DER -in FILE -out FILE.pem",
    ),
    "PKCS #12": (
        lambda server, _: files(
            server,
            certificate=write(
                server, serialize_key_and_certificates(b"a", server.key, server.certificate, None, NoEncryption())
            ),
        ),
        "This is PKCS #12, a certificate and its key in one; expected a certificate in PEM.",
        "openssl pkcs12 -in FILE -noenc -out FILE.pem",
    ),
    "an empty file": (
        lambda server, _: files(server, key=write(server, b"\n")),
        "The file is empty; expected a private key.",
        "tls-key has",
    ),
    "a cut certificate": (
        lambda server, _: files(server, certificate=write(server, server.pem[:200])),
        "A certificate can't be read: ",
        "Was the file cut short?",
    ),
    "a cut key": (
        lambda server, _: files(server, key=write(server, server.key_file.read_bytes()[:100])),
        "The key can't be read: ",
        "Was the file cut short?",
    ),
    "no file": (
        lambda server, _: files(server, key=Path("nowhere.key")),
        "nowhere.key: The file can't be read: No such file or directory.",
        "Check its name and its rights.",
    ),
    "a client CA in DER": (
        lambda server, authority: CredentialFiles(
            server.path, None, write(server, authority.certificate.public_bytes(Encoding.DER))
        ),
        "This is a certificate in DER; expected a certificate in PEM.",
        "openssl x509 -inform DER",
    ),
    "a key as client CA": (
        lambda server, _: CredentialFiles(server.path, None, server.key_file),
        "This is a private key; expected a certificate.",
        "client-ca",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_can_not_be_used_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    make, message, hint = BROKEN[name]
    authority = Authority(tmp_path)

    with pytest.raises(SchemapressError) as raised:
        load_credentials(make(authority.issue_server(), authority))

    assert message in str(raised.value)
    assert hint in str(raised.value)
    assert "unknown" not in str(raised.value)
    assert raised.value.place is not None


def test_the_command_for_a_file_in_der_works(tmp_path: Path) -> None:
    server = Authority(tmp_path).issue_server()
    for kind, content in (("x509", server.der), ("pkey", der_key(server))):
        command = ["openssl", kind, "-inform", "DER", "-in", str(write(server, content)), "-out", str(tmp_path / kind)]
        subprocess.run(command, check=True, capture_output=True)

    assert load_credentials(CredentialFiles(tmp_path / "x509", tmp_path / "pkey")).context is not None


def test_a_right_password_opens_a_key(tmp_path: Path) -> None:
    server = Authority(tmp_path).issue_server()

    assert load_credentials(files(server, key=encrypt(server), password="right")).context is not None


@pytest.mark.parametrize(("mode", "warns"), [(0o644, True), (0o604, True), (0o640, False), (0o600, False)])
def test_a_key_that_every_user_can_read_is_logged(
    mode: int, warns: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = Authority(tmp_path).issue_server()
    server.key_file.chmod(mode)
    secrets = tmp_path / "peers.toml"
    secrets.write_text('[[peer]]\nname = "a"\nsecrets = ["whsec_' + "a" * 32 + '"]\n')
    secrets.chmod(mode)

    WatchedCredentials(CredentialFiles(server.certificate_file, server.key_file, peers=secrets))

    expected = [f"{server.key_file}: every user of this machine can read the key. Run chmod o-rwx on it."]
    expected += [f"{secrets}: every user of this machine can read the secrets. Run chmod o-rwx on it."]
    assert caplog.messages == (expected if warns else [])


def test_the_log_names_the_file_that_was_replaced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    authority = Authority(tmp_path)
    server = authority.issue_server()
    peers = tmp_path / "peers.toml"
    peers.write_text('admit = "every"\n')
    watched = WatchedCredentials(CredentialFiles(server.path, None, authority.path, peers=peers))
    caplog.clear()  # it warned of the key that every user can read, and does not repeat that
    caplog.set_level(logging.INFO)

    peers.write_text('admit = "every"  # all\n')

    assert watched.renew()
    assert caplog.messages == [f"{peers}: the new content is in use."]
