"""The methods of HTTP, as a sender has to know them."""

from __future__ import annotations

REPEATABLE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""The methods that a server may receive twice with the effect of once (RFC 9110 §9.2.2)."""
