"""What the page says of the certificate that came with a message."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Subject, issuer, names, days and fingerprint, as texts."""

    subject: str
    issuer: str
    names: str
    valid: str
    fingerprint: str


def describe_certificate(content: bytes) -> CertificateFacts | None:
    """Return the facts of a certificate in DER, or None where it can't be read."""
    try:
        certificate = x509.load_der_x509_certificate(content)
        names = _names(certificate)
        return CertificateFacts(
            certificate.subject.rfc4514_string(),
            certificate.issuer.rfc4514_string(),
            ", ".join(names),
            f"{certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}",
            certificate.fingerprint(SHA256()).hex(":"),
        )
    except ValueError:
        return None


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in extension.value]
