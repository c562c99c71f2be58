"""Validation of bytes against the declarations of one schema, and the ladder of passes that decoding uses, too.

The ladder goes from the fastest pass to the one that can tell everything:

1. *scan*: the emitted scanner has a try at the admitted text. Its callers do that themselves, before all else;
2. *read*: the tag reader has a try at the same text;
3. what no text was admitted of is parsed, and both have a try at its canonical form;
4. *walk*: the tree is walked over, which finds every problem.

All passes give one answer, so which one takes a document shows in the time only. Why the fast ones gave up is logged
at level DEBUG.
"""

from __future__ import annotations

import copy
import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from ..limits import DEFAULT_DOCUMENT_LIMITS, MAX_TEXT, DocumentLimits
from ..report.problem import NO_PROBLEMS, Report
from ..verdict import GiveUp, QuickCheck, Unbindable, Verdict
from ..xml.document import (
    Element,
    UnacceptableXML,
    canonicalize,
    is_odd_namespace,
    may_have_doctype,
    parse,
    unparsed_entities,
    word_no_xml,
    word_syntax_error,
)
from ..xml.file_source import FileSource, open_source, readable_again
from ..xml.plain_text import admit
from ..xml.text_parts import admit_parts
from ..xsd.components import Declarations
from .locate import locate
from .streamed_walk import validate_stream
from .tag_reader import TagReader
from .tree_walk import Walk

Result = TypeVar("Result")

Scan = Callable[[str], Result | None]
"""Takes an admitted text; returns the result for a valid document, or None to give up."""

Read = Callable[[str], Result]
"""Takes an admitted text; returns the result for a valid document. Raises GiveUp."""

ReadParts = Callable[[Iterator[str]], Result]
"""Takes the admitted text of a large document in parts; returns the result for a valid one. Raises GiveUp."""

_LOG = logging.getLogger(__name__)


class SourceDocument:
    """The bytes of one document; its tree is made when it is first asked for, and once."""

    def __init__(self, data: bytes, limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS, *, doctype: bool = False) -> None:
        self.data = data
        self._limits = limits
        self._doctype = doctype
        self._root: Element | None = None

    def root(self) -> Element:
        """Return the root element of the tree.

        Raises:
            UnacceptableXML: not well-formed, a DTD, or over a bound.
        """
        if self._root is None:
            self._root = parse(self.data, doctype=self._doctype, limits=self._limits)
        return self._root


@dataclass(frozen=True, slots=True)
class WalkedDocument:
    """A document that no fast pass took: its report, and its root element; None where it is no acceptable XML."""

    report: Report
    root: Element | None


