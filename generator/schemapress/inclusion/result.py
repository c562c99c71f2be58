"""The three answers of a comparison: included, not included with an example, or undecided with a reason.

A computation that reaches its bounds raises `GiveUp`, whose text becomes the reason of an `Undecided`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from schemapress_runtime.verdict import GiveUp

Example = TypeVar("Example")


@dataclass(frozen=True, slots=True)
class Included:
    """The wide side accepts everything that the narrow side accepts."""


@dataclass(frozen=True, slots=True)
class NotIncluded(Generic[Example]):
    """The narrow side accepts the example; the wide side refuses it."""

    example: Example


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither inclusion nor an example is within reach; the reason names the constructs.

    `is_undeclared` says that only elements which are declared nowhere could make a difference.
    """

    reason: str
    is_undeclared: bool = False


ComparisonResult = Included | NotIncluded[Example] | Undecided
"""The answer of one comparison."""


class NoExample(GiveUp):
    """No valid element could be made; there may be none."""
