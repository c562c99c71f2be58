"""xsdata's own configuration: a `.xsdata.xml`, overridden by `[tool.schemapress.xsdata]`.

The options are those that xsdata's configuration classes have, by the names that they have there; none is listed here
but those that a generated package can't have.
"""

from __future__ import annotations

import dataclasses
import re
import typing
import warnings
from collections.abc import Mapping
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Any

from lxml import etree
from xsdata.codegen.exceptions import CodegenError, CodegenWarning
from xsdata.exceptions import ConverterWarning, ParserError
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.models.config import GeneratorConfig, GeneratorOutput, StructureStyle
from xsdata.utils.text import camel_case, pascal_case, snake_case

from schemapress.errors import SchemapressError
from schemapress_runtime.report.amount import counted

from .class_kind import DATACLASSES, ClassKind
from .xsdata_order import Compound, XsdataConfig

_OF_XSDATA = ("conventions", "substitutions", "extensions")
"""The sections beside the output options in xsdata's configuration; ours has all of them in one table."""

_NOT_OURS = {
    "package": "The package is named by `packages` in [tool.schemapress].",
    "relative_imports": "The modules of a package always import each other relatively, so that it can be copied.",
}


_ROOT = f"{{{GeneratorConfig.Meta.namespace}}}{GeneratorConfig.Meta.name}"
"""The root of a `.xsdata.xml`."""

_LONGEST_LINES = 320
"""The longest lines that ruff formats a module to."""


def read_config(
    file: Path | None, table: Mapping[str, object], place: str, kind: ClassKind = DATACLASSES
) -> XsdataConfig:
    """Return the configuration of a `.xsdata.xml`, if there is one, with the values of a table over it.

    `place` is where the table stands. Where neither says otherwise, all classes are in one module, and compound fields
    keep the order of elements.

    Raises:
        SchemapressError: there is an option that xsdata does not have, or a value that it or a package can't have.
    """
    try:
        config, given = (GeneratorConfig(), set()) if file is None else _of_file(file)
        if "Structure" not in given:
            config.output.structure_style = StructureStyle.SINGLE_PACKAGE
        with warnings.catch_warnings():
            warnings.simplefilter("error", CodegenWarning)
            _apply_table(config, table)
    except (CodegenError, CodegenWarning, re.error, _Refused) as error:
        raise SchemapressError(f"{_sentence(error)}", place=place if table or file is None else str(file)) from None
    _check(config, place if file is None else str(file), kind)
    chosen = "CompoundFields" in given or "compound_fields" in table
    compound: Compound = "order" if not chosen else "all" if config.output.compound_fields.enabled else "none"
    written = StringIO()
    GeneratorConfig.write(written, config)
    extensions = frozenset((extension.module_path, extension.func_name) for extension in config.extensions.extension)
    substituted = frozenset(substitution.type.value for substitution in config.substitutions.substitution)
    return XsdataConfig(written.getvalue(), compound, extensions, substituted)


class _Refused(Exception):
    """An option or a value that there is not."""


def _of_file(file: Path) -> tuple[GeneratorConfig, set[str]]:
    """Return the configuration of a file, and the names of the output options that it has."""
    context = XmlContext(element_name_generator=pascal_case, attribute_name_generator=camel_case)
    parser = XmlParser(context=context, config=ParserConfig(fail_on_converter_warnings=True))
    try:
        data = file.read_bytes()
        root = etree.fromstring(data)  # for xsdata's parser takes the part of a document that it can read
        if root.tag != _ROOT:
            raise ValueError(f"its root is <{etree.QName(root).localname}>; expected <Config> of {_ROOT[1:-7]}")
        options = (option for output in root.iterfind("{*}Output") for option in output.iterfind("{*}*"))
        given = {etree.QName(option).localname for option in options}
        return parser.from_bytes(data, GeneratorConfig), given
    except (etree.XMLSyntaxError, ParserError, ConverterWarning, ValueError, TypeError) as error:
        raise SchemapressError(
            f"xsdata can't read this as its configuration: {error}.",
            place=str(file),
            hint="Remove what this version of xsdata does not have, or write it anew with `xsdata init-config`.",
        ) from None


def _apply_table(config: GeneratorConfig, table: Mapping[str, object]) -> None:
    for name in _NOT_OURS.keys() & table.keys():
        raise _Refused(f"[tool.schemapress.xsdata] can't have {name!r}. {_NOT_OURS[name]}")
    known = _fields(GeneratorOutput) - _NOT_OURS.keys() | {*_OF_XSDATA}
    for name, value in table.items():
        if name not in known and (inside := _find_options(name)):
            raise _Refused(f"[tool.schemapress.xsdata] has no option {name!r}. Write {' or '.join(inside)}.")
        if name not in known:
            raise _unknown(name, known, "")
        _set(config if name in _OF_XSDATA else config.output, name, value, name)
    config.output.validate()
    config.output.format.validate()


def _set(owner: Any, name: str, value: object, path: str) -> None:  # a dataclass of xsdata's configuration
    """Set an option of a part of the configuration.

    Where the option is a part itself, a table sets options of that. Any other value is that of its first one, unless
    that is a part, too.
    """
    part = getattr(owner, name)
    if not dataclasses.is_dataclass(part):
        setattr(owner, name, _convert(typing.get_type_hints(type(owner))[name], value, path))
        return
    known = _fields(type(part))
    first, *others = dataclasses.fields(part)
    is_list = not others and isinstance(getattr(part, first.name), list)
    if isinstance(value, dict) and not (is_list and value.keys() - known):
        for key, inner in value.items():
            if key not in known:
                raise _unknown(key, known, path)
            _set(part, key, inner, f"{path}.{key}")
        return
    beginning = f"[tool.schemapress.xsdata] {path} is {value!r}; expected "
    if dataclasses.is_dataclass(getattr(part, first.name)):
        raise _Refused(f"{beginning}a table with {_quote(sorted(known))}.")
    try:
        _set(part, first.name, value, path)
    except _Refused as refused:
        if is_list:
            raise
        raise _Refused(f"{str(refused).removesuffix('.')}, or a table with {_quote(sorted(known))}.") from None


