"""Client certificates that a proxy forwards in header fields: RFC 9440, Envoy, nginx and Traefik.

A proxy is named by its addresses or its own certificate, and forwards in one form. Fields of any other form in its
requests, and all such fields in anyone else's, are refused: they would come from the client.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal
from urllib.parse import unquote_to_bytes

from cryptography import x509

from schemapress.private_fields import CERTIFICATE_FIELDS

from .peers import CertificateFacts, CertificatePattern
from .refusal import Refused

Form = Literal["rfc9440", "envoy", "nginx", "ingress-nginx", "traefik"]
"""How a proxy forwards a certificate."""

Network = IPv4Network | IPv6Network

FIELDS: Mapping[Form, tuple[bytes, ...]] = {
    "rfc9440": (b"client-cert", b"client-cert-chain"),
    "envoy": (b"x-forwarded-client-cert",),
    "nginx": (b"x-ssl-client-cert", b"x-ssl-client-verify"),
    "ingress-nginx": (b"ssl-client-cert", b"ssl-client-verify"),
    "traefik": (b"x-forwarded-tls-client-cert",),
}
"""The header fields of each form: that of the certificate, and that of its chain or verification."""

REFUSED_FIELDS = frozenset(name.encode() for name in CERTIFICATE_FIELDS)
"""All fields that speak of a client certificate. No form has some of them; an application might read them."""

MOST_CERTIFICATES = 10
"""Certificates of a chain."""

_PEM = re.compile(rb"\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*")
_BYTES = re.compile(rb":([A-Za-z0-9+/]*={0,2}):")
_XFCC_PAIR = re.compile(rb'\s*([A-Za-z]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^",;]*)\s*')

Fields = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that is believed. Where it has both networks and a certificate, both must be its own."""

    name: str
    form: Form
    networks: tuple[Network, ...] = ()
    pattern: CertificatePattern = field(default_factory=CertificatePattern)

    def is_at(self, address: str | None) -> bool:
        """Whether the proxy calls from an address, or none is asked of it."""
        if not self.networks:
            return True
        return address is not None and is_within(address, self.networks)

    def has_certificate(self, facts: CertificateFacts | None) -> bool:
        """Whether a certificate is the proxy's, or none is asked of it."""
        return not self.pattern or (facts is not None and self.pattern.matches(facts))


