"""Objects with the calls of xsdata's XmlParser and XmlSerializer, which validate on the way.

Code that uses xsdata gains validation and speed by importing `XmlParser` and `XmlSerializer` from a
generated package instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

from .messages import Messages
from .root_element import root_of

Bound = TypeVar("Bound")


class XmlParser:
    """Parses as xsdata's XmlParser does; a document that is not valid raises InvalidDocument.

    Subclasses set `decode` and `messages`. A configuration, a context and a handler are taken, for the sake of the
    callers, and not needed.
    """

    decode: Callable[[bytes], Any]  # each package has its own messages
    messages: Messages[Any]

    def __init__(self, config: object = None, context: object = None, handler: object = None) -> None:
        self.config = config
        self.context = context
        self.handler = handler

    def from_bytes(self, source: bytes, clazz: type[Bound] | None = None, ns_map: object = None) -> Bound:
        """Return the object of a document."""
        del ns_map
        value = type(self).decode(source)
        if clazz is None or isinstance(value, clazz):
            return value  # type: ignore[no-any-return]  # of the class that was asked for
        root = root_of(value, type(self).messages)
        if not issubclass(type(self).messages.classes[root.tag], clazz):
            raise TypeError(f"the document is a {type(value).__name__}, not a {clazz.__name__}")
        return value  # type: ignore[no-any-return]  # of a type that xsi:type named for that of the class

    def from_string(self, source: str, clazz: type[Bound] | None = None, ns_map: object = None) -> Bound:
        """Return the object of a document that is a text; an encoding that it declares does not count."""
        start = source.find("?>") + 2 if source.lstrip("\ufeff").startswith("<?xml") else 0
        return self.from_bytes(source[start:].encode(), clazz, ns_map)

    def from_path(self, path: Path, clazz: type[Bound] | None = None, ns_map: object = None) -> Bound:
        """Return the object of a document in a file."""
        return self.from_bytes(path.read_bytes(), clazz, ns_map)

    def parse(
        self, source: str | os.PathLike[str] | IO[bytes], clazz: type[Bound] | None = None, ns_map: object = None
    ) -> Bound:
        """Return the object of a document in a file, which is given by its path or is open."""
        data = Path(source).read_bytes() if isinstance(source, str | os.PathLike) else source.read()
        return self.from_bytes(data, clazz, ns_map)


class XmlSerializer:
    """Writes as xsdata's XmlSerializer does; an object that is not valid raises InvalidDocument.

    Subclasses set `encode` and `messages`. With a configuration, or prefixes of the caller's, xsdata itself writes the
    object once it is known to be valid.
    """

    encode: Callable[[Any], bytes]  # each package has its own messages
    messages: Messages[Any]

    def __init__(self, config: Any = None, context: Any = None, writer: Any = None) -> None:  # as xsdata has them
        self.config = config
        self.context = context
        self.writer = writer

    def render(self, obj: object, ns_map: dict[str | None, str] | None = None) -> str:
        """Return the document of an object as a text."""
        data = type(self).encode(obj)
        if self.config is None and self.writer is None and not ns_map:
            return data.decode()
        from xsdata.formats.dataclass.context import XmlContext
        from xsdata.formats.dataclass.serializers import XmlSerializer as Original

        context = self.context or XmlContext(class_type=type(self).messages.class_type)
        given = {"config": self.config, "context": context, "writer": self.writer}
        original = Original(**{name: value for name, value in given.items() if value is not None})
        root = root_of(obj, type(self).messages)
        derived = context.class_type.derived_element
        value = derived(qname=root.tag, value=root.value) if root.is_derived else root.value
        return original.render(value, ns_map=ns_map)

    def write(self, out: IO[str], obj: object, ns_map: dict[str | None, str] | None = None) -> None:
        """Write the document of an object to a text stream."""
        out.write(self.render(obj, ns_map))