def _convert(type_: Any, value: object, path: str) -> Any:  # a type that xsdata declares, and a value of it
    """Return a value of TOML as one of the type of an option."""
    if typing.get_origin(type_) is list:
        (item,) = typing.get_args(type_)
        if not isinstance(value, list):
            raise _Refused(f"[tool.schemapress.xsdata] {path} is {value!r}; expected a list of tables.")
        return [_convert(item, entry, f"{path}[{number}]") for number, entry in enumerate(value)]
    if dataclasses.is_dataclass(type_) and isinstance(type_, type):
        return _make_entry(type_, value, path)
    if isinstance(type_, type) and issubclass(type_, Enum):
        values = {member.value: member for member in type_}
        if not isinstance(value, str) or value not in values:
            raise _Refused(f"[tool.schemapress.xsdata] {path} is {value!r}; expected {_quote(values)}.")
        return values[value]
    expected = next(builtin for builtin in (bool, int, str) if builtin is type_ or builtin in typing.get_args(type_))
    if type(value) is not expected:
        words = {bool: "true or false", int: "a whole number", str: "a string"}
        raise _Refused(f"[tool.schemapress.xsdata] {path} is {value!r}; expected {words[expected]}.")
    return value


def _make_entry(class_: type, value: object, path: str) -> object:
    """Return an entry of a list, made of its table, whose keys are the names that the entry has in a `.xsdata.xml`."""
    names = {
        snake_case(field.metadata.get("name", field.name)): field for field in dataclasses.fields(class_) if field.init
    }
    if not isinstance(value, dict):
        raise _Refused(f"[tool.schemapress.xsdata] {path} is {value!r}; expected a table.")
    for key in value:
        if key not in names:
            raise _unknown(key, names, path)
    for name, field in names.items():
        if field.metadata.get("required") and name not in value:
            raise _Refused(f"[tool.schemapress.xsdata] {path} has no {name!r}.")
    types = typing.get_type_hints(class_)
    made = {names[key].name: _convert(types[names[key].name], inner, f"{path}.{key}") for key, inner in value.items()}
    return class_(**made)


def _fields(class_: type) -> set[str]:
    return {field.name for field in dataclasses.fields(class_)}


def _find_options(name: str) -> list[str]:
    """Return the options of a name that parts of the configuration have, as they are written."""
    output, config = GeneratorOutput(), GeneratorConfig()
    parts = [(part, getattr(output, part)) for part in sorted(_fields(GeneratorOutput))]
    parts += [(part, getattr(config, part)) for part in _OF_XSDATA]
    return [
        f"`{part}.{name}`" for part, held in parts if dataclasses.is_dataclass(held) and name in _fields(type(held))
    ]


def _check(config: GeneratorConfig, place: str, kind: ClassKind) -> None:
    """Check the options that a package may set.

    Raises:
        SchemapressError: the classes could not be used by a package.
    """
    config.output.relative_imports = True
    if config.output.format.value not in ("dataclasses", kind.name):
        message = f"The format of the classes is {config.output.format.value!r}; expected {kind.name!r}."
        hint = "The targets decide on it: `bindings` makes dataclasses, `pydantic` makes models."
        raise SchemapressError(message, place=place, hint=hint)
    if unfit := [option for option in kind.unfit_options if getattr(config.output.format, option)]:
        message = f"{_quote(unfit)} of xsdata has no effect on {kind.name} classes."
        raise SchemapressError(message, place=place, hint="Remove it, or make dataclasses: the target `bindings`.")
    if not config.output.format.eq:
        message = "`encode` compares objects with ==, so `eq = false` is not allowed."
        raise SchemapressError(message, place=place, hint="Leave `eq` as it is.")
    if not 1 <= config.output.max_line_length <= _LONGEST_LINES:
        message = f"max_line_length is {config.output.max_line_length}; expected a number from 1 to {_LONGEST_LINES}."
        raise SchemapressError(message, place=place)
    for substitution in config.substitutions.substitution:
        try:
            re.compile(substitution.search)
        except re.error as error:
            message = f"The substitution {substitution.search!r} is no regular expression: {error}."
            raise SchemapressError(message, place=place) from None
        try:
            # An empty alternative matches the empty text, so that the groups are asked for. It stands on a line of its
            # own, for a comment of a verbose expression would end only there.
            re.sub(f"{substitution.search}\n|", substitution.replace, "")
        except (re.error, IndexError) as error:
            message = (
                f"The substitution {substitution.search!r} can't be replaced by {substitution.replace!r}: {error}."
            )
            hint = f"`search` has {counted(re.compile(substitution.search).groups, 'group')}."
            raise SchemapressError(message, place=place, hint=hint) from None


def _unknown(name: str, known: typing.Iterable[str], path: str) -> _Refused:
    from difflib import get_close_matches

    where = f"[tool.schemapress.xsdata{path and '.'}{path}]"
    nearest = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else f"xsdata has {_quote(sorted(known))}."
    return _Refused(f"{where} has no option {name!r}. {hint}")


def _quote(names: typing.Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _sentence(error: Exception) -> str:
    message = str(error)
    if isinstance(error, CodegenError) and error.meta:
        message = f"{message.rstrip('.')}: {', '.join(f'{name} {value!r}' for name, value in error.meta.items())}."
    return message if message.endswith((".", "?")) else f"{message}."
