"""Validation of bytes against the declarations of one schema, in the quickest way that can tell."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ..limits import DEFAULT, DocumentLimits
from ..report.problem import VALID, Report
from ..xml.document import Element, UnacceptableXML, canonical, parse, unparsed_entities
from ..xml.plain_text import admit
from ..xsd.components import Declarations
from .findings import TooManyProblems
from .locate import locate
from .tag_reader import Parse, Reader
from .tree_walk import Walk

Result = TypeVar("Result")

QuickPass = Callable[[str, Parse], Result | None]
"""Makes something of an admitted text, and of what parses it; None leaves the document to the next pass."""


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document that no quick pass has taken: its root, and its text in the form that these passes read, if any."""

    root: Element
    text: str | None


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

        The scanner, then the reader have a try. What they do not take is walked over, which finds what is wrong.
        """

        def accept(text: str, parse: Parse) -> Report | None:
            return VALID if self._accepts(text) or self.reader.accepts(text, parse) else None

        try:
            found = self.decide(data, self.admit(data), accept, doctype=doctype)
        except UnacceptableXML as error:
            return Report((error.problem,))
        return self.validate_tree(data, found.root) if isinstance(found, ParsedDocument) else found

    def decide(
        self, data: bytes, text: str | None, quick: QuickPass[Result], *, doctype: bool = False
    ) -> Result | ParsedDocument:
        """Return what a quick pass makes of a document, or the parsed document that it leaves to the walk.

        `text` is what was admitted of the document. Where nothing was, the pass has a try at its canonical form.

        Raises:
            UnacceptableXML: not well-formed, a DTD, or over a bound.
        """
        if text is not None and (made := quick(text, lambda: self.parse(data))) is not None:
            return made
        root = self.parse(data, doctype=doctype)
        if text is None:
            text = self.canonical_text(root)
            if text is not None and (made := quick(text, lambda: root)) is not None:
                return made
        return ParsedDocument(root, text)

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
