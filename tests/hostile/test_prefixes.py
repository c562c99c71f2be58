"""A sender may choose another prefix in each message: no message pays for expressions that no other one uses."""

from __future__ import annotations

import gc
import importlib
import time
from types import ModuleType

import pytest

from tests.conftest import schema
from tests.support.generated_package import build

MESSAGES = 300

ELEMENTS = 60
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


def _seconds(package: ModuleType, call: str, name: str, count: int) -> float:
    """Return the time for as many messages, each with a prefix that no other one has."""
    messages = [_message(f"{name}{count}x{number}") for number in range(count)]
    read = getattr(package, call)
    gc.collect()
    gc.freeze()  # a collection in between would pass over what other tests have left
    try:
        started = time.process_time()
        for message in messages:
            assert read(message)
        return time.process_time() - started
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("call", ["validate", "decode"])
def test_a_new_prefix_in_each_message_takes_time_linear_in_the_messages(package: ModuleType, call: str) -> None:
    _seconds(package, call, "warm", 20)

    small, large = _seconds(package, call, "a", MESSAGES), _seconds(package, call, "b", 2 * MESSAGES)

    assert large < small * 3.2 + 0.05


def test_a_message_with_a_new_prefix_takes_about_as_long_as_a_walk(package: ModuleType) -> None:
    walk = importlib.import_module(f"{package.__name__}.validators").VALIDATOR.walk
    _seconds(package, "validate", "warmer", 20)
    message = _message("p")
    walk(message)
    started = time.process_time()
    for _ in range(MESSAGES):
        assert walk(message).valid
    walked = time.process_time() - started

    assert _seconds(package, "validate", "c", MESSAGES) < walked * 5 + 0.05


def test_a_prefix_that_comes_again_is_scanned(package: ModuleType) -> None:
    scanner = importlib.import_module(f"{package.__name__}.scanner")
    admit = importlib.import_module(f"{package.__name__}._runtime.xml.plain_text").admit
    tried = importlib.import_module(f"{package.__name__}._runtime.limits").MAX_PREFIXES_TRIED
    text = admit(_message("again"))

    assert [scanner.accepts(text) for _ in range(tried + 2)] == [False] * tried + [True, True]
