"""xsdata's own parser and serializer, for classes that the tables do not take, extended to keep lost details.

That is the order of elements that fields do not keep; an xsi:type without a prefix, which xsdata has among any
attributes as the text that it was, and which means nothing without the default namespace; the difference between an
optional element that is nil and one that is absent (a required one has to be given, and is nil where it is None); and
the value of an empty text, where no object can be made without one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from functools import cache
from typing import Any
from xml.etree.ElementTree import QName

from xsdata.formats.converter import converter

from ..xml.document import XSI_NIL, XSI_TAG, XSI_TYPE
from ..xsd.primitive import EXPANDED_NAME, LatePattern
from .class_kinds import is_derived, is_generic, is_object, make_object, needed_fields, replace_fields
from .compound_choice import add_name, choice_of, telling_types
from .element_order import are_in_rounds, are_ordered, order_of, put_in_order, remember_order, rounds_of
from .nil_element import is_nil, nil_object
from .object_parts import is_array
from .write_events import Undeclared, Unprefixed


def parser(context: Any) -> Any:  # xsdata's XmlContext and XmlParser
    """Return a parser, whose objects remember the order of their elements."""
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler

    config = ParserConfig(class_factory=make_object)
    return _parser()(context=context, handler=LxmlEventHandler, config=config)


@cache
def _parser() -> type[Any]:
    from xsdata.formats.dataclass.parsers import XmlParser
    from xsdata.formats.dataclass.parsers.nodes import ElementNode

    telling_of: dict[tuple[type, str], tuple[Any, frozenset[type]]] = {}  # compound fields, and their `telling_types`

    class Parser(XmlParser):
        def end(self, queue: Any, objects: Any, qname: str, text: str | None, tail: str | None) -> bool:
            node = queue[-1]
            if not isinstance(node, ElementNode):
                return bool(super().end(queue, objects, qname, text, tail))
            meta: Any = node.meta  # xsdata's XmlMeta
            if (
                text is None
                and not node.xsi_nil
                and meta.text is not None
                and meta.text.name in needed_fields(meta.clazz)
            ):
                text = ""  # which has to have a value
            if meta.choices or meta.mixed_content:
                inside = [(name, self._name_value(meta, name, value)) for name, value in objects[node.position :]]
                if meta.mixed_content:
                    inside = [_text_of_octets(child, meta) for child in inside]
                objects[node.position :] = inside
            if node.xsi_nil and (meta.nillable or _has_attributes(node.attrs)):
                node.xsi_nil = False  # of which xsdata makes an object
                node.config = replace(node.config, class_factory=_nil_factory(meta))
            children = [] if meta.mixed_content else objects[node.position :]
            bound = bool(super().end(queue, objects, qname, text, tail))
            if bound and children:
                made = objects[node.position][1]  # behind it may be the text that follows the element
                _remember_order(made.value if is_derived(made) else made, children, meta)
            return bound

        def _name_value(self, meta: Any, name: str | None, value: Any) -> Any:  # xsdata's XmlMeta, any value
            """Return the value of an element, with the name of that where its field would lose it."""
            if name is None or name in meta.elements:
                return value
            if meta.mixed_content:
                return self._name_in_mixed(meta, name, value)
            if (meta.clazz, name) not in telling_of:
                compound = next((field for field in meta.choices if field.find_choice(name) is not None), None)
                choice = None if compound is None else compound.elements.get(name)
                types: frozenset[type] = frozenset() if choice is None else telling_types(compound, choice)
                telling_of[meta.clazz, name] = compound, types
            compound, telling = telling_of[meta.clazz, name]
            derived = self.context.class_type.derived_element
            return value if compound is None or type(value) in telling else add_name(compound, name, value, derived)

        def _name_in_mixed(self, meta: Any, name: str, value: Any) -> Any:
            """Return an object in mixed content, with its name if its class is written as another one."""
            if not is_object(value) or is_generic(value):
                return value  # xsdata makes an AnyElement of what is no object
            choice = meta.find_any_wildcard().find_value_choice(value, True)
            written = self.context.build(type(value), meta.namespace) if choice is None else choice
            return value if written.qname == name else self.context.class_type.derived_element(qname=name, value=value)

    return Parser


def _remember_order(made: object, children: Sequence[tuple[str | None, Any]], meta: Any) -> None:  # xsdata's XmlMeta
    """Let an object remember its elements where its fields do not say their order, or that they are there.

    Only being remembered tells an element that is nil, or has no tokens, from one that is absent.
    """
    fields = [next(meta.find_children(name), None) if name else None for name, _ in children]
    variables = [field for field in fields if field is not None]
    if len(variables) < len(children):
        return
    may_seem_absent = any(
        (value is None or _is_empty(value)) and not variable.list_element
        for variable, (_, value) in zip(variables, children, strict=True)
    )
    compound = {choice.name: choice.index for choice in meta.choices}
    places = [compound.get(variable.name, variable.index) for variable in variables]
    if may_seem_absent or not are_ordered(places) or not are_in_rounds(places, rounds_of(meta)):
        remember_order(made, (variable.name for variable in variables))


def serializer(context: Any) -> Any:  # xsdata's XmlContext and EventGenerator
    """Return xsdata's generator of events, changed to follow the order that objects remember."""
    return _serializer()(context=context)


