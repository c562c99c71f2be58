"""A module of bindings as xsdata writes it: read from its text, and never imported.

xsdata writes texts of the schema into the module, and does not escape all of them. The text is accepted only where it
is what bindings consist of: known imports, classes, fields, constants.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from schemapress.errors import SchemapressError

from .shape import ClassShape, FieldShape, Shapes

_IMPORTS = {
    "__future__": {"annotations"},
    "collections.abc": {"Mapping", "Sequence"},
    "dataclasses": {"dataclass", "field"},
    "decimal": {"Decimal"},
    "enum": {"Enum"},
    "typing": {"Any", "ForwardRef"},
    "xml.etree.ElementTree": {"QName"},
    "xsdata.models.datatype": {"XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod", "XmlTime"},
}
_IMPORTED = frozenset().union(*_IMPORTS.values())
_BUILTIN_TYPES = frozenset({"bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple"})
_GENERIC = frozenset({"Mapping", "Sequence", "dict", "list", "tuple"})
_VALUES = frozenset({"Decimal", "QName", "XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod", "XmlTime", "float"})
"""What is called with constants to make a value."""

_SORTED = ("int", "bool", "float", "Decimal", "XmlTime", "XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod", "QName")
"""The order in which xsdata tries the types of a union; classes come before, and str after (`sort_types`)."""

_NAMED = ("Element", "Attribute")
"""What a field binds that has a name in the schema."""

_TOO_DEEP = "its expressions are nested too deep"


class _Unexpected(Exception):
    """Something that bindings do not consist of."""

    def __init__(self, node: ast.AST, reason: str) -> None:
        super().__init__(reason)
        self.node = node
        self.reason = reason


class SameName(SchemapressError):
    """xsdata has one name for two components: those that fields of a class bind, or those that classes bind.

    `components` are the two: what each is, `element` or `attribute`, and its name; of one that is global, in Clark
    notation. `class_name` is the class that fields are in, or empty.
    """

    def __init__(self, what: str, components: tuple[tuple[str, str], tuple[str, str]], class_name: str = "") -> None:
        one, other = (f"{kind and 'the '}{kind}{kind and ' '}{name}" for kind, name in components)
        super().__init__(
            f"xsdata has one {what} for {one} and for {other}.",
            hint="Rename one of them in the schema, or write classes and name them: `bindings` in [tool.schemapress].",
        )
        self.components = components
        self.class_name = class_name


@dataclass(eq=False, slots=True)
class _Field:
    """A field of a class: its annotation, and what it is given in `field()`."""

    name: str
    annotation: ast.expr
    owner: _Class
    has_default: bool = False
    init: bool = True
    metadata: dict[str, object] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class _Class:
    """A class: its name with those of the classes around it, its own fields, and what its `Meta` has."""

    name: str
    bases: tuple[_Class, ...]
    outer: _Class | None
    is_enumeration: bool
    fields: dict[str, _Field] = field(default_factory=dict)
    meta: dict[str, object] | None = None

    @property
    def namespace(self) -> str | None:
        """The namespace of elements that name none; an inner class has that of the class around it."""
        if self.meta is not None and "namespace" in self.meta:
            return str(self.meta["namespace"])
        return None if self.outer is None else self.outer.namespace


class BindingsModule:
    """The classes of a module."""

    def __init__(self, text: str) -> None:
        """Read the text of a module.

        Raises:
            SchemapressError: it has anything that bindings do not consist of; with what that is.
        """
        self._namespace: str | None = None
        self._classes: dict[str, _Class] = {}
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError) as error:
            raise _refusal(f"it is not Python: {error.args[0]}", _line(text, getattr(error, "lineno", None))) from None
        except (RecursionError, MemoryError):
            raise _refusal(_TOO_DEEP, "") from None
        self._known = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        self._known |= _IMPORTED | _BUILTIN_TYPES
        try:
            for statement in tree.body:
                self._read(statement)
        except _Unexpected as unexpected:
            raise _refusal(unexpected.reason, _shown(unexpected.node)) from None
        except RecursionError:
            raise _refusal(_TOO_DEEP, "") from None

    def _read(self, statement: ast.stmt) -> None:
        match statement:
            case ast.ImportFrom(module=str(source), names=names, level=0):
                for alias in names:
                    if alias.name not in _IMPORTS.get(source, ()) or alias.asname is not None:
                        raise _Unexpected(statement, "it imports what bindings do not use")
            case ast.Assign(targets=[ast.Name("__NAMESPACE__")], value=ast.Constant(value=str(namespace))):
                self._namespace = namespace
            case ast.ClassDef():
                self._read_class(statement, None)
            case _:
                raise _Unexpected(statement, "it has a statement that defines no class")

    def _read_class(self, statement: ast.ClassDef, outer: _Class | None) -> None:
        name = statement.name if outer is None else f"{outer.name}.{statement.name}"
        bases = [_dotted(base) for base in statement.bases]
        if name in _IMPORTED | _BUILTIN_TYPES:
            raise _Unexpected(statement, f"the name {name} has two meanings")
        match statement:
            case ast.ClassDef(keywords=[], decorator_list=[]) if bases == ["Enum"]:
                made = _Class(name, (), outer, is_enumeration=True)
            case ast.ClassDef(keywords=[], decorator_list=[ast.Call(ast.Name("dataclass"), [], arguments)]) if all(
                isinstance(argument.value, ast.Constant) for argument in arguments
            ) and self._classes.keys() >= set(bases):
                made = _Class(name, tuple(self._classes[base] for base in bases), outer, is_enumeration=False)
            case _:
                raise _Unexpected(statement, f"the class {name} is no dataclass and no enumeration")
        same = self._classes.get(name)
        self._classes[name] = made
        for inner in statement.body:
            match inner:
                case ast.Pass() | ast.Expr(ast.Constant(value=str())):
                    pass
                case ast.ClassDef("Meta", [], [], body, []) if not made.is_enumeration:
                    made.meta = dict(_constants(body))
                case ast.ClassDef():
                    self._read_class(inner, made)
                case ast.Assign([ast.Name()], value) if made.is_enumeration:
                    self._check_value(value)
                case ast.AnnAssign(target=ast.Name(called), annotation=annotation) if not made.is_enumeration:
                    read = self._read_field(inner, _Field(called, annotation, made))
                    for before in (made.fields.get(called), *(one.fields.get(called) for one in _all_bases(made))):
                        if before is not None and (before.owner is made or _hides(read, before)):
                            raise SameName(f"field name, {name}.{called},", (_bound(before), _bound(read)), name)
                    made.fields[called] = read
                case _:
                    raise _Unexpected(inner, f"the class {name} has a statement that defines no field")
        if same is not None and same not in made.bases:
            raise SameName(f"class name, {name},", (("", self._root_name(same)), ("", self._root_name(made))))
        for called in _hidden(statement):
            reason = f"the field {called} of the class {name} hides what the class needs by that name"
            raise _Unexpected(statement, reason)

    def _read_field(self, statement: ast.AnnAssign, made: _Field) -> _Field:
        self._check_type(made.annotation)
        arguments: dict[str | None, ast.expr] = {"default": statement.value} if statement.value is not None else {}
        match statement.value:
            case ast.Call(ast.Name("field"), [], keywords):
                arguments = {keyword.arg: keyword.value for keyword in keywords}
        for name, value in arguments.items():
            match name, value:
                case "default" | "default_factory", _:
                    self._check_value(value)
                    made.has_default = not (isinstance(value, ast.Constant) and value.value is None)
                case "init", ast.Constant(value=bool(init)):
                    made.init = init
                case "metadata", ast.Dict(keys=keys, values=values):
                    for key, one in zip(keys, values, strict=True):
                        self._check_value(one)
                        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                            raise _Unexpected(statement, "the metadata of a field have a key that is no text")
                        made.metadata[key.value] = one.value if isinstance(one, ast.Constant) else one
                case _:
                    raise _Unexpected(statement, "a field has an argument that fields of bindings do not have")
        return made

    def _check_value(self, value: ast.expr) -> None:
        """Check that an expression is made of constants and classes."""
        match value:
            case ast.Constant() | ast.UnaryOp(ast.USub() | ast.UAdd(), ast.Constant(value=int() | float())):
                pass
            case ast.Tuple(items) | ast.List(items):
                for item in items:
                    self._check_value(item)
            case ast.Dict(keys=keys, values=values):
                for part in (*keys, *values):
                    if part is None:
                        raise _Unexpected(value, "a value is not made of constants")
                    self._check_value(part)
            case ast.Call(ast.Name("ForwardRef"), [ast.Constant(value=str())], []):
                self._check_type(value.args[0])
            case ast.Call(ast.Name(function), arguments, []) if function in _VALUES:
                for argument in arguments:
                    self._check_value(argument)
            case ast.Lambda(ast.arguments([], [], None, [], [], None, []), body):
                self._check_value(body)
            case _:
                self._check_type(value)

    def _check_type(self, annotation: ast.expr) -> None:
        """Check that an expression is a type: classes, unions of them, lists."""
        match annotation:
            case ast.Constant(value=None):
                pass
            case ast.Constant(value=str(text)):
                try:
                    self._check_type(ast.parse(text, mode="eval").body)
                except (SyntaxError, ValueError, MemoryError):
                    raise _Unexpected(annotation, "an annotation is no type") from None
            case ast.Name(name) if name in self._known:
                pass
            case ast.Attribute(owner, attribute) if not attribute.startswith("__"):
                self._check_type(owner)
            case ast.BinOp(op=ast.BitOr()):
                for operand in _operands(annotation):
                    self._check_type(operand)
            case ast.Subscript(ast.Name(generic), ast.Tuple(items)) if generic in _GENERIC:
                for item in items:
                    self._check_type(item)
            case ast.Subscript(ast.Name(generic), item) if generic in _GENERIC:
                self._check_type(item)
            case _:
                raise _Unexpected(annotation, "an expression is made of more than classes and constants")

    def shapes(self) -> Shapes:
        """Return the shapes of the classes.

        They are what xsdata's XmlContext makes of the imported module; an inner class has the namespace
        that xsdata's parser hands down to it.
        """
        made = {name: self._shape(one) for name, one in self._classes.items() if not one.is_enumeration}
        for name, shape in made.items():
            assert isinstance(shape.fields, dict)
            elements: dict[str, list[_Field]] = {}
            for one in self._fields(self._classes[name]):
                if self._kind(one, self._classes[name]) == "Element":
                    elements.setdefault(self._bound_name(one, self._classes[name]), []).append(one)
            for element, fields in elements.items():
                if len(fields) == 1 and "wrapper" not in fields[0].metadata and fields[0].init:
                    shape.fields[element] = self._field_shape(fields[0], made)
        outermost = (one for one in self._classes.values() if one.outer is None and not one.is_enumeration)
        return Shapes({self._root_name(one): made[one.name] for one in outermost})

    def _shape(self, one: _Class) -> ClassShape:
        """Return the shape of a class, without its fields for elements."""
        kinds = {found.name: self._kind(found, one) for found in self._fields(one)}
        by_kind = {kind: [found for found in self._fields(one) if kinds[found.name] == kind] for kind in kinds.values()}
        attributes = {
            self._bound_name(found, one): self._field_shape(found, {})
            for found in by_kind.get("Attribute", ())
            if found.init and not found.has_default
        }
        texts = [found for found in by_kind.get("Text", ()) if found.init]
        text = self._field_shape(texts[-1], {}) if texts else None
        return ClassShape(one.name, {}, not {"Elements", "Attributes", "Wildcard"} & by_kind.keys(), attributes, text)

    def _fields(self, one: _Class) -> list[_Field]:
        """Return the fields of a class as a dataclass has them: those of its bases first, each as written last."""
        found: dict[str, _Field] = {}
        for base in reversed(one.bases):
            found |= {inherited.name: inherited for inherited in self._fields(base)}
        return list((found | one.fields).values())

    def _kind(self, one: _Field, owner: _Class) -> str:
        """Return what a field binds (`XmlType`); Ignore where that is nothing."""
        kind = one.metadata.get("type")
        if kind is None:
            all_kinds = [other.metadata.get("type") for other in self._fields(owner)]
            kind = "Text" if all_kinds.count(None) == 1 and "Text" not in all_kinds else "Element"
        is_class = any(name in self._classes and not self._classes[name].is_enumeration for name in self._types(one))
        return "Element" if is_class and kind in ("Attribute", "Attributes", "Wildcard", "Text") else str(kind)

    def _bound_name(self, one: _Field, owner: _Class) -> str:
        """Return the name of the element or attribute that a field binds, in Clark notation."""
        local = one.metadata.get("name") or one.name
        namespace = one.metadata.get("namespace")
        if namespace is None and one.metadata.get("type") != "Attribute":
            namespace = owner.namespace
            if one.owner is not owner and one.owner.meta is not None:
                namespace = one.owner.meta.get("namespace", namespace)
        return f"{{{namespace}}}{local}" if namespace else str(local)

    def _field_shape(self, one: _Field, shapes: Mapping[str, ClassShape]) -> FieldShape:
        types = sorted(self._types(one), key=self._rank)
        first = self._classes.get(types[0])
        children = [shapes[name] for name in types if name in shapes]
        depth = _depth(one.annotation) - bool(one.metadata.get("tokens"))
        return FieldShape(
            name=one.name,
            type="" if len(types) > 1 or one.metadata.get("tokens") else types[0],
            is_list=depth > 0,
            enumeration=first is not None and first.is_enumeration,
            child=children[0] if children else None,
        )

    def _types(self, one: _Field) -> list[str]:
        return list(dict.fromkeys(_leaves(one.annotation)))

    def _rank(self, name: str) -> int:
        if name in self._classes or name == "object":
            return 0
        return _SORTED.index(name) + 1 if name in _SORTED else len(_SORTED) + 1

    def _root_name(self, one: _Class) -> str:
        """Return the name of the element that a class binds, in Clark notation."""
        meta = one.meta or {}
        namespace = meta.get("namespace")
        if meta.get("global_type", True):
            namespace = meta.get("target_namespace", namespace if self._namespace is None else self._namespace)
        local = meta.get("name") or one.name
        return f"{{{namespace}}}{local}" if namespace else str(local)


def _all_bases(one: _Class) -> Iterator[_Class]:
    """Yield the classes that a class is derived from, through others too."""
    for base in one.bases:
        yield base
        yield from _all_bases(base)


def _hides(one: _Field, inherited: _Field) -> bool:
    """Whether a field binds another element or attribute than the inherited one of its name, which it replaces."""
    return (
        one.metadata.get("type") in _NAMED
        and inherited.metadata.get("type") in _NAMED
        and _bound(one) != _bound(inherited)
    )


def _bound(one: _Field) -> tuple[str, str]:
    """Return what a field binds: of which kind it is, and its local name."""
    return str(one.metadata.get("type", "text")).lower(), str(one.metadata.get("name") or one.name)


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(owner, name):
            return f"{_dotted(owner)}.{name}"
    raise _Unexpected(node, "a class is derived from what is no class")


def _constants(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, object]]:
    """Yield the names and values of a class that has nothing but constants."""
    for statement in statements:
        match statement:
            case ast.Assign([ast.Name(name)], ast.Constant(value=value)):
                yield name, value
            case _:
                raise _Unexpected(statement, "the Meta of a class has more than constants")


def _operands(union: ast.expr) -> list[ast.expr]:
    """Return the operands of `A | B | C`, however many there are; they nest on the left side alone."""
    operands: list[ast.expr] = []
    while isinstance(union, ast.BinOp) and isinstance(union.op, ast.BitOr):
        operands.append(union.right)
        union = union.left
    return [union, *reversed(operands)]


def _leaves(annotation: ast.expr) -> Iterator[str]:
    """Yield the names of the types in an annotation."""
    match annotation:
        case ast.Constant(value=str(text)):
            yield from _leaves(ast.parse(text, mode="eval").body)
        case ast.Subscript(_, item):
            yield from _leaves(item)
        case ast.Tuple(items):
            for item in items:
                yield from _leaves(item)
        case ast.BinOp():
            for operand in _operands(annotation):
                yield from _leaves(operand)
        case ast.Name() | ast.Attribute():
            yield _dotted(annotation)


def _depth(annotation: ast.expr) -> int:
    """Return how many lists are around the types of an annotation."""
    match annotation:
        case ast.Subscript(_, item):
            return 1 + _depth(item)
        case ast.BinOp():
            return max(map(_depth, _operands(annotation)))
    return 0


def hidden_names(text: str) -> set[str]:
    """Return the names of fields in a module that hide what their class needs by that name, such as a type.

    The module is looked into only where it has such fields; where it can't be read, there are none.
    """
    if not _MAY_HIDE.search(text):
        return set()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for name in _hidden(node)}


_MAY_HIDE = re.compile(rf"^ +({'|'.join(sorted(_BUILTIN_TYPES | {'dataclass', 'field'}))}):", re.MULTILINE)


def _hidden(statement: ast.ClassDef) -> set[str]:
    """Return the names of fields that a class also needs for something else: as types, or around inner classes."""
    fields = [inner for inner in statement.body if isinstance(inner, ast.AnnAssign)]
    needed: list[ast.AST] = [inner.annotation for inner in fields]
    for inner in statement.body:
        needed += inner.decorator_list if isinstance(inner, ast.ClassDef) else []
    names = {node.id for one in needed for node in ast.walk(one) if isinstance(node, ast.Name)}
    hiding = _BUILTIN_TYPES | {"dataclass", "field"}
    return names & hiding & {inner.target.id for inner in fields if isinstance(inner.target, ast.Name)}


def _shown(node: ast.AST) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""


def _line(text: str, number: int | None) -> str:
    lines = text.split("\n")
    return lines[number - 1].strip() if number is not None and 0 < number <= len(lines) else ""


def _refusal(reason: str, shown: str) -> SchemapressError:
    first = next((line.strip() for line in shown.split("\n") if line.strip() and not line.startswith("@")), "")
    message = f"xsdata wrote a module of bindings that is not safe to use: {reason}."
    hint = f"Look in the schema for the name or text of: {first[:200]}" if first else None
    return SchemapressError(message, hint=hint)
