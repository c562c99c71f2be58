"""The JSON that `to_json` of a package writes, as a JSON Schema (draft 2020-12).

It is made of the binding classes, for they decide on the JSON. It says of values what their Python types and the fields
say: types, enumerations, minimal lengths, bounds of integers, how often something occurs. Patterns, maximal lengths,
and what depends on other parts of a document are left to `from_json`, which asks the validator.
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
    XSI_TYPE,
    JsonClasses,
    choices_by_name,
    holds_anything,
)
from schemapress_runtime.codec.json_writer import simple_json

Object = dict[str, Any]  # what JSON can hold

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Object = {"type": "string"}
_ANY: Object = {"$ref": "#/$defs/@any"}


def export_json_schema(
    classes: JsonClasses, messages: Iterable[type], title: str, *, keeps_prefixes: bool = False
) -> Object:
    """Return the JSON Schema of the JSON of messages, of any of the classes; they may say prefixes."""
    exporter = _Exporter(classes)
    roots = [one for class_ in dict.fromkeys(messages) for one in exporter.message(class_)]
    root = roots[0] if len(roots) == 1 else {"anyOf": roots}
    definitions = exporter.definitions()
    for one in roots if keeps_prefixes else ():
        made = definitions[one["$ref"].rpartition("/")[2]]
        made["properties"][PREFIXES] = {"type": "object", "additionalProperties": _TEXT}
    return {"$schema": DIALECT, "title": title, **root, "$defs": definitions}


class _Exporter:
    def __init__(self, classes: JsonClasses) -> None:
        self._classes = classes
        self._names: dict[type, str] = {}
        self._waiting: list[tuple[type, str | None]] = []
        self._replaceable_ones: Object = {}
        self._uses_any = False
        self._nillable: set[type] = set()

    def message(self, class_: type) -> list[Object]:
        """Return what a message is: an object of its class, or one of a derived type, which it names."""
        others = self._classes.replacing(class_)
        return [
            self.reference(class_, None),
            *({**self.reference(one, None), "required": [TYPE]} for one in others if not self._classes.is_message(one)),
        ]

    def reference(self, class_: type, namespace: str | None) -> Object:
        """Return a reference to the definition of a class, which is made later."""
        if class_ not in self._names:
            name, number = class_.__qualname__, 2
            while name in self._names.values():
                name, number = f"{class_.__qualname__}{number}", number + 1
            self._names[class_] = name
            self._waiting.append((class_, namespace))
        return {"$ref": f"#/$defs/{self._names[class_]}"}

    def definitions(self) -> Object:
        """Return the definitions of all classes that were referred to."""
        found: Object = {}
        while self._waiting:
            class_, namespace = self._waiting.pop()
            found[self._names[class_]] = self._object(class_, namespace)
        for class_, name in self._names.items():
            self._admit_nil(class_, found[name])
        return {**dict(sorted((found | self._replaceable_ones).items())), **(_ANYTHING if self._uses_any else {})}

    def _object(self, class_: type, namespace: str | None) -> Object:
        meta = self._classes.meta(class_, namespace)
        needed = needed_fields(class_)
        facets = self._classes.facets(class_)
        properties: Object = {}
        if self._classes.derived(class_) or any(map(is_object, class_.__mro__[1:])):
            properties[TYPE] = {"const": self._classes.type_name(class_, namespace)}
        required = []
        for name, variable in self._classes.properties(meta).items():
            made = self._field(variable, meta, facets[variable.name])
            if variable.name in needed:
                required.append(name)
            is_nil = variable.nillable or variable.default is not None or (meta.nillable and variable.is_text)
            properties[name] = {"anyOf": [made, {"type": "null"}]} if is_nil and not variable.list_element else made
        in_content = [variable for variable in meta.get_element_vars() if not variable.is_text]
        if len(in_content) > 1 or any(map(_may_be_nil, in_content)):
            properties[ORDER] = {"type": "array", "items": {"enum": list(self._classes.properties(meta))}}
        described = {"description": text} if (text := _described(class_)) else {}
        made = {"type": "object", **described, "properties": properties, "additionalProperties": False}
        return made | ({"required": required} if required else {})

    def _admit_nil(self, class_: type, made: Object) -> None:
        """Let the object of an element that can be nil be without its content."""
        meta = self._classes.meta(class_, None)
        if not meta.nillable and self._nillable.isdisjoint(class_.__mro__):
            return
        names = {variable.name: name for name, variable in self._classes.properties(meta).items()}
        made["properties"][NIL] = {"const": True}
        for variable in meta.get_element_vars():
            name = names[variable.name]
            content = made["properties"][name]
            null = {"type": "null"}
            if not variable.list_element and null not in content.get("anyOf", ()):
                made["properties"][name] = {"anyOf": [content, null]}

    def _field(self, variable: Any, meta: Any, facets: Mapping[Any, Any]) -> Object:  # xsdata's XmlVar and XmlMeta
        if variable.is_attributes:
            return {"type": "object", "additionalProperties": _TEXT}
        made = self._one(variable, meta, facets)
        if not variable.list_element:
            fixed = variable.default() if callable(variable.default) else variable.default
            return made if variable.init else {"const": simple_json(fixed, variable.format)}
        if variable.nillable and not holds_anything(variable):
            made = {"anyOf": [made, {"type": "null"}]}
        bounds = {"minItems": facets.get("min_occurs"), "maxItems": facets.get("max_occurs")}
        return {"type": "array", "items": made, **{name: count for name, count in bounds.items() if count}}

    def _one(self, variable: Any, meta: Any, facets: Mapping[Any, Any]) -> Object:
        if holds_anything(variable):
            return self._choice(variable, meta)
        if variable.clazz is not None:
            if variable.nillable:
                self._nillable.add(variable.clazz)
            return self._replaceable(variable.clazz, meta.namespace)
        if variable.any_type:
            self._uses_any = True
            return _ANY
        return _values(variable, facets)

    def _replaceable(self, class_: type, namespace: str | None) -> Object:
        """Return what an object of a class is, or of one that is derived from it, which names its type."""
        own = self.reference(class_, namespace)
        derived = self._classes.derived(class_)
        if not derived:
            return own
        name = f"{self._names[class_]}@derived"
        if name not in self._replaceable_ones:
            others = [{**self.reference(one, namespace), "required": [TYPE]} for one in derived]
            self._replaceable_ones[name] = {"anyOf": [own, *others]}
        return {"$ref": f"#/$defs/{name}"}

    def _choice(self, variable: Any, meta: Any) -> Object:
        choices = choices_by_name(variable)
        by_name = {name: self._chosen(one, meta) for name, one in choices.items()}
        made: list[Object] = []
        if by_name:
            made.append(_only_one(by_name))
            contents = {json.dumps(one, sort_keys=True): one for one in by_name.values()}
            typed: Object = {
                ELEMENT: {"enum": sorted({one.qname for one in choices.values()})},
                XSI_TYPE: _TEXT,
                VALUE: {"anyOf": list(contents.values())},
            }
            made.append(_exactly(typed, [ELEMENT, VALUE]))
        if variable.is_wildcard or variable.mixed or variable.wildcards or not by_name:
            self._uses_any = True
            made.append(_ANY)
        return made[0] if len(made) == 1 else {"anyOf": made}

    def _chosen(self, variable: Any, meta: Any) -> Object:
        made = self._one(variable, meta, {})
        return {"anyOf": [made, {"type": "null"}]} if variable.nillable else made


def _may_be_nil(variable: Any) -> bool:  # xsdata's XmlVar
    """Whether an element of a field may be None."""
    return bool(variable.nillable) or any(choice.nillable for choice in variable.elements.values())


def _exactly(properties: Object, required: list[str]) -> Object:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _only_one(properties: Object) -> Object:
    """Return an object that has one of several properties, and no other."""
    return {
        "type": "object",
        "properties": properties,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }


def _values(variable: Any, facets: Mapping[Any, Any]) -> Object:  # xsdata's XmlVar
    """Return what the values of a field with a simple type are."""
    made = [one for type_ in variable.types for one in _of_type(type_, variable.format)]
    only = variable.types[0] if len(variable.types) == 1 else None
    if only is str and not variable.tokens and (length := facets.get("min_length") or facets.get("length")):
        made[0] = {**made[0], "minLength": length}
    if only is int and not variable.tokens:
        found = {name: facets.get(facet) for facet, name in _BOUNDS.items()}
        made[0] = {**made[0], **{name: bound for name, bound in found.items() if bound is not None}}
    distinct = list({json.dumps(one): one for one in made}.values())
    value = distinct[0] if len(distinct) == 1 else {"anyOf": distinct}
    return {"type": "array", "items": value} if variable.tokens else value


_BOUNDS = {
    "min_inclusive": "minimum",
    "max_inclusive": "maximum",
    "min_exclusive": "exclusiveMinimum",
    "max_exclusive": "exclusiveMaximum",
}


def _of_type(type_: type, format_: str | None) -> list[Object]:
    if issubclass(type_, Enum):
        return [{"enum": [simple_json(member.value, format_) for member in type_]}]
    if type_ is bool:
        return [{"type": "boolean"}]
    if type_ is int:
        return [{"type": "integer"}]
    if type_ is float:
        return [{"type": "number"}, {"enum": ["INF", "-INF", "NaN"]}]
    return [_TEXT]


def _described(class_: type) -> str:
    """Return what the schema says of a class; the rest of its docstring is of its fields."""
    text = (class_.__doc__ or "").partition(":ivar")[0]
    return "" if text.startswith(f"{class_.__name__}(") else " ".join(text.split())


_ANYTHING: Object = {
    "@any": {
        "description": "What a wildcard, or an element of the type xs:anyType, holds.",
        "anyOf": [
            {"type": ["string", "number", "boolean", "null"]},
            {"type": "array", "items": _ANY},
            _exactly({TYPE: _TEXT, VALUE: _TEXT}, [TYPE, VALUE]),
            {"type": "object", "properties": {TYPE: _TEXT}, "required": [TYPE], "not": {"required": [VALUE]}},
            {"$ref": "#/$defs/@element"},
            _exactly({ELEMENT: _TEXT, XSI_TYPE: _TEXT, VALUE: {}}, [ELEMENT, VALUE]),
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
        "description": "An element that no class was made for.",
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
