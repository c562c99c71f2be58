"""Certificate revocation lists (RFC 5280 §5), read from files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from schemapress.errors import SchemapressError

from .peers import CertificateFacts, write_name
from .refusal import Refused

_PEM = re.compile(rb"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----", re.DOTALL)
_HINT = "Fetch the list again from its authority: openssl crl -in FILE -noout -text shows what a list has."


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list: its issuer, the numbers of what it revokes, and until when it holds."""

    issuer: bytes
    issuer_name: str
    serials: frozenset[int]
    this_update: datetime
    next_update: datetime | None
    file: str
    pem: bytes = field(repr=False)

    def has_expired(self, now: datetime) -> bool:
        """Whether a newer list should have replaced this one."""
        return self.next_update is not None and now > self.next_update


@dataclass(frozen=True)
class RevocationLists:
    """The newest list of each issuer. Without any list, nothing is checked."""

    lists: Sequence[RevocationList] = ()
    _by_issuer: Mapping[bytes, RevocationList] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        newest: dict[bytes, RevocationList] = {}
        for revocation in sorted(self.lists, key=lambda revocation: revocation.this_update):
            newest[revocation.issuer] = revocation
        object.__setattr__(self, "_by_issuer", newest)

    def __bool__(self) -> bool:
        return bool(self._by_issuer)

    @property
    def newest(self) -> tuple[RevocationList, ...]:
        """The newest list of each issuer."""
        return tuple(self._by_issuer.values())

    def covers(self, issuer: x509.Name) -> bool:
        """Whether there is a list of an issuer."""
        return issuer.public_bytes() in self._by_issuer

    def next_update_of(self, facts: CertificateFacts) -> datetime | None:
        """Return until when the list of a certificate's issuer holds."""
        revocation = self._by_issuer.get(facts.issuer)
        return None if revocation is None else revocation.next_update

    def check(self, facts: CertificateFacts, now: datetime) -> None:
        """Check that a certificate is not revoked, as far as lists can tell.

        Raises:
            Refused: it is revoked, or its issuer's list has expired or is missing: nothing then says that it is good.
        """
        if not self._by_issuer:
            return
        revocation = self._by_issuer.get(facts.issuer)
        if revocation is None or revocation.has_expired(now):
            raise Refused("no-revocation-list", "The server can't tell whether the certificate has been revoked.")
        if facts.serial in revocation.serials:
            raise Refused("revoked-certificate", "The certificate has been revoked.")


def read_revocation_lists(content: bytes, file: str) -> list[RevocationList]:
    """Return the lists of a file: PEM, one or several, or one in DER.

    Raises:
        SchemapressError: it has none, or one of a form that says only part of what is revoked.
    """
    try:
        if b"-----BEGIN" in content:
            parsed = [x509.load_pem_x509_crl(block) for block in _PEM.findall(content)]
        else:
            parsed = [x509.load_der_x509_crl(content)]
        lists = [_read(revocation, file) for revocation in parsed]
    except ValueError as error:
        raise SchemapressError(f"This is no revocation list: {error}.", place=file, hint=_HINT) from None
    if not lists:
        raise SchemapressError("The file has no revocation list.", place=file, hint=_HINT)
    return lists


def _read(revocation: x509.CertificateRevocationList, file: str) -> RevocationList:
    for extension in revocation.extensions:
        partial = isinstance(extension.value, x509.DeltaCRLIndicator | x509.IssuingDistributionPoint)
        if partial and not _is_whole(extension.value):
            message = "The list says only part of what is revoked (a delta, indirect or partitioned list)."
            raise SchemapressError(message, place=file, hint="Give the complete list of the authority.")
    return RevocationList(
        revocation.issuer.public_bytes(),
        write_name(revocation.issuer),
        frozenset(revoked.serial_number for revoked in revocation),
        revocation.last_update_utc,
        revocation.next_update_utc,
        file,
        revocation.public_bytes(Encoding.PEM),
    )


def _is_whole(extension: x509.ExtensionType) -> bool:
    """Whether a distribution point only says where the list is published."""
    return isinstance(extension, x509.IssuingDistributionPoint) and not (
        extension.indirect_crl
        or extension.only_some_reasons
        or extension.only_contains_ca_certs
        or extension.only_contains_attribute_certs
    )


def check_signatures(lists: Sequence[RevocationList], authorities: Sequence[x509.Certificate]) -> None:
    """Check that each list is signed by the authority of its name, where that is known.

    Raises:
        SchemapressError: a list is signed by somebody else.
    """
    for revocation in lists:
        parsed = x509.load_pem_x509_crl(revocation.pem)
        issuers = [known for known in authorities if known.subject.public_bytes() == revocation.issuer]
        keys = [known.public_key() for known in issuers]
        if keys and not any(_is_signed(parsed, key) for key in keys):
            message = f"The list is not signed by {revocation.issuer_name}, whose name it has."
            raise SchemapressError(message, place=revocation.file, hint=_HINT)


def _is_signed(revocation: x509.CertificateRevocationList, key: object) -> bool:
    try:
        return revocation.is_signature_valid(key)  # type: ignore[arg-type]  # a key of another kind is a TypeError
    except TypeError:
        return False
