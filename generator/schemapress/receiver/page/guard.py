"""Who may ask the page for something: a browser on this machine, whose address bar says so, and no other site in it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

_HOST = re.compile(r"(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?", re.IGNORECASE)
"""The hosts in the URL of the page. Another name that leads here belongs to somebody else (DNS rebinding)."""

HEADERS = (
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
)
"""The header fields of every response."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused."""

    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class Guard:
    """Refuses requests that other sites send. `token` is in each form: a site that can't read the page lacks it."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def refuse(self, method: str, headers: Mapping[str, str]) -> Refusal | None:
        """Return why a request is refused by its header fields, or None."""
        host = headers.get("host", "")
        if not _HOST.fullmatch(host):
            return Refusal(421, "The page is at 127.0.0.1, and has no other name.")
        site = headers.get("sec-fetch-site", "same-origin")
        if method == "POST":
            if site != "same-origin" or headers.get("origin", f"http://{host}") != f"http://{host}":
                return Refusal(403, "The form is of another site.")
        elif site == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return Refusal(403, "Cross-site requests are refused.")
        return None

    def admits(self, token: str) -> bool:
        """Whether a form has the token of the page."""
        return secrets.compare_digest(token.encode(), self.token.encode())
