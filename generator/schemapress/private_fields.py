"""The header fields that say who calls: no message is stored with them, so no parameter can be one of them."""

from __future__ import annotations

from schemapress_runtime.http.signature import SIGNATURE_FIELDS

CERTIFICATE_FIELDS = frozenset(
    {
        *("client-cert", "client-cert-chain"),  # RFC 9440
        "x-forwarded-client-cert",  # Envoy
        *("x-ssl-client-cert", "x-ssl-client-verify", "x-ssl-client-dn"),  # nginx
        *("ssl-client-cert", "ssl-client-verify", "ssl-client-subject-dn", "ssl-client-issuer-dn"),  # ingress-nginx
        *("x-forwarded-tls-client-cert", "x-forwarded-tls-client-cert-info"),  # Traefik
        "x-client-cert",
    }
)
"""The fields that speak of a client certificate; the receiver refuses them, but from proxies that it knows."""

_PRIVATE = frozenset({"authorization", "proxy-authorization", "cookie", *SIGNATURE_FIELDS, *CERTIFICATE_FIELDS})
_PRIVATE_STARTS = (
    *("webhook-", "client-cert", "x-client-cert", "ssl-client-", "x-ssl-client-"),
    *("x-forwarded-client-cert", "x-forwarded-tls-client-cert"),
)


def is_private(name: str) -> bool:
    """Whether a header field, in lower case, has credentials, a signature or a certificate."""
    return name in _PRIVATE or name.startswith(_PRIVATE_STARTS)
