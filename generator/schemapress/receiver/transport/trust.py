"""Which certificates are trusted, and whose they are: authorities, revocation lists and the allow list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    ClientVerifier,
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from .peer_file import PeerFile
from .peers import AmbiguousPeer, CertificateFacts, Peer, admit_every, facts_of
from .refusal import Refused
from .revocation import RevocationLists

MOST_INTERMEDIATES = 8
"""Certificates between one and its authority."""


@dataclass(frozen=True)
class Trust:
    """What is believed about certificates at one time. A change of a file makes a new one."""

    authorities: tuple[x509.Certificate, ...] = ()
    revocation: RevocationLists = field(default_factory=RevocationLists)
    peer_file: PeerFile = field(default_factory=PeerFile)
    _store: Store | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_store", Store(list(self.authorities)) if self.authorities else None)

    def identify(self, certificate: x509.Certificate, now: datetime) -> Peer:
        """Return the peer of a certificate whose chain TLS or `verify` has checked.

        Raises:
            Refused: it is not in its dates, revoked, or nobody's who is listed.
        """
        facts = self.read(certificate)
        check_dates(facts, now)
        self.revocation.check(facts, now)
        allow_list = self.peer_file.allow_list
        if allow_list is None:
            return admit_every(facts)
        try:
            peer = allow_list.find(facts)
        except AmbiguousPeer:
            raise Refused("ambiguous-peer", "The certificate is that of several peers.") from None
        if peer is None:
            fingerprint = f"SHA-256 {facts.fingerprint}"  # what an entry of the allow list needs
            raise Refused("not-listed", "The certificate is not one of a known peer.", evidence=fingerprint)
        return peer

    def good_until(self, facts: CertificateFacts) -> datetime:
        """Return until when time alone does not change what `identify` says of a certificate that is good now."""
        expires = self.revocation.next_update_of(facts)
        return facts.not_after if expires is None else min(facts.not_after, expires)

    def read(self, certificate: x509.Certificate) -> CertificateFacts:
        """Return the facts of a certificate. Refused: it can't be read."""
        try:
            return facts_of(certificate)
        except ValueError:
            raise Refused("untrusted-certificate", "The certificate can't be read.") from None

    def verify(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], now: datetime) -> None:
        """Check the chain of a certificate that a proxy forwarded; without authorities, the proxy has done it.

        Raises:
            Refused: no chain leads to an authority, or one of its certificates is revoked.
        """
        if self._store is None:
            return
        try:
            verified = _verifier(self._store, now).verify(certificate, list(chain)[:MOST_INTERMEDIATES])
        except VerificationError:
            if now > certificate.not_valid_after_utc or now < certificate.not_valid_before_utc:
                raise Refused("expired-certificate", "The certificate is not valid now.") from None
            raise Refused("untrusted-certificate", "The certificate is not one of a trusted authority.") from None
        for issuer in verified.chain[1:-1]:
            self.revocation.check(self.read(issuer), now)


def check_dates(facts: CertificateFacts, now: datetime) -> None:
    """Check that a certificate is valid now. Refused: it is not."""
    if not facts.not_before <= now <= facts.not_after:
        raise Refused("expired-certificate", "The certificate is not valid now.")


def _verifier(store: Store, now: datetime) -> ClientVerifier:
    """Return a verifier by RFC 5280; private authorities seldom keep the rules of the public web, its default."""
    issuers = (
        ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _check_issuer)
        .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _check_issuer_usage)
    )
    clients = ExtensionPolicy.permit_all().may_be_present(
        x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _check_client_usage
    )
    return (
        PolicyBuilder()
        .store(store)
        .time(now)
        .max_chain_depth(MOST_INTERMEDIATES)
        .extension_policies(ca_policy=issuers, ee_policy=clients)
        .build_client_verifier()
    )


def _check_issuer(_policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("the issuer is no authority")


def _check_issuer_usage(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("the issuer may not sign certificates")


def _check_client_usage(_policy: Policy, _certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    allowed = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    if usage is not None and not any(purpose in usage for purpose in allowed):
        raise ValueError("the certificate is not for clients")
