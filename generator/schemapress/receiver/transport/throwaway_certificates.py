"""Certificates for trying things out on one machine (`serve --dev`): an authority, a server and a client."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from schemapress.errors import SchemapressError, writing

DAYS = 30
"""Days that the certificates are good for."""

LEAST_LEFT = timedelta(days=1)
"""Certificates that are good for less are made anew."""

SERVER_NAMES = ("localhost", "127.0.0.1", "::1")

CLIENT_NAME = "throwaway-client"


@dataclass(frozen=True, slots=True)
class ThrowawayCertificates:
    """The files, all in one folder."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The certificate of the authority, which both sides trust. Its key is nowhere: nobody can add to it."""
        return self.folder / "ca.pem"

    @property
    def server(self) -> Path:
        """The certificate of the server."""
        return self.folder / "server.pem"

    @property
    def server_key(self) -> Path:
        """The key of the server."""
        return self.folder / "server.key"

    @property
    def client(self) -> Path:
        """The certificate of the client."""
        return self.folder / "client.pem"

    @property
    def client_key(self) -> Path:
        """The key of the client."""
        return self.folder / "client.key"

    def curl(
        self,
        url: str,
        file: str = "message.xml",
        media_type: str | None = "application/xml",
        method: str = "POST",
    ) -> str:
        """Return the command that sends a file to the server; without a media type, there is nothing to send."""
        options = ["--cacert", self.authority, "--cert", self.client, "--key", self.client_key]
        if method != ("GET" if media_type is None else "POST"):
            options += ["--request", method]
        if media_type is not None:
            options += ["-H", f"Content-Type: {media_type}", "--data-binary", f"@{file}"]
        return shlex.join(["curl", *map(str, options), url])


def make_certificates(folder: Path, now: datetime | None = None) -> tuple[ThrowawayCertificates, bool]:
    """Return the certificates in a folder, and whether they are new. They are made unless all are there and good.

    Raises:
        SchemapressError: the folder can't be written, or others can write to it.
    """
    moment = datetime.now(UTC) if now is None else now
    files = ThrowawayCertificates(folder)
    with writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode):
            raise SchemapressError("The folder of certificates is a link.", place=str(folder), hint="Remove the link.")
        if status.st_mode & 0o022 or status.st_uid != os.getuid():
            message = "Others can write to the folder of certificates."
            raise SchemapressError(message, place=str(folder), hint=f"Run chmod go-w {folder}, or name another folder.")
        if _are_good(files, moment):
            return files, False
        key = generate_private_key(SECP256R1())
        authority = make_authority("schemapress throw-away CA", key, moment)
        server_key, client_key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
        names: list[x509.GeneralName] = [x509.DNSName(SERVER_NAMES[0])]
        names += [x509.IPAddress(ip_address(name)) for name in SERVER_NAMES[1:]]
        server = issue("localhost", server_key, authority, key, moment, names, ExtendedKeyUsageOID.SERVER_AUTH)
        client_names = [x509.DNSName(f"{CLIENT_NAME}.invalid")]
        client = issue(CLIENT_NAME, client_key, authority, key, moment, client_names, ExtendedKeyUsageOID.CLIENT_AUTH)
        _write(folder / ".gitignore", b"*\n")
        for path, content in (
            (files.authority, authority.public_bytes(Encoding.PEM)),
            (files.server_key, write_key(server_key)),
            (files.server, server.public_bytes(Encoding.PEM)),
            (files.client_key, write_key(client_key)),
            (files.client, client.public_bytes(Encoding.PEM)),
        ):
            _write(path, content)
    return files, True


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, in one step."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(content)
    aside.replace(path)


def _are_good(files: ThrowawayCertificates, now: datetime) -> bool:
    """Whether all files are there, fit each other, are good for a while, and nobody else can read the keys."""
    try:
        authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
        for certificate_file, key_file in ((files.server, files.server_key), (files.client, files.client_key)):
            certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
            key = load_pem_private_key(key_file.read_bytes(), None)
            certificate.verify_directly_issued_by(authority)
            fits = key.public_key() == certificate.public_key()
            if not fits or certificate.not_valid_after_utc - now < LEAST_LEFT or key_file.stat().st_mode & 0o077:
                return False
    except Exception:  # whatever is wrong with them, they are made anew
        return False
    return True


def write_key(key: EllipticCurvePrivateKey) -> bytes:
    """Return a key in PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _builder(name: str, issuer: x509.Name, key: EllipticCurvePrivateKey, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def make_authority(name: str, key: EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    """Return the certificate of an authority, signed by itself."""
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        _builder(name, issuer, key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, SHA256())
    )


def issue(
    name: str,
    key: EllipticCurvePrivateKey,
    authority: x509.Certificate,
    authority_key: EllipticCurvePrivateKey,
    now: datetime,
    names: Sequence[x509.GeneralName],
    purpose: x509.ObjectIdentifier,
) -> x509.Certificate:
    """Return a certificate of an authority."""
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _builder(name, authority.subject, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(signer, critical=False)
        .sign(authority_key, SHA256())
    )
