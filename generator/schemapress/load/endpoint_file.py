"""`endpoints.toml`: the endpoint facts of an API in a file beside its XSDs, so that those stay as they were published.

[[endpoint]]
name = "placeOrder"
method = "POST"
path = "/orders"
request = { element = "Order" }
response = [{ status = 201, element = "Receipt" }, { status = 409, element = "Fault" }]
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError, nearest_of
from schemapress.limits import SourceLimits, beyond
from schemapress_runtime.names import XSD_NAMESPACE, clark, local_name, namespace_of
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.place import Place

from .document import ENDPOINT_NAMESPACE
from .document_reader import NO_RENAMING
from .endpoint_facts import DOCS, KNOWN
from .inputs import Inputs
from .roots import Roots, outside_hint
from .toml_lines import TomlPath, find_lines

PERSONAL = "personal"
"""The list of the elements and types that are about a person."""

PREFIXES = "prefixes"
"""The table of the namespaces that names in the file have prefixes for."""

_LISTED = ("media-type", "soap")
"""The facts with several values: a list in TOML, and spaces between the values in an attribute."""

_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True, eq=False)
class EndpointFile:
    """Facts in TOML, as the elements that `xs:appinfo` would have, with the lines of their keys.

    `file` is the path relative to the folder of the schema, `path` the one that opens the file.
    """

    path: Path
    file: str
    data: bytes
    endpoints: tuple[Element, ...]
    personal: tuple[Element, ...]
    prefixes: Mapping[str, str]
    _paths: Mapping[Element, TomlPath]
    _lines: Mapping[TomlPath, int] = field(repr=False)

    def place(self, element: Element) -> Place:
        """Return the place of the table that an element was."""
        return Place(self.file, self._line_of(element))

    def show(self, element: Element, fact: str | None = None) -> str:
        """Return the place of a key of a table for a message or, if it has no such key, that of the table."""
        return f"{self.path}:{self._line_of(element, fact)}"

    def _line_of(self, element: Element, fact: str | None = None) -> int:
        path = self._paths[element]
        line = self._lines.get(path, 1)
        return line if fact is None else self._lines.get((*path, fact), line)

    def name_element(self, name: str) -> str:
        """Return the name of an element of endpoint facts as messages have it."""
        return name

    @property
    def noun(self) -> str:
        """What messages call an attribute."""
        return "key"

    def find_name(self, element: Element, fact: str, known: Mapping[str, object]) -> str | None:
        """Return the global component that a fact names in Clark notation; None if there is none.

        Without a prefix, a local name means the one component that has it.

        Raises:
            SchemapressError: several components have the local name, or the prefix is unknown.
        """
        wanted = element.get(fact, "")
        prefix, colon, local = wanted.rpartition(":")
        if colon:
            if prefix == "xs" and "xs" not in self.prefixes:
                return clark(XSD_NAMESPACE, local)
            if prefix not in self.prefixes:
                message = f"{fact} is {wanted!r}, but the file has no prefix {prefix!r}."
                hint = f'Declare it at the top of the file: [{PREFIXES}], and below that {prefix} = "its namespace".'
                raise SchemapressError(message, place=self.show(element, fact), hint=hint)
            name = clark(self.prefixes[prefix], local)
            return name if name in known else None
        named = [name for name in known if local_name(name) == local]
        if len(named) > 1:
            namespaces = ", ".join(repr(namespace_of(name)) for name in named)
            message = f"{fact} is {wanted!r}, which several namespaces have: {namespaces}."
            hint = f'Write it with a prefix, such as p:{local}, and at the top of the file [{PREFIXES}] and p = "…".'
            raise SchemapressError(message, place=self.show(element, fact), hint=hint)
        return named[0] if named else None


def find_personal_names(file: EndpointFile, known: Mapping[str, object]) -> frozenset[str]:
    """Return the names, in Clark notation, of the elements and types that a file says to be about a person.

    Raises:
        SchemapressError: the schema has no such element or type.
    """
    names = []
    for element in file.personal:
        name = file.find_name(element, "name", known)
        if name is None:
            wanted = element.get("name", "")
            message = f"{PERSONAL} has {wanted!r}, and the schema has no global element or type of that name."
            hint = nearest_of(wanted, {local_name(each) for each in known})
            raise SchemapressError(message, place=file.show(element), hint=hint)
        names.append(name)
    return frozenset(names)


def read_endpoint_file(
    path: Path,
    folder: Path,
    inputs: Inputs,
    roots: Roots | None,
    limits: SourceLimits,
    renaming: Mapping[str, str] = NO_RENAMING,
) -> EndpointFile:
    """Return the facts in a file; its place is given relative to the folder of a schema.

    `renaming` maps namespaces to the names that they get.

    Raises:
        SchemapressError: the file can't be read or is not TOML, or has a key that is unknown or of a wrong type.
    """
    if roots is not None and not roots.holds(path):
        message = "This file is outside the folders that may be read."
        raise SchemapressError(message, place=str(path), hint=outside_hint(roots))
    try:
        data = inputs.read(path)
    except OSError as error:
        raise SchemapressError(f"The file can't be read: {error.strerror or error}.", place=str(path)) from None
    if len(data) > limits.schema_bytes:
        raise beyond("schema_bytes", limits, "The file", str(path))
    try:
        text = data.decode("utf-8")
        document = tomllib.loads(text)
    except UnicodeDecodeError:
        raise SchemapressError("The file is not UTF-8.", place=str(path), hint="Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        place = f"{path}:{line[1] if line else text.count(chr(10)) + 1}"  # one at the end has no line
        raise SchemapressError(f"This is not TOML: {error}.", place=place, hint="Fix the line.") from None
    except RecursionError:
        message = "The file has too many brackets inside each other."
        raise SchemapressError(message, place=str(path), hint="No endpoint fact needs more than three.") from None
    reader = _TableReader(path, find_lines(text.replace("\r\n", "\n")))
    endpoints, personal, prefixes = reader.read(document)
    file = Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    renamed = {prefix: renaming.get(namespace, namespace) for prefix, namespace in prefixes.items()}
    return EndpointFile(path, file, data, tuple(endpoints), tuple(personal), renamed, reader.paths, reader.lines)


class _TableReader:
    """Makes elements of tables."""

    def __init__(self, path: Path, lines: Mapping[TomlPath, int]) -> None:
        self.path = path
        self.lines = lines
        self.paths: dict[Element, TomlPath] = {}

    def read(self, document: Mapping[str, object]) -> tuple[list[Element], list[Element], dict[str, str]]:
        known = ("endpoint", PERSONAL, PREFIXES)
        for key in document:
            if key not in known:
                raise self._error((key,), f"Unknown key {key!r}.", nearest_of(key, known))
        endpoints = document.get("endpoint", [])
        if not isinstance(endpoints, list) or not all(isinstance(table, dict) for table in endpoints):
            raise self._error(("endpoint",), "endpoint is not a list of tables.", "Write [[endpoint]] above each.")
        elements = [self._element("endpoint", table, ("endpoint", n)) for n, table in enumerate(endpoints)]
        personal = list(self._personal(document.get(PERSONAL, [])))
        return elements, personal, dict(self._prefixes(document.get(PREFIXES, {})))

    def _personal(self, names: object) -> Iterator[Element]:
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            message = f"{PERSONAL} is {names!r}; expected a list of the names of elements and types."
            raise self._error((PERSONAL,), message, f'Write {PERSONAL} = ["ContactDetails"].')
        for name in names:
            element = etree.Element(f"{{{ENDPOINT_NAMESPACE}}}{PERSONAL}", name=name)
            self.paths[element] = (PERSONAL,)
            yield element

    def _prefixes(self, table: object) -> Iterator[tuple[str, str]]:
        if not isinstance(table, dict):
            raise self._error((PREFIXES,), f"{PREFIXES} is not a table.", f'Write [{PREFIXES}], and below it p = "…".')
        for prefix, namespace in table.items():
            if not isinstance(namespace, str):
                message = f"The prefix {prefix!r} is {namespace!r}; expected a namespace."
                raise self._error((PREFIXES, prefix), message, f'Write {prefix} = "…".')
            yield prefix, namespace

    def _element(self, name: str, table: Mapping[str, object], path: TomlPath) -> Element:
        element = etree.Element(f"{{{ENDPOINT_NAMESPACE}}}{name}")
        self.paths[element] = path
        known = KNOWN[name]
        for key, value in table.items():
            if key in known.attributes:
                element.set(key, self._text(key, value, (*path, key)))
            elif key in known.elements:
                for child, inside in self._tables(key, value, (*path, key)):
                    element.append(self._element(key, child, inside))
            else:
                message = f"The {name} has no key {key!r}."
                raise self._error((*path, key), message, nearest_of(key, (*known.attributes, *known.elements)))
        return element

    def _tables(self, key: str, value: object, path: TomlPath) -> list[tuple[Mapping[str, object], TomlPath]]:
        """Return the tables of a key, which has one or, where there can be several, a list of them."""
        listed: list[tuple[Mapping[str, object], TomlPath]] = [(value, path)] if isinstance(value, dict) else []
        if isinstance(value, list):
            listed = [(item, (*path, number)) for number, item in enumerate(value) if isinstance(item, dict)]
            if len(listed) != len(value) or not KNOWN[key].is_repeatable:
                listed = []
        if not listed and value != []:
            example = "[{ … }, { … }]" if KNOWN[key].is_repeatable else "{ … }"
            expected = "a list of tables" if KNOWN[key].is_repeatable else "one table"
            raise self._error(path, f"{key} is {value!r}; expected {expected}.", f"Write {key} = {example}.")
        return listed

    def _text(self, key: str, value: object, path: TomlPath) -> str:
        """Return the text of a value, as an attribute has it."""
        if isinstance(value, list) and key in _LISTED and all(isinstance(item, str) for item in value):
            text = " ".join(value)
        elif isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, str | int):
            text = str(value)
        elif type(value) is date:
            text = value.isoformat()
        else:
            message = f"{key} is {value!r}; expected one value."
            raise self._error(path, message, f'Write {key} = "…".')
        if not text.isprintable():
            raise self._error(path, f"{key} has a control character.", "Remove it.")
        return text

    def _error(self, path: TomlPath, message: str, hint: str) -> SchemapressError:
        line = self.lines.get(path, 1)
        return SchemapressError(message, place=f"{self.path}:{line}", hint=f"{hint} {DOCS}")
