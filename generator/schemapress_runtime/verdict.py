"""The verdict of a pass over a document, and the way that a fast path gives up.

A fast path takes only what it can prove. Of anything else it says nothing, neither that it is right nor that it is
wrong, and a slower path decides. So a pass that only judges returns a `Verdict`, and one that makes something raises
`GiveUp`. Emitted scanners and the admission of bytes return None instead: a regular expression that does not match has
no reason to tell.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Verdict(Enum):
    """The answer of a pass that only judges: the document is valid, or another pass has to decide.

    No such pass says that a document is invalid: the walk over the tree does, in a report with each problem.
    """

    VALID = "valid"
    UNSURE = "unsure"


class GiveUp(Exception):
    """A fast path leaves its work, right or wrong, to a slower one; or a computation reaches its bounds.

    The text of the exception is the reason, which `logging` shows at level DEBUG. It repeats nothing of a document.
    It is empty where giving up is part of the usual work, such as that of an encoder for one value.
    """


class Unbindable(GiveUp):
    """The tables can't bind the document, which may be valid: xsdata's own parser has to make the object.

    A class of its own, for the caller need not ask again whether the document is valid after any other `GiveUp`.
    """


QuickCheck = Callable[[str], object]
"""Takes a text that is not normalized. What is true says that it is certainly valid; what is not says nothing."""

QuickParse = Callable[[str], "object | None"]
"""Takes a text. Returns its value where it is in its usual form; None says nothing."""
