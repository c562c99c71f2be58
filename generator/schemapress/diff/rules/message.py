"""The elements that whole documents have as their roots."""

from __future__ import annotations

from schemapress.diff.rule import Rule

REMOVED = Rule(
    "message-removed",
    "documents",
    "breaking",
    "A message is not declared any more, so no document of it is valid.",
    "Keep its declaration until nobody sends it.",
)
ADDED = Rule("message-added", "documents", "compatible", "There is a message that was not declared.")
