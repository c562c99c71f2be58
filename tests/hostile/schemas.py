"""Kinds of schemas that grow: for each, what makes one of a size, as the texts of its files by their names.

The tests take the sizes of the table; a longer run may take any other ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Files = dict[str, str]

MAIN = "main.xsd"
"""The file that is loaded; it refers to the others."""


def document(content: str, attributes: str = "") -> str:
    """Return the text of a schema document."""
    return f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {attributes}>\n{content}\n</xs:schema>\n'


def root(content: str, more: str = "") -> Files:
    """Return a schema of one element with a content model, and of what else it needs."""
    element = f'<xs:element name="r"><xs:complexType>{content}</xs:complexType></xs:element>'
    return {MAIN: document(f"{element}\n{more}")}


def simple(restriction: str, base: str = "xs:string", more: str = "") -> Files:
    """Return a schema of one element with a restricted type."""
    type_ = f'<xs:simpleType><xs:restriction base="{base}">{restriction}</xs:restriction></xs:simpleType>'
    return {MAIN: document(f'<xs:element name="r">{type_}</xs:element>\n{more}')}


def pattern(text: str) -> Files:
    """Return a schema of one element with a pattern."""
    return simple(f'<xs:pattern value="{text}"/>')


def lines(count: int, line: str) -> str:
    """Return a line for each number from 0; `#` in it is the number, and `§` the one before it."""
    return "\n".join(line.replace("#", str(n)).replace("§", str(n - 1)) for n in range(count))


STRING = '<xs:simpleType name="t0"><xs:restriction base="xs:string"/></xs:simpleType>'
OPTIONAL = '<xs:element name="e#" type="xs:string" minOccurs="0"/>'
EXTENDED = (
    '<xs:complexType name="c#"><xs:complexContent><xs:extension base="c§"><xs:sequence>'
    '<xs:element name="e#" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>'
)


def _after_first(count: int, line: str) -> str:
    """Return lines from the number 1."""
    return "\n".join(line.replace("#", str(n)).replace("§", str(n - 1)) for n in range(1, count + 1))


def _nested(count: int) -> Files:
    inner = '<xs:element name="leaf" type="xs:string"/>'
    return root("<xs:sequence>" * count + inner + "</xs:sequence>" * count)


def _nested_choices(count: int) -> Files:
    levels = "".join(f'<xs:choice><xs:element name="e{n}" type="xs:string"/>' for n in range(count))
    return root(levels + "</xs:choice>" * count)


def _nested_types(count: int) -> Files:
    opened = '<xs:element name="n"><xs:complexType><xs:sequence>'
    closed = "</xs:sequence></xs:complexType></xs:element>"
    return {MAIN: document(opened * count + '<xs:element name="leaf" type="xs:string"/>' + closed * count)}


def _chain_of_groups(count: int) -> Files:
    groups = _after_first(count, '<xs:group name="g#"><xs:sequence><xs:group ref="g§"/></xs:sequence></xs:group>')
    first = '<xs:group name="g0"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:group>'
    return root(f'<xs:group ref="g{count}"/>', f"{first}\n{groups}")


def _doubled_groups(count: int) -> Files:
    twice = '<xs:group name="g#"><xs:sequence><xs:group ref="g§"/><xs:group ref="g§"/></xs:sequence></xs:group>'
    first = '<xs:group name="g0"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:group>'
    return root(f'<xs:group ref="g{count}"/>', first + "\n" + _after_first(count, twice))


def _doubled_attribute_groups(count: int) -> Files:
    twice = '<xs:attributeGroup name="g#"><xs:attributeGroup ref="g§"/><xs:attributeGroup ref="g§"/></xs:attributeGroup>'
    first = '<xs:attributeGroup name="g0"><xs:attribute name="a"/></xs:attributeGroup>'
    return root(f'<xs:attributeGroup ref="g{count}"/>', first + "\n" + _after_first(count, twice))


def _imports(count: int) -> Files:
    files = {f"n{n}.xsd": document('<xs:element name="e" type="xs:string"/>', f'targetNamespace="urn:n{n}"') for n in range(count)}
    references = lines(count, '<xs:import namespace="urn:n#" schemaLocation="n#.xsd"/>')
    return {MAIN: document(references + '\n<xs:element name="r" type="xs:string"/>'), **files}


def _chain_of_includes(count: int) -> Files:
    files = {
        f"n{n}.xsd": document(
            f'<xs:include schemaLocation="n{n + 1}.xsd"/><xs:element name="e{n}" type="xs:string"/>'
            if n + 1 < count
            else f'<xs:element name="e{n}" type="xs:string"/>'
        )
        for n in range(count)
    }
    return {MAIN: document('<xs:include schemaLocation="n0.xsd"/><xs:element name="r" type="xs:string"/>'), **files}


def _keys(count: int) -> Files:
    keys = lines(count, '<xs:key name="k#"><xs:selector xpath="a"/><xs:field xpath="@b#"/></xs:key>')
    keys += lines(count, '<xs:keyref name="r#" refer="k#"><xs:selector xpath="a"/><xs:field xpath="@b#"/></xs:keyref>')
    content = '<xs:complexType><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:complexType>'
    return {MAIN: document(f'<xs:element name="r">{content}{keys}</xs:element>')}


def _unions(count: int) -> Files:
    unions = _after_first(count, '<xs:simpleType name="t#"><xs:union memberTypes="t§ xs:int"/></xs:simpleType>')
    return {MAIN: document(f'{STRING}\n{unions}<xs:element name="r" type="t{count}"/>')}


def _doubled_unions(count: int) -> Files:
    unions = _after_first(count, '<xs:simpleType name="t#"><xs:union memberTypes="t§ t§"/></xs:simpleType>')
    return {MAIN: document(f'{STRING}\n{unions}<xs:element name="r" type="t{count}"/>')}


def _substitution_groups(count: int) -> Files:
    members = lines(count, '<xs:element name="m#" type="xs:string" substitutionGroup="h"/>')
    content = '<xs:sequence><xs:element ref="h" maxOccurs="unbounded"/></xs:sequence>'
    return root(content, f'<xs:element name="h" type="xs:string" abstract="true"/>\n{members}')


def _chain_of_substitutions(count: int) -> Files:
    members = _after_first(count, '<xs:element name="m#" type="xs:string" substitutionGroup="m§"/>')
    content = '<xs:sequence><xs:element ref="m0" maxOccurs="unbounded"/></xs:sequence>'
    return root(content, f'<xs:element name="m0" type="xs:string"/>\n{members}')


def _redefined(count: int) -> Files:
    files = {"n0.xsd": document(STRING)}
    for n in range(1, count + 1):
        redefined = f'<xs:simpleType name="t0"><xs:restriction base="t0"><xs:maxLength value="{9999 - n}"/></xs:restriction></xs:simpleType>'
        files[f"n{n}.xsd"] = document(f'<xs:redefine schemaLocation="n{n - 1}.xsd">{redefined}</xs:redefine>')
    return {MAIN: document(f'<xs:include schemaLocation="n{count}.xsd"/><xs:element name="r" type="t0"/>'), **files}


@dataclass(frozen=True)
class Kind:
    """A kind of schema, and the size at which the tests begin to look at it."""

    make: Callable[[int], Files]
    size: int


KINDS = {
    "optional elements": Kind(lambda n: root(f"<xs:sequence>{lines(n, OPTIONAL)}</xs:sequence>"), 1_000),
    "elements of a repeated choice": Kind(
        lambda n: root(f'<xs:choice maxOccurs="unbounded">{lines(n, OPTIONAL)}</xs:choice>'), 1_000
    ),
    "elements of a choice": Kind(lambda n: root(f"<xs:choice>{lines(n, OPTIONAL)}</xs:choice>"), 1_000),
    "elements of a sequence": Kind(
        lambda n: root(f'<xs:sequence>{lines(n, OPTIONAL.replace(" minOccurs=" + chr(34) + "0" + chr(34), ""))}</xs:sequence>'), 5_000
    ),
    "elements of an all-group": Kind(lambda n: root(f"<xs:all>{lines(n, OPTIONAL)}</xs:all>"), 1_000),
    "wildcards": Kind(lambda n: root("<xs:sequence>" + lines(n, '<xs:any namespace="urn:n#" minOccurs="0"/>') + "</xs:sequence>"), 500),
    "attributes": Kind(lambda n: root(lines(n, '<xs:attribute name="a#" type="xs:string"/>')), 5_000),
    "attribute groups": Kind(_doubled_attribute_groups, 10),
    "enumeration values": Kind(lambda n: simple(lines(n, '<xs:enumeration value="v#"/>')), 10_000),
    "enumerated numbers": Kind(lambda n: simple(lines(n, '<xs:enumeration value="#"/>'), "xs:decimal"), 10_000),
    "patterns of one type": Kind(lambda n: simple(lines(n, '<xs:pattern value="v#[a-z]*"/>')), 1_000),
    "types": Kind(
        lambda n: {
            MAIN: document(
                lines(n, '<xs:complexType name="c#"><xs:sequence><xs:element name="a" type="c#" minOccurs="0"/></xs:sequence></xs:complexType>')
                + '<xs:element name="r" type="c0"/>'
            )
        },
        3_000,
    ),
    "simple types": Kind(
        lambda n: {
            MAIN: document(
                lines(n, '<xs:simpleType name="t#"><xs:restriction base="xs:string"/></xs:simpleType>')
                + '<xs:element name="r" type="t0"/>'
            )
        },
        3_000,
    ),
    "global elements": Kind(lambda n: {MAIN: document(lines(n, '<xs:element name="r#" type="xs:string"/>'))}, 5_000),
    "base types": Kind(
        lambda n: {MAIN: document(f'{STRING}\n{_after_first(n, chr(60) + "xs:simpleType name=" + chr(34) + "t#" + chr(34) + "><xs:restriction base=" + chr(34) + "t§" + chr(34) + "/></xs:simpleType>")}<xs:element name="r" type="t{n}"/>')},
        500,
    ),
    "extensions": Kind(
        lambda n: {MAIN: document(f'<xs:complexType name="c0"><xs:sequence/></xs:complexType>\n{_after_first(n, EXTENDED)}<xs:element name="r" type="c{n}"/>')},
        200,
    ),
    "unions of unions": Kind(_unions, 300),
    "doubled unions": Kind(_doubled_unions, 10),
    "members of a union": Kind(
        lambda n: {
            MAIN: document(
                lines(n, '<xs:simpleType name="t#"><xs:restriction base="xs:string"><xs:length value="#"/></xs:restriction></xs:simpleType>')
                + f'<xs:element name="r"><xs:simpleType><xs:union memberTypes="{" ".join(f"t{k}" for k in range(n))}"/></xs:simpleType></xs:element>'
            )
        },
        1_000,
    ),
    "lists of lists in unions": Kind(
        lambda n: {
            MAIN: document(
                lines(n, '<xs:simpleType name="l#"><xs:list itemType="xs:int"/></xs:simpleType>')
                + f'<xs:element name="r"><xs:simpleType><xs:union memberTypes="{" ".join(f"l{k}" for k in range(n))}"/></xs:simpleType></xs:element>'
            )
        },
        1_000,
    ),
    "members of a substitution group": Kind(_substitution_groups, 500),
    "substitution groups in a chain": Kind(_chain_of_substitutions, 300),
    "nested sequences": Kind(_nested, 100),
    "nested choices": Kind(_nested_choices, 60),
    "nested types": Kind(_nested_types, 60),
    "groups in a chain": Kind(_chain_of_groups, 100),
    "groups that are doubled": Kind(_doubled_groups, 8),
    "imports": Kind(_imports, 200),
    "includes in a chain": Kind(_chain_of_includes, 200),
    "redefinitions in a chain": Kind(_redefined, 10),
    "namespaces": Kind(
        lambda n: {MAIN: document('<xs:element name="r" type="xs:string"/>', lines(n, 'xmlns:n#="urn:n#"'))}, 2_000
    ),
    "references": Kind(
        lambda n: root(
            f'<xs:sequence>{lines(n, chr(60) + "xs:element ref=" + chr(34) + "g#" + chr(34) + "/>")}</xs:sequence>',
            lines(n, '<xs:element name="g#" type="xs:string"/>'),
        ),
        3_000,
    ),
    "keys": Kind(_keys, 500),
    "documentation": Kind(
        lambda n: {MAIN: document(f"<xs:annotation><xs:documentation>{'word ' * n}</xs:documentation></xs:annotation><xs:element name='r' type='xs:string'/>")}, 100_000
    ),
    "letters of a pattern": Kind(lambda n: pattern("a" * n), 5_000),
    "alternatives of a pattern": Kind(lambda n: pattern("|".join(f"v{k}x" for k in range(n))), 1_000),
    "parentheses of a pattern": Kind(lambda n: pattern("(" * n + "a" + ")" * n), 60),
    "a counter of a pattern": Kind(lambda n: pattern(f"[a-z]{{1,{n}}}"), 1_000),
    "a counted group of a pattern": Kind(lambda n: pattern(f"(ab?){{1,{n}}}"), 500),
    "optional parts of a pattern": Kind(lambda n: pattern("".join(f"(v{k})?" for k in range(n))), 300),
    "ranges of a character class": Kind(lambda n: pattern("[" + "".join(f"&#{0x4e00 + 2 * k};" for k in range(n)) + "]"), 1_000),
    "subtractions of a character class": Kind(lambda n: pattern("[a-z-" * n + "[a]" + "]" * n), 60),
    "digits of a facet": Kind(lambda n: simple(f'<xs:totalDigits value="{"9" * n}"/>', "xs:decimal"), 1_000),
    "digits of maxOccurs": Kind(
        lambda n: root(f'<xs:sequence><xs:element name="a" type="xs:string" maxOccurs="{"9" * n}"/></xs:sequence>'), 4
    ),
    "entities": Kind(
        lambda n: {MAIN: "<!DOCTYPE xs:schema [" + lines(n, '<!ENTITY e# "x">') + "]>\n" + document('<xs:element name="r" type="xs:string"/>')}, 1_000
    ),
}
"""The kinds by their names."""
