"""The tables of a package while several threads use it for the first time: none sees what is not complete.

Where one thread is in the middle of making a table, the test lets another one do the same work.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from schemapress_runtime.binding.class_binder import Binder
from tests.conftest import schema
from tests.hostile.packages import package_of
from tests.support.generated_package import runtime_module

NESTED = (
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a"><xs:complexType><xs:sequence>'
    '<xs:element name="b" type="B"/></xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType>'
    '</xs:element><xs:complexType name="B"><xs:attribute name="k" type="xs:string"/></xs:complexType>'
)
DOCUMENT = b'<r><a><b k="1"/></a></r>'


class OtherThread:
    """Does something in another thread, once, and waits until it is done."""

    def __init__(self, do: Callable[[], object]) -> None:
        self._do: Callable[[], object] | None = do
        self.result: object = None

    def run(self) -> None:
        do, self._do = self._do, None
        if do is not None:
            with ThreadPoolExecutor(1) as pool:
                self.result = pool.submit(do).result()


class InterruptedContext:
    """xsdata's context, which lets another thread run before it says what it knows of one class."""

    def __init__(self, context: Any, class_: type, other: OtherThread) -> None:  # xsdata's XmlContext
        self._context, self._class, self._other = context, class_, other
        self.class_type = context.class_type

    def build(self, class_: type, namespace: str | None = None) -> Any:  # xsdata's XmlMeta
        if class_ is self._class:
            self._other.run()
        return self._context.build(class_, namespace)


@pytest.fixture(scope="module")
def package() -> Iterator[ModuleType]:
    with package_of({"demo.xsd": schema(NESTED)}) as (package, _):
        yield package


@pytest.mark.parametrize("inner", ["R", "R.A", "B"])
def test_an_object_that_is_written_while_writers_are_made_is_complete(package: ModuleType, inner: str) -> None:
    table_decoder = runtime_module(package, "binding.table_decoder")
    table_encoder = runtime_module(package, "binding.table_encoder")
    bindings, messages = package.bindings, package.codec.MESSAGES
    class_ = {"R": bindings.R, "R.A": bindings.R.A, "B": bindings.B}[inner]
    value = package.decode(DOCUMENT)
    other = OtherThread(lambda: writers.document(value, "r")[0])
    binders = table_decoder.Binders(InterruptedContext(messages.context, class_, other))
    writers = table_encoder.Writers(binders, messages.declarations, package.codec.PREFIXES.of("r"))

    written, _ = writers.document(value, "r")

    assert other.result == written == package.encode(value)


@pytest.mark.parametrize("inner", ["R", "R.A", "B"])
def test_an_object_that_is_bound_while_binders_are_made_is_complete(package: ModuleType, inner: str) -> None:
    table_decoder = runtime_module(package, "binding.table_decoder")
    document = runtime_module(package, "xml.document")
    bindings, messages = package.bindings, package.codec.MESSAGES
    class_ = {"R": bindings.R, "R.A": bindings.R.A, "B": bindings.B}[inner]
    root = document.parse(DOCUMENT)
    other = OtherThread(lambda: binders.document(messages.classes).slot("r").binder.bind(root))
    binders = table_decoder.Binders(InterruptedContext(messages.context, class_, other))

    bound = binders.document(messages.classes).slot("r").binder.bind(root)

    assert other.result == bound == package.decode(DOCUMENT)


def test_the_order_of_elements_is_known_when_it_is_said_to_be() -> None:
    binder = Binder(dict, dict)

    def interleaved() -> Iterator[list[str]]:
        assert binder.may_remember is None  # by which another thread tells whether all is known
        yield ["a"]

    binder.learn_order(["a"], interleaved())

    assert binder.may_remember is False


def test_types_are_found_while_they_are_indexed_again(package: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    context = package.codec.MESSAGES.context
    assert context.find_type("B") is package.bindings.B
    met: list[int] = []
    is_model = type(context).is_binding_model

    def look(self: Any, class_: type) -> bool:
        met.append(len(self.xsi_cache["B"]))
        return bool(is_model(self, class_))

    monkeypatch.setattr(type(context), "is_binding_model", look)
    monkeypatch.setitem(sys.modules, "demo_imported_since", ModuleType("demo_imported_since"))

    assert context.find_type("B") is package.bindings.B
    assert set(met) == {1}
