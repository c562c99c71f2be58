"""The meaning of the security of a page that speaks of certificates (key `security`)."""

from __future__ import annotations

from collections.abc import Iterator

from .captured import CapturedEndpoint
from .question import Answers, Evidence, Question

KEY = "security"

_CERTIFICATE = "a client certificate (mutual TLS)"
_SIGNATURE = "a signed document"


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question if the page speaks of certificates."""
    endpoint = captured.endpoint
    if captured.has_request and "certificate" in endpoint.security.lower():
        yield Question(
            KEY,
            f"What does Security: {endpoint.security} mean?",
            (_CERTIFICATE, _SIGNATURE),
            _CERTIFICATE,
            "It stands where the transport is described, and the message has no element for a signature.",
            evidence=(Evidence(str(endpoint.place), f"Security: {endpoint.security}"),),
        )


def security_of(answers: Answers) -> str:
    """Return the security for the endpoint facts."""
    return "certificate" if KEY in answers else "none"
