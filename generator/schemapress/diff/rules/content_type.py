"""The type as such: a text that is no value of the other one, or text where the other one has children."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import chain
from schemapress.diff.notation import content_model
from schemapress.diff.rule import Side, aspect
from schemapress_runtime.xsd.components import ComplexType


def _shown(side: Side, _: Side) -> str:
    text_type = side.text_type
    if text_type is None:
        return content_model(side.type) if isinstance(side.type, ComplexType) else ""
    whitespace = {step.whitespace for step in chain(text_type)}
    spaces = f", white space {text_type.whitespace}" if len(whitespace) > 1 else ""
    return f"{text_type.label} ({text_type.description}{spaces})"


ASPECT = aspect(
    "type",
    (
        "type-narrowed",
        "A text that was a value of the type is none of the new type, or the element has another kind of content.",
        "Make the new type a union of the old and the new one, or add a new element of the new type beside the old.",
    ),
    ("type-widened", "A text is a value of the type that was none of the old type."),
    _shown,
)
