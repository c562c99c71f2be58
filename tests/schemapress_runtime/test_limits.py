"""The bounds on documents and requests: documented as they are; what is at a bound passes, what is above does not."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path
from types import ModuleType
from wsgiref.util import setup_testing_defaults

import pytest

import cityfibre_ticketing
import schemapress
from cityfibre_ticketing import handlers
from schemapress_runtime import limits
from schemapress_runtime.limits import MAX_PATH, MAX_SEARCH_STEPS, MAX_SHOWN, MAX_TEXT, DocumentLimits
from schemapress_runtime.report import display
from schemapress_runtime.xsd.content_model import Budget
from tests.conftest import MESSAGE, REPOSITORY, schema
from tests.hostile.packages import built

_SETTINGS = {bound.name: bound.default for bound in fields(DocumentLimits) if bound.init}


def _rows(heading: str, columns: int) -> Iterator[list[str]]:
    """Yield the rows of a table of docs/limits.md."""
    text = (REPOSITORY / "docs" / "limits.md").read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    for line in text.splitlines():
        cells = [cell.strip(" ") for cell in line.strip("|").split(" | ")]
        if line.startswith("| `"):
            assert len(cells) == columns, line
            yield cells


# What the documentation says


def test_the_documentation_has_every_bound_on_documents_as_it_is() -> None:
    documented = {name.strip("`"): int(default.replace(",", "")) for name, default, *_ in _rows("Documents", 5)}

    set_by_a_field = {
        name for name in vars(limits) if name.startswith("MAX_") and name not in (*_CONSTANTS, "MAX_BODY")
    }
    assert documented == {**_SETTINGS, **{name: getattr(limits, name) for name in _CONSTANTS}}
    assert {getattr(limits, name) for name in set_by_a_field} == set(_SETTINGS.values())


_CONSTANTS = (
    *(
        "MAX_TEXT",
        "MAX_SHOWN",
        "MAX_PATH",
        "MAX_SEARCH_STEPS",
        "MAX_SELECTED",
        "MAX_SELECTED_EACH",
        "MAX_PREFIXES_TRIED",
    ),
)


def test_the_documentation_has_every_bound_on_requests_as_it_is() -> None:
    documented = {name.strip("`"): int(default.replace(",", "")) for name, default, *_ in _rows("Requests", 4)}

    assert documented.pop("max_body") == limits.MAX_BODY
    for name, default in documented.items():
        module, _, constant = name.rpartition(".")
        assert getattr(importlib.import_module(f"schemapress_runtime.{module}"), constant) == default


def test_the_documentation_has_the_code_of_each_bound() -> None:
    documented = {name.strip("`"): code.strip("`") for name, _, _, code, _ in _rows("Documents", 5) if code[0] == "`"}

    of_constants = {
        "MAX_TEXT": "xml-too-long",
        "MAX_SELECTED": "xml-too-complex",
        "MAX_SELECTED_EACH": "xml-too-complex",
    }
    assert documented == {name: bound.code for name, bound in BOUNDS.items()} | of_constants


# What happens at each


@dataclass(frozen=True, slots=True)
class _Bound:
    """A document of a size, the code of the problem of one that is too large, and a lower bound to try."""

    document: Callable[[int], str]
    code: str
    lower: int
    can_be_higher: bool = False


def _prefixed(count: int) -> str:
    return "".join(f' xmlns:n{number}="urn:{number}"' for number in range(count))


BOUNDS: Mapping[str, _Bound] = {
    "depth": _Bound(lambda size: "<t>" + "<n>" * (size - 1) + "</n>" * (size - 1) + "</t>", "xml-too-deep", 5),
    "attributes": _Bound(
        lambda size: "<open" + "".join(f' a{number}="1"' for number in range(size)) + "/>",
        "xml-too-many-attributes", 3, True,
    ),
    "name_bytes": _Bound(lambda size: f"<open><{'n' * size}/></open>", "xml-too-long", 9),
    "namespace_length": _Bound(lambda size: f'<open xmlns:n="{"urn:".ljust(size, "a")}"/>', "xml-too-long", 9, True),
    "namespace_declarations": _Bound(
        lambda size: f"<open{_prefixed(size - 1)}><t xmlns:last='urn:last'/></open>", "xml-too-many-namespaces", 3, True
    ),
    "digits": _Bound(lambda size: f"<number>{'9' * size}</number>", "cvc-datatype-valid.1.2.1", 5),
    "configurations": _Bound(lambda size: f"<c{size}>{'<a/>' * size}</c{size}>", "xml-too-complex", 3, True),
}  # fmt: skip
"""The settings that refuse a document. One of nested counters has as many combinations as children."""


def _nested_counters(count: int) -> str:
    element = '<xs:element name="a" maxOccurs="unbounded"/>'
    inner = f'<xs:sequence minOccurs="{count}" maxOccurs="{count}">{element}</xs:sequence>'
    return f'<xs:element name="c{count}"><xs:complexType>{inner}</xs:complexType></xs:element>'


DECLARATIONS = (
    '<xs:element name="t" type="N"/><xs:complexType name="N"><xs:sequence>'
    '<xs:element name="n" type="N" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>'
    '<xs:element name="open"><xs:complexType><xs:sequence><xs:any processContents="lax" minOccurs="0"/></xs:sequence>'
    '<xs:anyAttribute processContents="lax"/></xs:complexType></xs:element>'
    '<xs:element name="number" type="xs:decimal"/><xs:element name="text" type="xs:string"/>'
    '<xs:element name="list"><xs:simpleType><xs:list itemType="xs:date"/></xs:simpleType></xs:element>'
    '<xs:element name="union"><xs:simpleType><xs:union memberTypes="xs:integer xs:string"/></xs:simpleType>'
    "</xs:element>"
    '<xs:element name="attribute"><xs:complexType><xs:attribute name="a" type="xs:int"/></xs:complexType></xs:element>'
) + "".join(_nested_counters(count) for count in (3, 4, 100, 101))


@pytest.fixture(scope="module")
def xsd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("limits") / "limits.xsd"
    path.write_text(schema(DECLARATIONS), "utf-8")
    return path


def _codes(validator: schemapress.Validator, document: str) -> list[str]:
    """Return the codes of the problems of a document, which the walk alone finds as well."""
    found = [one.code for one in validator.validate(document.encode())]
    assert [one.code for one in validator.walk(document.encode())] == found
    return found


@pytest.mark.parametrize("name", BOUNDS)
def test_a_document_at_the_bound_passes_and_one_above_does_not(xsd: Path, name: str) -> None:
    bound, default = BOUNDS[name], _SETTINGS[name]
    assert isinstance(default, int)
    validator = schemapress.compile(xsd)

    assert _codes(validator, bound.document(default)) == []
    assert _codes(validator, bound.document(default + 1)) == [bound.code]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
@pytest.mark.parametrize("name", BOUNDS)
def test_a_lower_bound_holds_in_the_same_way(xsd: Path, name: str, encoding: str) -> None:
    bound = BOUNDS[name]
    validator = schemapress.compile(xsd, document_limits=DocumentLimits(**{name: bound.lower}))

    def codes(size: int) -> list[str]:
        text = f'<?xml version="1.0" encoding="{encoding}"?>{bound.document(size)}'
        return [one.code for one in validator.validate(text.encode(encoding))]

    assert codes(bound.lower) == []
    assert codes(bound.lower + 1) == [bound.code]
    assert _codes(schemapress.compile(xsd), bound.document(bound.lower + 1)) == []


@pytest.mark.parametrize("name", BOUNDS)
def test_a_higher_bound_holds_where_nobody_else_has_one(xsd: Path, name: str) -> None:
    bound, default = BOUNDS[name], _SETTINGS[name]
    assert isinstance(default, int)

    if bound.can_be_higher:
        validator = schemapress.compile(xsd, document_limits=DocumentLimits(**{name: default + 1}))
        assert _codes(validator, bound.document(default + 1)) == []
    else:
        with pytest.raises(ValueError, match=f"{name} is .* not higher"):
            DocumentLimits(**{name: default + 1})


def test_no_bound_is_negative() -> None:
    with pytest.raises(ValueError, match="depth is -1"):
        DocumentLimits(depth=-1)


@pytest.mark.parametrize(
    ("at", "above"),
    [
        ("<list>2026-01-01 2026-01-02</list>", "<list>2026-01-01 2026-01-02Z</list>"),
        ("<union>1234567890</union>", "<union>12345678901</union>"),
        ("<union>a text is no number</union>", "<union>00000000001</union>"),
        ('<attribute a=" 1234567890 "/>', '<attribute a="00000000001"/>'),
        ("<text>12345678901</text>", "<number>12345678901</number>"),
    ],
)
def test_the_bound_on_digits_is_that_of_numbers_alone(xsd: Path, at: str, above: str) -> None:
    validator = schemapress.compile(xsd, document_limits=DocumentLimits(digits=10))

    assert _codes(validator, at) == []
    assert _codes(validator, above) == ["cvc-datatype-valid.1.2.1"]


def test_the_problems_of_a_report_are_those_that_are_set(xsd: Path) -> None:
    for most in (3, 1_000):
        validator = schemapress.compile(xsd, document_limits=DocumentLimits(problems=most))
        for count in (most, most + 1):
            report = validator.validate(f"<t>{'<bad/>' * count}</t>".encode())
            assert (len(report), report.total, report.complete) == (most, count, count == most)


def test_a_text_is_at_most_as_long_as_documented(xsd: Path) -> None:
    validator = schemapress.compile(xsd)

    assert validator.validate(b"<text>" + b"x" * MAX_TEXT + b"</text>").valid
    (found,) = validator.validate(b"<text>" + b"x" * (MAX_TEXT + 1) + b"</text>")
    assert found.code == "xml-too-long"


def test_messages_and_paths_are_at_most_as_long_as_documented(xsd: Path) -> None:
    assert display.cut("x" * MAX_SHOWN) == "x" * MAX_SHOWN
    assert display.cut("x" * (MAX_SHOWN + 1)) == "x" * MAX_SHOWN + "…"

    levels = 250
    (found,) = schemapress.compile(xsd).validate(b"<t>" + b"<n>" * levels + b"<bad/>" + b"</n>" * levels + b"</t>")
    deep = schemapress.compile(xsd).validate(
        b"<open>" + b"<longname>" * levels + b'<t a="1"/>' + b"</longname>" * levels + b"</open>"
    )
    assert "…" not in found.path
    assert [len(one.path) for one in deep] == [MAX_PATH + 1]


def test_a_search_takes_at_most_as_many_steps_as_documented() -> None:
    budget = Budget()

    assert all(budget.spend(1) for _ in range(MAX_SEARCH_STEPS))
    assert not budget.spend(1)


# Generated packages


@pytest.fixture
def recursive() -> Iterator[ModuleType]:
    package, _ = built("recursive")
    yield package
    importlib.import_module(f"{package.__name__}.validators").VALIDATOR.limits = _of(package)()


def _of(package: ModuleType) -> type[DocumentLimits]:
    made: type[DocumentLimits] = package.DocumentLimits
    return made


@pytest.mark.parametrize(
    ("name", "at", "above"),
    [
        ("depth", "<t><n/></t>", "<t><n><n/></n></t>"),
        ("attributes", '<t><n a="1"/><n a="1"/></t>', '<t><n a="1" xml:lang="en" xml:space="x"/></t>'),
        ("name_bytes", "<t><n/></t>", '<t xmlns:abc="urn:x"><n/></t>'),
        ("namespace_declarations", '<t xmlns:a="a:"><n/></t>', '<t xmlns:a="a:" xmlns:b="b:"><n xmlns:c="c:"/></t>'),
        ("namespace_length", '<t xmlns:a="u:"><n/></t>', '<t xmlns:a="urn:a"><n/></t>'),
        ("digits", '<t><n a="12"/></t>', '<t><n a="123"/></t>'),
    ],
)  # fmt: skip
def test_every_way_to_read_a_document_follows_the_limits(recursive: ModuleType, name: str, at: str, above: str) -> None:
    importlib.import_module(f"{recursive.__name__}.validators").VALIDATOR.limits = _of(recursive)(**{name: 2})

    assert recursive.validate(at.encode()).valid
    assert recursive.decode(at.encode()) is not None
    assert len(list(recursive.iter_decode(io.BytesIO(at.encode()), "n"))) == at.count("<n")
    (found,) = recursive.validate(above.encode())
    for read in (recursive.decode, lambda document: list(recursive.iter_decode(io.BytesIO(document), "n"))):
        with pytest.raises(recursive.InvalidDocument) as raised:
            read(above.encode())
        assert raised.value.problems[0].code == found.code == (BOUNDS[name].code)


def test_a_message_is_decoded_as_it_was_with_lower_limits() -> None:
    validator = cityfibre_ticketing.validators.VALIDATOR
    value = cityfibre_ticketing.decode(MESSAGE)
    validator.limits = cityfibre_ticketing.DocumentLimits(depth=100)
    try:
        assert cityfibre_ticketing.decode(MESSAGE) == value
        assert cityfibre_ticketing.decode(cityfibre_ticketing.encode(value)) == value
        with pytest.raises(TypeError):
            cityfibre_ticketing.decode("text")  # type: ignore[arg-type]  # on purpose
    finally:
        validator.limits = cityfibre_ticketing.DocumentLimits()


# Requests


@pytest.mark.parametrize(("spare", "status"), [(0, "204"), (-1, "413")])
def test_a_body_is_at_most_as_long_as_the_application_takes(spare: int, status: str) -> None:
    class Accepts(handlers.Handlers):
        def notify_in_progress(self, message: object, request: object) -> None:
            """Take any message."""

    application = handlers.wsgi(Accepts(), max_body=len(MESSAGE) + spare)
    environ: dict[str, object] = {}
    setup_testing_defaults(environ)
    environ |= {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/notifyInProgress",
        "CONTENT_TYPE": "application/xml",
        "CONTENT_LENGTH": str(len(MESSAGE)),
        "wsgi.input": BytesIO(MESSAGE),
    }
    found: list[str] = []

    application(environ, lambda status, _: found.append(status))  # type: ignore[arg-type]  # no writer

    assert found[0].split()[0] == status
