"""Validation of bytes against the declarations of one schema, in the quickest way that can tell."""

from __future__ import annotations

from collections.abc import Callable

from .admission import admit
from .declaration import Declarations
from .document import Element, UnacceptableXML, canonical, parse, unparsed_entities
from .findings import TooManyProblems
from .limits import DEFAULT, Limits
from .locate import locate
from .problem import VALID, Report
from .reader import Reader
from .walk import Walk


class Validator:
    """Validates documents against one schema."""

    def __init__(self, declarations: Declarations, accepts: Callable[[str], bool], limits: Limits = DEFAULT) -> None:
        """Take what a schema declares, its scanner, which accepts admitted texts that are valid, and the bounds."""
        self.declarations = declarations
        self.limits = limits
        self.reader = Reader(declarations)
        self._accepts = accepts

    def validate(self, data: bytes, *, doctype: bool = False) -> Report:
        """Return the report of a document; `doctype` allows a document type declaration.

        The scanner, then the reader have a try. What they do not take is parsed, and walked over, which finds
        what is wrong; where it was not even admitted, they have another try at its canonical form.
        """
        text = admit(data)
        if text is not None and (self._accepts(text) or self.reader.accepts(text, lambda: parse(data))):
            return VALID
        try:
            root = parse(data, doctype=doctype)
        except UnacceptableXML as error:
            return Report((error.problem,))
        if text is None:
            text = canonical_text(root)
            if text is not None and (self._accepts(text) or self.reader.accepts(text, lambda: root)):
                return VALID
        return self.validate_tree(data, root)

    def walk(self, data: bytes, *, doctype: bool = False) -> Report:
        """Return the same report as `validate`, by the walk alone."""
        try:
            return self.validate_tree(data, parse(data, doctype=doctype))
        except UnacceptableXML as error:
            return Report((error.problem,))

    def validate_tree(self, data: bytes, root: Element) -> Report:
        """Return the report of a document that has been parsed already; `data` is what it was parsed from."""
        walk = Walk(self.declarations, unparsed_entities(data, root), self.limits)
        complete = True
        try:
            walk.document(root)
        except TooManyProblems:
            complete = False
        if not walk.findings:
            return VALID
        return Report(locate(walk.findings, data, root, self.declarations.prefixes), complete)


def canonical_text(root: Element) -> str | None:
    """Return the admitted text of a document in canonical form, or None where it has none."""
    return admit(canonical(root))
