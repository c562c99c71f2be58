"""Loading XSD files: what comes out, and what each kind of wrong source is answered with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.load.endpoint_facts import KNOWN
from schemapress.load.loader import load
from schemapress_runtime.names import XSD_NAMESPACE
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import ComplexType, ModelGroup
from schemapress_runtime.xsd.place import Place
from schemapress_runtime.xsd.simple_type import Restriction
from tests.conftest import REPOSITORY, XSD, schema


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.xsd").write_text(text, "utf-8")
    return folder / "main.xsd"


def test_the_ticketing_schema_has_its_types_with_their_places() -> None:
    loaded = load((XSD,))

    assert set(loaded.elements) == {"notifyInProgress"}
    status = loaded.types["FaultStatus"]
    assert isinstance(status, Restriction)
    assert len(status.enumeration or ()) == 8
    assert status.source.place == Place("notify-in-progress.xsd", 210)
    root = loaded.elements["notifyInProgress"].type
    assert isinstance(root, ComplexType)
    assert root.particle is not None
    assert len(list(root.particle.elements())) == 14
    undocumented = [element.name for element in root.particle.elements() if not element.documentation]
    assert undocumented == [
        "reporterContactDetails",
        "endUserContactDetails",
        "faultDetails",
        "updates",
        "appointments",
    ]


def test_endpoint_facts_are_read_from_appinfo() -> None:
    (endpoint,) = load((XSD,)).endpoints

    assert (endpoint.method, endpoint.path, endpoint.security) == ("POST", "/notifyInProgress", "certificate")
    assert endpoint.media_type == "application/xml"
    assert [response.status for response in endpoint.responses] == [204]


def test_included_and_imported_files_are_part_of_the_schema(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main=schema(
            '<xs:include schemaLocation="more.xsd"/><xs:import namespace="urn:o" schemaLocation="other.xsd"/>'
            '<xs:element name="a" type="t:T"/>',
            'targetNamespace="urn:t" xmlns:t="urn:t"',
        ),
        more=schema(
            '<xs:complexType name="T"><xs:sequence><xs:element name="b" type="xs:int"/></xs:sequence></xs:complexType>'
        ),
        other=schema('<xs:element name="c" type="xs:date"/>', 'targetNamespace="urn:o"'),
    )

    loaded = load((main,))

    assert loaded.files == ("main.xsd", "more.xsd", "other.xsd")
    assert set(loaded.elements) == {"{urn:t}a", "{urn:o}c"}
    assert loaded.types["{urn:t}T"].source.place == Place("more.xsd", 3)
    assert loaded.prefixes == {"urn:o": "tns", "urn:t": "t"}


def test_files_that_import_each_other_are_loaded_once(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main=schema(
            '<xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:element name="a" type="xs:int"/>',
            'targetNamespace="urn:a"',
        ),
        b=schema(
            '<xs:import namespace="urn:a" schemaLocation="main.xsd"/><xs:element name="b" type="xs:int"/>',
            'targetNamespace="urn:b"',
        ),
    )

    assert set(load((main,)).elements) == {"{urn:a}a", "{urn:b}b"}


def test_a_type_that_contains_itself_is_held_once(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main=schema(
            '<xs:complexType name="T"><xs:sequence><xs:element name="t" type="T" minOccurs="0"/></xs:sequence>'
            '</xs:complexType><xs:element name="a" type="T"/>'
        ),
    )

    assert list(load((main,)).types) == ["T"]


def test_types_may_hold_each_other_in_any_number_of_levels(tmp_path: Path) -> None:
    types = [
        f'<xs:complexType name="T{number}"><xs:sequence><xs:element name="e" type="T{number + 1}"/></xs:sequence>'
        "</xs:complexType>"
        for number in range(2_000)
    ]
    (tmp_path / "chain.xsd").write_text(
        schema(f'<xs:element name="root" type="T0"/>{"".join(types)}<xs:complexType name="T2000"/>')
    )

    loaded = load((tmp_path / "chain.xsd",))

    assert list(loaded.types) == [f"T{number}" for number in range(2_000, -1, -1)]


def test_groups_keep_their_kind_and_occurrence(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main=schema(
            '<xs:element name="a"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">'
            '<xs:element name="x" type="xs:int"/><xs:element name="y" type="xs:int" maxOccurs="7"/>'
            "</xs:choice></xs:complexType></xs:element>"
        ),
    )

    type_ = load((main,)).types["a/type"]

    assert isinstance(type_, ComplexType)
    assert type_.particle is not None
    assert isinstance(type_.particle.term, ModelGroup)
    assert (type_.particle.term.kind, type_.particle.minimum, type_.particle.maximum) == ("choice", 0, None)
    assert type_.particle.term.particles[1].maximum == 7


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "main.xsd:1", "not well-formed XML"),
        ("not XML at all", "main.xsd:1", "not well-formed XML"),
        ("<a/>", "main.xsd:1", "root element is <a>"),
        ("\n<html/>", "main.xsd:2", "root element is <html>"),
        (schema('<xs:element name="a" type="missing"/>'), "main.xsd:3", "'missing' does not resolve"),
        (schema('<xs:element nam="a"/>'), "main.xsd:3", "'name' is required"),
        (schema('\n\n<xs:include schemaLocation="gone.xsd"/>'), "main.xsd:5", "gone.xsd"),
        (schema('<xs:import namespace="urn:x" schemaLocation="gone.xsd"/>'), "main.xsd:3", "gone.xsd"),
        (
            schema(
                '<xs:complexType name="T"><xs:sequence>\n<xs:element name="a" type="xs:int" minOccurs="0"/>'
                '<xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType>'
            ),
            "main.xsd:3",
            "content model is not determinist",
        ),
    ],
)
def test_a_source_that_is_wrong_is_refused_with_its_place(tmp_path: Path, text: str, place: str, words: str) -> None:
    main = write(tmp_path, main=text)

    with pytest.raises(SchemapressError) as raised:
        load((main,))

    assert raised.value.place == str(tmp_path / place)
    assert words in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SchemapressError, match=r"nothing\.xsd: There is no such file"):
        load((tmp_path / "nothing.xsd",))


def test_a_missing_component_is_skipped_only_on_request(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main=schema(
            '<xs:import namespace="urn:x" schemaLocation="gone.xsd"/><xs:element name="a"><xs:complexType><xs:sequence>'
            '<xs:element ref="x:b"/></xs:sequence></xs:complexType></xs:element>',
            'xmlns:x="urn:x"',
        ),
    )

    loaded = load((main,), strict=False)

    assert set(loaded.elements) == {"a", "{urn:x}b"}
    with pytest.raises(SchemapressError, match="gone"):
        load((main,))


GET = '<endpoint name="a" method="GET" path="/a">'


def write_facts(folder: Path, facts: str) -> Path:
    """Write a schema whose third line has endpoint facts, and the element `a`."""
    facts = re.sub("<(endp[a-z]+)", r'<\1 xmlns="urn:schemapress:endpoint"', facts)
    annotation = f"<xs:annotation><xs:appinfo>{facts}</xs:appinfo></xs:annotation>"
    return write(folder, main=schema(f'{annotation}<xs:element name="a" type="xs:int"/>'))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ('<endpoint name="a" method="FETCH" path="/a"><request element="a"/></endpoint>', "FETCH"),
        ('<endpoint name="a" method="POST" path="a"><request element="a"/></endpoint>', "begins with a slash"),
        ('<endpoint name="a" method="POST" path="/a"/>', "no <request>"),
        ('<endpoint name="a" method="POST" path="/a"><request element="b"/></endpoint>', "'b'"),
        ('<endpoint name="a" path="/a"><request element="a"/></endpoint>', "attribute method"),
        ('<endpoint name="a" method="POST" path="/a" direction="up"><request element="a"/></endpoint>', "'up'"),
        (
            '<endpoint name="a" method="POST" path="/a"><request element="a"/><response status="abc"/></endpoint>',
            "'abc'",
        ),
        ('<endpont name="a" method="POST" path="/a"><request element="a"/></endpont>', "<endpont>"),
        ('<endpoint name="a" method="POST" path="/a" sender-key="b"><request element="a"/></endpoint>', "sender-key"),
        ('<endpoint name="a" method="GET" path="/a" sender-key="b"/>', "no <request>"),
        ('<endpoint name="a" method="GET" path="/a//b"/>', "empty segment"),
        ('<endpoint name="a" method="GET" path="/a/../b"/>', "of dots"),
        ('<endpoint name="a" method="GET" path="/a%20b"/>', "'%'"),
        ('<endpoint name="a" method="GET" path="/a?b=1"/>', "'?'"),
        ('<endpoint name="a" method="GET" path="/a;b"/>', "';'"),
        ('<endpoint name="a" method="GET" path="/a.{b}"/>', "'a.{b}'"),
        ('<endpoint name="a" method="GET" path="/{b}/{b}"/>', "two parameters of one name"),
        (f'{GET}<parameter name="b" in="path"/></endpoint>', "no parameter {b}"),
        (f'{GET}<parameter name="b" in="cookie"/></endpoint>', "'cookie'"),
        (f'{GET}<parameter name="b"/></endpoint>', "attribute in"),
        (
            '<endpoint name="a" method="GET" path="/{b}"><parameter name="b" in="path" required="false"/></endpoint>',
            "true, for a path has all its segments",
        ),
        (
            f'{GET}<parameter name="b" in="query" required="yes"/></endpoint>',
            "'yes'",
        ),
        (
            f'{GET}<parameter name="b" in="query" type="xs:nit"/></endpoint>',
            "'xs:nit'",
        ),
        (f'{GET}<parameter name="b" in="query" type="No"/></endpoint>', "'No'"),
        (
            f'{GET}<parameter name="b" in="query" type="xs:QName"/></endpoint>',
            "prefixes",
        ),
        (f'{GET}<parameter name="x_y" in="header"/></endpoint>', "'x_y'"),
        (f'{GET}<parameter name="Accept" in="header"/></endpoint>', "'Accept'"),
        *(
            (f'{GET}<parameter name="{name}" in="header"/></endpoint>', f"'{name}' can't be one: it says who calls")
            for name in (
                *(
                    "Cookie",
                    "Proxy-Authorization",
                    "webhook-id",
                    "Webhook-Anything",
                    "Client-Cert",
                    "Client-Cert-Chain",
                ),
                *("X-Forwarded-Client-Cert", "X-SSL-Client-Cert", "X-SSL-Client-Fingerprint", "ssl-client-verify"),
            )
        ),
        (
            f'{GET}<parameter name="B" in="header"/><parameter name="b" in="header"/></endpoint>',
            "two header parameters 'b'",
        ),
        (f'{GET}<response status="204" element="a"/></endpoint>', "no body"),
        (
            f'{GET}<response status="200"/><response status="200"/></endpoint>',
            "Two",
        ),
        ('<endpoint name="a" method="POST" path="/a"><request element="a" media-type="xml"/></endpoint>', "'xml'"),
        ('<endpoint name="a" method="POST" path="/a"><request element="a" media-type="a/b A/B"/></endpoint>', "once"),
        ('<endpoint name="a" method="POST" path="/a"><reqest element="a"/></endpoint>', "<reqest>"),
        ('<endpoint name="a" method="POST" path="/a"><request element="a"><x/></request></endpoint>', "<x>"),
        ('<endpoint name="a" method="POST" path="/a"><request xmlns="" element="a"/></endpoint>', "namespace"),
        *(
            (one.replace("#", ' madeUp="x"'), "'madeUp'")
            for one in (
                '<endpoint# name="a" method="POST" path="/a"><request element="a"/></endpoint>',
                '<endpoint name="a" method="POST" path="/a"><request# element="a"/></endpoint>',
                '<endpoint name="a" method="POST" path="/a"><request element="a"/><response# status="204"/></endpoint>',
            )
        ),
    ],
)
def test_endpoint_facts_that_are_wrong_are_refused(tmp_path: Path, facts: str, words: str) -> None:
    main = write_facts(tmp_path, facts)

    with pytest.raises(SchemapressError) as raised:
        load((main,))

    assert words in raised.value.message
    assert raised.value.place == f"{main}:3"
    assert "docs/endpoint-facts.md" in str(raised.value.hint)


def test_an_unknown_security_is_refused(tmp_path: Path) -> None:
    facts = '<endpoint name="a" method="POST" path="/a" security="oauth"><request element="a"/></endpoint>'

    with pytest.raises(SchemapressError, match="is 'oauth'; expected none or certificate"):
        load((write_facts(tmp_path, facts),))


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ('diretion="send"><request', "'direction'"),
        ('><request media_type="text/xml"', "'media-type'"),
        ("><respons/><request", "'response'"),
        ('security="certficate"><request', "'certificate'"),
        ('security="Certificate"><request', "'certificate'"),
    ],
)
def test_a_name_in_endpoint_facts_that_is_mistyped_has_its_nearest(tmp_path: Path, wrong: str, hint: str) -> None:
    facts = f'<endpoint name="a" method="POST" path="/a" {wrong} element="a"/></endpoint>'

    with pytest.raises(SchemapressError) as raised:
        load((write_facts(tmp_path, facts),))

    assert f"Did you mean {hint}?" in str(raised.value.hint)


def test_attributes_of_other_namespaces_and_comments_are_left_alone(tmp_path: Path) -> None:
    facts = (
        '<endpoint name="a" method="POST" path="/a" xml:lang="en" xmlns:o="urn:o" o:team="x">'
        '<!-- ours --><?ours?><request element="a"/></endpoint>'
    )

    assert [one.name for one in load((write_facts(tmp_path, facts),)).endpoints] == ["a"]


def test_two_templates_that_match_the_same_paths_are_refused_with_both_places(tmp_path: Path) -> None:
    one = '<endpoint name="{}" method="GET" path="{}"/>\n'
    apart = one.format("x", "/{a}/b") + one.format("y", "/{a}/{b}") + one.format("z", "/a/{b}")
    assert len(load((write_facts(tmp_path, apart),)).endpoints) == 3

    with pytest.raises(SchemapressError) as raised:
        load((write_facts(tmp_path, apart + one.format("other", "/a/{c}")),))

    assert "GET /a/{c}" in str(raised.value)
    assert "the same paths match /a/{b}, of 'z' at" in str(raised.value)
    assert str(raised.value.place).endswith(":6")


def test_a_parameter_has_a_type_of_the_schema_or_a_built_in_one(tmp_path: Path) -> None:
    facts = (
        '<endpoint name="a" method="GET" path="/{x}/{y}" xmlns:s="http://www.w3.org/2001/XMLSchema">'
        '<parameter name="z" in="query" type="s:int"/><parameter name="y" in="path" type="s:date"/></endpoint>'
    )
    (endpoint,) = load((write_facts(tmp_path, facts),)).endpoints

    assert [(known.name, known.location, known.type.label, known.required) for known in endpoint.parameters] == [
        ("x", "path", "string", True),
        ("y", "path", "date", True),
        ("z", "query", "int", False),
    ]
    assert (endpoint.request, endpoint.media_types) == (None, ())


def test_two_endpoints_of_one_method_path_and_direction_are_refused(tmp_path: Path) -> None:
    one = '<endpoint name="{}" method="{}" path="/a" direction="{}"><request element="a"/></endpoint>\n'
    others = [one.format("b", "PUT", "receive"), one.format("c", "POST", "send")]
    first = one.format("a", "post", "receive")
    assert len(load((write_facts(tmp_path, first + "".join(others)),)).endpoints) == 3

    main = write_facts(tmp_path, first + "".join(others) + one.format("d", "POST", "receive"))
    with pytest.raises(SchemapressError) as raised:
        load((main,))

    assert raised.value.place == f"{main}:6"
    assert f"'a' at {main}:3" in raised.value.message


def test_the_docs_have_each_fact() -> None:
    page = (REPOSITORY / "docs" / "endpoint-facts.md").read_text("utf-8")
    rows = "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    for element, known in KNOWN.items():
        for name in known.attributes:
            assert f"`{name}`" in rows if element == "endpoint" else f"@{name}`" in rows


def _chain(count: int, link: str, last: str) -> list[str]:
    """Return components of which each refers to the next one; `#` is the number of one, and `%` that of the next."""
    links = [link.replace("#", str(number)).replace("%", str(number + 1)) for number in range(count - 1)]
    return [*links, last.replace("#", str(count - 1))]


_USER = '<xs:complexType name="t#"><xs:{0} ref="g#"/></xs:complexType>'
_CHAINS = {
    "attribute groups": (
        '<xs:attributeGroup name="g#"><xs:attributeGroup ref="g%"/></xs:attributeGroup>'
        + _USER.format("attributeGroup"),
        '<xs:attributeGroup name="g#"/>',
    ),
    "groups": (
        '<xs:group name="g#"><xs:sequence><xs:group ref="g%"/></xs:sequence></xs:group>' + _USER.format("group"),
        '<xs:group name="g#"><xs:sequence/></xs:group>',
    ),
    "complex types": (
        '<xs:complexType name="g#"><xs:complexContent><xs:extension base="g%"/></xs:complexContent></xs:complexType>',
        '<xs:complexType name="g#"/>',
    ),
    "types with simple content": (
        '<xs:complexType name="g#"><xs:simpleContent><xs:extension base="g%"/></xs:simpleContent></xs:complexType>',
        '<xs:simpleType name="g#"><xs:restriction base="xs:string"/></xs:simpleType>',
    ),
    "simple types": (
        '<xs:simpleType name="g#"><xs:restriction base="g%"/></xs:simpleType>',
        '<xs:simpleType name="g#"><xs:restriction base="xs:string"/></xs:simpleType>',
    ),
    "items of lists": (
        '<xs:simpleType name="g#"><xs:list itemType="g%"/></xs:simpleType>',
        '<xs:simpleType name="g#"><xs:restriction base="xs:string"/></xs:simpleType>',
    ),
    "members of unions": (
        '<xs:simpleType name="g#"><xs:union memberTypes="xs:int g%"/></xs:simpleType>',
        '<xs:simpleType name="g#"><xs:restriction base="xs:string"/></xs:simpleType>',
    ),
}


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("kind", _CHAINS)
def test_a_long_chain_is_refused_in_whatever_order_it_is_declared(tmp_path: Path, kind: str, backwards: bool) -> None:
    components = _chain(200, *_CHAINS[kind])
    (tmp_path / "main.xsd").write_text(schema("\n".join(components[:: -1 if backwards else 1])), "utf-8")

    with pytest.raises(SchemapressError, match=r"\[limit (derivation|group)_levels\]") as refused:
        load((tmp_path / "main.xsd",))

    assert str(refused.value.place).startswith(f"{tmp_path / 'main.xsd'}:")


@pytest.mark.parametrize("backwards", [False, True])
def test_an_element_has_the_type_of_a_head_that_is_any_number_of_elements_away(tmp_path: Path, backwards: bool) -> None:
    link = '<xs:element name="g#" substitutionGroup="g%"/>'
    components = _chain(1_500, link, '<xs:element name="g#" type="xs:int"/>')
    (tmp_path / "main.xsd").write_text(schema("\n".join(components[:: -1 if backwards else 1])), "utf-8")

    loaded = load((tmp_path / "main.xsd",))

    assert loaded.elements["g0"].type is BUILTIN["int"]


@pytest.mark.parametrize("namespace", ["{x}", "a}b"])
def test_braces_in_a_namespace_are_refused(tmp_path: Path, namespace: str) -> None:
    (tmp_path / "a.xsd").write_text(schema('<xs:element name="r"/>', f'targetNamespace="{namespace}"'), "utf-8")

    with pytest.raises(SchemapressError, match="has braces"):
        load((tmp_path / "a.xsd",))


_TWO = 'targetNamespace="urn:t" xmlns="urn:t" xmlns:t="urn:t"'
_TYPES = {
    "own": '<xs:simpleType name="X"><xs:restriction base="xs:int"/></xs:simpleType>',
    "imports": '<xs:import namespace="urn:o" schemaLocation="other.xsd"/><xs:import schemaLocation="none.xsd"/>',
}


_HIDDEN = f"""<!DOCTYPE xs:schema [
<!ENTITY e '<x:element name="b" type="t:X" &#120;mlns:x="{XSD_NAMESPACE}" &#120;mlns:t="urn:o"/>'>]>"""


@pytest.mark.parametrize(
    ("before", "second", "meant"),
    [
        ("", '<xs:element name="b" type="t:X"/>', "{urn:t}X"),
        ("", '<xs:element name="b" type="t:X" xmlns:t="urn:o"/>', "{urn:o}X"),
        ("", '<xs:element name="b" type="X" xmlns="urn:o"/>', "{urn:o}X"),
        ("", '<xs:element name="b" type="X" xmlns=""/>', "X"),
        ("", "<xs:element name=\"b\" type=\"X\" xmlns = ''/>", "X"),
        ("", '<xs:element name="b" type="X"><xs:annotation><xs:appinfo><x xmlns="urn:o"/></xs:appinfo></xs:annotation>'
         "</xs:element>", "{urn:t}X"),
        ("", '<xs:annotation><xs:appinfo><x xmlns:t="urn:o"><xs:y/></x></xs:appinfo></xs:annotation>'
         '<xs:element name="b" type="t:X"/>', "{urn:t}X"),
        (_HIDDEN, "&e;",
         "{urn:o}X"),
    ],
    ids=["at the root", "prefix", "default", "taken back", "with spaces", "in appinfo", "around", "in an entity"],
)  # fmt: skip
def test_a_name_means_what_the_declarations_around_it_say(tmp_path: Path, before: str, second: str, meant: str) -> None:
    text = schema(f'{_TYPES["imports"]}{_TYPES["own"]}<xs:element name="a" type="t:X"/>{second}', _TWO)
    declaration, _, rest = text.partition("?>") if text.startswith("<?") else ("", "", text)
    head = f"{declaration}?>" if declaration else ""
    main = write(
        tmp_path,
        main=f"{head}{before}{rest}",
        other=schema(_TYPES["own"], 'targetNamespace="urn:o"'),
        none=schema(_TYPES["own"]),
    )

    loaded = load((main,))

    named = {name: loaded.elements[f"{{urn:t}}{name}"].type.source.name for name in ("a", "b")}
    assert named == {"a": "{urn:t}X", "b": meant}


def test_a_name_without_a_document_is_found_behind_one_that_has_it(tmp_path: Path) -> None:
    main = write(tmp_path, main=schema('<xs:element name="a" type="xs:int"/>\n<xs:element ref="o:b"/>', 'xmlns:o="o"'))

    with pytest.raises(SchemapressError, match="refers to b") as refused:
        load((main,))

    assert refused.value.place == f"{main}:4"


@pytest.mark.parametrize("prefixes", ['xmlns:x="{}"', 'xmlns:x="{}" xmlns:xs="urn:other"'])
def test_a_component_that_is_made_up_needs_no_prefix_of_the_document(tmp_path: Path, prefixes: str) -> None:
    declared = prefixes.format(XSD_NAMESPACE)
    type_ = '<x:simpleType name="T"><x:restriction base="o:M"/></x:simpleType><x:element name="a" type="T"/>'
    main = write(tmp_path, main=f'<x:schema {declared} xmlns:o="urn:o"><x:import namespace="urn:o"/>{type_}</x:schema>')

    assert load((main,), strict=False).types["T"].base is not None
