"""The modules of bindings as xsdata writes them: read from their texts, and never imported.

xsdata writes texts of the schema into a module, and does not escape all of them. A text is accepted only where it is
what bindings consist of: known imports, classes, fields, constants.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import EllipsisType

from schemapress.errors import SchemapressError
from schemapress.targets.class_shapes import Shapes

from .binding_package import check_module_names, circle, name_exports, resolve_import, sort_by_imports
from .class_kind import DATACLASSES, ClassKind
from .classes import BindingClass, BindingField, ModuleScope, ShapesOfClasses, dotted_name, operands

_BUILTIN_TYPES = frozenset({"bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple"})
_GENERIC = frozenset({"Mapping", "Sequence", "dict", "list", "tuple"})
_VALUES = frozenset({"Decimal", "QName", "XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod", "XmlTime", "float"})
"""The functions that make a value from constants."""

_NAMED = ("Element", "Attribute")
"""The kinds of fields that have a name in the schema."""

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
        first, second = (f"{kind and 'the '}{kind}{kind and ' '}{name}" for kind, name in components)
        super().__init__(
            f"xsdata has one {what} for {first} and for {second}.",
            hint="Rename one of them in the schema, or write classes and name them: `bindings` in [tool.schemapress].",
        )
        self.components = components
        self.class_name = class_name


class BindingsModules:
    """The classes of one module, or of several that import each other.

    `exported` are the classes that are not inside of others.
    """

    def __init__(
        self, texts: Mapping[str, str], extensions: Collection[tuple[str, str]] = (), kind: ClassKind = DATACLASSES
    ) -> None:
        """Read the texts of the modules, which are named from their package on.

        `extensions` are the base classes and decorators that the project adds: their modules and names.

        Raises:
            SchemapressError: a module has anything that bindings do not consist of, with what that is; or modules
                import each other in a circle.
        """
        self._kind = kind
        self._extensions = frozenset(extensions)
        self._extended = frozenset(name for _, name in extensions)
        self._classes: dict[str, BindingClass] = {}
        check_module_names(texts)
        trees = {name: _parse(text) for name, text in texts.items()}
        self.exported = name_exports(trees)
        by_place = {(class_.module, class_.name): class_.outside for class_ in self.exported}
        for name in sort_by_imports(trees):
            try:
                self._read_module(name, trees[name], by_place)
            except _Unexpected as unexpected:
                raise _refusal(unexpected.reason, _unparse(unexpected.node)) from None
            except RecursionError:
                raise _refusal(_TOO_DEEP, "") from None

    def shapes(self) -> Shapes:
        """Return the shapes of the classes."""
        return ShapesOfClasses(self._classes).shapes()

    def _read_module(self, name: str, tree: ast.Module, by_place: Mapping[tuple[str, str], str]) -> None:
        outside = {local: exported for (where, local), exported in by_place.items() if where == name}
        namespace: str | None = None
        for statement in tree.body:
            match statement:
                case ast.Expr(ast.Constant(value=str())) if statement is tree.body[0]:
                    pass
                case ast.ImportFrom(module=str(), level=level) if level:
                    source = resolve_import(name, statement)
                    for alias in statement.names:
                        exported = by_place.get((source, alias.name))
                        if exported is None:
                            raise _Unexpected(statement, "it imports what bindings do not use")
                        outside[alias.asname or alias.name] = exported
                case ast.ImportFrom(module=str(source), names=names, level=0):
                    for alias in names:
                        known = self._kind.imports | self._extensions
                        if (source, alias.name) not in known or alias.asname is not None:
                            raise _Unexpected(statement, "it imports what bindings do not use")
                case ast.Assign(targets=[ast.Name("__NAMESPACE__")], value=ast.Constant(value=str(uri))):
                    namespace = uri
                case ast.ClassDef():
                    pass
                case _:
                    raise _Unexpected(statement, "it has a statement that defines no class")
        self._known = set(_class_names(tree))
        self._known |= self._kind.imported | _BUILTIN_TYPES | outside.keys()
        self._elsewhere = {local: where for where, local in by_place if local not in self._known}
        self._scope = ModuleScope(namespace, outside)
        for statement in tree.body:
            if isinstance(statement, ast.ClassDef):
                self._read_class(statement, None)

    def _read_class(self, statement: ast.ClassDef, outer: BindingClass | None) -> None:
        name = self._scope.name_outside(statement.name) if outer is None else f"{outer.name}.{statement.name}"
        try:
            bases = [dotted_name(base) for base in statement.bases]
        except ValueError:
            raise _Unexpected(statement, "a class is derived from what is no class") from None
        if statement.name in self._kind.imported | _BUILTIN_TYPES | self._extended and outer is None:
            raise _Unexpected(statement, f"the name {statement.name} has two meanings")
        decorators = [decorator for decorator in statement.decorator_list if not self._is_extension(decorator)]
        match statement:
            case ast.ClassDef(keywords=[], decorator_list=[]) if bases == ["Enum"]:
                made = BindingClass(name, (), outer, is_enumeration=True, module=self._scope)
            case ast.ClassDef(keywords=[]) if self._is_of_kind(bases, decorators):
                others = {*self._extended, self._kind.base}
                own = [self._scope.name_outside(base) for base in bases if base not in others]
                if not self._classes.keys() >= set(own):
                    raise _Unexpected(statement, f"the class {name} is derived from what is no class of bindings")
                extended = tuple(self._classes[base] for base in own)
                made = BindingClass(name, extended, outer, is_enumeration=False, module=self._scope)
            case _:
                raise _Unexpected(statement, f"the class {name} is none of {self._kind.name} and no enumeration")
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
                case ast.Assign() if not made.is_enumeration and ast.unparse(inner) == self._kind.statement:
                    pass
                case ast.Assign([ast.Name()], value) if made.is_enumeration:
                    self._check_value(value)
                case ast.AnnAssign(target=ast.Name(called)) if called.startswith("__"):
                    raise _Unexpected(inner, f"Python takes the field {called} of the class {name} for one of its own")
                case ast.AnnAssign(target=ast.Name(called), annotation=annotation) if not made.is_enumeration:
                    read = self._read_field(inner, BindingField(called, annotation, made))
                    for before in (made.fields.get(called), *(base.fields.get(called) for base in made.all_bases())):
                        if before is not None and (before.owner is made or _hides(read, before)):
                            raise SameName(f"field name, {name}.{called},", (_bound(before), _bound(read)), name)
                    made.fields[called] = read
                case _:
                    raise _Unexpected(inner, f"the class {name} has a statement that defines no field")
        if same is not None and same not in made.bases:
            raise SameName(f"class name, {name},", (("", same.root_name), ("", made.root_name)))
        for called in _find_hidden(statement):
            reason = f"the field {called} of the class {name} hides what the class needs by that name"
            raise _Unexpected(statement, reason)

    def _is_extension(self, decorator: ast.expr) -> bool:
        return isinstance(decorator, ast.Name) and decorator.id in self._extended

    def _is_of_kind(self, bases: list[str], decorators: list[ast.expr]) -> bool:
        """Whether a class is of the kind: by its base class, or by the decorator of a dataclass alone, with constants.

        A class that is derived from others of the module has their base class.
        """
        if self._kind.base is not None:
            return not decorators and bool(bases)
        match decorators:
            case [ast.Call(ast.Name("dataclass"), [], arguments)]:
                return all(isinstance(argument.value, ast.Constant) for argument in arguments)
        return False

    def _read_field(self, statement: ast.AnnAssign, made: BindingField) -> BindingField:
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
                case str(argument), ast.Constant() if argument in self._kind.arguments:
                    pass
                case "metadata", ast.Dict(keys=keys, values=values):
                    for key, item in zip(keys, values, strict=True):
                        self._check_value(item)
                        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                            raise _Unexpected(statement, "the metadata of a field have a key that is no text")
                        made.metadata[key.value] = item.value if isinstance(item, ast.Constant) else item
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
            case ast.Name(name) if name in self._elsewhere:  # not imported, for its module imports this one
                raise circle(f"one of them needs {name} of {self._elsewhere[name]}, which needs it too")
            case ast.Attribute(owner, attribute) if not attribute.startswith("__"):
                self._check_type(owner)
            case ast.BinOp(op=ast.BitOr()):
                for operand in operands(annotation):
                    self._check_type(operand)
            case ast.Subscript(ast.Name("tuple"), ast.Tuple([item, ast.Constant(value=EllipsisType())])):
                self._check_type(item)
            case ast.Subscript(ast.Name(generic), ast.Tuple(items)) if generic in _GENERIC:
                for item in items:
                    self._check_type(item)
            case ast.Subscript(ast.Name(generic), item) if generic in _GENERIC:
                self._check_type(item)
            case _:
                raise _Unexpected(annotation, "an expression is made of more than classes and constants")


def _hides(field_: BindingField, inherited: BindingField) -> bool:
    """Whether a field binds another element or attribute than the inherited one of its name, which it replaces."""
    return (
        field_.metadata.get("type") in _NAMED
        and inherited.metadata.get("type") in _NAMED
        and _bound(field_) != _bound(inherited)
    )


def _bound(field_: BindingField) -> tuple[str, str]:
    """Return the kind and the local name of the node that a field binds."""
    return str(field_.metadata.get("type", "text")).lower(), str(field_.metadata.get("name") or field_.name)


def _constants(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, object]]:
    """Yield the names and values of a class that has nothing but constants."""
    for statement in statements:
        match statement:
            case ast.Assign([ast.Name(name)], ast.Constant(value=value)):
                yield name, value
            case _:
                raise _Unexpected(statement, "the Meta of a class has more than constants")


def find_hidden_names(text: str) -> set[str]:
    """Return the names of fields in a module that hide a name that their class needs, such as a type.

    The module is looked into only where it has such fields; where it can't be read, there are none.
    """
    if not _MAY_HIDE.search(text):
        return set()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for name in _find_hidden(node)}


_NEEDED = _BUILTIN_TYPES | {"dataclass", "field"}
_MAY_HIDE = re.compile(rf"^ +({'|'.join(sorted(_NEEDED))}):", re.MULTILINE)


def _find_hidden(statement: ast.ClassDef) -> set[str]:
    """Return the names of fields that a class also needs for something else: as types, or around inner classes."""
    fields = [inner for inner in statement.body if isinstance(inner, ast.AnnAssign)]
    hiding = _NEEDED & {inner.target.id for inner in fields if isinstance(inner.target, ast.Name)}
    if not hiding:
        return set()
    needed: list[ast.AST] = [inner.annotation for inner in fields]
    for inner in statement.body:
        needed += inner.decorator_list if isinstance(inner, ast.ClassDef) else []
    names = {node.id for expression in needed for node in ast.walk(expression) if isinstance(node, ast.Name)}
    return names & hiding


def _unparse(node: ast.AST) -> str:
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


def _class_names(node: ast.Module | ast.ClassDef) -> Iterator[str]:
    """Yield the names of the classes of a module; a class inside of anything but a class is refused later."""
    for statement in node.body:
        if isinstance(statement, ast.ClassDef):
            yield statement.name
            yield from _class_names(statement)


def _parse(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise _refusal(f"it is not Python: {error.args[0]}", _line(text, getattr(error, "lineno", None))) from None
    except (RecursionError, MemoryError):
        raise _refusal(_TOO_DEEP, "") from None


def check_package_text(text: str) -> None:
    """Check that the text of a package does nothing but name classes of its modules.

    Raises:
        SchemapressError: it does anything else; with what that is.
    """
    for statement in _parse(text).body:
        match statement:
            case ast.Expr(ast.Constant(value=str())):
                pass
            case ast.ImportFrom(module=str(), level=level) if level:
                pass
            case ast.Assign([ast.Name("__all__")], ast.List(items)) if all(
                isinstance(item, ast.Constant) for item in items
            ):
                pass
            case _:
                raise _refusal("a package has a statement that imports no class", _unparse(statement))
