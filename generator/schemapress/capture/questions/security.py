"""What does the page mean by its security?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured
from ..question import Evidence, Question

CERTIFICATE = "a client certificate (mutual TLS)"
SIGNATURE = "a signed document"


def ask(captured: Captured) -> Iterator[Question]:
    """Yield the question where the page speaks of certificates."""
    endpoint = captured.endpoint
    if captured.has_request and "certificate" in endpoint.security.lower():
        yield Question(
            "security",
            f"What does Security: {endpoint.security} mean?",
            (CERTIFICATE, SIGNATURE),
            CERTIFICATE,
            "It stands where the transport is described, and the message has no element for a signature.",
            evidence=(Evidence(str(endpoint.place), f"Security: {endpoint.security}"),),
        )
