"""The prefixes of what is written: the publisher's, or those that the caller chooses, declared where they are used."""

from __future__ import annotations

import http.client
import importlib
import random
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from xml.etree.ElementTree import QName

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemapress_runtime.binding.prefixes import MessagePrefixes
from tests.conftest import REPOSITORY, schema
from tests.hostile.packages import SOURCES, Source, package_of, random_source
from tests.support.judges import libxml2_accepts

pytestmark = pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
BASIC = "urn:example:basic"
ORDER = "urn:example:order"

PLAIN: Mapping[str, str] = {
    "basic.xsd": schema(
        '<xs:complexType name="Party"><xs:sequence><xs:element name="ID" type="xs:string"/></xs:sequence>'
        "</xs:complexType>",
        f'targetNamespace="{BASIC}" xmlns="{BASIC}" elementFormDefault="qualified"',
    ),
    "order.xsd": schema(
        '<xs:import namespace="urn:example:basic" schemaLocation="basic.xsd"/><xs:element name="Order"><xs:complexType>'
        '<xs:sequence><xs:element name="Line" type="xs:string"/>'
        '<xs:element name="Buyer" type="bas:Party" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>',
        f'targetNamespace="{ORDER}" xmlns="{ORDER}" xmlns:bas="{BASIC}" xmlns:again="{BASIC}"'
        ' elementFormDefault="qualified"',
    ),
}
"""Two namespaces, written by straight-line code; the second document has two prefixes for the first namespace."""


@dataclass(frozen=True)
class Built:
    """A package, and the XSD that judges its documents."""

    package: ModuleType
    xsd: Path

    @property
    def classes(self) -> Any:  # the classes of the package
        return importlib.import_module(f"{self.package.__name__}.bindings")

    def written(self, value: object, prefixes: Mapping[str, str] | None = None) -> str:
        """Return an encoded object, which every judge accepts, and which is read back as the same."""
        document: bytes = self.package.encode(value, prefixes=prefixes)
        read = self.package.decode(document)
        assert read == value or str(read) == str(value)  # NaN is not equal to itself
        assert libxml2_accepts(self.xsd, document), document
        return document.decode().removeprefix(HEAD)


@pytest.fixture(scope="module")
def orders() -> Iterator[Built]:
    with package_of(PLAIN) as (package, folder):
        yield Built(package, folder / "order.xsd")


def one_file(content: str, attributes: str) -> dict[str, str]:
    return {"demo.xsd": schema(content, attributes)}


def test_a_message_has_the_default_namespace_and_the_prefixes_of_its_schema_document(orders: Built) -> None:
    bindings = orders.classes

    assert importlib.import_module(f"{orders.package.__name__}.codec")._ENCODERS, "no straight-line code is emitted"
    alone = orders.written(bindings.Order(line="<bas:"))
    bought = orders.written(bindings.Order(line="1", buyer=bindings.Party(id="2")))

    assert alone == f'<Order xmlns="{ORDER}"><Line>&lt;bas:</Line></Order>'
    assert bought == (
        f'<Order xmlns="{ORDER}" xmlns:bas="{BASIC}"><Line>1</Line><Buyer><bas:ID>2</bas:ID></Buyer></Order>'
    )


def test_chosen_prefixes_go_before_those_of_the_schema(orders: Built) -> None:
    value = orders.classes.Order(line="1", buyer=orders.classes.Party(id="2"))
    inside = "{o}Line>1</{o}Line><{o}Buyer><{b}ID>2</{b}ID></{o}Buyer></{o}Order>"

    def expected(start: str, o: str, b: str) -> str:
        return f"{start}><{inside.format(o=o, b=b)}"

    assert orders.written(value, {"b": BASIC}) == expected(f'<Order xmlns="{ORDER}" xmlns:b="{BASIC}"', "", "b:")
    assert orders.written(value, {"o": ORDER}) == expected(
        f'<o:Order xmlns:o="{ORDER}" xmlns:bas="{BASIC}"', "o:", "bas:"
    )
    assert orders.written(value, {"": BASIC, "bas": ORDER}) == expected(
        f'<bas:Order xmlns:bas="{ORDER}" xmlns="{BASIC}"', "bas:", ""
    )
    assert orders.written(value, {"": ""}).startswith(f'<tns:Order xmlns:tns="{ORDER}" xmlns:bas="{BASIC}">')
    assert orders.written(value, {"unused": "urn:unused"}) == orders.written(value)
    assert orders.written(value, {}) == orders.written(value)


