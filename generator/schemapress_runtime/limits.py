"""Bounds on a document. A document beyond one is refused, with a problem that names the bound.

Those that are fields of `DocumentLimits` can be set; the constants are their defaults. So is `MAX_BODY` of what an
application is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

MAX_DEPTH = 256
"""Levels of elements that a document may have; libxml2's own bound."""

MAX_TEXT = 10_000_000
"""Bytes of one text, comment or processing instruction; libxml2's own bound."""

MAX_NAME = 50_000
"""Bytes of one name; libxml2's own bound."""

MAX_ATTRIBUTES = 10_000
"""Attributes of one element. The tree goes through all of them to find one."""

MAX_NAMESPACE_DECLARATIONS = 256
"""Namespace declarations that may be in scope at one element. Whatever looks up a prefix copies them."""

MAX_NAMESPACE_LENGTH = 2_000
"""Characters of one namespace name. The tree repeats it for each element in it."""

MAX_DIGITS = 4_300
"""Characters of a number, date or duration; Python's own bound for making an integer of a text."""

MAX_CONFIGURATIONS = 100
"""Combinations of counts that the nested counters of one content model may be in at one place of a document.

They are compared in pairs, so that a child costs the square of their number.
"""

MAX_PROBLEMS = 1_000
"""Problems that a report lists; the document is read no further then. Each has a message longer than most elements."""

MAX_SEARCH_STEPS = 100_000
"""Steps that all searches for missing elements in one document take together. Each may visit every state of a model."""

MAX_SELECTED = 100_000
MAX_SELECTED_EACH = 20
"""Most selections by all identity constraints together: so many for a document, and for each element of it.

A constraint of each of many levels selects what is in all of them.
"""

MAX_SHOWN = 120
"""Characters of a name, namespace or value that a message or a path repeats; a sender can make one of megabytes."""

MAX_PATH = 2_000
"""Characters of the path of one problem, which names each element around it: up to `MAX_DEPTH` times `MAX_SHOWN`."""

MAX_PREFIXES_TRIED = 3
"""Documents with the same unusual prefixes after which a scanner is made for those prefixes.

To make one takes as long as to read some hundred documents, which pays where a sender goes on so.
"""

MAX_BODY = 1_048_576
"""Bytes of a request body that are accepted unless the application is told otherwise; 1 MiB."""


PATTERN_LEVELS = 32
"""Parentheses of a pattern, or subtractions of character classes, each inside of the next."""

PATTERN_POSITIONS = 5_000
"""Positions that the automaton of a pattern may have with its counters written out; a character costs so many steps."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The bounds that a user may set on a document and on its report.

    `is_usual` says that none is below its default: then what the scanner and the reader take is within all of them.
    """

    depth: int = MAX_DEPTH
    name_bytes: int = MAX_NAME
    attributes: int = MAX_ATTRIBUTES
    namespace_declarations: int = MAX_NAMESPACE_DECLARATIONS
    namespace_length: int = MAX_NAMESPACE_LENGTH
    digits: int = MAX_DIGITS
    configurations: int = MAX_CONFIGURATIONS
    problems: int = MAX_PROBLEMS
    is_usual: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check the bounds.

        Raises:
            ValueError: one is negative, or above what the parser or Python has as a bound of its own.
        """
        for name, most in _HIGHEST.items():
            if getattr(self, name) > most:
                raise ValueError(f"{name} is {getattr(self, name):,}; it can be lower than {most:,}, and not higher")
        bounds = [bound for bound in fields(self) if bound.init]
        for bound in bounds:
            if getattr(self, bound.name) < 0:
                raise ValueError(f"{bound.name} is {getattr(self, bound.name):,}; a bound is at least 0")
        usual = all(getattr(self, bound.name) >= bound.default for bound in bounds if bound.name != "problems")
        object.__setattr__(self, "is_usual", usual)


_HIGHEST = {"depth": MAX_DEPTH, "name_bytes": MAX_NAME, "digits": MAX_DIGITS}
"""The bounds that others have as well: libxml2, and Python for numbers."""


DEFAULT_DOCUMENT_LIMITS = DocumentLimits()
