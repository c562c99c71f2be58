"""In which namespace are the elements?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured
from ..question import Form, Question

NAMESPACE = Form("an absolute URI, such as urn:partner:api", r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+")
"""A relative one is deprecated (Namespaces in XML 1.0 §2.2), and most often is a mistake."""


def ask(captured: Captured) -> Iterator[Question]:
    """Yield the question of the namespace."""
    if captured.messages:
        yield Question(
            "namespace",
            "In which namespace are the elements?",
            ("none",),
            "none",
            "The page shows no namespace and no prefix, and a made-up one would refuse every message.",
            form=NAMESPACE,
        )
