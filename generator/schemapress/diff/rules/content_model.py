"""The order and the grouping of elements that both versions know (XSD 1.0 Part 1 §3.8)."""

from __future__ import annotations

from schemapress.diff.notation import content_model
from schemapress.diff.rule import Side, aspect


def _shown(side: Side, _: Side) -> str:
    return content_model(side.type)


ASPECT = aspect(
    "content-model",
    (
        "content-model-narrowed",
        "Elements that are still known may not stand together any more as they did: their order or grouping changed.",
        "Put new elements behind the old ones; a choice in place of a sequence takes them in either order.",
    ),
    ("content-model-widened", "Elements may stand together as they could not before."),
    _shown,
)
