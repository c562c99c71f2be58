"""Makes types of XML Schema from schema objects of OpenAPI."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from schemapress.errors import nearest_of
from schemapress.write.json_types import ANY, builtin_of, is_known_format, type_of_values
from schemapress_runtime.names import clark
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import ANY_TYPE
from schemapress_runtime.xsd.facets import FACETS, Facet, whole_number
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType

from ...omission import Omission
from ...plan.object_type import MessageRoot, ObjectType, Property, PropertyType, rename, restriction, union_type
from ...read.message_tree import NAME_WITHOUT_COLON
from ...words import camel, free_name, singular
from .ecma_pattern import Untranslatable, translate_pattern
from .json_node import JsonNode, remember
from .one_of_model import Alternatives, combine

_VAGUE_FORMATS = ("password", "string")
"""Formats that do not restrict a value."""

Default = TypeVar("Default", int, None)

_UNUSED = (
    *("multipleOf", "not", "patternProperties", "if", "dependentSchemas", "propertyNames"),
    *("uniqueItems", "minProperties", "maxProperties", "contains", "prefixItems", "dependentRequired"),
    *("unevaluatedProperties", "unevaluatedItems", "contentEncoding", "contentMediaType", "writeOnly"),
)
"""Keywords without an equivalent in XSD; each is reported, unless its value is false."""


@dataclass(frozen=True, slots=True)
class Types:
    """The types made so far, by name. With `nil`, elements that may be null are nillable.

    `taken` are the names of types in other XSDs. `without_choice` are the places of schema objects whose `oneOf`
    becomes one sequence; `one_of` has those whose objects begin alike, and whether a choice of them is possible.
    """

    namespace: str
    nil: bool
    taken: frozenset[str] = frozenset()
    without_choice: frozenset[str] = frozenset()
    objects: dict[str, ObjectType] = field(default_factory=dict)
    simple: dict[str, SimpleType] = field(default_factory=dict)
    named: dict[str, PropertyType] = field(default_factory=dict)
    roots: dict[str, MessageRoot] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)
    omissions: list[Omission] = field(default_factory=list)
    one_of: dict[str, bool] = field(default_factory=dict)


class TypeMaker:
    """Makes the types of schema objects: with their own names, or names from the properties that they type."""

    def __init__(self, shared: Types, own: Types) -> None:
        """Take the collections for types that the document names, and for other types."""
        self.shared = shared
        self.own = own
        self._target = own

    def type_of(self, node: JsonNode, name: str) -> PropertyType:
        """Return the type of a schema object; `name` is used if the document does not name it."""
        owner, _, last = node.pointer.rpartition("/")
        if not owner.endswith(("/schemas", "/definitions")):
            return self._make(node, name)
        key = f"{node.file}#{node.pointer}"
        if key in self.shared.named:
            return self.shared.named[key]
        name = self.shared.named[key] = _free_type_name(camel(last), self.shared)
        target, self._target = self._target, self.shared
        try:
            type_ = self.shared.named[key] = self._make(node.bare, name)
            return type_
        finally:
            self._target = target

    def array_root(self, node: JsonNode, name: str) -> ObjectType:
        """Return the content of a root element that is an array: its items, with their own name or `item`."""
        self._report(node)
        items = node["items"]
        item_name = str(items["xml"].get("name") or (singular(name) if singular(name) != name else "item"))
        item = Property(item_name, self.type_of(items, camel(item_name)), _count(node, "minItems", 0), None)
        return ObjectType("", (item,))

    def _make(self, node: JsonNode, name: str) -> PropertyType:
        types = self._target
        is_named = node.pointer.rpartition("/")[0].endswith(("/schemas", "/definitions"))
        self._report(node)
        if is_object_schema(node):
            name = name if is_named else _free_type_name(name, types)
            types.objects[name] = ObjectType(name)
            types.objects[name] = self.object_of(node, name)
            return name
        alternatives = [part for part in (*node["oneOf"], *node["anyOf"]) if _type(part) != "null"]
        if alternatives and all(not is_object_schema(part) and _type(part) != "array" for part in alternatives):
            if len(alternatives) == 1:
                return self.type_of(alternatives[0], name)
            members = [self.type_of(part, f"{name}{number}") for number, part in enumerate(alternatives, start=1)]
            if any(not isinstance(member, SimpleType) for member in members):
                return ANY_TYPE
            return union_type(tuple(member for member in members if isinstance(member, SimpleType)))
        if alternatives or _type(node) in ("", ANY, "array"):
            if alternatives or _type(node) == "array":
                self._note(node, "no element tells which of these it is: anything is accepted")
            return ANY_TYPE
        base, facets = self._scalar(node)
        is_enumeration = any(facet.name == "enumeration" for facet in facets)
        if not facets:
            return base
        if not is_named and not is_enumeration:
            return restriction(base, facets)
        name = name if is_named else _free_type_name(name, types)
        type_ = restriction(base, facets, clark(types.namespace, name), node.text("description"))
        types.simple[name] = type_
        return type_

    def object_of(self, node: JsonNode, name: str) -> ObjectType:
        """Return the type of an object, with inherited properties."""
        properties = tuple(self._properties_of(node, name))
        objects = [
            tuple(self._properties_of(part, f"{name}{number}"))
            for number, part in enumerate([*node["oneOf"], *node["anyOf"]], start=1)
            if _type(part) != "null"
        ]
        anything = not properties and not any(objects)
        if not any(objects):
            return ObjectType(name, properties, anything, (), node.text("description"))

        def join(types: list[PropertyType]) -> PropertyType:
            return self._join(types, node)

        content = combine(properties, objects, join, choice=node.place not in self.shared.without_choice)
        if content.shared or not content.alternatives:
            can_choose = combine(properties, objects, join).alternatives != ()
            self.shared.one_of[node.place] = can_choose
            if content.opposite:
                self._note(node, "its objects have elements in opposite orders; the order of the first is taken")
            if content.admits_more:
                self._note(
                    node, "its objects become one sequence of optional elements, which accepts more than they do"
                )
        if "discriminator" in node:
            self._note(node, "XSD 1.0 can't express which value of the discriminator belongs to which object")
        if any(True for _ in node["anyOf"]):
            self._note(node, "of the objects of `anyOf`, one at a time is accepted")
        alternatives = self._name_repeated_types(name, content.alternatives)
        return ObjectType(name, content.properties, False, alternatives, node.text("description"))

    def _name_repeated_types(self, owner: str, alternatives: Alternatives) -> Alternatives:
        """Return alternatives in which anonymous types that several of them have are named (cos-element-consistent)."""
        counts = Counter(property_.name for properties in alternatives for property_ in properties)
        types: dict[str, SimpleType] = {}
        for property_ in (property_ for properties in alternatives for property_ in properties):
            type_ = property_.type
            is_anonymous = isinstance(type_, SimpleType) and type_.source.name is None
            if is_anonymous and counts[property_.name] > 1 and property_.name not in types:
                assert isinstance(type_, SimpleType)
                name = _free_type_name(camel(f"{owner} {property_.name}"), self._target)
                types[property_.name] = rename(type_, clark(self._target.namespace, name))
                self._target.simple[name] = types[property_.name]
        return tuple(
            tuple(replace(property_, type=types.get(property_.name, property_.type)) for property_ in properties)
            for properties in alternatives
        )

    def _join(self, types: list[PropertyType], node: JsonNode) -> PropertyType:
        """Return one type for several: all values of enumerations, a union of other simple types, or anything."""
        simple = tuple(type_ for type_ in types if isinstance(type_, SimpleType))
        if len(simple) < len(types):
            self._note(node, "an element has different contents in its objects, so any content is accepted")
            return ANY_TYPE
        enumerations = [type_ for type_ in simple if isinstance(type_, Restriction) and type_.enumeration]
        others = {(type_.base, _other_facets(type_)) for type_ in enumerations}
        if len(enumerations) == len(simple) and len(others) == 1:
            (base, facets) = others.pop()
            values = dict.fromkeys(
                facet for type_ in enumerations for facet in type_.facets if facet.name == "enumeration"
            )
            return restriction(base, (*values, *facets))
        return union_type(simple)

    def _properties_of(self, node: JsonNode, name: str) -> Iterator[Property]:
        """Yield the elements and attributes of an object, those of allOf first; later ones replace earlier ones."""
        required = _required(node)
        by_name: dict[str, Property] = {}
        for (owner, key), value in _properties(node).items():
            property_ = self._property(key, value, key in required, camel(f"{name} {key}"))
            by_name[f"{property_.is_attribute} {property_.name}"] = property_
            self.shared.placed.add(f"{owner}/properties/{key}")
        yield from by_name.values()

    def _property(self, key: str, node: JsonNode, required: bool, type_name: str) -> Property:
        xml = node["xml"]
        name = str(xml.get("name") or key)
        if NAME_WITHOUT_COLON.fullmatch(name) is None:
            message = f"The property {key!r} has the name {name!r}, which no XML element or attribute can have."
            raise node.fail(message, "Give it an xml.name.")
        namespace = xml.get("namespace")
        if namespace and namespace != self.own.namespace:
            self._note(node, f"its namespace {namespace!r} is not that of the message and is left out")
        if node.get("readOnly"):
            required = False
        nullable = is_nullable(node)
        property_ = Property(
            name,
            ANY_TYPE,
            int(required and not (nullable and not self.own.nil)),
            documentation=node.text("description"),
            nillable=bool(node.get("x-xsd-nillable")) or (nullable and self.own.nil),
            is_attribute=bool(xml.get("attribute")),
        )
        if _type(node) == "array":
            property_ = self._array(key, node, property_, type_name)
        else:
            property_ = replace(property_, type=self.type_of(node, type_name))
        if property_.is_attribute and not isinstance(property_.type, SimpleType):
            message = f"The property {key!r} is an attribute with properties of its own; an attribute is a text."
            raise node.fail(message, "Remove its xml.attribute, or give it a simple type.")
        return property_

    def _array(self, key: str, node: JsonNode, property_: Property, type_name: str) -> Property:
        """Return an array as a repeating element, or as an element that wraps its items (OpenAPI 3.1 §4.8.26)."""
        self._report(node)
        items, wrapped = node["items"], bool(node["xml"].get("wrapped"))
        item_name = str(items["xml"].get("name") or (property_.name if wrapped else key))
        least = _count(node, "minItems", 0)
        most = _count(node, "maxItems", None)
        type_ = self.type_of(items, camel(f"{type_name[: -len(camel(key))]} {singular(key)}"))
        item = Property(item_name, type_, least, most)
        if not wrapped:
            lowest = least if property_.minimum else 0
            return replace(item, minimum=max(lowest, property_.minimum), documentation=property_.documentation)
        wrapper = _free_type_name(type_name, self._target)
        self._target.objects[wrapper] = ObjectType(wrapper, (item,))
        return replace(property_, type=wrapper)

    def _scalar(self, node: JsonNode) -> tuple[SimpleType, tuple[Facet, ...]]:
        """Return the built-in type of a value, and the facets that restrict it."""
        name = str(node.get("x-xsd-type", builtin_of(_type(node), str(node.get("format", ""))))).removeprefix("xs:")
        if name not in BUILTIN:
            raise node.fail(f"XML Schema has no simple type {name!r}.", nearest_of(name, BUILTIN))
        base = BUILTIN[name]
        values = _list(node, "enum")
        if "enum" not in node and "const" in node:
            values = [node.get("const")]
        listed = (Facet("enumeration", _text(value)) for value in values if value is not None)
        return base, (*listed, *(self._facet(name, text, node) for name, text in self._bounds(node)))

    @staticmethod
    def _facet(name: str, text: str, node: JsonNode) -> Facet:
        """Return a facet.

        Raises:
            SchemapressError: XSD has no facet of this name, or the facet needs a whole number and has another value.
        """
        if name not in FACETS:
            raise node.fail(f"XML Schema has no facet {name!r}.", nearest_of(name, FACETS))
        if FACETS[name].is_number and whole_number(text) is None:
            raise node.fail(f"`{name}` is {text[:100]!r}; expected a whole number.", "Fix the document.")
        return Facet(name, text)

    def _bounds(self, node: JsonNode) -> Iterator[tuple[str, str]]:
        """Yield all facets but enumerations, each with its value."""
        for keyword in ("minLength", "maxLength"):
            if keyword in node:
                yield keyword, str(node.get(keyword))
        if "pattern" in node:
            try:
                yield "pattern", translate_pattern(str(node.get("pattern")))
            except Untranslatable as why:
                message = f"The pattern {node.get('pattern')!r} has {why}, which XSD can't express."
                raise node.fail(message, "Simplify it, or remove it.") from None
        for keyword, facet in (("minimum", "minInclusive"), ("maximum", "maxInclusive")):
            exclusive = node.get("exclusive" + keyword[0].upper() + keyword[1:])
            if keyword in node:
                yield (facet.replace("In", "Ex") if exclusive is True else facet), _text(node.get(keyword))
            if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
                yield facet.replace("In", "Ex"), _text(exclusive)

        exact = node.get("x-xsd-facets")
        if isinstance(exact, dict):
            yield from ((str(name), _text(value)) for name, value in exact.items())

    def _report(self, node: JsonNode) -> None:
        for keyword in _UNUSED:
            if node.get(keyword, False) is not False:
                self._note(node, f"`{keyword}` has no equivalent in XSD and is left out")
        if "properties" in node and node.get("additionalProperties", False) not in (False, True):
            self._note(node, "`additionalProperties` beside `properties` has no equivalent in XSD and is left out")
        if "prefix" in node["xml"]:
            self._note(node, "`xml.prefix` is left out: a document may have any prefix")
        if node.get("default") is not None:
            self._note(node, f"the default {_text(node.get('default'))!r}: an element that is left out has no value")
        format_ = node.get("format")
        if format_ is not None and not is_known_format(_type(node), format_) and format_ not in _VAGUE_FORMATS:
            self._note(node, f"the format {format_!r} has no equivalent in XSD and is left out")

    def _note(self, node: JsonNode, why: str) -> None:
        omission = Omission(f"a part of `{node.pointer.rpartition('/')[2]}`", node.place, why)
        if omission not in self._target.omissions:
            self._target.omissions.append(omission)


@remember
def is_object_schema(node: JsonNode) -> bool:
    """Whether a schema object describes an element with child elements."""
    if _type(node) == "object" or "properties" in node:
        return True
    parts = [*node["allOf"], *node["oneOf"], *node["anyOf"]]
    return bool(parts) and all(is_object_schema(part) for part in parts if _type(part) != "null")


@remember
def _properties(node: JsonNode) -> dict[tuple[str, str], JsonNode]:
    """Return the properties of an object by the place of their owner and their key, those of allOf first."""
    by_owner: dict[tuple[str, str], JsonNode] = {}
    for part in node["allOf"]:
        for known, property_ in _properties(part).items():
            by_owner.pop(known, None)
            by_owner[known] = property_
    for key, property_ in node["properties"].items():
        by_owner.pop((node.place, key), None)
        by_owner[node.place, key] = property_
    return by_owner


@remember
def _required(node: JsonNode) -> frozenset[str]:
    """Return the keys of the properties that an object must have."""
    parts = [_required(part) for part in node["allOf"]]
    return frozenset(str(name) for name in _list(node, "required")).union(*parts)


def _count(node: JsonNode, keyword: str, default: Default) -> int | Default:
    """Return a number of items.

    Raises:
        SchemapressError: it is not a whole number.
    """
    count = node.get(keyword)
    if count is None:
        return default
    if isinstance(count, float) and count.is_integer():
        count = int(count)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < 10**9:
        raise node.fail(f"`{keyword}` is {str(count)[:100]!r}; expected a whole number.", "Fix the document.")
    return count


def _list(node: JsonNode, keyword: str) -> list[object]:
    """Return a list of values, or an empty list for a missing keyword.

    Raises:
        SchemapressError: the value is not a list.
    """
    values = node.get(keyword)
    if values is None:
        return []
    if not isinstance(values, list):
        raise node.fail(f"`{keyword}` is {str(values)[:100]!r}; expected a list.", "Fix the document.")
    return values


def _type(node: JsonNode) -> str:
    """Return the type of a schema object, apart from null; empty if it has none."""
    types = node.get("type", "")
    if isinstance(types, list):
        others = [type_ for type_ in types if type_ != "null"]
        return str(others[0]) if len(others) == 1 else ""
    if not types:
        values = _list(node, "enum") or ([node.get("const")] if "const" in node else [])
        return type_of_values(values)
    return str(types)


def is_nullable(node: JsonNode) -> bool:
    """Whether a value may be null, in any notation of 3.0 and 3.1."""
    types = node.get("type", "")
    return (
        bool(node.get("nullable"))
        or (isinstance(types, list) and "null" in types)
        or any(_type(part) == "null" for part in (*node["oneOf"], *node["anyOf"]))
    )


def _text(value: object) -> str:
    """Return a value of JSON as the text of an element."""
    return value if isinstance(value, str) else json.dumps(value)


def _other_facets(type_: Restriction) -> tuple[Facet, ...]:
    return tuple(facet for facet in type_.facets if facet.name != "enumeration")


def _free_type_name(name: str, types: Types) -> str:
    return free_name(name, types.objects, types.simple, types.taken)