@dataclass(frozen=True, slots=True)
class ForwardedCertificate:
    """A certificate as a proxy forwarded it, and what the client sent with it."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address is in a network; an IPv4 address may be written in IPv6."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks)


def certificate_fields(fields: Fields) -> list[tuple[bytes, bytes]]:
    """Return the fields that speak of a client certificate, an underscore counting as a hyphen as in CGI."""
    return [
        each
        for each in fields
        if each[0] in REFUSED_FIELDS or (b"_" in each[0] and _with_hyphens(each[0]) in REFUSED_FIELDS)
    ]


def _with_hyphens(name: bytes) -> bytes:
    return name.replace(b"_", b"-")


def read_forwarded(form: Form, fields: Sequence[tuple[bytes, bytes]]) -> ForwardedCertificate | None:
    """Return the certificate in the fields that `certificate_fields` returns; None where the client had none.

    Raises:
        Refused: a field is repeated, of another form, or unreadable.
    """
    names = FIELDS[form]
    for name, _ in fields:
        if name not in names:
            shown = name.decode("ascii", "replace")
            raise _refuse(f"{shown} is not a field by which this proxy forwards certificates")
    values = {name: [value.strip() for other, value in fields if other == name] for name in names}
    for name, each in values.items():
        if len(each) > 1 and name != b"client-cert-chain":  # RFC 9440 §2.3: a list may have several lines
            raise _refuse(f"{name.decode()} has more than one value")
    try:
        return _READERS[form](*(b", ".join(values[name]) for name in names))
    except ValueError as error:
        raise _refuse(f"{names[0].decode()} can't be read: {error}") from None


def _refuse(problem: str) -> Refused:
    return Refused("wrong-certificate-header", f"{problem}."[:300])


def _read_rfc9440(certificate: bytes, chain: bytes = b"") -> ForwardedCertificate | None:
    """Read a byte sequence, and a list of them (RFC 9440 §2, RFC 9651 §3.3.5)."""
    if not certificate:
        if chain:
            raise ValueError("there is a chain, and no certificate")
        return None
    items = [item.strip() for item in chain.split(b",")] if chain else []
    if len(items) > MOST_CERTIFICATES:
        raise ValueError(f"the chain has more than {MOST_CERTIFICATES} certificates")
    return ForwardedCertificate(_from_sequence(certificate), tuple(map(_from_sequence, items)))


def _from_sequence(item: bytes) -> x509.Certificate:
    match = _BYTES.fullmatch(item)
    if match is None:
        raise ValueError("it is not Base64 between colons")
    return _from_base64(match[1])


def _from_base64(text: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise ValueError("it is no certificate") from None


def _read_nginx(certificate: bytes, verification: bytes) -> ForwardedCertificate | None:
    """Read `$ssl_client_escaped_cert` and `$ssl_client_verify`."""
    if verification in (b"", b"NONE"):
        if certificate:
            raise ValueError("there is a certificate, and no word that it was verified")
        return None
    if verification != b"SUCCESS":
        raise Refused("untrusted-certificate", "The proxy did not accept the certificate.")
    return ForwardedCertificate(_from_escaped(certificate)[0])


def _from_escaped(text: bytes) -> list[x509.Certificate]:
    """Return certificates in PEM, percent-encoded."""
    pem = unquote_to_bytes(text)
    blocks = _PEM.findall(pem)
    if not blocks or b"".join(blocks) != pem:
        raise ValueError("it is not PEM, percent-encoded")
    if len(blocks) > MOST_CERTIFICATES:
        raise ValueError(f"it has more than {MOST_CERTIFICATES} certificates")
    try:
        return [x509.load_pem_x509_certificate(block.strip()) for block in blocks]
    except ValueError:
        raise ValueError("it is no certificate") from None


def _read_envoy(text: bytes) -> ForwardedCertificate | None:
    """Read `X-Forwarded-Client-Cert`.

    Each hop appends an element; only the last one is the word of the proxy that calls.
    """
    if not text:
        return None
    element = _xfcc_elements(text)[-1]
    certificate = element.get(b"cert")
    if not certificate:
        raise ValueError("its last element has no Cert (set_current_client_cert_details: cert)")
    leaf = _from_escaped(certificate)
    if len(leaf) > 1:
        raise ValueError("its Cert has several certificates")
    chain = _from_escaped(element[b"chain"]) if element.get(b"chain") else []
    return ForwardedCertificate(leaf[0], tuple(other for other in chain if other != leaf[0]))


def _xfcc_elements(text: bytes) -> list[dict[bytes, bytes]]:
    """Return the elements, each a mapping from keys in lower case; `URI` and `DNS` may repeat, and the last counts."""
    elements: list[dict[bytes, bytes]] = [{}]
    position = 0
    while True:
        pair = _XFCC_PAIR.match(text, position)
        if pair is None:
            raise ValueError(f"a key and a value were expected at character {position + 1}")
        key, value = pair[1].lower(), pair[2].strip()
        if value.startswith(b'"'):
            value = re.sub(rb"\\(.)", rb"\1", value[1:-1])
        if key in elements[-1] and key not in (b"uri", b"dns"):
            raise ValueError(f"an element has {key.decode()} twice")
        elements[-1][key] = value
        position = pair.end()
        if position == len(text):
            return elements
        if text[position : position + 1] == b",":
            elements.append({})
        elif text[position : position + 1] != b";":
            raise ValueError(f"a semicolon or a comma was expected at character {position + 1}")
        position += 1


def _read_traefik(text: bytes) -> ForwardedCertificate | None:
    """Read `X-Forwarded-Tls-Client-Cert`: PEM without its first and last line, separated by commas."""
    if not text:
        return None
    items = (unquote_to_bytes(text) if b"%" in text else text).split(b",")
    if len(items) > MOST_CERTIFICATES:
        raise ValueError(f"it has more than {MOST_CERTIFICATES} certificates")
    certificates = [_from_base64(item.strip()) for item in items]
    return ForwardedCertificate(certificates[0], tuple(certificates[1:]))


_READERS: Mapping[Form, Callable[..., ForwardedCertificate | None]] = {
    "rfc9440": _read_rfc9440,
    "envoy": _read_envoy,
    "nginx": _read_nginx,
    "ingress-nginx": _read_nginx,
    "traefik": _read_traefik,
}
