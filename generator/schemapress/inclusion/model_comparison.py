"""The result of comparing two content models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from schemapress_runtime.xsd.model_tree import Declaration


@dataclass(frozen=True, slots=True)
class Meeting(Generic[Declaration]):
    """A child that both models accept at the same place, with its declaration in each.

    `before` and `after` are the children around it in a shortest sequence that `narrow` accepts.
    """

    tag: str
    narrow: Declaration
    wide: Declaration
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """The whole sequence of children."""
        return (*self.before, self.tag, *self.after)


@dataclass(frozen=True, slots=True)
class ModelComparison(Generic[Declaration]):
    """The comparison of the sequences of two models.

    `separating` is a shortest sequence of tags that `narrow` accepts and `wide` refuses; None if `wide` accepts
    every sequence. `meetings` has each pair of declarations that one child of an accepted sequence can have.
    """

    separating: tuple[str, ...] | None
    meetings: tuple[Meeting[Declaration], ...]