class Validator:
    """Validates documents against one schema."""

    def __init__(
        self,
        declarations: Declarations,
        accepts: QuickCheck = lambda text: False,
        limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS,
    ) -> None:
        """Take the declarations of a schema, the quick check of its scanner for admitted texts, and the bounds."""
        self.declarations = declarations
        self.limits = limits
        self.tag_reader = TagReader(declarations)
        self._accepts = accepts

    def validate(self, data: bytes, *, doctype: bool = False) -> Report:
        """Return the report of a document; `doctype` allows a document type declaration.

        Raises:
            TypeError: `data` is not bytes.
        """
        text = self.admit(data)
        if text is not None and self._accepts(text):
            return NO_PROBLEMS
        document = self.source(data, doctype=doctype)
        reader = self.tag_reader
        decided = self.climb(
            document,
            text,
            lambda canonical: self._accepts(canonical) or None,
            reader.read,
            lambda parts: reader.bind_parts(parts, None),
        )
        return decided.report if isinstance(decided, WalkedDocument) else NO_PROBLEMS

    def validate_file(self, source: FileSource, *, doctype: bool = False) -> Report:
        """Return the report of a document in a file; one that is larger than `MAX_TEXT` is read in parts.

        The report of a larger document has no columns, its paths count no siblings, and of the identity constraints
        that are broken it has the first one.

        Raises:
            OSError: the file can't be read.
            TypeError: the source is neither a path nor a file that is open for bytes.
        """
        with open_source(source) as given, readable_again(given) as file:
            begin = file.tell()
            start = file.read(MAX_TEXT + 1)
            if len(start) <= MAX_TEXT:
                return self.validate(start, doctype=doctype)
            has_doctype = may_have_doctype(start)
            del start
            file.seek(begin)
            if doctype and has_doctype:  # whose entities are known to a parser alone
                return self.validate(file.read(), doctype=True)
            if not has_doctype and self.limits.is_usual:
                if self.tag_reader.validate_parts(admit_parts(file.read)) is Verdict.VALID:
                    return NO_PROBLEMS
                file.seek(begin)
            try:
                return validate_stream(file, self.declarations, self.limits)
            except UnacceptableXML as error:
                return Report((error.problem,))
            except LookupError as error:
                return Report((word_no_xml(error),))
            except etree.XMLSyntaxError as error:
                if not is_odd_namespace(error.msg or ""):
                    return Report((word_syntax_error(error),))
            file.seek(begin)
            return self.validate(file.read(), doctype=doctype)

    def climb(
        self,
        document: SourceDocument,
        text: str | None,
        scan: Scan[Result],
        read: Read[Result],
        read_parts: ReadParts[Result] | None = None,
    ) -> Result | WalkedDocument:
        """Return the result of a fast pass for a valid document, or the walked document if every fast pass gave up.

        `text` is what was admitted of the document, and not taken by the scanner; None where nothing was admitted.
        `read_parts` reads a document that is too large to be admitted as a whole.
        """
        is_bindable = True
        try:
            if text is None and read_parts is not None and self._is_large(document.data):
                try:
                    return read_parts(admit_parts(io.BytesIO(document.data).read))
                except GiveUp as reason:
                    _LOG.debug("the tag reader gave up: %s", reason)
            elif text is None:
                text = self._canonical_text(document.root())
                if text is not None and (scanned := scan(text)) is not None:
                    return scanned
            if text is not None:
                try:
                    return read(text)
                except GiveUp as reason:
                    _LOG.debug("the tag reader gave up: %s", reason)
                    is_bindable = not isinstance(reason, Unbindable)
            root = document.root()
        except UnacceptableXML as error:
            return WalkedDocument(Report((error.problem,)), None)
        if text is not None and not is_bindable and self.tag_reader.validate(text) is Verdict.VALID:
            return WalkedDocument(NO_PROBLEMS, root)
        return WalkedDocument(self.validate_tree(document.data, root), root)

    def with_limits(self, limits: DocumentLimits) -> Validator:
        """Return a validator against the same schema with other bounds."""
        limited = copy.copy(self)
        limited.limits = limits
        return limited

    def admit(self, data: bytes) -> str | None:
        """Return the text of a document for the scanner and the reader, or None to give up.

        Both know of the usual bounds alone, so nothing is admitted where others are set.

        Raises:
            TypeError: `data` is not bytes.
        """
        return admit(data) if self.limits.is_usual or not isinstance(data, bytes) else None

    def _is_large(self, data: bytes) -> bool:
        """Whether a document is read in parts, for nothing is admitted of one that is as large."""
        return len(data) > MAX_TEXT and self.limits.is_usual

    def _canonical_text(self, root: Element) -> str | None:
        """Return the admitted text of a document in canonical form, or None where it has none."""
        return admit(canonicalize(root)) if self.limits.is_usual else None

    def source(self, data: bytes, *, doctype: bool = False) -> SourceDocument:
        """Return the document of some bytes, which is parsed within the bounds of this validator."""
        return SourceDocument(data, self.limits, doctype=doctype)

    def walk(self, data: bytes, *, doctype: bool = False) -> Report:
        """Return the same report as `validate`, by the walk alone."""
        try:
            return self.validate_tree(data, self.source(data, doctype=doctype).root())
        except UnacceptableXML as error:
            return Report((error.problem,))

    def validate_tree(self, data: bytes, root: Element) -> Report:
        """Return the report of a parsed document; `data` has its bytes."""
        walk = Walk(self.declarations, unparsed_entities(data, root), self.limits)
        walk.validate_document(root)
        problems = walk.problems
        if not problems.total:
            return NO_PROBLEMS
        return Report(locate(problems.noted, data, root, self.declarations.prefixes), problems.unlisted)
