"""Bounds on a document: what has no bound of its own is refused beyond these, with a problem that says so."""

from __future__ import annotations

from dataclasses import dataclass

MAX_DEPTH = 256
"""Levels of elements that a document may have; libxml2's own bound."""

MAX_TEXT = 10_000_000
"""Bytes of one text, comment or processing instruction; libxml2's own bound."""

MAX_NAME = 50_000
"""Bytes of one name; libxml2's own bound."""

MAX_NAMESPACES = 256
"""Namespace declarations that may be in scope at one element. Whatever looks up a prefix copies them."""

MAX_NAMESPACE = 2_000
"""Characters of one namespace name. The tree repeats it for each element in it."""

MAX_DIGITS = 4_300
"""Characters of a number, date or duration; Python's own bound for making an integer of a text."""

MAX_CONFIGURATIONS = 100
"""Combinations of counts that the nested counters of one content model may be in at one place of a document."""

MAX_SHOWN = 120
"""Characters of a name, namespace or value that a message or a path repeats."""

MAX_PATH = 2_000
"""Characters of the path of one problem."""

MAX_PREFIXES_TRIED = 3
"""Documents with the same unusual prefixes after which a scanner is made for those prefixes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds on a report that a user may set."""

    problems: int = 1_000
    """Problems that a report lists; the document is read no further then."""


DEFAULT = Limits()
