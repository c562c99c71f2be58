"""Writes generic elements (xsdata's AnyElement) as elements of one type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..verdict import GiveUp
from ..xsd.components import ComplexType
from .class_binder import NO_FACTS, GenericBinder
from .class_kinds import is_any_element
from .element_writer import MOST_LEVELS, ElementWriter, Write, tail_text
from .slot import Slot
from .to_text import escape_text
from .value_writer import is_valid_text
from .write_step import Field

if TYPE_CHECKING:
    from .table_encoder import Writers


class GenericWriter(ElementWriter):
    """Writes generic elements as elements of one type."""

    def __init__(self, writers: Writers, binder: GenericBinder, type_: ComplexType) -> None:
        super().__init__(writers, binder, type_, None)
        self._children = Field("children", True, binder.variable, None)
        self._absent = None if binder.variable.nillable else ""

    def write(self, value: Any, start: str, write: Write, depth: int) -> None:  # an AnyElement
        """Write the rest of a start tag, and the content."""
        type_ = self.type
        if not is_any_element(value):
            raise GiveUp
        text, children, attributes = value.text, value.children, value.attributes
        if depth > MOST_LEVELS or type(children) is not list:
            raise GiveUp
        if any(name not in attributes for name in type_.required_attributes) or type_.constrained_attributes:
            raise GiveUp
        write(f"{start}{self.join_attributes(attributes, is_generic=True)}>")
        if text is None or (type(text) is str and not text):
            if text != self._absent:
                raise GiveUp
        elif type(text) is not str or (children and not text.strip()) or not self._admits_text(text):
            raise GiveUp
        else:
            write(escape_text(text))
        if type_.model is None:
            if children or (not text and not self._admits_text("")):
                raise GiveUp
            return
        state = self.state(type_.model.start)
        for child in children:
            if not is_any_element(child):
                raise GiveUp
            state = self.write_item(state, self._children, child, write, depth)
            if child.tail is not None:
                if not type_.mixed:
                    raise GiveUp
                write(tail_text(child.tail))
        if not state.model.accepts:
            raise GiveUp

    def _admits_text(self, text: str) -> bool:
        simple = self.type.simple
        return self.type.mixed if simple is None else is_valid_text(simple, text)

    def find_slot(self, tag: str, class_: type | None) -> tuple[Slot, str | None]:
        return self.binder.place(tag, NO_FACTS), None
