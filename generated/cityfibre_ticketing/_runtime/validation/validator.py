"""Validation of bytes against the declarations of one schema, in the quickest way that can tell."""

from __future__ import annotations

import copy
from collections.abc import Callable

from ..limits import DEFAULT, DocumentLimits
from ..report.problem import VALID, Report
from ..xml.document import Element, UnacceptableXML, canonical, parse, unparsed_entities
from ..xml.plain_text import admit
from ..xsd.declaration import Declarations
from .findings import TooManyProblems
from .locate import locate
from .tag_reader import Reader
from .tree_walk import Walk


class Validator:
    """Validates documents against one schema."""

    def __init__(
        self,
        declarations: Declarations,
        accepts: Callable[[str], bool] = lambda text: False,
        limits: DocumentLimits = DEFAULT,
    ) -> None:
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
        text = self.admit(data)
        if text is not None and (self._accepts(text) or self.reader.accepts(text, lambda: self.parse(data))):
            return VALID
        try:
            root = self.parse(data, doctype=doctype)
        except UnacceptableXML as error:
            return Report((error.problem,))
        if text is None:
            text = self.canonical_text(root)
            if text is not None and (self._accepts(text) or self.reader.accepts(text, lambda: root)):
                return VALID
        return self.validate_tree(data, root)

    def limited(self, limits: DocumentLimits) -> Validator:
        """Return a validator against the same schema with other bounds."""
        limited = copy.copy(self)
        limited.limits = limits
        return limited

    def admit(self, data: bytes) -> str | None:
        """Return the text of a document for the scanner and the reader, which know of the usual bounds alone, or None.

        Raises:
            TypeError: `data` is not bytes.
        """
        return admit(data) if self.limits.is_usual or not isinstance(data, bytes) else None

    def canonical_text(self, root: Element) -> str | None:
        """Return the admitted text of a document in canonical form, or None where it has none."""
        return admit(canonical(root)) if self.limits.is_usual else None

    def parse(self, data: bytes, *, doctype: bool = False) -> Element:
        """Return the root element of a document that is within the bounds.

        Raises:
            UnacceptableXML: not well-formed, a DTD, or over a bound.
        """
        return parse(data, doctype=doctype, limits=self.limits)

    def walk(self, data: bytes, *, doctype: bool = False) -> Report:
        """Return the same report as `validate`, by the walk alone."""
        try:
            return self.validate_tree(data, self.parse(data, doctype=doctype))
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
