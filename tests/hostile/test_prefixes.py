"""A sender may choose another prefix in each message: no message pays for expressions that no other one uses."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType

import pytest

from tests.conftest import schema
from tests.support.generated_package import build, runtime_module
from tests.support.growth import count_work, grows_linearly

MESSAGES = 20

ELEMENTS = 20
"""Elements of the message, which make its expressions dear."""

_DECLARATIONS = (
    '<xs:element name="m"><xs:complexType><xs:sequence>'
    + "".join(f'<xs:element name="e{number}" type="xs:int" minOccurs="0"/>' for number in range(ELEMENTS))
    + "</xs:sequence></xs:complexType></xs:element>"
)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    project = tmp_path_factory.mktemp("prefixes")
    folder = project / "spec" / "demo"
    folder.mkdir(parents=True)
    attributes = 'targetNamespace="urn:m" xmlns="urn:m" elementFormDefault="qualified"'
    (folder / "demo.xsd").write_text(schema(_DECLARATIONS, attributes), "utf-8")
    (project / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    return build(project)


def _message(prefix: str) -> bytes:
    return f'<{prefix}:m xmlns:{prefix}="urn:m"><{prefix}:e7>1</{prefix}:e7></{prefix}:m>'.encode()


def _messages(name: str, count: int) -> list[bytes]:
    """Return messages of which each has a prefix that no other one has."""
    return [_message(f"{name}{count}x{number}") for number in range(count)]


def _read(read: Callable[[bytes], object], messages: list[bytes]) -> None:
    for message in messages:
        assert read(message)


@pytest.mark.parametrize("call", ["validate", "decode"])
def test_a_new_prefix_in_each_message_takes_work_linear_in_the_messages(package: ModuleType, call: str) -> None:
    read = getattr(package, call)

    grows_linearly(lambda count: _messages(call, count), lambda messages: _read(read, messages), MESSAGES)


def test_a_message_with_a_new_prefix_takes_little_more_work_than_a_walk(package: ModuleType) -> None:
    walk = importlib.import_module(f"{package.__name__}.validators").VALIDATOR.walk
    _read(package.validate, _messages("warm", 20))
    one, new = _messages("one", 1) * MESSAGES, _messages("new", MESSAGES)
    _read(walk, one)

    walked, validated = count_work(lambda: _read(walk, one)), count_work(lambda: _read(package.validate, new))

    assert validated < 5 * walked, (walked, validated)


def test_a_prefix_that_comes_again_is_scanned(package: ModuleType) -> None:
    scanner = importlib.import_module(f"{package.__name__}.scanner")
    admit = runtime_module(package, "xml.plain_text").admit
    tried = runtime_module(package, "limits").MAX_PREFIXES_TRIED
    text = admit(_message("again"))

    assert [scanner.accepts(text) for _ in range(tried + 2)] == [False] * tried + [True, True]
