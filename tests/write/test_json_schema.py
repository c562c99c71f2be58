"""The exported JSON Schema describes the JSON that `to_json` writes; the jsonschema library is the judge."""

from __future__ import annotations

import importlib
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityfibre_ticketing import InvalidDocument, decode, from_json, to_json
from schemapress.write.json_schema import export_json_schema
from schemapress_runtime.codec.json_classes import JsonClasses
from tests import corpus
from tests.conftest import MESSAGE, REPOSITORY, MakeProject, run, schema
from tests.hostile.packages import OF_THE_CORPUS, SOURCES, Source, corpus_source, package_of, random_source
from tests.schemapress_runtime.codec.test_json_document import change_anywhere

pytestmark = pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")


def judge_of(package: ModuleType) -> jsonschema.Draft202012Validator:
    """Return the judge of the JSON of all messages of a package."""
    messages = importlib.import_module(f"{package.__name__}.codec").MESSAGES
    classes, keeps_prefixes = messages.classes, messages.keeps_prefixes
    json_classes = JsonClasses(messages.context, classes)
    return judge(export_json_schema(json_classes, classes.values(), "demo", keeps_prefixes=keeps_prefixes))


def judge(exported: Any) -> jsonschema.Draft202012Validator:  # JSON
    jsonschema.Draft202012Validator.check_schema(exported)
    return jsonschema.Draft202012Validator(exported)


@cache
def of_ticketing() -> jsonschema.Draft202012Validator:
    done = run("export", "json-schema", "cityfibre-ticketing", cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    return judge(json.loads(done.stdout))


def wrong(judging: jsonschema.Draft202012Validator, data: object) -> str | None:
    """Return where a JSON is wrong, and why; None where it is right."""
    error = jsonschema.exceptions.best_match(judging.iter_errors(data))
    return None if error is None else f"{error.json_path}: {error.message}"[:500]


_DRAWN = [f"drawn {seed}" for seed in (*range(7), *range(8, 12))]
_FAMILIES = ["iati", "bpmn-2.0"]
_DEEPEST = 50
"""Levels of a document that the judge, which calls itself for each, can take."""


def source_of(name: str) -> Source:
    if name in _DRAWN:
        return random_source(int(name.split()[1]))
    return corpus_source(name) if name in OF_THE_CORPUS else SOURCES[name]


@pytest.fixture(scope="module")
def shape(request: pytest.FixtureRequest) -> Iterator[tuple[ModuleType, tuple[bytes, ...]]]:
    name = str(request.param)
    if name in _FAMILIES and not corpus.folder():
        pytest.skip("the corpus is absent; CORPUS names its folder")
    source = source_of(name)
    with package_of(source.files) as (package, _):
        yield package, source.documents


@pytest.mark.parametrize("shape", [*SOURCES, *_DRAWN, *_FAMILIES], indirect=True)
def test_the_json_of_valid_documents_matches_the_json_schema(shape: tuple[ModuleType, tuple[bytes, ...]]) -> None:
    package, documents = shape
    judging = judge_of(package)
    tried = 0
    for document in documents[:20]:
        if document.count(b"</n></n>") > _DEEPEST:
            continue
        try:
            text = package.to_json(package.decode(document))
        except package.InvalidDocument:  # the classes can't hold it, or not its nil elements
            continue
        tried += 1
        assert wrong(judging, json.loads(text)) is None, document
    assert tried


@given(seed=st.integers(0, 2**32))
@settings(max_examples=400)
def test_json_that_the_json_schema_admits_has_an_object(seed: int) -> None:
    data = change_anywhere(json.loads(to_json(decode(MESSAGE))), random.Random(seed))
    is_admitted = wrong(of_ticketing(), data) is None

    try:
        value = from_json(json.dumps(data))
    except InvalidDocument as error:  # what the validator alone knows
        assert not is_admitted or error.problems[0].code not in ("json-value", "json-too-deep"), str(error)
        return

    if json.dumps(json.loads(to_json(value)), sort_keys=True) == json.dumps(data, sort_keys=True):  # 1 is not true here
        assert is_admitted


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"buyerIdentifier": ""}, "$.buyerIdentifier"),
        ({"sentAt": 5}, "$.sentAt"),
        ({"updates": []}, "$.updates"),
        ({"updates": {}}, "$.updates"),
        ({"appointments": {"appointment": None}}, "$.appointments.appointment"),
        ({"other": 1}, "$"),
        ({"faultDetails": {"status": "unheard-of"}}, "$.faultDetails"),
    ],
)
def test_json_of_no_object_is_refused(change: dict[str, object], place: str) -> None:
    data = json.loads(to_json(decode(MESSAGE)))
    assert wrong(of_ticketing(), data) is None

    assert (wrong(of_ticketing(), data | change) or "").startswith(place)
    with pytest.raises(InvalidDocument):
        from_json(json.dumps(data | change))


def test_enumerations_and_bounds_are_said() -> None:
    data = json.loads(to_json(decode(MESSAGE)))
    data["faultDetails"]["status"] = "unheard-of"
    assert "is not one of" in (wrong(of_ticketing(), data) or "")
    narrow = (
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="n" maxOccurs="3"><xs:simpleType>'
        '<xs:restriction base="xs:int"><xs:minInclusive value="2"/><xs:maxExclusive value="9"/></xs:restriction>'
        "</xs:simpleType></xs:element></xs:sequence></xs:complexType></xs:element>"
    )
    with package_of({"demo.xsd": schema(narrow)}) as (package, _):
        judging = judge_of(package)

        assert wrong(judging, {"n": [2, 8]}) is None
        for items in ([1], [9], [2.5], ["2"], [], [2, 2, 2, 2]):
            assert wrong(judging, {"n": items}) is not None


def test_the_command_builds_what_is_not_there_and_leaves_nothing_behind(
    make_project: MakeProject, tmp_path: Path
) -> None:
    root = make_project({"a.xsd": schema('<xs:element name="r"><xs:complexType/></xs:element>')})
    target = tmp_path / "out.json"

    done = run("export", "json-schema", "demo", "--output", str(target), cwd=root)

    assert (done.returncode, done.stdout) == (0, f"{target} from a.xsd\n")
    assert json.loads(target.read_text("utf-8"))["$ref"] == "#/$defs/R"
    assert not (root / "generated").exists()


def test_messages_of_included_documents_are_described_too(make_project: MakeProject) -> None:
    def message(name: str) -> str:
        return f'<xs:element name="{name}"><xs:complexType/></xs:element>'

    files = {"a.xsd": schema('<xs:include schemaLocation="b.xsd"/>' + message("r")), "b.xsd": schema(message("s"))}
    root = make_project(files)

    done = run("export", "json-schema", "demo", cwd=root)

    assert json.loads(done.stdout)["anyOf"] == [{"$ref": "#/$defs/R"}, {"$ref": "#/$defs/S"}]


def test_the_command_says_what_is_wrong(make_project: MakeProject) -> None:
    content = schema('<xs:element name="r"><xs:complexType/></xs:element>')
    root = make_project({"a.xsd": content}, settings='targets = ["bindings", "validators", "scanner"]')

    without = run("export", "json-schema", "demo", cwd=root)
    strict = run("export", "json-schema", "demo", "--strict", cwd=root)

    assert without.returncode == 2
    assert "The package has no codec, and therefore no JSON." in without.stderr
    assert strict.returncode == 2
    assert "--strict is only for openapi" in strict.stderr
