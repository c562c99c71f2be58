"""The fields and attributes of a class as they are written, and the outcome of writing an element."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any

from ..verdict import GiveUp
from ..xsd.components import BasicTerm
from ..xsd.content_model import State
from .slot import Slot
from .value_writer import ToText

if TYPE_CHECKING:
    from .element_writer import ElementWriter

KEPT_STEPS = 512
"""Steps that one state remembers, by the element and the class of its object; who makes the objects chooses both."""


@dataclass(slots=True, eq=False)
class Field:
    """A field whose values become elements.

    `tag` is that of its elements, if they have one alone. Of a compound field, `tags` has those of values that tell it,
    and `types` are those of all values.
    """

    name: str
    is_list: bool
    variable: Any  # xsdata's XmlVar
    tag: str | None
    tags: Mapping[type, str] = dataclass_field(default_factory=dict)
    types: frozenset[type] = frozenset()
    sequence: int | None = None
    absent: Any = None  # the value of a field without an element


Attribute = tuple[str, str, ToText, bool, bool]
"""An attribute: the field, the text before its value, the function from the value to its text, and when it is left out.

That may be so where there is no value, and where the value is a list without items.
"""


@dataclass(slots=True, eq=False)
class Step:
    """The outcome of writing an element.

    Either `to_text` makes its text, or `writer` writes its content behind `start`, which has no end yet, of an object
    of `class_`. `is_kept` says whether it is known that the slot puts a value into its field as it is.
    """

    after: WriteState
    class_: type | None
    start: str
    end: str
    to_text: ToText | None
    writer: ElementWriter | None
    slot: Slot
    is_kept: bool


class WriteState(dict["Field", "Step | None"]):
    """A state of a content model, for the objects of one class: the step of each field."""

    __slots__ = ("_named", "model", "writer")

    def __init__(self, writer: ElementWriter, model: State[BasicTerm]) -> None:
        self.writer = writer
        self.model = model
        self._named: dict[tuple[str, str, type], Step] = {}

    def __missing__(self, field: Field) -> Step | None:
        """Return the step of a value of the field's own class; None where it takes a closer look at the value."""
        step = None
        if field.tag is not None:
            with suppress(GiveUp):
                step = self.writer.find_step(self, field, field.tag, None)
        self[field] = step
        return step

    def named(self, field: Field, tag: str, class_: type) -> Step:
        """Return the step of an element whose tag, or whose class, depends on the value."""
        key = (field.name, tag, class_)
        step = self._named.get(key)
        if step is None:
            step = self.writer.find_step(self, field, tag, class_)
            if len(self._named) >= KEPT_STEPS:
                self._named.clear()
            self._named[key] = step
        return step
