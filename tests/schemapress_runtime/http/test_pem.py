"""What a file of a certificate or a key has, told by its first bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from schemapress_runtime.http.pem import describe_other
from tests.support.certificates import Authority

KEYS = (ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048))
NONE, SECRET = NoEncryption(), BestAvailableEncryption(b"secret")


@pytest.mark.parametrize("key", KEYS, ids=lambda key: type(key).__name__)
def test_every_form_of_a_key_in_der_is_told(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    for form, encryption in (
        (PrivateFormat.TraditionalOpenSSL, NONE),
        (PrivateFormat.PKCS8, NONE),
        (PrivateFormat.PKCS8, SECRET),
    ):
        message, conversion = describe_other(key.private_bytes(Encoding.DER, form, encryption), "a certificate")
        assert message == "This is a private key in DER; expected a certificate in PEM."
        assert conversion.startswith("Convert it: openssl pkey -inform DER")


def test_a_certificate_in_der_and_pkcs12_are_told(tmp_path: Path) -> None:
    identity = Authority(tmp_path).issue("CN=a")

    message, conversion = describe_other(identity.der, "a private key")
    assert message == "This is a certificate in DER; expected a private key in PEM."
    assert conversion.startswith("Convert it: openssl x509 -inform DER")
    both = serialize_key_and_certificates(b"a", identity.key, identity.certificate, None, SECRET)
    message, conversion = describe_other(both, "a private key")
    assert message == "This is PKCS #12, a certificate and its key in one; expected a private key in PEM."
    assert conversion.startswith("Convert it: openssl pkcs12")


def test_a_public_key_and_anything_else_are_neither() -> None:
    public = (
        ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    whole = KEYS[0].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NONE)
    for content in (
        b"text",
        b"\x30",
        b"\x30\x82",
        b"\x30\xff",
        b"\x30\x03\x02\x01",
        public,
        *(whole[:n] for n in (1, 2, 3, 4)),
    ):
        assert describe_other(content, "a certificate") == (
            "This is neither a certificate nor a key; expected a certificate in PEM.",
            "",
        )
