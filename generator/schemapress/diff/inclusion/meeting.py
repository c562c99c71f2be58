"""What comes out of a comparison of two content models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Declaration = TypeVar("Declaration")


@dataclass(frozen=True, slots=True)
class Meeting(Generic[Declaration]):
    """A child that both models take at the same place, with the declaration that each has for it.

    `before` and `after` are the children around it, in a shortest sequence that `narrow` accepts.
    """

    tag: str
    narrow: Declaration
    wide: Declaration
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelComparison(Generic[Declaration]):
    """How the sequences of one model stand to those of another.

    `separating` is a shortest sequence of tags that `narrow` accepts and `wide` refuses; None where there
    is none. `meetings` has each pair of declarations that one child of an accepted sequence can have.
    """

    separating: tuple[str, ...] | None
    meetings: tuple[Meeting[Declaration], ...]
