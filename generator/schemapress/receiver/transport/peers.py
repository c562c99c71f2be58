"""Who may call: peers, and the allow list that recognises them by their certificates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from schemapress.receiver.log import name_for_log

ATTRIBUTES = {"emailAddress": NameOID.EMAIL_ADDRESS, "serialNumber": NameOID.SERIAL_NUMBER}
"""Names of attributes that OpenSSL writes and RFC 4514 has not; both are read and written."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A caller that was recognised.

    `name` is its stable identity: the name of its entry, or the subject of its certificate where there is no allow
    list. `certificate` is DER, and `fingerprint` its SHA-256 in lower-case hexadecimal digits; a peer that signs has
    None and "". `identifiers` are the values of the sender's key that it may use; None is any.
    """

    name: str
    certificate: bytes | None
    fingerprint: str
    identifiers: frozenset[str] | None

    @property
    def log_name(self) -> str:
        """The name in logs, which never have the subject of a certificate."""
        return name_for_log(self.name, self.fingerprint)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What of a certificate is compared. Names of hosts are in lower case; `sans` have their kind in front."""

    der: bytes
    fingerprint: str
    subject: x509.Name
    sans: frozenset[str]
    issuer: bytes
    serial: int
    not_before: datetime
    not_after: datetime

    @property
    def name(self) -> str:
        """The subject (RFC 4514); without one, the first alternative name, or else the fingerprint."""
        return write_name(self.subject) or min(self.sans, default=f"SHA256:{self.fingerprint}")


def write_name(name: x509.Name) -> str:
    """Return a distinguished name as RFC 4514 writes it."""
    return name.rfc4514_string({oid: attribute for attribute, oid in ATTRIBUTES.items()})


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """Return what of a certificate is compared.

    Raises:
        ValueError: the certificate has an extension that can't be read.
    """
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        sans: frozenset[str] = frozenset()
    else:
        sans = frozenset(
            [
                *(f"DNS:{value.lower()}" for value in names.get_values_for_type(x509.DNSName)),
                *(f"URI:{value}" for value in names.get_values_for_type(x509.UniformResourceIdentifier)),
                *(f"email:{value}" for value in names.get_values_for_type(x509.RFC822Name)),
            ]
        )
    return CertificateFacts(
        certificate.public_bytes(Encoding.DER),
        certificate.fingerprint(SHA256()).hex(),
        certificate.subject,
        sans,
        certificate.issuer.public_bytes(),
        certificate.serial_number,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


@dataclass(frozen=True, slots=True)
class CertificatePattern:
    """What a certificate has to be: of each kind that is given, one value must be the certificate's."""

    fingerprints: frozenset[str] = frozenset()
    subjects: frozenset[x509.Name] = frozenset()
    sans: frozenset[str] = frozenset()

    def matches(self, facts: CertificateFacts) -> bool:
        """Whether a certificate is meant. An empty pattern means none."""
        fingerprint = not self.fingerprints or facts.fingerprint in self.fingerprints
        subject = not self.subjects or facts.subject in self.subjects
        san = not self.sans or not self.sans.isdisjoint(facts.sans)
        return bool(self) & fingerprint & subject & san

    def __bool__(self) -> bool:
        return bool(self.fingerprints or self.subjects or self.sans)

    def keys(self) -> Iterator[tuple[str, object]]:
        """Yield the kind and value by which the pattern is looked up: those of its most exact kind."""
        if self.fingerprints:
            yield from (("sha256", value) for value in self.fingerprints)
        elif self.sans:
            yield from (("san", value) for value in self.sans)
        else:
            yield from (("subject", value) for value in self.subjects)


@dataclass(frozen=True, slots=True)
class PeerEntry:
    """An entry of the allow list: a name, its certificates, and the values of the sender's key that it may use."""

    name: str
    pattern: CertificatePattern
    identifiers: frozenset[str] | None = None
    secrets: tuple[bytes, ...] = ()


class AmbiguousPeer(Exception):
    """Several entries mean one certificate. Its text has their names."""


@dataclass(frozen=True)
class AllowList:
    """The peers that are let in.

    A certificate is looked up by its fingerprint, its subject and each of its alternative names, always all of them,
    so that the time does not tell which entries there are.
    """

    entries: Sequence[PeerEntry]
    _index: Mapping[tuple[str, object], tuple[PeerEntry, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        index: dict[tuple[str, object], tuple[PeerEntry, ...]] = {}
        for entry in self.entries:
            for key in entry.pattern.keys():  # noqa: SIM118  # a pattern is no mapping
                index[key] = (*index.get(key, ()), entry)
        object.__setattr__(self, "_index", index)

    def find(self, facts: CertificateFacts) -> Peer | None:
        """Return the peer of a certificate, or None.

        Raises:
            AmbiguousPeer: several entries mean it. A peer has one name, by which its messages are recognised again.
        """
        keys = [("sha256", facts.fingerprint), ("subject", facts.subject), *(("san", san) for san in facts.sans)]
        found = {
            entry.name: entry for key in keys for entry in self._index.get(key, ()) if entry.pattern.matches(facts)
        }
        if len(found) > 1:
            raise AmbiguousPeer(", ".join(sorted(found)))
        for entry in found.values():
            return Peer(entry.name, facts.der, facts.fingerprint, entry.identifiers)
        return None


def admit_every(facts: CertificateFacts) -> Peer:
    """Return the peer of a certificate where there is no allow list: its subject is its name."""
    return Peer(facts.name, facts.der, facts.fingerprint, None)


def repeated_keys(entries: Iterable[PeerEntry]) -> Iterator[tuple[PeerEntry, PeerEntry, str]]:
    """Yield pairs of entries that mean one certificate whatever it is: they share a value, and have no other kind."""
    seen: dict[tuple[str, object], PeerEntry] = {}
    for entry in entries:
        pattern = entry.pattern
        kinds = sum(map(bool, (pattern.fingerprints, pattern.subjects, pattern.sans)))
        if kinds > 1 and not pattern.fingerprints:
            continue
        for key in sorted(pattern.keys(), key=str):
            if key in seen:
                yield seen[key], entry, key[0]
            else:
                seen[key] = entry
