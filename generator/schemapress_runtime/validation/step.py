"""The outcome of a start tag for the tag reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ..binding.slot import Slot
from ..verdict import QuickCheck
from .noted_element import NotedElement
from .opened_element import Make, Rare

if TYPE_CHECKING:
    from .tag_state import TagState


class NotedEnd(NamedTuple):
    """An end tag that the collector of keys has to be told of. It equals no text, so that the reader looks at it."""

    end: str


class Step(NamedTuple):
    """The outcome of a start tag: a tuple, because the reader unpacks one for each tag.

    There are three kinds. An element with children has `inside`; one with a text has neither `inside` nor `is_empty`;
    of one whose tag is an empty-element tag, `is_empty`, all is decided already.
    """

    inside: TagState | None
    """The state before the first child, of an element with children."""

    is_empty: bool
    """Whether the tag was the end tag, too."""

    check: QuickCheck | None
    """Takes the usual texts, which are valid; None where any text is."""

    after: TagState
    """The state behind the element."""

    end: str
    """The end tag, from its slash on, without its `>`."""

    slot: Slot | None
    """The field that the element is bound to; None where nothing is bound."""

    name: str | None
    """The name of that field, where it holds one value that may be put there at once."""

    make: Make
    """Makes the value of a text; of an element with children, the values of its attributes, in a new dictionary."""

    rare: Rare | None
    """Decides whether any other text is valid; None where `check` alone decides."""

    noted: NotedElement | None
    """The element as the collector of keys takes it, where the whole document has to know of it."""


if TYPE_CHECKING:
    StepParts: TypeAlias = tuple[
        TagState | None,
        bool,
        QuickCheck | None,
        TagState,
        str,
        Slot | None,
        str | None,
        Make,
        Rare | None,
        NotedElement | None,
    ]
    """The parts of a step."""
