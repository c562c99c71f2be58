"""Writes objects with tables built once per class, for classes without an emitted straight-line encoder."""

from __future__ import annotations

import re
from dataclasses import replace

from ..names import namespace_of
from ..verdict import GiveUp
from ..xsd.components import ComplexType, Declarations
from ..xsd.simple_type import SimpleType
from .class_binder import Binder, GenericBinder
from .document_marks import unmark
from .element_writer import ElementWriter
from .generic_writer import GenericWriter
from .prefixes import Prefixes
from .table_decoder import Binders
from .written_names import UnqualifiedName, WrittenNames

_ROOT_NAME = re.compile("<[^ >]+")


class Writers:
    """The writers of the classes that were met, for one choice of prefixes.

    Threads share them without a lock. A writer makes its tables when it writes its first object; two threads may do
    that at once, and make the same.
    """

    def __init__(self, binders: Binders, declarations: Declarations, prefixes: Prefixes) -> None:
        """Take the tables of the decoder, the declarations of the schema, and the prefixes."""
        self.binders = binders
        self.declarations = declarations
        self.any_element = binders.context.class_type.any_element
        self.names = WrittenNames(prefixes)
        self._writers: dict[tuple[object, ComplexType, str | None], ElementWriter] = {}
        self._contents: dict[SimpleType, ComplexType] = {}
        self._without_default: Writers | None = None

    def document(self, value: object, tag: str) -> tuple[bytes, bool]:
        """Return an object as a document whose root is of the given tag; it declares the prefixes that it uses.

        The document is valid, and is read back as an equal object; but where it has elements with identity constraints,
        as is returned beside it, these are still to be validated.

        Raises:
            GiveUp: the object or its class is none that tables write, or is not valid.
        """
        try:
            return self._document(value, tag)
        except UnqualifiedName:  # which a default namespace would capture
            if self.names.prefixes.is_chosen:
                raise
        if self._without_default is None:
            prefixes = replace(self.names.prefixes, default="")
            self._without_default = Writers(self.binders, self.declarations, prefixes)
        return self._without_default.document(value, tag)

    def _document(self, value: object, tag: str) -> tuple[bytes, bool]:
        declared = self.declarations.elements[tag]
        if declared.abstract or declared.fixed is not None:
            raise GiveUp
        type_ = self.content_of(declared.type) if isinstance(declared.type, SimpleType) else declared.type
        if type_.abstract:
            raise GiveUp
        parts: list[str] = []
        name = self.names.name(tag)
        self.of(self.binders.of(type(value)), type_).write(value, f"<{name}", parts.append, 1)
        parts.append(f"</{name}>")
        text, undeclared, has_constraints = unmark("".join(parts))
        text, declared_prefixes = self.names.declare(text, namespace_of(tag), undeclared)
        root = _ROOT_NAME.match(text)
        assert root is not None
        behind = text[root.end() :]
        data = f'<?xml version="1.0" encoding="UTF-8"?>\n{root[0]}{declared_prefixes}{behind}'.encode()
        return data, has_constraints or bool(declared.constraints)

    def of(self, binder: Binder, type_: ComplexType, type_name: str | None = None) -> ElementWriter:
        """Return the writer of the objects of a class as elements of a type, with the name that it needs, if any."""
        # the field around a generic element, which has no hash, lives as long as its class
        key = (id(binder.variable) if isinstance(binder, GenericBinder) else binder.class_, type_, type_name)
        known = self._writers.get(key)
        if known is None:
            if isinstance(binder, GenericBinder):
                known = GenericWriter(self, binder, type_)
            else:
                known = ElementWriter(self, binder, type_, type_name)
            self._writers[key] = known
        return known

    def content_of(self, type_: SimpleType) -> ComplexType:
        """Return the complex type of an element of a simple type, which has no attributes."""
        return self._contents.setdefault(type_, ComplexType(type_.label, simple=type_))