@cache
def _serializer() -> type[Any]:
    from xsdata.formats.dataclass.serializers.mixins import EventGenerator, XmlWriterEvent

    class Serializer(EventGenerator):
        def document(self, root: Any) -> Iterator[Any]:  # a RootElement
            """Return the events of a root element, with xsi:type where the class of its object is not its own."""
            if not root.is_derived:
                return self.generate(root.value)
            name = self.context.build(type(root.value)).target_qname
            return self.convert_dataclass(root.value, qname=root.tag, xsi_type=name)

        @classmethod
        def next_value(cls, obj: Any, meta: Any) -> Iterator[tuple[Any, Any]]:
            names = order_of(obj)
            kept = {*needed_fields(obj.__class__), *(names or ())}
            values = _present(super().next_value(obj, meta), kept)
            yield from values if names is None else put_in_order(names, _separate(values))

        @classmethod
        def next_attribute(
            cls, obj: Any, meta: Any, nillable: bool, xsi_type: str | None, ignore_optionals: bool
        ) -> Iterator[tuple[str, Any]]:
            undeclared = {
                name
                for variable in meta.get_attribute_vars()
                if variable.is_attributes
                for name in getattr(obj, variable.name)
            }
            among_others: str | None = None
            for name, value in super().next_attribute(obj, meta, nillable, xsi_type, ignore_optionals):
                if name != XSI_TYPE:
                    yield name, _recover_name(value) if name in undeclared else value
                elif among_others is None:
                    among_others = str(value)
                    yield name, value
                else:  # that of the class
                    yield name, _unprefix(among_others, str(value))
            for variable in meta.get_attribute_vars():
                # which xsdata takes for none, and a reader for the default
                if variable.tokens and callable(variable.default) and variable.default():
                    value = getattr(obj, variable.name)
                    if _is_empty(value):
                        yield variable.qname, ""

        def convert_tokens(self, value: Any, var: Any, namespace: str | None) -> Iterator[Any]:
            if value is _NO_TOKENS:
                yield from self.convert_element([], var, namespace)
            elif not _is_empty(value):  # of which xsdata would make an element that is nil
                yield from super().convert_tokens(value, var, namespace)

        def convert_choice(self, value: Any, var: Any, namespace: str | None) -> Iterator[Any]:
            named, choice = None, None
            if is_derived(value):
                named = var.elements.get(value.qname)
                is_other = named is None or (is_object(value.value) and not isinstance(value.value, tuple(named.types)))
                # of a wildcard, or of a type that xsi:type named
                if is_other and var.find_choice(value.qname) is not None:
                    yield from self.convert_derived_element(value, namespace)
                    return
                if named is not None and not is_object(value.value):
                    choice, value = named, value.value
            elif value is not None and not is_object(value):
                choice = choice_of(var, value)
            if choice is None:
                yield from super().convert_choice(value, var, namespace)
            else:
                without_items = choice.tokens and is_array(value) and not value
                yield from self.convert_value(_NO_TOKENS if without_items else value, choice, namespace)

        def convert_dataclass(
            self, obj: Any, namespace: Any = None, qname: Any = None, nillable: bool = False, xsi_type: Any = None
        ) -> Iterator[Any]:
            meta = self.context.build(type(obj), namespace)
            if (nillable or meta.nillable) and is_nil(obj, meta):
                name = qname or meta.qname
                yield XmlWriterEvent.START, name
                for attribute, value in self.next_attribute(obj, meta, True, xsi_type, False):
                    yield XmlWriterEvent.ATTR, attribute, value
                yield XmlWriterEvent.END, name
                return
            # an object of a nillable element is not nil, unless its class can be: then there would be none
            yield from super().convert_dataclass(obj, namespace, qname, False, xsi_type)

        def convert_any_element(self, value: Any, var: Any, namespace: str | None) -> Iterator[Any]:
            attributes = {name: _recover_name(text) for name, text in value.attributes.items()}
            text = _names_in(value, var)
            if XSI_NIL in attributes:  # what has a text is not nil
                text = text or None
            yield from super().convert_any_element(
                replace_fields(value, attributes=attributes, text=text), var, namespace
            )

    return Serializer


