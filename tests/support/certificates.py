"""Certificates for tests: authorities, what they issue, and what they revoke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """A certificate, its key, and the file that has both."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey
    path: Path

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(SHA256()).hex()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


class Authority:
    """An authority, whose files are in a folder of a test."""

    def __init__(self, folder: Path, name: str = "Test CA", parent: Authority | None = None) -> None:
        self.folder = folder
        self.parent = parent
        self.key = generate_private_key(SECP256R1())
        self.name = x509.Name.from_rfc4514_string(f"CN={name},O=Tests")
        signer = self if parent is None else parent
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(signer.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + 30 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), critical=False)
            .sign(signer.key, SHA256())
        )
        self.path = folder / f"{name.replace(' ', '-')}.pem"
        self.path.write_bytes(self.certificate.public_bytes(Encoding.PEM))

    def issue(
        self,
        subject: str,
        *,
        sans: Sequence[x509.GeneralName] = (),
        starts: timedelta = -DAY,
        ends: timedelta = 10 * DAY,
        purpose: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.CLIENT_AUTH,
        is_authority: bool | None = False,
    ) -> Identity:
        """Return a new certificate; its file has the key, the certificate, and that of an intermediate authority."""
        key = generate_private_key(SECP256R1())
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name.from_rfc4514_string(subject))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + starts)
            .not_valid_after(now + ends)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if is_authority is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        if purpose is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        if sans:
            builder = builder.add_extension(x509.SubjectAlternativeName(sans), critical=False)
        certificate = builder.sign(self.key, SHA256())
        path = self.folder / f"{certificate.serial_number:x}.pem"
        parts = [
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            certificate.public_bytes(Encoding.PEM),
        ]
        if self.parent is not None:
            parts.append(self.certificate.public_bytes(Encoding.PEM))
        path.write_bytes(b"".join(parts))
        return Identity(certificate, key, path)

    def issue_server(self) -> Identity:
        """Return a certificate for this machine."""
        names: list[x509.GeneralName] = [x509.DNSName("localhost")]
        names += [x509.IPAddress(ip_address(address)) for address in ("127.0.0.1", "::1")]
        return self.issue("CN=localhost", sans=names, purpose=ExtendedKeyUsageOID.SERVER_AUTH)

    def revoke(
        self,
        *revoked: Identity,
        path: Path | None = None,
        encoding: Encoding = Encoding.PEM,
        since: timedelta = -timedelta(hours=1),
        until: timedelta = DAY,
        signer: Authority | None = None,
    ) -> Path:
        """Write a revocation list, and return its file."""
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(now + since)
            .next_update(now + until)
        )
        for identity in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(identity.certificate.serial_number)
                .revocation_date(now - timedelta(hours=2))
                .build()
            )
        written = path or self.folder / "crl.pem"
        aside = written.with_suffix(".new")
        aside.write_bytes(builder.sign((signer or self).key, SHA256()).public_bytes(encoding))
        aside.replace(written)
        return written
