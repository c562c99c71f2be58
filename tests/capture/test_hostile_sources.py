"""Pages that ask for more than they have, or for what is elsewhere: refused with the place, and at once."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from schemapress.capture.decide.decisions import RecordedSource
from schemapress.capture.finish import Capture, digest_source, finish_draft
from schemapress.capture.sources.readers import read_source
from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from tests.conftest import run
from tests.support.growth import deadline, grows_linearly

PAGE = "# Do it\n\nEndpoint: POST /doIt\n\n## Request fields (application/xml):\n\n"
API = """openapi: 3.1.0
info: {title: T}
paths:
  /a:
    post:
      requestBody: {content: {application/xml: {schema: {$ref: "REFERENCE"}}}}
      responses: {}
components:
  schemas:
"""


def captured(text: str, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Capture]:
    data = text.encode()
    drafts = read_source(data, path, limits)
    return [
        finish_draft(one, RecordedSource(path.name, digest_source(data), "2020-01-01", one.schema), None, {})
        for one in drafts
    ]


def nine_of(name: str, more: str) -> str:
    return f"[{','.join([name] * 9)}]{more}"


LETTERS = "abcdefghij"
ALIASES = "".join(f"{to}: &{to} {nine_of('*' + at, '')}\n" for at, to in pairwise(LETTERS))
MERGES = "".join(f"{to}: &{to} {{<<: {nine_of('*' + at, '}')}\n" for at, to in pairwise(LETTERS))


def schemas(count: int, line: str, last: str = "{type: string}") -> str:
    listed = "".join(f"    S{n}: {line.replace('NEXT', f'#/components/schemas/S{n + 1}')}\n" for n in range(count))
    return API.replace("REFERENCE", "#/components/schemas/S0") + f"{listed}    S{count}: {last}\n"


OBJECT = "{type: object, properties: {a: {type: string}}}"
DOUBLED = '{allOf: [{$ref: "NEXT"}, {$ref: "NEXT"}]}'
ANONYMOUS = '{type: object, properties: {x: {$ref: "NEXT"}, y: {$ref: "NEXT"}}}'
CHAIN = '{type: object, properties: {x: {$ref: "NEXT"}}}'

REFUSED = {
    "aliases of aliases": (f"openapi: 3.1.0\na: &a [x]\n{ALIASES}", "[limit page_values]", "api.yaml:"),
    "merges of merges": (f"openapi: 3.1.0\na: &a {{x: 1}}\n{MERGES}", "[limit page_values]", "api.yaml:"),
    "an alias contains itself": ("openapi: 3.1.0\na: &a [*a]\n", "contains itself", "api.yaml:2"),
    "deep YAML": ("openapi: 3.1.0\na: " + "[" * 5_000 + "]" * 5_000, "[limit page_levels]", "api.yaml:2"),
    "deep JSON": ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "[limit page_levels]", "api.yaml"),
    "JSON that recurses": ('{"a":' * 100_000, "[limit page_levels]", "api.yaml"),
    "a Python object": (
        'openapi: 3.1.0\na: !!python/object/apply:os.system ["x"]',
        "no equivalent in JSON",
        "api.yaml:2",
    ),
    "bytes": ("openapi: 3.1.0\na: !!binary aGk=", "no equivalent in JSON", "api.yaml:2"),
    "a key twice": ("openapi: 3.1.0\na: 1\na: 2", "'a' occurs twice", "api.yaml:3"),
    "a key that is a list": ("openapi: 3.1.0\n? [1]\n: 2", "A key is not a string", "api.yaml:2"),
    "a long number": ("openapi: 3.1.0\na: " + "9" * 5_000, "can't be read", "api.yaml"),
    "two documents": ("openapi: 3.1.0\n---\na: 1", "another document", "api.yaml:2"),
    "NUL": ("openapi: 3.1.0\na: \0", "NUL character", "api.yaml:2"),
    "a control character": ("openapi: 3.1.0\na: \1", "U+0001", "api.yaml:2"),
    "an escaped NUL": (schemas(0, "", '{type: string, enum: ["\\0"]}'), "can't be written in an XSD", "api.yaml"),
    "objects twice, without names": (
        schemas(40, ANONYMOUS, OBJECT).replace("/schemas/", "/others/").replace("  schemas:", "  others:"),
        "[limit page_lookups]",
        "api.yaml#/components",
    ),
    "allOf of itself": (schemas(0, "", '{allOf: [{$ref: "#/components/schemas/S0"}]}'), "contain themselves", "api"),
    "a long chain": (schemas(5_000, CHAIN), "nested too deeply", "api.yaml"),
    "a circle": (schemas(1, '{$ref: "NEXT"}', '{$ref: "#/components/schemas/S0"}'), "leads to itself", "api.yaml#"),
    "text for a number": (schemas(0, "", "{type: array, minItems: x}"), "expected a whole number", "api.yaml#/comp"),
    "a number for a list": (schemas(0, "", "{type: object, required: 5}"), "expected a list", "api.yaml#/comp"),
    "a namespace that is not a URI": (schemas(0, "", "{type: string, xml: {namespace: 'urn:a b'}}"), "", ""),
    "a file: URL": (API.replace("REFERENCE", "file:///etc/passwd"), "not a relative path", "api.yaml#/paths"),
    "an absolute path": (API.replace("REFERENCE", "/etc/passwd"), "not a relative path", "api.yaml#/paths"),
    "a path upwards": (API.replace("REFERENCE", "../../../../etc/passwd"), "outside the folders", "api.yaml#/paths"),
    "the network": (API.replace("REFERENCE", "http://127.0.0.1:9/x#/a"), "nothing is fetched", "api.yaml#/paths"),
    "no address": (API.replace("REFERENCE", "http://["), "nothing is fetched", "api.yaml#/paths"),
    "a number that is none": (API.replace("REFERENCE", "#/paths/\u00b2"), "leads nowhere", "api.yaml#/paths"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_openapi_document_is_refused_with_its_place_and_at_once(tmp_path: Path, name: str) -> None:
    text, words, place = REFUSED[name]

    with deadline(), pytest.raises(SchemapressError) as refused:
        captured(text, tmp_path / "api.yaml", SourceLimits(page_lookups=100_000))

    assert words in str(refused.value)
    assert (refused.value.place or "").startswith(place)
    assert len(str(refused.value)) < 1_000


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("TOP: SECRET", "utf-8")
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")

    with pytest.raises(SchemapressError, match="outside the folders"):
        captured(API.replace("REFERENCE", "link.yaml#/x"), folder / "api.yaml")


def test_a_date_is_a_text_as_in_json(tmp_path: Path) -> None:
    (types, _) = captured(schemas(0, "", "{type: string, enum: [2024-13-45, 2024-02-01]}"), tmp_path / "api.yaml")

    assert "2024-13-45" in types.xsd


def test_references_that_double_are_followed_once(tmp_path: Path) -> None:
    with deadline():
        assert len(captured(schemas(40, DOUBLED, OBJECT), tmp_path / "api.yaml")) == 2


def fields(count: int) -> str:
    return PAGE + "".join(f"  - `f{n}` (string, required)\n    A text.\n\n" for n in range(count))


def objects(count: int) -> str:
    return PAGE + "".join(f"  - `o{n}.a.b` (string)\n" for n in range(count))


def table(count: int) -> str:
    rows = "".join(f"    | v{n} | meaning |\n" for n in range(count))
    return PAGE + "  - `f` (string)\n    | A | B |\n    |---|---|\n" + rows


def prose(count: int) -> str:
    return PAGE + "  - `f` (string)\n" + "    some words here\n" * count


@pytest.mark.parametrize(("make", "size"), [(fields, 50), (objects, 50), (table, 100), (prose, 500)])
def test_twice_the_page_takes_twice_the_work(tmp_path: Path, make: Callable[[int], str], size: int) -> None:
    grows_linearly(make, lambda text: captured(text, tmp_path / "page.md"), size)


LONG = 99_000
"""Characters of a line: nearly the most that a page may have."""


@pytest.mark.parametrize(
    "text",
    [
        f"{PAGE}  - `f` (string)\n" + f"## {' ' * LONG}x\n" * 50,
        PAGE.replace("/doIt", "/" + "{" * LONG) + "  - `f` (string)\n" + f"{'{' * LONG}\n" * 50,
    ],
    ids=["spaces", "braces"],
)
def test_no_expression_goes_back_over_a_long_line(tmp_path: Path, text: str) -> None:
    with deadline():
        captured(text, tmp_path / "page.md")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PAGE + "x" * 100_001, "[limit page_line_characters]"),
        (PAGE + "x\n" * 11_000_000, "[limit page_bytes]"),
        (PAGE + "\0", "NUL character"),
        (PAGE + "  - `f` (string)\n    Enum: \x02", "U+0002"),
    ],
)
def test_a_page_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SchemapressError) as refused:
        captured(text, tmp_path / "page.md")

    assert words in str(refused.value)
    assert "page.md" in (refused.value.place or "")


def test_json_inside_of_a_page_may_be_nested_as_it_likes(tmp_path: Path) -> None:
    assert captured(PAGE + "  - `f` (string)\n    Enum: " + "[" * 20_000 + "\n", tmp_path / "page.md")


STRANGE: list[object] = [None, True, -1, 1.5, "", "x", "\u00b2", [], [None], {}, {"a": 1}, {"$ref": "#"}, {"$ref": ""}]


@pytest.mark.parametrize("seed", range(8))
def test_strange_values_are_captured_or_refused_and_nothing_else(tmp_path: Path, seed: int) -> None:
    of = random.Random(seed)
    keys = ("type", "properties", "items", "allOf", "oneOf", "enum", "required", "xml", "minItems", "pattern", "$ref")

    def value(depth: int) -> object:
        if depth == 0 or of.random() < 0.3:
            return of.choice(STRANGE)
        return {key: value(depth - 1) for key in of.sample(keys, of.randint(1, 4))}

    for _ in range(50):
        document = {
            "openapi": "3.1.0",
            "paths": {
                "/a": {
                    "post": {
                        "requestBody": {"content": {"application/xml": {"schema": value(4)}}},
                        "responses": of.choice(STRANGE),
                        "security": of.choice(STRANGE),
                    }
                }
            },
        }
        try:
            captured(json.dumps(document), tmp_path / "api.json")
        except SchemapressError as refused:
            assert refused.place


def test_the_command_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(REFUSED["aliases of aliases"][0], "utf-8")

    done = run("capture", "api.yaml", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "spec").exists()