Values = Iterator[tuple[Any, Any]]
"""Fields, as xsdata's XmlVar has them, with their values."""


def _present(values: Values, kept: Collection[str]) -> Values:
    """Yield the fields and values that become elements; those in `kept` become elements even without a value."""
    for variable, value in values:
        has_no_tokens = variable.is_element and variable.tokens and not variable.list_element and _is_empty(value)
        if variable.name in kept:
            yield variable, _NO_TOKENS if has_no_tokens else value
        elif not has_no_tokens and (value is not None or variable.required):
            yield variable, value


def _separate(values: Values) -> Values:
    """Yield each element by itself, as the value of its field."""
    for variable, value in values:
        if variable.list_element and isinstance(value, list | tuple):
            for item in value:
                yield variable, [item]  # which may be a list of tokens, or a date, which is a tuple
        else:
            yield variable, value


def _is_empty(value: object) -> bool:
    """Whether a value is a list of tokens without any."""
    return isinstance(value, list | tuple) and not value


_NO_TOKENS = object()
"""The value of an element that has no tokens, and is there."""


def _text_of_octets(parsed: tuple[str | None, Any], meta: Any) -> tuple[str | None, Any]:  # any value, xsdata's XmlMeta
    """Return a child of mixed content, of which xsdata keeps the text, and has none for octets."""
    name, value = parsed
    if not isinstance(value, bytes):
        return parsed
    choice = next(iter(meta.find_children(name)), None)
    element = choice.find_choice(name) if choice is not None and choice.elements else choice
    return name, converter.serialize(value, format=None if element is None else element.format)


def _names_in(element: Any, variable: Any) -> Any:  # xsdata's AnyElement and XmlVar
    """Return the text of an element in mixed content; as names with prefixes where these are its values."""
    text = element.text
    choice = variable.find_choice(element.qname) if variable.elements and element.qname else None
    if choice is None or not isinstance(text, str) or not any(map(_is_of_names, choice.types)):
        return text
    return [_recover_name(token) for token in text.split()]


def _is_of_names(type_: type) -> bool:
    """Whether the values of a type are names, or the members of an enumeration that are."""
    values = [member.value for member in type_] if issubclass(type_, Enum) else []
    items = (item for value in values for item in (value if isinstance(value, tuple) else (value,)))
    return type_ is QName or any(isinstance(item, QName) for item in items)


def _has_attributes(attributes: Iterable[str]) -> bool:
    """Whether an element has attributes of its own, beside those of any element."""
    return any(not name.startswith(XSI_TAG) for name in attributes)


def _nil_factory(meta: Any) -> Any:  # xsdata's XmlMeta, and what its configuration takes
    """Return the function that makes the object of a nil element."""
    return lambda class_, values: nil_object(class_, meta, values)


_EXPANDED = LatePattern(EXPANDED_NAME)


def _recover_name(value: object) -> object:
    """Return the value of an attribute that no class declares; xsdata has replaced a prefix in it by the namespace."""
    if not isinstance(value, str):
        return value
    return QName(value) if _EXPANDED.fullmatch(value) else Undeclared(value)


def _unprefix(text: str, name: str) -> str:
    """Return the name of a type as it is written: without a prefix, where it was read without one."""
    namespace, _, local = name.removeprefix("{").rpartition("}")
    return Unprefixed(local, namespace) if text == local and namespace else name
