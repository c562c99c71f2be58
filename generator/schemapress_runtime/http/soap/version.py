"""The two versions of SOAP, and where they differ on HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoapVersion:
    """A version of SOAP.

    `roles` are those that every receiver of a message has; a header block for another one is not for us. `sender` and
    `receiver` are the local names of the codes of faults, by whose fault it is.
    """

    label: str
    namespace: str
    media_type: str
    role_attribute: str
    roles: frozenset[str]
    sender: str
    receiver: str

    def name(self, local: str) -> str:
        """Return a name in the namespace of envelopes."""
        return f"{{{self.namespace}}}{local}"


SOAP_1_1 = SoapVersion(
    label="1.1",
    namespace="http://schemas.xmlsoap.org/soap/envelope/",
    media_type="text/xml",
    role_attribute="actor",
    roles=frozenset(("", "http://schemas.xmlsoap.org/soap/actor/next")),
    sender="Client",
    receiver="Server",
)
SOAP_1_2 = SoapVersion(
    label="1.2",
    namespace="http://www.w3.org/2003/05/soap-envelope",
    media_type="application/soap+xml",
    role_attribute="role",
    roles=frozenset(
        (
            "",
            "http://www.w3.org/2003/05/soap-envelope/role/next",
            "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
        )
    ),
    sender="Sender",
    receiver="Receiver",
)
SOAP_VERSIONS: Mapping[str, SoapVersion] = {version.label: version for version in (SOAP_1_1, SOAP_1_2)}
"""The versions by their labels in endpoint facts."""

VERSION_OF_NAMESPACE: Mapping[str, SoapVersion] = {version.namespace: version for version in SOAP_VERSIONS.values()}
