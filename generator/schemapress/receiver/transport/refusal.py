"""A caller that is not let in: why, and how it is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Literal

from schemapress.receiver.log import LineBudget
from schemapress_runtime.http.problem_document import PROBLEM_MEDIA_TYPE, ProblemDocument
from schemapress_runtime.http.response import Response

from .peers import Peer

Reason = Literal[
    "no-credentials",
    "handshake-failed",
    "untrusted-certificate",
    "expired-certificate",
    "revoked-certificate",
    "no-revocation-list",
    "not-listed",
    "ambiguous-peer",
    "unnamed-proxy",
    "wrong-certificate-header",
    "wrong-signature",
    "old-signature",
    "replayed-signature",
    "too-many-signatures",
    "body-too-large",
    "unacceptable-request",
    "too-many-connections",
]
"""Why a caller is refused. The text is the last part of the problem's type, and a label of metrics."""

STATUSES: Mapping[Reason, int] = {
    "no-credentials": 401,
    "wrong-signature": 401,
    "old-signature": 401,
    "wrong-certificate-header": 400,
    "replayed-signature": 409,
    "too-many-signatures": 429,
    "body-too-large": 413,
}
"""The statuses of refusals; it is 403 for every other reason."""

_LOG = logging.getLogger(__name__)


class Refused(Exception):
    """A caller is not let in.

    `reason` is for logs and metrics, `detail` a sentence for the caller, `evidence` what only the log has.
    """

    def __init__(self, reason: Reason, detail: str, peer: Peer | None = None, evidence: str = "") -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail
        self.peer = peer
        self.evidence = evidence

    def respond(self) -> Response:
        """Return the response: a problem document."""
        status = STATUSES.get(self.reason, 403)
        headers = [("Content-Type", PROBLEM_MEDIA_TYPE)]
        if status == 401:  # RFC 9110 §15.5.2: it has a challenge
            headers.append(("WWW-Authenticate", "Certificate"))
        return Response(status, tuple(headers), ProblemDocument(status, self.reason, self.detail).to_xml())


OnRefusal = Callable[[Reason, Peer | None], None]
"""Counts a refusal; the peer is known where it was recognised before."""


class RefusalLog:
    """Counts and logs refusals, by reason: neither address nor subject, and few lines in a flood."""

    def __init__(self, on_refusal: OnRefusal | None = None) -> None:
        self._on_refusal = on_refusal
        self._budget = LineBudget(_report_rest)

    def report(self, reason: Reason, peer: Peer | None = None, detail: str = "") -> None:
        """Count a refusal, and log it."""
        if self._on_refusal is not None:
            self._on_refusal(reason, peer)
        if self._budget.admits(reason):
            who = "an unknown caller" if peer is None else f"peer {peer.log_name!r}"
            event = {"event": "refused", "reason": reason, "peer": None if peer is None else peer.log_name}
            _LOG.warning("refused %s: %s%s", reason, who, f" ({detail})" if detail else "", extra=event)


def _report_rest(reason: str, rest: int) -> None:
    event = {"event": "refused", "reason": reason}
    _LOG.warning("refused %s: %s more in the last minute", reason, rest, extra=event)
