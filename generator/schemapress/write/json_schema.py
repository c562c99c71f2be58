"""The JSON that `to_json` of a package writes, as a JSON Schema (draft 2020-12).

It is made from the binding classes, since they define the JSON. Values have the constraints of their Python types and
fields: types, enumerations, minimum lengths, bounds of integers, occurrences. Patterns, maximum lengths and rules that
involve other parts of a document are left to `from_json`, which calls the validator.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from schemapress_runtime.binding.class_kinds import is_object, needed_fields
from schemapress_runtime.codec.json_classes import (
    ELEMENT,
    NIL,
    ORDER,
    PREFIXES,
    TYPE,
    VALUE,
    XSI_TYPE_PROPERTY,
    JsonClasses,
    choices_by_name,
    holds_anything,
)
from schemapress_runtime.codec.json_writer import simple_json

from .json_types import SCALARS, JsonObject

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: JsonObject = {"type": "string"}
_ANY: JsonObject = {"$ref": "#/$defs/@any"}


def export_json_schema(
    classes: JsonClasses, messages: Iterable[type], title: str, *, keeps_prefixes: bool = False
) -> JsonObject:
    """Return the JSON Schema of messages; with `keeps_prefixes`, their JSON may have prefixes."""
    exporter = _SchemaExporter(classes)
    roots = [root for class_ in dict.fromkeys(messages) for root in exporter.message(class_)]
    content = roots[0] if len(roots) == 1 else {"anyOf": roots}
    definitions = exporter.definitions()
    for reference in roots if keeps_prefixes else ():
        definition = definitions[reference["$ref"].rpartition("/")[2]]
        definition["properties"][PREFIXES] = {"type": "object", "additionalProperties": _TEXT}
    return {"$schema": DIALECT, "title": title, **content, "$defs": definitions}


class _SchemaExporter:
    def __init__(self, classes: JsonClasses) -> None:
        self._classes = classes
        self._names: dict[type, str] = {}
        self._waiting: list[tuple[type, str | None]] = []
        self._replaceable_definitions: JsonObject = {}
        self._uses_any = False
        self._nillable: set[type] = set()

    def message(self, class_: type) -> list[JsonObject]:
        """Return the alternatives for a message: an object of its class, or of a derived type that it names."""
        others = self._classes.replacing(class_)
        return [
            self.reference(class_, None),
            *(
                {**self.reference(other, None), "required": [TYPE]}
                for other in others
                if not self._classes.is_message(other)
            ),
        ]

    def reference(self, class_: type, namespace: str | None) -> JsonObject:
        """Return a reference to the definition of a class, which `definitions` makes later."""
        if class_ not in self._names:
            name, number = class_.__qualname__, 2
            while name in self._names.values():
                name, number = f"{class_.__qualname__}{number}", number + 1
            self._names[class_] = name
            self._waiting.append((class_, namespace))
        return {"$ref": f"#/$defs/{self._names[class_]}"}

    def definitions(self) -> JsonObject:
        """Return the definitions of all referenced classes."""
        definitions: JsonObject = {}
        while self._waiting:
            class_, namespace = self._waiting.pop()
            definitions[self._names[class_]] = self._object(class_, namespace)
        for class_, name in self._names.items():
            self._admit_nil(class_, definitions[name])
        return {
            **dict(sorted((definitions | self._replaceable_definitions).items())),
            **(_ANYTHING if self._uses_any else {}),
        }

    def _object(self, class_: type, namespace: str | None) -> JsonObject:
        meta = self._classes.meta(class_, namespace)
        needed = needed_fields(class_)
        facets = self._classes.facets(class_)
        properties: JsonObject = {}
        if self._classes.derived(class_) or any(map(is_object, class_.__mro__[1:])):
            properties[TYPE] = {"const": self._classes.type_name(class_, namespace)}
        required = []
        for name, variable in self._classes.properties(meta).items():
            content = self._field(variable, meta, facets[variable.name])
            if variable.name in needed:
                required.append(name)
            is_nil = variable.nillable or variable.default is not None or (meta.nillable and variable.is_text)
            properties[name] = (
                {"anyOf": [content, {"type": "null"}]} if is_nil and not variable.list_element else content
            )
        in_content = [variable for variable in meta.get_element_vars() if not variable.is_text]
        if len(in_content) > 1 or any(map(_may_be_nil, in_content)):
            properties[ORDER] = {"type": "array", "items": {"enum": list(self._classes.properties(meta))}}
        description = {"description": text} if (text := _description_of(class_)) else {}
        object_ = {"type": "object", **description, "properties": properties, "additionalProperties": False}
        return object_ | ({"required": required} if required else {})

    def _admit_nil(self, class_: type, definition: JsonObject) -> None:
        """Allow the object of a nillable element to have no content."""
        meta = self._classes.meta(class_, None)
        if not meta.nillable and self._nillable.isdisjoint(class_.__mro__):
            return
        names = {variable.name: name for name, variable in self._classes.properties(meta).items()}
        definition["properties"][NIL] = {"const": True}
        for variable in meta.get_element_vars():
            name = names[variable.name]
            content = definition["properties"][name]
            null = {"type": "null"}
            if not variable.list_element and null not in content.get("anyOf", ()):
                definition["properties"][name] = {"anyOf": [content, null]}

    def _field(self, variable: Any, meta: Any, facets: Mapping[Any, Any]) -> JsonObject:  # xsdata's XmlVar and XmlMeta
        if variable.is_attributes:
            return {"type": "object", "additionalProperties": _TEXT}
        item = self._item(variable, meta, facets)
        if not variable.list_element:
            fixed = variable.default() if callable(variable.default) else variable.default
            return item if variable.init else {"const": simple_json(fixed, variable.format)}
        if variable.nillable and not holds_anything(variable):
            item = {"anyOf": [item, {"type": "null"}]}
        bounds = {"minItems": facets.get("min_occurs"), "maxItems": facets.get("max_occurs")}
        return {"type": "array", "items": item, **{name: count for name, count in bounds.items() if count}}

    def _item(self, variable: Any, meta: Any, facets: Mapping[Any, Any]) -> JsonObject:
        if holds_anything(variable):
            return self._choice(variable, meta)
        if variable.clazz is not None:
            if variable.nillable:
                self._nillable.add(variable.clazz)
            return self._replaceable(variable.clazz, meta.namespace)
        if variable.any_type:
            self._uses_any = True
            return _ANY
        return _value_of(variable, facets)

    def _replaceable(self, class_: type, namespace: str | None) -> JsonObject:
        """Return the alternatives for an object of a class, or of a derived class, which names its type."""
        own = self.reference(class_, namespace)
        derived = self._classes.derived(class_)
        if not derived:
            return own
        name = f"{self._names[class_]}@derived"
        if name not in self._replaceable_definitions:
            others = [{**self.reference(other, namespace), "required": [TYPE]} for other in derived]
            self._replaceable_definitions[name] = {"anyOf": [own, *others]}
        return {"$ref": f"#/$defs/{name}"}

    def _choice(self, variable: Any, meta: Any) -> JsonObject:
        choices = choices_by_name(variable)
        by_name = {name: self._choice_content(choice, meta) for name, choice in choices.items()}
        alternatives: list[JsonObject] = []
        if by_name:
            alternatives.append(_one_property(by_name))
            contents = {json.dumps(content, sort_keys=True): content for content in by_name.values()}
            typed: JsonObject = {
                ELEMENT: {"enum": sorted({choice.qname for choice in choices.values()})},
                XSI_TYPE_PROPERTY: _TEXT,
                VALUE: {"anyOf": list(contents.values())},
            }
            alternatives.append(_exactly(typed, [ELEMENT, VALUE]))
        if variable.is_wildcard or variable.mixed or variable.wildcards or not by_name:
            self._uses_any = True
            alternatives.append(_ANY)
        return alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}

    def _choice_content(self, variable: Any, meta: Any) -> JsonObject:
        content = self._item(variable, meta, {})
        return {"anyOf": [content, {"type": "null"}]} if variable.nillable else content


def _may_be_nil(variable: Any) -> bool:  # xsdata's XmlVar
    """Whether an element of a field may be None."""
    return bool(variable.nillable) or any(choice.nillable for choice in variable.elements.values())


def _exactly(properties: JsonObject, required: list[str]) -> JsonObject:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _one_property(properties: JsonObject) -> JsonObject:
    """Return an object that has exactly one of several properties."""
    return {
        "type": "object",
        "properties": properties,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }


def _value_of(variable: Any, facets: Mapping[Any, Any]) -> JsonObject:  # xsdata's XmlVar
    """Return the schema of the value of a field with a simple type."""
    alternatives = [value for type_ in variable.types for value in _values_of(type_, variable.format)]
    only = variable.types[0] if len(variable.types) == 1 else None
    if only is str and not variable.tokens and (length := facets.get("min_length") or facets.get("length")):
        alternatives[0] = {**alternatives[0], "minLength": length}
    if only is int and not variable.tokens:
        bounds = {name: facets.get(facet) for facet, name in _BOUNDS.items()}
        alternatives[0] |= {name: bound for name, bound in bounds.items() if bound is not None}
    distinct = list({json.dumps(value): value for value in alternatives}.values())
    value = distinct[0] if len(distinct) == 1 else {"anyOf": distinct}
    return {"type": "array", "items": value} if variable.tokens else value


_BOUNDS = {
    "min_inclusive": "minimum",
    "max_inclusive": "maximum",
    "min_exclusive": "exclusiveMinimum",
    "max_exclusive": "exclusiveMaximum",
}


def _values_of(type_: type, format_: str | None) -> list[JsonObject]:
    if issubclass(type_, Enum):
        return [{"enum": [simple_json(member.value, format_) for member in type_]}]
    alternatives: list[JsonObject] = [{"type": SCALARS.get(type_, "string")}]
    return [*alternatives, {"enum": ["INF", "-INF", "NaN"]}] if type_ is float else alternatives


def _description_of(class_: type) -> str:
    """Return the documentation of a class in the schema; the rest of its docstring describes its fields."""
    text = (class_.__doc__ or "").partition(":ivar")[0]
    return "" if text.startswith(f"{class_.__name__}(") else " ".join(text.split())


_ANYTHING: JsonObject = {
    "@any": {
        "description": "The content of a wildcard, or of an element of type xs:anyType.",
        "anyOf": [
            {"type": ["string", "number", "boolean", "null"]},
            {"type": "array", "items": _ANY},
            _exactly({TYPE: _TEXT, VALUE: _TEXT}, [TYPE, VALUE]),
            {"type": "object", "properties": {TYPE: _TEXT}, "required": [TYPE], "not": {"required": [VALUE]}},
            {"$ref": "#/$defs/@element"},
            _exactly({ELEMENT: _TEXT, XSI_TYPE_PROPERTY: _TEXT, VALUE: {}}, [ELEMENT, VALUE]),
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "patternProperties": {"^[^@]": {"type": "object"}},
                "additionalProperties": False,
            },
        ],
    },
    "@element": {
        "description": "An element without a class.",
        **_exactly(
            {
                ELEMENT: {"type": ["string", "null"]},
                "text": _TEXT,
                "tail": _TEXT,
                "attributes": {"type": "object", "additionalProperties": _TEXT},
                "children": {"type": "array", "items": _ANY},
            },
            [ELEMENT],
        ),
    },
}
