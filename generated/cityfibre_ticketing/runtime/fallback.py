"""xsdata's own parser and serializer, for what the tables do not take; they keep what xsdata would lose.

That is the order of elements that fields do not keep; an xsi:type without a prefix, which xsdata has among any
attributes as the text that it was, and which means nothing without the default namespace; and the difference between
an optional element that is nil and one that is absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from .document import XSI_TYPE
from .element_order import are_ordered, in_order, order_of, remember


class _Unprefixed(str):
    """The value of an xsi:type that is in the default namespace, which has to be declared for it."""

    __slots__ = ("namespace",)

    def __new__(cls, local: str, namespace: str) -> _Unprefixed:
        value = super().__new__(cls, local)
        value.namespace = namespace
        return value

    namespace: str


def parser(context: Any) -> Any:  # xsdata's XmlContext and XmlParser
    """Return a parser, whose objects remember the order of their elements."""
    from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler

    return _parser()(context=context, handler=LxmlEventHandler)


@cache
def _parser() -> type[Any]:
    from xsdata.formats.dataclass.parsers import XmlParser
    from xsdata.formats.dataclass.parsers.nodes import ElementNode

    class Parser(XmlParser):
        def end(self, queue: Any, objects: Any, qname: str, text: str | None, tail: str | None) -> bool:
            node = queue[-1]
            meta: Any = getattr(node, "meta", None)  # xsdata's XmlMeta
            parsed = objects[node.position :] if isinstance(node, ElementNode) else []
            children, values = [name for name, _ in parsed], [value for _, value in parsed]
            bound = bool(super().end(queue, objects, qname, text, tail))
            if bound and children and not meta.mixed_content:
                found = [next(meta.find_children(name), None) for name in children if name]
                variables = [variable for variable in found if variable is not None]
                is_nil = any(value is None for value in values)  # which only being remembered tells from being absent
                compound = {choice.name: choice.index for choice in meta.choices}
                places = (compound.get(variable.name, variable.index) for variable in variables)
                if len(variables) == len(children) and (is_nil or not are_ordered(places)):
                    remember(objects[-1][1], (variable.name for variable in variables))
            return bound

    return Parser


def serializer(context: Any) -> Any:  # xsdata's XmlContext and XmlSerializer
    """Return a serializer, which follows the order that objects remember."""
    class_, writer = _serializer()
    return class_(context=context, writer=writer)


@cache
def _serializer() -> tuple[type[Any], type[Any]]:
    from xsdata.formats.dataclass.serializers import XmlSerializer
    from xsdata.formats.dataclass.serializers.writers import LxmlEventWriter

    class Serializer(XmlSerializer):
        @classmethod
        def next_value(cls, obj: Any, meta: Any) -> Iterator[tuple[Any, Any]]:
            names = order_of(obj)
            values = (
                (variable, value)
                for variable, value in super().next_value(obj, meta)
                if value is not None or variable.required or (names is not None and variable.name in names)
            )
            if names is None:
                yield from values
                return
            singles = (
                (variable, [one] if variable.is_elements else one)  # of which the one may be a list of tokens
                for variable, value in values
                for one in (value if variable.list_element and isinstance(value, list | tuple) else (value,))
            )
            yield from in_order(names, singles)

        @classmethod
        def next_attribute(cls, obj: Any, meta: Any, *args: Any) -> Iterator[tuple[str, Any]]:
            among_others: str | None = None
            for name, value in super().next_attribute(obj, meta, *args):
                if name != XSI_TYPE:
                    yield name, value
                elif among_others is None:
                    among_others = str(value)
                    yield name, value
                else:  # that of the class
                    yield name, _unprefixed(among_others, str(value))

    class Writer(LxmlEventWriter):
        def add_attribute(self, qname: str, value: Any, root: bool = False) -> None:
            if isinstance(value, _Unprefixed):
                self.ns_map[None] = value.namespace
            super().add_attribute(qname, value, root)

    return Serializer, Writer


def _unprefixed(text: str, name: str) -> str:
    """Return the name of a type as it is written: without a prefix, where it was read without one."""
    namespace, _, local = name.removeprefix("{").rpartition("}")
    return _Unprefixed(local, namespace) if text == local and namespace else name