@pytest.mark.parametrize(
    ("prefixes", "message"),
    [
        ({"1a": BASIC}, "the prefix '1a' is no NCName"),
        ({"a:b": BASIC}, "the prefix 'a:b' is no NCName"),
        ({" ": BASIC}, "the prefix ' ' is no NCName"),
        ({"xml": BASIC}, "the prefix 'xml' is reserved"),
        ({"xmlns": BASIC}, "the prefix 'xmlns' is reserved"),
        ({"x": "http://www.w3.org/XML/1998/namespace"}, "has the prefix 'xml' alone"),
        ({"": "http://www.w3.org/2000/xmlns/"}, "has the prefix 'xmlns' alone"),
        ({"b": ""}, "the prefix 'b' has no namespace"),
        ({"b": "urn:\x00"}, "a character that XML can't hold"),
    ],
)
def test_a_prefix_that_can_not_be_declared_is_refused(orders: Built, prefixes: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        orders.package.encode(orders.classes.Order(line="1"), prefixes=prefixes)


@pytest.mark.parametrize("prefixes", [{None: ORDER}, {"a": 5}, {"a": b"urn:x"}, [("a", ORDER)], {"a": [ORDER]}])
def test_invalid_prefixes_are_a_type_error(orders: Built, prefixes: Any) -> None:
    with pytest.raises(TypeError):
        orders.package.encode(orders.classes.Order(line="1"), prefixes=prefixes)


LOCAL = '<xs:element name="m"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int"/>'
LOCAL_END = "</xs:sequence></xs:complexType></xs:element>"


def test_the_root_has_a_prefix_where_the_default_namespace_would_capture_elements() -> None:
    for declared, prefix in (('xmlns="urn:m"', "tns"), ('xmlns:own="urn:m"', "own")):
        with package_of(one_file(LOCAL + LOCAL_END, f'targetNamespace="urn:m" {declared}')) as (package, folder):
            demo = Built(package, folder / "demo.xsd")
            value = demo.classes.M(a=1)

            assert demo.written(value) == f'<{prefix}:m xmlns:{prefix}="urn:m"><a>1</a></{prefix}:m>'
            assert demo.written(value, {"q": "urn:m"}) == '<q:m xmlns:q="urn:m"><a>1</a></q:m>'
            with pytest.raises(ValueError, match=r"the default namespace can't be 'urn:m'.* would capture"):
                package.encode(value, prefixes={"": "urn:m"})


def test_each_of_several_roots_that_need_a_prefix_has_the_plain_one() -> None:
    files = {
        f"{name}.xsd": schema(LOCAL + LOCAL_END, f'targetNamespace="urn:{name}" xmlns="urn:{name}"') for name in "ab"
    }
    with package_of(files) as (package, _):
        for name in "ab":
            document = f'<tns:m xmlns:tns="urn:{name}"><a>1</a></tns:m>'

            assert package.encode(package.decode(document.encode())).decode() == HEAD + document


@pytest.mark.parametrize(
    "hidden",
    [
        '<xs:complexType name="Sub"><xs:complexContent><xs:extension base="T"><xs:sequence>'
        '<xs:element name="b" form="unqualified" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>'
        "</xs:complexType>",
        '<xs:element name="other" substitutionGroup="head"><xs:complexType><xs:complexContent><xs:extension base="T">'
        '<xs:sequence><xs:element name="b" form="unqualified" type="xs:int"/></xs:sequence></xs:extension>'
        "</xs:complexContent></xs:complexType></xs:element>",
    ],
    ids=["by an xsi:type", "by a substitution group"],
)
def test_the_root_has_a_prefix_where_only_derived_types_have_elements_without_a_namespace(hidden: str) -> None:
    content = (
        '<xs:complexType name="T"><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType>'
        '<xs:element name="head" type="T"/><xs:element name="r"><xs:complexType><xs:sequence>'
        f'<xs:element ref="head" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element>{hidden}'
    )
    attributes = 'targetNamespace="urn:m" xmlns="urn:m" xmlns:m="urn:m" elementFormDefault="qualified"'
    with package_of(one_file(content, attributes)) as (package, _):
        value = package.decode(b'<r xmlns="urn:m"><head><a>1</a></head></r>')

        assert package.encode(value).startswith(f'{HEAD}<m:r xmlns:m="urn:m">'.encode())


def test_attributes_in_a_namespace_have_a_prefix_whatever_the_default_namespace_is() -> None:
    content = (
        '<xs:attribute name="href" type="xs:string"/><xs:element name="r"><xs:complexType><xs:sequence>'
        '<xs:element name="t" type="xs:string" minOccurs="0"/></xs:sequence><xs:attribute ref="href"/></xs:complexType>'
        "</xs:element>"
    )
    attributes = 'targetNamespace="urn:m" xmlns="urn:m" elementFormDefault="qualified"'
    with package_of(one_file(content, attributes)) as (package, folder):
        demo = Built(package, folder / "demo.xsd")

        assert demo.written(demo.classes.R(href="x")) == '<r xmlns="urn:m" xmlns:tns="urn:m" tns:href="x"></r>'
        assert "xmlns:tns" not in demo.written(demo.classes.R(t=' tns:href="x"'))
        assert demo.written(demo.classes.R(href="x"), {"": "urn:m", "p": "urn:m"}) == (
            '<r xmlns="urn:m" xmlns:p="urn:m" p:href="x"></r>'
        )


NAMES = (
    '<xs:complexType name="T"><xs:sequence><xs:element name="q" type="xs:QName" maxOccurs="9"/></xs:sequence>'
    '<xs:attribute name="at" type="xs:QName"/></xs:complexType><xs:complexType name="Sub"><xs:complexContent>'
    '<xs:extension base="T"/></xs:complexContent></xs:complexType>'
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="t" type="T"/><xs:any minOccurs="0" '
    'processContents="lax"/></xs:sequence><xs:anyAttribute processContents="lax"/></xs:complexType></xs:element>'
)


@pytest.fixture(scope="module")
def names() -> Iterator[Built]:
    attributes = 'targetNamespace="urn:m" xmlns="urn:m" xmlns:m="urn:m" elementFormDefault="qualified"'
    with package_of(one_file(NAMES, attributes)) as (package, folder):
        yield Built(package, folder / "demo.xsd")


def test_names_in_values_have_prefixes_that_are_declared(names: Built) -> None:
    bindings = names.classes
    inside = bindings.T(q=[QName("urn:m", "a"), QName("urn:else", "b")], at=QName("urn:at", "c"))

    text = names.written(bindings.R(t=inside))

    assert text == (
        '<r xmlns="urn:m" xmlns:m="urn:m" xmlns:ns0="urn:at" xmlns:ns1="urn:else"><t at="ns0:c"><q>m:a</q><q>ns1:b</q>'
        "</t></r>"
    )
    assert '<q:t at="ns0:c">' in names.written(bindings.R(t=inside), {"q": "urn:m"})
    assert '<q:t at="ns0:c" xmlns=""' not in names.written(bindings.R(t=inside), {"q": "urn:m"})


def test_the_type_of_an_element_has_a_prefix_that_is_declared(names: Built) -> None:
    bindings = names.classes

    text = names.written(bindings.R(t=bindings.Sub(q=[QName("urn:m", "a")])))

    assert '<t xsi:type="m:Sub">' in text
    assert text.startswith('<r xmlns="urn:m" xmlns:m="urn:m" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">')
    assert 'xmlns:xsi="urn:m"' in names.written(bindings.R(t=bindings.Sub(q=[QName("b")])), {"xsi": "urn:m"})


def test_a_name_without_a_namespace_stays_without(names: Built) -> None:
    value = names.classes.R(t=names.classes.T(q=[QName("a"), QName("urn:m", "b")]))

    assert names.written(value) == '<m:r xmlns:m="urn:m"><m:t><m:q>a</m:q><m:q>m:b</m:q></m:t></m:r>'
    assert '<m:q xmlns="">a</m:q><q>m:b</q>' in names.written(value, {"": "urn:m"})


def test_names_inside_wildcards_are_kept(names: Built) -> None:
    document = (
        b'<r xmlns="urn:m" xmlns:x="urn:x" xmlns:y="urn:y" x:of="y:name" x:url="http://a"><t><q>x:a</q></t>'
        b'<x:any y:at="x:v"><plain xmlns=""/></x:any></r>'
    )
    value = names.package.decode(document)

    text = names.written(value)
    tree = etree.fromstring(text)

    assert [one.tag for one in tree.iter("*")] == [one.tag for one in etree.fromstring(document).iter("*")]
    prefix, _, local = str(tree.get("{urn:x}of")).partition(":")
    assert (tree.nsmap[prefix], local) == ("urn:y", "name")
    assert tree.get("{urn:x}url") == "http://a"
    assert "xmlns:x" in names.written(value, {"x": "urn:x", "": "urn:x"})


@pytest.mark.parametrize("text", ["ns0:a", "ns1:a", "m:a", "http:a", "http://a", "ns0:", "ns0:a b", "xml:a", ":a"])
@pytest.mark.parametrize("chosen", [None, {"http": "urn:x"}, {"": "", "ns0": "urn:m"}])
def test_a_text_that_begins_like_a_prefix_stays_a_text(names: Built, text: str, chosen: dict[str, str] | None) -> None:
    other = f'<x:any at="{text}"/>'
    document = f'<q:r xmlns:q="urn:m" xmlns:x="urn:x" x:of="{text}" x:to="x:a"><q:t><q:q>x:a</q:q></q:t>{other}</q:r>'
    value = names.package.decode(document.encode())

    tree = etree.fromstring(names.written(value, chosen))

    assert [tree.get("{urn:x}of"), tree[1].get("at")] == [text, text]
    prefix, _, local = str(tree.get("{urn:x}to")).partition(":")
    assert (tree.nsmap[prefix], local) == ("urn:x", "a")
    assert names.package.decode(names.package.encode(value, prefixes=chosen)) == value


MIXED = (
    '<xs:simpleType name="Names"><xs:list itemType="xs:QName"/></xs:simpleType><xs:element name="p">'
    '<xs:complexType mixed="true"><xs:choice maxOccurs="9"><xs:element name="q" type="{}"/>'
    '<xs:element name="s" type="xs:string"/></xs:choice></xs:complexType></xs:element>'
)


@pytest.mark.parametrize(
    ("type_", "inside"),
    [
        ("xs:QName", "<q>x:n</q>"),
        ("xs:QName", "<q>n</q>"),
        ("m:Names", "<q>x:n m:o n</q>"),
        ("xs:QName", "<s>x:n</s>"),
        ("xs:QName", "<s>{urn:x}n</s>"),
    ],
)
def test_names_in_mixed_content_have_prefixes_that_are_declared(type_: str, inside: str) -> None:
    attributes = 'targetNamespace="urn:m" xmlns:m="urn:m"'
    document = f'<m:p xmlns:m="urn:m" xmlns:x="urn:x">a {inside} b</m:p>'.encode()

    with package_of(one_file(MIXED.replace("{}", type_), attributes)) as (package, _):
        value = package.decode(document)
        for read in (value, package.from_json(package.to_json(value))):
            child = etree.fromstring(package.encode(read, prefixes={"x": "urn:x", "m": "urn:m"}))[0]

            assert etree.tostring(child, with_tail=False, method="text").decode() == re.sub("<[^>]*>", "", inside)
            assert package.decode(package.encode(read)) == value


def test_a_date_in_a_wildcard_is_written_as_one(names: Built) -> None:
    value = names.package.decode(
        b'<r xmlns="urn:m" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><t><q>a</q></t>'
        b'<x:d xmlns:x="urn:x" xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:date">2026-11-26Z</x:d></r>'
    )

    assert ':d xsi:type="xs:date">2026-11-26Z</' in names.written(value)


def test_documents_that_differ_in_a_prefix_each_keep_their_own() -> None:
    def message(namespace: str, name: str) -> str:
        imported = "".join(f'<xs:import namespace="urn:{one}" schemaLocation="{one}.xsd"/>' for one in ("one", "two"))
        content = (
            f'{imported}<xs:element name="{name}"><xs:complexType><xs:sequence><xs:element ref="p:e"/>'
            '<xs:element ref="q:e"/></xs:sequence></xs:complexType></xs:element>'
        )
        first, second = ("one", "two") if name == "a" else ("two", "one")
        return schema(content, f'targetNamespace="{namespace}" xmlns:p="urn:{first}" xmlns:q="urn:{second}"')

    element = '<xs:element name="e" type="xs:int"/>'
    files = {
        **{f"{one}.xsd": schema(element, f'targetNamespace="urn:{one}"') for one in ("one", "two")},
        "a.xsd": message("urn:a", "a"),
        "b.xsd": message("urn:b", "b"),
    }
    with package_of(files) as (package, folder):
        for name, first, second in (("a", "one", "two"), ("b", "two", "one")):
            inside = f'<e xmlns="urn:{first}">1</e><e xmlns="urn:{second}">2</e>'
            value = package.decode(f'<x:{name} xmlns:x="urn:{name}">{inside}</x:{name}>'.encode())

            text = Built(package, folder / f"{name}.xsd").written(value)

            assert f'xmlns:p="urn:{first}"' in text
            assert "<p:e>1</p:e><q:e>2</q:e>" in text


def test_a_prefix_that_is_taken_is_made_anew_for_the_other_namespace() -> None:
    prefixes = MessagePrefixes({"a": "urn:a", "b": "urn:b", "xml": "http://www.w3.org/XML/1998/namespace"})

    chosen = prefixes.of("{urn:a}r", {"b": "urn:a"})

    assert chosen.named["urn:a"] == "b"
    assert chosen.named["urn:b"] == "ns0"
    assert chosen.default == ""


def test_the_same_choice_is_worked_out_once() -> None:
    prefixes = MessagePrefixes({"a": "urn:a"})

    assert prefixes.of("{urn:a}r", {"b": "urn:a"}) is prefixes.of("{urn:a}s", {"b": "urn:a"})


# Handlers


@pytest.fixture(scope="module")
def shop() -> Iterator[ModuleType]:
    xsd = REPOSITORY / "tests" / "golden" / "orders" / "orders.xsd"
    with package_of({"demo.xsd": xsd.read_text("utf-8")}) as (package, _):
        yield importlib.import_module(f"{package.__name__}.handlers")


def shop_with(module: ModuleType, chosen: Mapping[str, str] | None) -> Any:  # the handlers of a package
    class Shop(module.Handlers):  # type: ignore[misc,name-defined]  # a class of a package that is built here
        prefixes = chosen

        def place_order(self, message: Any, request: object) -> Any:
            return module.bindings.Receipt(number=message.number)

        def cancel(self, message: object, request: object) -> None:
            return None

    return Shop()


@pytest.mark.parametrize(
    ("chosen", "start"),
    [(None, '<receipt xmlns="urn:example:orders">'), ({"q": "urn:example:orders"}, '<q:receipt xmlns:q="')],
)
def test_answers_have_the_prefixes_of_the_handlers(
    shop: ModuleType, chosen: Mapping[str, str] | None, start: str
) -> None:
    order = (
        b'<order xmlns="urn:example:orders"><number>A1</number><placed>2026-11-26</placed><buyer><name>B</name></buyer>'
        b"<line><item>P</item><quantity>1</quantity></line><total>1</total></order>"
    )
    with make_server("127.0.0.1", 0, shop.wsgi(shop_with(shop, chosen)), handler_class=_Silent) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request("POST", "/orders", order, {"Content-Type": "application/xml"})
        response = connection.getresponse()
        body = response.read().decode()
        thread.join()

    assert response.status == 201, body
    assert body.removeprefix(HEAD).startswith(start)


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("application", ["asgi", "wsgi"])
def test_handlers_with_prefixes_that_can_not_be_declared_are_refused(shop: ModuleType, application: str) -> None:
    with pytest.raises(ValueError, match="the prefix 'xml' is reserved"):
        getattr(shop, application)(shop_with(shop, {"xml": "urn:x"}))


# Any prefixes, over shapes that are drawn

_CHOICES = st.dictionaries(
    st.sampled_from(["", "a", "b", "t", "f", "xs", "xsi", "ns0", "ns1", "\u00e9", "q.x", "x-1", "_"]),
    st.sampled_from(["urn:fuzz", "urn:other", "urn:d", "urn:x", "http://www.w3.org/2001/XMLSchema-instance"]),
    max_size=5,
)
_DRAWN = [f"drawn {seed}" for seed in range(6)]


@pytest.fixture(scope="module")
def shape(request: pytest.FixtureRequest) -> Iterator[tuple[Built, tuple[bytes, ...]]]:
    name = str(request.param)
    source: Source = random_source(int(name.split()[1])) if name in _DRAWN else SOURCES[name]
    with package_of(source.files) as (package, folder):
        judged = (one for one in source.documents if libxml2_accepts(folder / "demo.xsd", one))
        documents = tuple(one for one in judged if _is_written(package, one))
        assert documents
        yield Built(package, folder / "demo.xsd"), documents


def _is_written(package: ModuleType, document: bytes) -> bool:
    """Whether what is decoded can be written at all: an element of mixed content that is nil can't."""
    try:
        package.encode(package.decode(document))
    except package.InvalidDocument:
        return False
    return True


@pytest.mark.parametrize("shape", [*SOURCES, *_DRAWN], indirect=True)
@given(choice=_CHOICES, seed=st.integers(0, 2**16))
@settings(max_examples=40)
def test_any_prefixes_give_the_same_object_and_a_valid_document(
    shape: tuple[Built, tuple[bytes, ...]], choice: dict[str, str], seed: int
) -> None:
    built, documents = shape
    value = built.package.decode(random.Random(seed).choice(documents))
    first = etree.fromstring(built.written(value).encode())

    try:
        second = etree.fromstring(built.written(value, choice).encode())
    except ValueError as error:
        assert "would capture" in str(error)
        assert choice[""]
        return

    assert canonical(second) == canonical(first)
    for element in (*first.iter("*"), *second.iter("*")):
        used = {str(name)[1:].partition("}")[0] for name in (element.tag, *element.attrib) if str(name).startswith("{")}
        assert used <= {*element.nsmap.values(), "http://www.w3.org/XML/1998/namespace"}
    assert set(second.nsmap.values()) == set(first.nsmap.values())


def canonical(root: etree._Element) -> bytes:
    """Return a document in canonical form, with one prefix for each namespace (C14N 2.0 §2.4, prefix rewriting)."""
    uris = sorted({uri for element in root.iter("*") for uri in element.nsmap.values() if uri})
    renamed = _renamed(root, {f"c{number}": uri for number, uri in enumerate(uris)})
    return etree.tostring(renamed, method="c14n")


def _renamed(element: etree._Element, nsmap: dict[str, str]) -> etree._Element:
    made = etree.Element(element.tag, nsmap=nsmap)
    for name, text in element.items():
        made.set(name, _value(str(text), element, nsmap))
    made.text = _value(element.text, element, nsmap) if element.text else element.text
    for child in element:
        made.append(_renamed(child, nsmap))
        made[-1].tail = child.tail
    return made


def _value(text: str, element: etree._Element, nsmap: dict[str, str]) -> str:
    """Return a text with the new prefix, where it is a name whose prefix is in scope."""
    prefix, colon, local = text.partition(":")
    uri = element.nsmap.get(prefix) if colon else None
    new = next((name for name, one in nsmap.items() if one == uri), None)
    return text if new is None else f"{new}:{local}"
