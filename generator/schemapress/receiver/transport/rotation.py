"""Certificates, keys and lists that are replaced while the server runs."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from schemapress.errors import SchemapressError

from .key_files import read_certificates, read_file, warn_of_readers
from .peer_file import PeerFile, read_peer_file
from .revocation import RevocationLists, check_signatures, read_revocation_lists
from .tls import OnHandshakeFailure, RotatingContext, make_context
from .trust import Trust

_LOG = logging.getLogger(__name__)

WATCH_INTERVAL = 2.0
"""Seconds between two looks at the files."""


@dataclass(frozen=True, slots=True)
class CredentialFiles:
    """The files by which the server proves who it is, and knows who calls.

    - `certificate` (PEM, with its chain) and `key`, which may be in the same file, with `key_password`.
    - `client_ca` has the authorities of client certificates (PEM).
    - `client_certificate_optional` admits clients without one to the handshake: those who sign, for example.
    - `revocation_lists` are PEM or DER.
    - `peers` is the allow list, with the proxies that are believed: see `peer_file`.
    """

    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    client_certificate_optional: bool = False
    revocation_lists: tuple[Path, ...] = ()
    peers: Path | None = None
    key_password: str | None = field(default=None, repr=False)

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files that are given."""
        named = (self.certificate, self.key, self.client_ca, *self.revocation_lists, self.peers)
        return tuple(path for path in named if path is not None)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the files say at one time."""

    context: ssl.SSLContext | None
    trust: Trust


def load_credentials(
    files: CredentialFiles, on_failure: OnHandshakeFailure | None = None, before: Credentials | None = None
) -> Credentials:
    """Return what the files say. The authorities of `before` are kept as the same object if they did not change.

    Raises:
        SchemapressError: a file can't be read or used, or a combination of files means nothing.
    """
    if files.certificate is None and (files.key or files.client_ca):
        given = "key" if files.key else "client CA"
        hint = "Give the certificate of the server too (--tls-cert)."
        raise SchemapressError(f"There is a {given}, and no certificate.", place=str(files.paths[0]), hint=hint)
    if files.revocation_lists and files.client_ca is None and files.peers is None:
        hint = "Give the authorities of client certificates (--client-ca), or the proxies that forward them (--peers)."
        place = str(files.revocation_lists[0])
        raise SchemapressError("There is a revocation list, and no client CA.", place=place, hint=hint)
    authorities = () if files.client_ca is None else _read_authorities(files.client_ca)
    if before is not None and before.trust.authorities == authorities:
        authorities = before.trust.authorities
    revocation = RevocationLists(
        [each for path in files.revocation_lists for each in read_revocation_lists(read_file(path), str(path))]
    )
    check_signatures(revocation.lists, authorities)
    peer_file = PeerFile() if files.peers is None else read_peer_file(read_file(files.peers), str(files.peers))
    context = None
    if files.certificate is not None:
        context = make_context(
            files.certificate,
            files.key,
            authorities,
            revocation,
            optional=files.client_certificate_optional,
            password=files.key_password,
            on_failure=on_failure,
        )
    return Credentials(context, Trust(authorities, revocation, peer_file))


def _read_authorities(path: Path) -> tuple[x509.Certificate, ...]:
    authorities = read_certificates(path)
    for authority in authorities:
        try:
            constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        except (x509.ExtensionNotFound, ValueError):
            constraints = None
        if constraints is None or not constraints.ca:
            number = authorities.index(authority) + 1
            message = f"Certificate {number} of the client CA is not one of an authority (basicConstraints CA:TRUE)."
            raise SchemapressError(message, place=str(path), hint="List client certificates in the file of peers.")
    return authorities


FileTimes = tuple[tuple[int, int, int] | None, ...]


class WatchedCredentials:
    """Credentials that follow their files.

    A new set of files is taken as a whole, for handshakes and requests from then on. One that can't be used is
    reported, and the old one stays.
    """

    def __init__(self, files: CredentialFiles, on_failure: OnHandshakeFailure | None = None) -> None:
        self.files = files
        self._on_failure = on_failure
        self._state = self._look()
        self._digests = self._digest_files()
        self.current = load_credentials(files, on_failure)
        self.context = None if self.current.context is None else RotatingContext(self.current.context)
        self.failure: str | None = None
        """What is wrong with the newest files; None if they are in use."""
        self._expired: set[str] = set()
        self._report_expired()
        self._warn_of_readers(files.paths)

    def renew(self) -> bool:
        """Look at the files, and take them if they changed. Return whether they were taken."""
        self._report_expired()
        state = self._look()
        if state == self._state and self.failure is None:
            return False
        digests = self._digest_files()
        if digests == self._digests:
            self._state, self.failure = state, None
            return False
        try:
            credentials = load_credentials(self.files, self._on_failure, self.current)
        except SchemapressError as error:
            if str(error) != self.failure:
                event = {"event": "credentials-unusable"}
                names = ", ".join(map(str, self._find_changed(digests)))
                _LOG.error("%s: the new content can't be used; the old one stays in use. %s", names, error, extra=event)
            self.failure = str(error)
            return False
        if self._digest_files() != digests:  # they are being written at this moment
            return False
        changed = self._find_changed(digests)
        self._digests, self._state, self.failure = digests, state, None
        if self.context is not None and credentials.context is not None:
            self.context.current = credentials.context
        self.current = credentials
        _LOG.info(
            "%s: the new content is in use.", ", ".join(map(str, changed)), extra={"event": "credentials-renewed"}
        )
        self._report_expired()
        self._warn_of_readers(changed)
        return True

    async def watch(self, interval: float = WATCH_INTERVAL) -> None:
        """Renew the credentials whenever files change, until this is cancelled."""
        while True:
            await asyncio.sleep(interval)
            try:
                await asyncio.to_thread(self.renew)
            except Exception:  # the old credentials stay, and the next look may fare better
                event = {"event": "credentials-unusable"}
                _LOG.exception("Looking at the files of certificates, keys and peers failed.", extra=event)

    def _find_changed(self, digests: Mapping[Path, bytes]) -> list[Path]:
        """Return the files that have another content than the one in use, by their digests."""
        return [path for path, digest in digests.items() if digest != self._digests.get(path)]

    def _look(self) -> FileTimes:
        return tuple(map(_stat, self.files.paths))

    def _digest_files(self) -> dict[Path, bytes]:
        """Return the digest of each file; one that can't be read has that of the error."""
        digests = {}
        for path in self.files.paths:
            try:
                content = path.read_bytes()
            except OSError as error:
                content = f"error {error.errno}".encode()
            digests[path] = hashlib.sha256(content).digest()
        return digests

    def _warn_of_readers(self, paths: Sequence[Path]) -> None:
        """Log which of some files have secrets and can be read by everybody."""
        if (self.files.key or self.files.certificate) in paths:
            warn_of_readers(self.files.key or self.files.certificate, "the key")
        if self.files.peers in paths and self.current.trust.peer_file.signers:
            warn_of_readers(self.files.peers, "the secrets")

    def _report_expired(self) -> None:
        now = datetime.now(UTC)
        expired = {known.file for known in self.current.trust.revocation.newest if known.has_expired(now)}
        for file in sorted(expired - self._expired):
            message = "%s: the revocation list has expired. All certificates of its authority are refused. %s"
            hint = "Replace the file; the server takes the new one by itself."
            _LOG.error(message, file, hint, extra={"event": "revocation-list-expired"})
        self._expired = expired


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
