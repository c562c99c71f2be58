"""Kinds of schemas that grow: for each, what makes one of a size, as the texts of its files by their names.

The tests take the sizes of the table; a longer run may take any other ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Files = dict[str, str]

MAIN = "main.xsd"
"""The file that is loaded; it refers to the others."""

STRING = '<xs:simpleType name="t0"><xs:restriction base="xs:string"/></xs:simpleType>'
OPTIONAL = '<xs:element name="e#" type="xs:string" minOccurs="0"/>'
REQUIRED = '<xs:element name="e#" type="xs:string"/>'
RECURSIVE = '<xs:element name="a" type="c#" minOccurs="0"/>'
LEAF = '<xs:element name="leaf" type="xs:string"/>'
ATTRIBUTES = '<xs:attributeGroup ref="g%"/>'
COUNTED = (
    '<xs:sequence minOccurs="0" maxOccurs="9"><xs:element name="a#" type="xs:string" minOccurs="0" maxOccurs="9"/>'
    '<xs:element name="b#" type="xs:string"/></xs:sequence>'
)
HEAD = '<xs:element ref="m0"/>'


@dataclass(frozen=True)
class Kind:
    """A kind of schema; `size` is where its growth is measured, and `far` a size that must load or be refused soon."""

    make: Callable[[int], Files]
    size: int
    far: int


def document(content: str, attributes: str = "") -> str:
    """Return the text of a schema document."""
    return f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {attributes}>\n{content}\n</xs:schema>\n'


def element(type_: str, more: str = "", name: str = "r") -> str:
    """Return a global element of a named type."""
    return f'<xs:element name="{name}" type="{type_}">{more}</xs:element>'


def of(*content: str) -> Files:
    """Return a schema of one document."""
    return {MAIN: document("\n".join(content))}


def root(content: str, *more: str) -> Files:
    """Return a schema of one element with a content model, and of what else it needs."""
    return of(f'<xs:element name="r"><xs:complexType>{content}</xs:complexType></xs:element>', *more)


def sequence(content: str) -> str:
    return f"<xs:sequence>{content}</xs:sequence>"


def group(name: str) -> str:
    """Return a reference to a group."""
    return f'<xs:group ref="{name}"/>'


def simple(facets: str, base: str = "xs:string") -> Files:
    """Return a schema of one element with a restricted type."""
    type_ = f'<xs:simpleType><xs:restriction base="{base}">{facets}</xs:restriction></xs:simpleType>'
    return of(f'<xs:element name="r">{type_}</xs:element>')


def enumeration(name: str, base: str, count: int) -> str:
    """Return a named type that has so many values."""
    values = lines(range(count), '<xs:enumeration value="v#"/>')
    return f'<xs:simpleType name="{name}"><xs:restriction base="{base}">{values}</xs:restriction></xs:simpleType>'


def pattern(text: str) -> Files:
    """Return a schema of one element with a pattern."""
    return simple(f'<xs:pattern value="{text}"/>')


def lines(numbers: Iterable[int], line: str) -> str:
    """Return a line for each number; `#` in it is the number, and `%` the one before it."""
    return "\n".join(line.replace("#", str(number)).replace("%", str(number - 1)) for number in numbers)


def chain(count: int, first: str, line: str, last: str) -> Files:
    """Return a schema in which each component is made of the one before it; `#` in the last part is the number."""
    return of(first, lines(range(1, count + 1), line), last.replace("#", str(count)))


def nested(count: int, opening: str, inner: str, closing: str) -> str:
    return lines(range(count), opening) + inner + closing * count


def union_of(count: int, member: str) -> Files:
    names = " ".join(f"t{number}" for number in range(count))
    type_ = f'<xs:simpleType><xs:union memberTypes="{names}"/></xs:simpleType>'
    return of(lines(range(count), member), f'<xs:element name="r">{type_}</xs:element>')


def imports(count: int) -> Files:
    """Return a document that imports others, each of a namespace of its own."""
    references = lines(range(count), '<xs:import namespace="urn:n#" schemaLocation="n#.xsd"/>')
    others = {f"n{n}.xsd": document(element("xs:string"), f'targetNamespace="urn:n{n}"') for n in range(count)}
    return {MAIN: document(references + element("xs:string")), **others}


def includes(count: int) -> Files:
    """Return documents of which each includes the next one."""
    files = {MAIN: document('<xs:include schemaLocation="n1.xsd"/>' + element("xs:string"))}
    for n in range(1, count + 1):
        further = f'<xs:include schemaLocation="n{n + 1}.xsd"/>' if n < count else ""
        files[f"n{n}.xsd"] = document(further + element("xs:string", name=f"e{n}"))
    return files


def redefinitions(count: int) -> Files:
    """Return documents of which each redefines a type, an attribute group and a group of the next one."""
    base = '<xs:attributeGroup name="a"><xs:attribute name="a0"/></xs:attributeGroup>'
    first = f'<xs:group name="g">{sequence(element("xs:string", name="e0"))}</xs:group>'
    files = {"n0.xsd": document(STRING + base + first)}
    for n in range(1, count + 1):
        redefined = (
            f'<xs:simpleType name="t0"><xs:restriction base="t0"><xs:maxLength value="{9999 - n}"/>'
            f'</xs:restriction></xs:simpleType><xs:attributeGroup name="a"><xs:attributeGroup ref="a"/>'
            f'<xs:attribute name="a{n}"/></xs:attributeGroup>'
            f'<xs:group name="g">{sequence(group("g") + element("xs:string", name=f"e{n}"))}</xs:group>'
        )
        files[f"n{n}.xsd"] = document(f'<xs:redefine schemaLocation="n{n - 1}.xsd">{redefined}</xs:redefine>')
    type_ = f'<xs:complexType name="c">{sequence(group("g"))}<xs:attributeGroup ref="a"/></xs:complexType>'
    included = f'<xs:include schemaLocation="n{count}.xsd"/>'
    return {MAIN: document(included + element("t0") + type_ + element("c", name="s")), **files}


def keys(count: int) -> Files:
    key = '<xs:key name="k#"><xs:selector xpath="a"/><xs:field xpath="@b#"/></xs:key>'
    reference = '<xs:keyref name="f#" refer="k#"><xs:selector xpath="a"/><xs:field xpath="@b#"/></xs:keyref>'
    type_ = f"<xs:complexType>{sequence(element('xs:string', name='a'))}</xs:complexType>"
    constraints = lines(range(count), key) + lines(range(count), reference)
    return of(f'<xs:element name="r">{type_}{constraints}</xs:element>')


def entities(count: int) -> Files:
    """Return a document whose entities stand for ten others each."""
    declared = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ten"}">' for n in range(count))
    text = f"<xs:annotation><xs:documentation>&e{count - 1};</xs:documentation></xs:annotation>"
    return {MAIN: f"<!DOCTYPE xs:schema [{declared}]>{document(text + element('xs:string'))}"}


KINDS = {
    # Content models
    "optional elements": Kind(lambda n: root(sequence(lines(range(n), OPTIONAL))), 1_000, 9_000),
    "required elements": Kind(lambda n: root(sequence(lines(range(n), REQUIRED))), 1_500, 50_000),
    "optional elements of a few names": Kind(
        lambda n: root(
            sequence("".join(OPTIONAL.replace("#", str(k % 7)) + REQUIRED.replace("#", "x") for k in range(n)))
        ),
        60,
        4_000,
    ),
    "alternatives": Kind(
        lambda n: root(f'<xs:choice maxOccurs="unbounded">{lines(range(n), OPTIONAL)}</xs:choice>'), 1_000, 9_000
    ),
    "members of an all-group": Kind(lambda n: root(f"<xs:all>{lines(range(n), OPTIONAL)}</xs:all>"), 1_000, 9_000),
    "wildcards": Kind(
        lambda n: root(sequence(lines(range(n), '<xs:any namespace="urn:n#" minOccurs="0"/>'))), 1_000, 9_000
    ),
    "references": Kind(
        lambda n: root(
            sequence(lines(range(n), '<xs:element ref="g#"/>')),
            lines(range(n), '<xs:element name="g#" type="xs:string"/>'),
        ),
        1_000,
        9_000,
    ),
    "nested sequences": Kind(lambda n: root(nested(n, "<xs:sequence>", LEAF, "</xs:sequence>")), 15, 100),
    "nested choices": Kind(
        lambda n: root(nested(n, f"<xs:choice>{REQUIRED}", element("xs:int", name="z"), "</xs:choice>")), 15, 100
    ),
    "nested counters": Kind(
        lambda n: root(nested(n, '<xs:sequence minOccurs="0" maxOccurs="9">', LEAF, "</xs:sequence>")), 15, 100
    ),
    "counted groups in a counted group": Kind(
        lambda n: root(f'<xs:sequence maxOccurs="9">{lines(range(n), COUNTED)}</xs:sequence>'), 200, 2_000
    ),
    "types with a few counted groups": Kind(
        lambda n: of(
            *(
                f'<xs:complexType name="c{k}"><xs:sequence maxOccurs="9">{lines(range(4), COUNTED)}</xs:sequence>'
                "</xs:complexType>"
                for k in range(n)
            ),
            element("c0"),
        ),
        50,
        300,
    ),
    "characters of a namespace": Kind(
        lambda n: {MAIN: document(lines(range(200), REQUIRED), f'targetNamespace="urn:{"a" * n}"')}, 900, 100_000
    ),
    "namespace declarations": Kind(
        lambda n: {
            MAIN: document(
                lines(range(n), '<xs:element name="e#" type="n#:t0"/>') + STRING,
                'targetNamespace="urn:a" ' + " ".join(f'xmlns:n{number}="urn:a"' for number in range(n)),
            )
        },
        200,
        20_000,
    ),
    "zeros before a number": Kind(lambda n: root(sequence(f'<xs:element name="a" maxOccurs="{"0" * n}5"/>')), 5, 5_000),
    "digits of maxOccurs": Kind(
        lambda n: root(sequence(f'<xs:element name="a" type="xs:string" maxOccurs="{"9" * n}"/>')), 4, 5_000
    ),
    "groups in a chain": Kind(
        lambda n: chain(
            n,
            f'<xs:group name="g0">{sequence(LEAF)}</xs:group>',
            f'<xs:group name="g#">{sequence(group("g%"))}</xs:group>',
            '<xs:element name="r"><xs:complexType><xs:group ref="g#"/></xs:complexType></xs:element>',
        ),
        15,
        10_000,
    ),
    "groups that are doubled": Kind(
        lambda n: chain(
            n,
            f'<xs:group name="g0">{sequence(LEAF)}</xs:group>',
            f'<xs:group name="g#">{sequence(group("g%") * 2)}</xs:group>',
            '<xs:element name="r"><xs:complexType><xs:group ref="g#"/></xs:complexType></xs:element>',
        ),
        4,
        60,
    ),
    "types that have a group of 1,000": Kind(
        lambda n: of(
            f'<xs:group name="g">{sequence(lines(range(1_000), OPTIONAL))}</xs:group>',
            lines(range(n), '<xs:complexType name="c#"><xs:group ref="g"/></xs:complexType>'),
            element("c0"),
        ),
        4,
        1_000,
    ),
    # Types
    "complex types": Kind(
        lambda n: of(
            lines(
                range(n),
                f'<xs:complexType name="c#">{sequence(RECURSIVE)}</xs:complexType>',
            ),
            element("c0"),
        ),
        500,
        2_000,
    ),
    "simple types": Kind(lambda n: of(lines(range(n), STRING.replace("t0", "t#")), element("t0")), 1_000, 5_000),
    "nested types": Kind(
        lambda n: of(
            nested(
                n,
                '<xs:element name="n"><xs:complexType><xs:sequence>',
                element("xs:string", name="leaf"),
                "</xs:sequence></xs:complexType></xs:element>",
            )
        ),
        30,
        10_000,
    ),
    "base types": Kind(
        lambda n: chain(
            n, STRING, '<xs:simpleType name="t#"><xs:restriction base="t%"/></xs:simpleType>', element("t#")
        ),
        15,
        2_000,
    ),
    "extensions": Kind(
        lambda n: chain(
            n,
            f'<xs:complexType name="c0">{sequence("")}</xs:complexType>',
            '<xs:complexType name="c#"><xs:complexContent><xs:extension base="c%">'
            f"{sequence(REQUIRED)}</xs:extension></xs:complexContent></xs:complexType>",
            element("c#"),
        ),
        15,
        2_000,
    ),
    "restrictions": Kind(
        lambda n: of(
            f'<xs:complexType name="b">{sequence(lines(range(n), OPTIONAL))}</xs:complexType>',
            '<xs:complexType name="c"><xs:complexContent><xs:restriction base="b">'
            f"{sequence(lines(range(n), OPTIONAL))}</xs:restriction></xs:complexContent></xs:complexType>",
            element("c"),
        ),
        10,
        2_000,
    ),
    "unions of unions": Kind(
        lambda n: chain(
            n, STRING, '<xs:simpleType name="t#"><xs:union memberTypes="t% xs:int"/></xs:simpleType>', element("t#")
        ),
        15,
        2_000,
    ),
    "unions that are doubled": Kind(
        lambda n: chain(
            n, STRING, '<xs:simpleType name="t#"><xs:union memberTypes="t% t%"/></xs:simpleType>', element("t#")
        ),
        4,
        60,
    ),
    "members of a union": Kind(lambda n: union_of(n, STRING.replace("t0", "t#")), 500, 5_000),
    "lists in a union": Kind(
        lambda n: union_of(n, '<xs:simpleType name="t#"><xs:list itemType="xs:int"/></xs:simpleType>'), 500, 5_000
    ),
    # Facets
    "enumeration values": Kind(lambda n: simple(lines(range(n), '<xs:enumeration value="v#"/>')), 3_000, 50_000),
    "enumerated numbers": Kind(
        lambda n: simple(lines(range(n), '<xs:enumeration value="#"/>'), "xs:decimal"), 3_000, 50_000
    ),
    "values of a restricted enumeration": Kind(
        lambda n: of(enumeration("t0", "xs:string", n), enumeration("t1", "t0", n), element("t1")), 300, 20_000
    ),
    "line breaks of a value": Kind(lambda n: simple(f'<xs:enumeration value="{"&#10;" * n}"/>'), 1_000, 100_000),
    "digits of a number": Kind(lambda n: simple(f'<xs:minInclusive value="{"9" * n}"/>', "xs:integer"), 100, 5_000),
    "digits of an enumeration": Kind(
        lambda n: simple(f'<xs:enumeration value="{"9" * n}"/>', "xs:integer"), 100, 5_000
    ),
    "digits of a facet": Kind(lambda n: simple(f'<xs:totalDigits value="{"9" * n}"/>', "xs:decimal"), 5, 5_000),
    "patterns of one type": Kind(lambda n: simple(lines(range(n), '<xs:pattern value="v#[a-z]*"/>')), 300, 5_000),
    # Patterns
    "letters of a pattern": Kind(lambda n: pattern("a" * n), 5_000, 100_000),
    "alternatives of a pattern": Kind(lambda n: pattern("|".join(f"v{k}x" for k in range(n))), 500, 5_000),
    "alternatives of one letter": Kind(lambda n: pattern("|".join("a" * k for k in range(n))), 20, 400),
    "parentheses of a pattern": Kind(lambda n: pattern("(" * n + "a" + ")" * n), 10, 10_000),
    "a counter of a pattern": Kind(lambda n: pattern(f"[a-z]{{1,{n}}}"), 10_000, 1_000_000_000),
    "a counter for the automaton": Kind(lambda n: pattern(f"(a{{0,9}}b?){{0,{n}}}"), 50, 1_000_000),
    "nested counters of a pattern": Kind(lambda n: pattern("(" * n + "a?b?" + "){0,3}" * n), 2, 20),
    "nothing, many times": Kind(lambda n: pattern(f"(|){{{n}}}"), 400, 999_999_999),
    "optional parts of a pattern": Kind(lambda n: pattern("".join(f"(v{k})?" for k in range(n))), 100, 5_000),
    "ranges of a character class": Kind(
        lambda n: pattern("[" + "".join(f"&#{0x4E00 + 2 * k};" for k in range(n)) + "]"), 3_000, 8_000
    ),
    "subtractions of a class": Kind(lambda n: pattern("[a-z-" * n + "[a]" + "]" * n), 10, 10_000),
    # Attributes, identity constraints, substitution groups
    "attributes": Kind(lambda n: root(lines(range(n), '<xs:attribute name="a#" type="xs:string"/>')), 1_000, 50_000),
    "attribute groups in a chain": Kind(
        lambda n: chain(
            n,
            '<xs:attributeGroup name="g0"/>',
            '<xs:attributeGroup name="g#"><xs:attribute name="a#"/><xs:attributeGroup ref="g%"/></xs:attributeGroup>',
            '<xs:element name="r"><xs:complexType><xs:attributeGroup ref="g#"/></xs:complexType></xs:element>',
        ),
        15,
        5_000,
    ),
    "attribute groups that are doubled": Kind(
        lambda n: chain(
            n,
            '<xs:attributeGroup name="g0"/>',
            f'<xs:attributeGroup name="g#">{ATTRIBUTES * 2}</xs:attributeGroup>',
            '<xs:element name="r"><xs:complexType><xs:attributeGroup ref="g#"/></xs:complexType></xs:element>',
        ),
        4,
        60,
    ),
    "unions of restrictions of unions": Kind(
        lambda n: chain(
            n,
            STRING,
            '<xs:simpleType name="t#"><xs:restriction><xs:simpleType><xs:union memberTypes="t% t%"/></xs:simpleType>'
            "</xs:restriction></xs:simpleType>",
            element("t#"),
        ),
        3,
        30,
    ),
    "keys": Kind(keys, 300, 5_000),
    "members of a substitution group": Kind(
        lambda n: root(
            sequence('<xs:element ref="h" maxOccurs="unbounded"/>'),
            element("xs:string", name="h"),
            lines(range(n), '<xs:element name="m#" type="xs:string" substitutionGroup="h"/>'),
        ),
        1_000,
        9_000,
    ),
    "substitution groups in a chain": Kind(
        lambda n: chain(
            n,
            element("xs:string", name="m0"),
            '<xs:element name="m#" type="xs:string" substitutionGroup="m%"/>',
            f'<xs:element name="r"><xs:complexType>{sequence(HEAD)}</xs:complexType></xs:element>',
        ),
        500,
        2_000,
    ),
    # Documents
    "global elements": Kind(lambda n: of(lines(range(n), REQUIRED)), 1_000, 5_000),
    "words of documentation": Kind(
        lambda n: of(
            f"<xs:annotation><xs:documentation>{'word ' * n}</xs:documentation></xs:annotation>", element("xs:string")
        ),
        200_000,
        1_000_000,
    ),
    "imports": Kind(imports, 100, 500),
    "includes in a chain": Kind(includes, 100, 3_000),
    "redefinitions in a chain": Kind(redefinitions, 10, 100),
    "entities of entities": Kind(entities, 2, 12),
}
"""The kinds by their names."""
