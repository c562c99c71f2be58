"""Random schemas, each with what makes documents of it, mostly valid ones."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from tests.conftest import schema

XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACE = "urn:fuzz"

SIMPLE = {
    "xs:string": (["", "a", " b ", "x&y"], []),
    "xs:token": (["", "a b", " a "], []),
    "xs:int": (["0", "-7", " 12 ", "2147483647"], ["", "1.0", "x", "2147483648"]),
    "xs:decimal": (["1.50", "-.5", "3"], ["1e3", "", "."]),
    "xs:boolean": (["true", "0"], ["TRUE", ""]),
    "xs:date": (["2026-11-20", "2024-02-29Z"], ["2026-02-30", "x"]),
    "xs:dateTime": (["2026-11-20T09:30:00", "1999-12-31T23:59:59.5+14:00"], ["2026-11-20", "2026-11-20T25:00:00"]),
    "xs:double": (["1E3", "-INF", "NaN", "0.1"], ["1e", "inf"]),
    "xs:NCName": (["a", "_b.c"], ["1a", "a:b", ""]),
    "xs:hexBinary": (["", "0aFF"], ["0", "0g"]),
    "xs:duration": (["P1D", "-PT2H"], ["P", "1D"]),
}

FACETS: tuple[tuple[str, str, list[str], list[str]], ...] = (
    (
        "xs:string",
        '<xs:enumeration value="red"/><xs:enumeration value="dark green"/>',
        ["red", "dark green"],
        ["Red", "dark  green"],
    ),
    ("xs:token", '<xs:enumeration value="dark green"/>', ["dark green", " dark  green "], ["green"]),
    ("xs:string", '<xs:minLength value="2"/><xs:maxLength value="3"/>', ["ab", "abc", "  "], ["a", "abcd", ""]),
    ("xs:string", '<xs:pattern value="[A-Z]{2}\\d{1,3}"/>', ["AB1", "XY123"], ["ab1", "AB", "AB1234"]),
    ("xs:string", '<xs:pattern value="(a|b)*c"/><xs:pattern value="x+"/>', ["c", "abac", "xx"], ["ab", "", "xc"]),
    ("xs:int", '<xs:minInclusive value="1"/><xs:maxExclusive value="10"/>', ["1", "9", "+5"], ["0", "10"]),
    (
        "xs:decimal",
        '<xs:totalDigits value="4"/><xs:fractionDigits value="2"/>',
        ["12.5", "99.99", "0012.50"],
        ["123.45", "1.234"],
    ),
    ("xs:decimal", '<xs:enumeration value="1.0"/><xs:enumeration value="2"/>', ["1", "1.00", "2.0"], ["3"]),
    ("xs:date", '<xs:minInclusive value="2026-01-01"/>', ["2026-01-01", "2030-05-05"], ["2025-12-31"]),
    ("xs:NMTOKENS", '<xs:maxLength value="2"/>', ["a", "a b"], ["a b c", ""]),
    ("xs:hexBinary", '<xs:length value="2"/>', ["00ff"], ["00", "0000ff"]),
)


AWKWARD = (
    *("class", "self", "Message", "None", "def", "import", "Größe", "данные", "content", "value", "Any", "str", "int"),
    *(
        "type",
        "field",
        "Decimal",
        "bindings",
        "text",
        "position",
        "match",
        "found",
        "item",
        "write",
        "_private",
        "A",
        "a",
    ),
    *("a.b-c", "__init__", "Enum", "Meta", "qname", "list", "object", "return", "encode", "any_element", "choice"),
)
"""Names that mean something in Python, to xsdata, or in what is emitted."""

UNTYPED = {
    "xs:int": ["7", "-1"],
    "xs:string": ["", "x"],
    "xs:date": ["2026-11-20"],
    "xs:boolean": ["true"],
    "xs:QName": ["xs:a"],
    "xs:hexBinary": ["0AFF"],
    "xs:decimal": ["1.50"],
    "xs:duration": ["P1D"],
}
"""Types that documents name on untyped elements, with values."""


@dataclass(slots=True)
class Made:
    """A schema that was made, and what makes the children of its types."""

    text: str
    roots: tuple[Callable[[], etree._Element], ...]

    def root(self) -> etree._Element:
        """Make a document of the only root."""
        (make,) = self.roots
        return make()


@dataclass(slots=True)
class Maker:
    """Makes one schema from a random source; content makers go along with the declarations that they are for."""

    chance: random.Random
    names: int = 0
    taken: set[str] = field(default_factory=set)
    globals: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)
    types: list[tuple[str, Callable[[etree._Element], None]]] = field(default_factory=list)
    """Global complex types, each with what fills an element of it."""
    identifiers: int = 0
    qualified: bool = False

    def name(self) -> str:
        """Return a name that nothing else in the schema has, so that content models are deterministic."""
        self.names += 1
        awkward = [one for one in AWKWARD if one not in self.taken]
        if awkward and self.chance.random() < 0.12:
            self.taken.add(name := self.chance.choice(awkward))
            return name
        return f"e{self.names}"

    def tag(self, name: str) -> str:
        """Return the name of an element as a document has it."""
        return f"{{{NAMESPACE}}}{name}" if self.qualified else name

    def reference(self, name: str) -> str:
        """Return the name of a global component as the schema refers to it."""
        return f"t:{name}" if self.qualified else name

    def simple(self) -> tuple[str, str, Callable[[], str]]:
        """Return a type as attribute or as content, and what makes its texts, mostly valid ones."""
        kind = self.chance.random()
        if kind < 0.5:
            name = self.chance.choice(list(SIMPLE))
            return f' type="{name}"', "", partial(self._text, *SIMPLE[name])
        if kind < 0.8:
            base, facets, good, bad = self.chance.choice(FACETS)
            inner = f'<xs:simpleType><xs:restriction base="{base}">{facets}</xs:restriction></xs:simpleType>'
            return "", inner, partial(self._text, good, bad)
        one, other = self.chance.sample(["xs:int", "xs:boolean", "xs:date", "xs:NCName", "xs:string"], 2)
        good, bad = SIMPLE[one][0] + SIMPLE[other][0], [""]
        if kind < 0.9:
            return (
                "",
                f'<xs:simpleType><xs:union memberTypes="{one} {other}"/></xs:simpleType>',
                partial(self._text, good, bad),
            )
        items = [text.strip() for text in SIMPLE[one][0]]
        texts = [" ".join(self.chance.choices(items, k=count)) for count in range(4)]
        return (
            "",
            f'<xs:simpleType><xs:list itemType="{one}"/></xs:simpleType>',
            partial(self._text, texts, SIMPLE[one][1][:1] or ["x y"]),
        )

    def element(self, depth: int) -> tuple[str, Callable[[], list[etree._Element]]]:
        """Return an element declaration, `@@` where its occurrence goes, and what makes one such element."""
        kind = self.chance.random()
        if kind < 0.05:
            return self._substitutable()
        if kind < 0.1 and depth > 0:
            return self._derived(depth - 1)
        if kind < 0.17:
            return self._untyped()
        name = self.name()
        if depth <= 0 or self.chance.random() < 0.45:
            self.leaves.append(name)
            if self.chance.random() < 0.1:
                return self._constrained(name)
            attribute, inner, text = self.simple()
            more = self.chance.choice(["", "", "", ' nillable="true"'])
            return f'<xs:element name="{name}"{attribute}{more}@@>{inner}</xs:element>', partial(
                self._leaf, name, text, bool(more)
            )
        content, make = self.complex(depth - 1)
        return f'<xs:element name="{name}"@@>{content}</xs:element>', partial(self._node, name, make)

    def _untyped(self) -> tuple[str, Callable[[], list[etree._Element]]]:
        """Return an element without a type, or of any simple type, and what makes one, of the types that it names."""
        name = self.name()
        declared = self.chance.choice(["", ' type="xs:anyType"', ' type="xs:anySimpleType"'])

        def make() -> list[etree._Element]:
            element = etree.Element(self.tag(name), nsmap={"xs": XS, "f": NAMESPACE})
            kind = self.chance.random()
            if kind < 0.3:
                type_ = self.chance.choice(list(UNTYPED))
                element.set(f"{{{XSI}}}type", type_)
                element.text = self.chance.choice(UNTYPED[type_])
            elif kind < 0.4 and self.types and "Simple" not in declared:
                type_, fill = self.chance.choice(self.types)
                element.set(f"{{{XSI}}}type", f"f:{type_}" if self.qualified else type_)
                fill(element)
            elif kind < 0.5 and "Simple" not in declared:
                element.set("plain", "1")
                element.extend(self._stranger("lax"))
            else:
                element.text = self.chance.choice(["", "1", "x", "true", "2026-11-20"])
            return [element]

        return f'<xs:element name="{name}"{declared}@@/>', make

    def _shared(self) -> tuple[str, Callable[[], list[etree._Element]]]:
        """Return an element that can be declared at several places of a content model, as its type has a name."""
        name = self.name()
        attribute, inner, text = self.simple()
        if inner:
            type_ = self.name()
            self.globals.append(inner.replace("<xs:simpleType>", f'<xs:simpleType name="{type_}">', 1))
            attribute = f' type="{self.reference(type_)}"'
        more = self.chance.choice(["", "", ' nillable="true"'])
        return f'<xs:element name="{name}"{attribute}{more}/>', partial(self._leaf, name, text, bool(more))

    def _several(self, depth: int) -> tuple[str, Callable[[], list[etree._Element]]]:
        """Return a group that has an element at several places, and what makes its elements."""
        (one, make_one), (two, make_two), (three, make_three) = (self._shared() for _ in range(3))
        other, make_other = self.element(depth)
        low, high = self._occurs(once=True)
        other = other.replace("@@", _attributes(low, high), 1)
        group = self.name()
        ways: list[list[Callable[[], list[etree._Element]]]]
        kind = self.chance.randrange(5)
        if kind == 0:
            text = f"<xs:sequence@@>{one}{other}{one}</xs:sequence>"
            ways = [[make_one, make_other, make_one], *([[make_one, make_one]] if low == 0 else [])]
        elif kind == 1:
            inner = f"<xs:choice>{two}<xs:sequence>{three}{one}</xs:sequence></xs:choice>"
            branches = f"<xs:sequence>{one}{inner}</xs:sequence><xs:sequence>{three}{two}</xs:sequence>"
            text = f"<xs:choice@@>{branches}</xs:choice>"
            ways = [[make_one, make_two], [make_one, make_three, make_one], [make_three, make_two]]
        elif kind == 2:
            text = f"<xs:sequence@@><xs:choice>{one}{two}</xs:choice><xs:choice>{three}{one}</xs:choice></xs:sequence>"
            ways = [[a, b] for a in (make_one, make_two) for b in (make_three, make_one)]
        elif kind == 3:
            self.globals.append(f'<xs:group name="{group}"><xs:choice>{one}{two}</xs:choice></xs:group>')
            reference = f'<xs:group ref="{self.reference(group)}"/>'
            text = f"<xs:sequence@@>{reference}{reference}</xs:sequence>"
            ways = [[a, b] for a in (make_one, make_two) for b in (make_one, make_two)]
        else:
            run = one.replace("/>", ' minOccurs="2" maxOccurs="2"/>')
            text = f"<xs:sequence@@>{run}{two}{run}</xs:sequence>"
            ways = [[make_one, make_one, make_two, make_one, make_one]]
        return text, lambda: [made for make in self.chance.choice(ways) for made in make()]

    def _constrained(self, name: str) -> tuple[str, Callable[[], list[etree._Element]]]:
        """Return an element with a fixed or a default value."""
        base, value, texts = self.chance.choice(
            [
                ("xs:int", "7", ["7", "07", " 7 ", "", "8"]),
                ("xs:string", "a b", ["a b", "", "a  b", "c"]),
                ("xs:token", "a b", ["a b", " a  b ", "", "c"]),
                ("xs:decimal", "1.50", ["1.5", "1.50", "", "2"]),
                ("xs:boolean", "true", ["true", "1", "", "0"]),
            ]
        )
        kind = self.chance.choice(["fixed", "default"])
        return f'<xs:element name="{name}" type="{base}" {kind}="{value}"@@/>', partial(
            self._leaf, name, partial(self._text, texts, ["x"]), False
        )

    def _substitutable(self) -> tuple[str, Callable[[], list[etree._Element]]]:
        """Return a reference to the head of a substitution group."""
        head, *members = (self.name() for _ in range(3))
        abstract = self.chance.choice(["", "", ' abstract="true"'])
        block = self.chance.choice(["", "", "", ' block="substitution"', ' block="restriction"'])
        narrow = self.name()
        self.globals += [
            f'<xs:simpleType name="{narrow}"><xs:restriction base="xs:int"><xs:maxInclusive value="9"/>'
            "</xs:restriction></xs:simpleType>",
            f'<xs:element name="{head}" type="xs:int"{abstract}{block}/>',
            f'<xs:element name="{members[0]}" substitutionGroup="{self.reference(head)}"/>',
            f'<xs:element name="{members[1]}" type="{self.reference(narrow)}" '
            f'substitutionGroup="{self.reference(self.chance.choice([head, members[0]]))}"/>',
        ]
        text = partial(self._text, ["1", " 7 "], ["12", "x"])
        return f'<xs:element ref="{self.reference(head)}"@@/>', lambda: self._leaf(
            self.chance.choice([head, *members]), text, False
        )

    def _derived(self, depth: int, name: str = "") -> tuple[str, Callable[[], list[etree._Element]]]:
        """Return an element of a global type, which documents replace by one that is derived from it.

        The extension may have an element of its base again.
        """
        base, extended, restricted = (self.name() for _ in range(3))
        name = name or self.name()
        one, two, three = (self.name() for _ in range(3))
        abstract = self.chance.choice(["", "", ' abstract="true"'])
        block = self.chance.choice(["", "", "", ' block="extension"', ' block="restriction"', ' block="#all"'])
        more, make_more = self.element(depth)
        low, high = self._occurs(once=False)
        more = more.replace("@@", _attributes(low, high), 1)
        again = f'<xs:element name="{one}" type="xs:int"/>'
        where = self.chance.choice(["", "", "before", "behind", "choice"])
        content = {
            "": f"<xs:sequence>{more}</xs:sequence>",
            "before": f"<xs:sequence>{again}{more}</xs:sequence>",
            "behind": f"<xs:sequence>{more}{again}</xs:sequence>",
            "choice": f"<xs:choice>{again}{more}</xs:choice>",
        }[where]
        own = f'<xs:element name="{one}" type="xs:int"/><xs:element name="{two}" type="xs:date" minOccurs="0"/>'
        reference = self.reference(base)
        self.globals += [
            f'<xs:complexType name="{base}"{abstract}{self.chance.choice(["", block])}><xs:sequence>{own}</xs:sequence>'
            f'<xs:attribute name="{three}" type="xs:int"/></xs:complexType>',
            f'<xs:complexType name="{extended}"><xs:complexContent><xs:extension base="{reference}">{content}'
            "</xs:extension></xs:complexContent></xs:complexType>",
            f'<xs:complexType name="{restricted}"><xs:complexContent><xs:restriction base="{reference}"><xs:sequence>'
            f'<xs:element name="{one}" type="xs:int"/></xs:sequence>'
            f'<xs:attribute name="{three}" type="xs:int" use="{self.chance.choice(["required", "prohibited"])}"/>'
            "</xs:restriction></xs:complexContent></xs:complexType>",
        ]

        def fill(element: etree._Element, chosen: str) -> None:
            make_again = partial(self._leaf, one, partial(self._text, ["1", "2"], ["x"]), False)
            element.extend(make_again())
            if chosen in (base, extended) and self.chance.random() < 0.5:
                element.extend(self._leaf(two, partial(self._text, ["2026-11-20"], ["x"]), False))
            if chosen == extended:
                others = [child for _ in range(self.chance.randint(low, min(high, low + 2))) for child in make_more()]
                ways = {
                    "": [others],
                    "before": [[*make_again(), *others]],
                    "behind": [[*others, *make_again()]],
                    "choice": [others, make_again()],
                }
                element.extend(self.chance.choice(ways[where]))
            if chosen == restricted or self.chance.random() < 0.3:
                element.set(three, "1")

        def make() -> list[etree._Element]:
            element = etree.Element(self.tag(name), nsmap={"f": NAMESPACE})
            chosen = self.chance.choice(["", base, extended, restricted])
            if chosen:
                element.set(f"{{{XSI}}}type", f"f:{chosen}" if self.qualified else chosen)
            fill(element, chosen)
            return [element]

        self.types += [(extended, partial(fill, chosen=extended)), (restricted, partial(fill, chosen=restricted))]

        return f'<xs:element name="{name}" type="{reference}"{block}@@/>', make

    def _constraints(self) -> str:
        """Return identity constraints for the root, on leaves that may be anywhere in it."""
        if not self.leaves or self.chance.random() < 0.8:
            return ""
        first, second = (f".//{self.reference(self.chance.choice(self.leaves))}" for _ in range(2))
        kind = self.chance.choice(["unique", "key"])
        name = self.name()
        text = f'<xs:{kind} name="{name}"><xs:selector xpath="{first}"/><xs:field xpath="."/></xs:{kind}>'
        if self.chance.random() < 0.3:
            text += (
                f'<xs:keyref name="{self.name()}" refer="{self.reference(name)}"><xs:selector xpath="{second}"/>'
                '<xs:field xpath="."/></xs:keyref>'
            )
        return text

    def complex(self, depth: int) -> tuple[str, Callable[[etree._Element], None]]:
        """Return a complex type, and what fills an element of it."""
        attributes, fill_attributes = self.attributes()
        if self.chance.random() < 0.15:
            base = self.chance.choice(list(SIMPLE))
            text = f'<xs:simpleContent><xs:extension base="{base}">{attributes}</xs:extension></xs:simpleContent>'
            return f"<xs:complexType>{text}</xs:complexType>", partial(
                self._fill_text, partial(self._text, *SIMPLE[base]), fill_attributes
            )
        mixed = self.chance.random() < 0.15
        group, children = self.group(depth)
        declared = ' mixed="true"' if mixed else ""
        return f"<xs:complexType{declared}>{group}{attributes}</xs:complexType>", partial(
            self._fill, children, fill_attributes, mixed
        )

    def group(self, depth: int) -> tuple[str, Callable[[], list[etree._Element]]]:
        """Return a model group, and what makes its elements."""
        kind = self.chance.choice(["sequence", "sequence", "choice", "all"])
        return self._group(kind, depth, outermost=True)

    def _group(
        self, kind: str, depth: int, *, outermost: bool = False
    ) -> tuple[str, Callable[[], list[etree._Element]]]:
        if kind == "all" and not outermost:
            kind = "sequence"
        parts: list[tuple[Callable[[], list[etree._Element]], int, int]] = []
        texts = []
        for _ in range(self.chance.randint(1, 4)):
            low, high = self._occurs(once=kind == "all")
            several = self.chance.random() if kind != "all" and depth > 0 else 1
            if several < 0.15:
                text, make = self._several(depth - 1)
                if low > 1:
                    low, high = 1, high
            elif several < 0.35:
                text, make = self._group(self.chance.choice(["sequence", "choice"]), depth - 1)
                if low > 1:  # both judges are wrong on a group that may be empty: see test_settled.py
                    low, high = 1, high
            else:
                text, make = self.element(depth)
            texts.append(text.replace("@@", _attributes(low, high), 1))
            parts.append((make, low, min(high, low + 2)))
        if kind == "sequence" and outermost and self.chance.random() < 0.15:
            process = self.chance.choice(["lax", "skip", "strict"])
            texts.append(f'<xs:any namespace="##other" processContents="{process}" minOccurs="0" maxOccurs="2"/>')
            parts.append((partial(self._stranger, process), 0, 2))
        occurs = "" if outermost else "@@"
        return f"<xs:{kind}{occurs}>{''.join(texts)}</xs:{kind}>", partial(self._children, kind, parts)

    def attributes(self) -> tuple[str, Callable[[etree._Element], None]]:
        """Return attribute declarations, and what sets them on an element."""
        texts, makers = [], []
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            name = self.name()
            attribute, inner, text = self.simple()
            use = self.chance.choice(["", ' use="required"', ' use="optional"'])
            texts.append(f'<xs:attribute name="{name}"{attribute}{use}>{inner}</xs:attribute>')
            makers.append((name, text, "required" in use))
        if self.chance.random() < 0.08:
            name, kind = self.name(), self.chance.choice(["xs:ID", "xs:IDREF", "xs:IDREFS"])
            texts.append(f'<xs:attribute name="{name}" type="{kind}"/>')
            makers.append((name, partial(self._identifier, kind), False))
        if self.chance.random() < 0.08:
            name, (base, value, values) = (
                self.name(),
                self.chance.choice([("xs:int", "7", ["7", "+7"]), ("xs:string", "a", ["a"])]),
            )
            kind = self.chance.choice(["fixed", "default"])
            texts.append(f'<xs:attribute name="{name}" type="{base}" {kind}="{value}"/>')
            makers.append((name, partial(self._text, values, ["8"]), False))
        if self.chance.random() < 0.1:
            texts.append('<xs:anyAttribute namespace="##other" processContents="lax"/>')

        def fill(element: etree._Element) -> None:
            for name, text, required in makers:
                if required or self.chance.random() < 0.5:
                    element.set(name, text())

        return "".join(texts), fill

    # What makes documents

    def _text(self, good: list[str], bad: list[str]) -> str:
        return self.chance.choice(bad if bad and self.chance.random() < 0.02 else good)

    def _identifier(self, kind: str) -> str:
        if kind == "xs:ID":
            self.identifiers += self.chance.random() < 0.95
            return f"i{self.identifiers}"
        return f"i{self.chance.randint(1, max(self.identifiers, 1))}"

    def _leaf(self, name: str, text: Callable[[], str], nillable: bool) -> list[etree._Element]:
        element = etree.Element(self.tag(name))
        if nillable and self.chance.random() < 0.3:
            element.set(f"{{{XSI}}}nil", "true")
        else:
            element.text = text()
        return [element]

    def _node(self, name: str, fill: Callable[[etree._Element], None]) -> list[etree._Element]:
        element = etree.Element(self.tag(name))
        fill(element)
        return [element]

    def _fill_text(
        self, text: Callable[[], str], attributes: Callable[[etree._Element], None], element: etree._Element
    ) -> None:
        attributes(element)
        element.text = text()

    def _fill(
        self,
        children: Callable[[], list[etree._Element]],
        attributes: Callable[[etree._Element], None],
        mixed: bool,
        element: etree._Element,
    ) -> None:
        attributes(element)
        element.extend(children())
        for child in element if mixed else ():
            child.tail = self.chance.choice([None, "words"])

    def _children(
        self, kind: str, parts: list[tuple[Callable[[], list[etree._Element]], int, int]]
    ) -> list[etree._Element]:
        if kind == "choice":
            parts = [self.chance.choice(parts)]
        elif kind == "all":
            parts = self.chance.sample(parts, len(parts))
        return [one for make, low, high in parts for _ in range(self.chance.randint(low, high)) for one in make()]

    def _stranger(self, process: str) -> list[etree._Element]:
        element = etree.Element("{urn:other}thing", anything="1")
        etree.SubElement(element, "inside").text = process
        return [element]

    def _occurs(self, *, once: bool) -> tuple[int, int]:
        if once:
            return self.chance.choice([(0, 1), (1, 1)])
        return self.chance.choice([(1, 1), (1, 1), (0, 1), (0, 1), (0, 99), (1, 99), (2, 3), (0, 5)])

    def make(self) -> Made:
        """Make a schema with one root."""
        self.qualified = self.chance.random() < 0.4
        root, make = self._root()
        return self._made([(root, make)])

    def make_many(self, count: int) -> Made:
        """Make a schema with many roots, whose content models are small, and seldom plain."""
        self.qualified = self.chance.random() < 0.4
        return self._made([self._small_root(f"root{number}") for number in range(count)])

    def _root(self) -> tuple[str, Callable[[], list[etree._Element]]]:
        if self.chance.random() < 0.15:
            root, make = self._derived(3, "root")
            return root.replace("@@", "", 1), make
        content, fill = self.complex(3)
        root = f'<xs:element name="root">{content}{self._constraints()}</xs:element>'
        return root, partial(self._node, "root", fill)

    def _small_root(self, name: str) -> tuple[str, Callable[[], list[etree._Element]]]:
        kind = self.chance.randrange(5)
        if kind == 4:
            root, make = self._derived(1, name)
            return root.replace("@@", "", 1), make
        if kind == 0:
            group, children = self._several(0)
            low, high = self._occurs(once=True)
        elif kind == 1:
            group, children = self._derived(1)
            group, low, high = f"<xs:sequence>{group}</xs:sequence>", 1, 1
        else:
            parts = [self._untyped() if self.chance.random() < 0.4 else self.element(0) for _ in range(3)]
            texts = "".join(text.replace("@@", "", 1) for text, _ in parts)
            group, low, high = f"<xs:choice@@>{texts}</xs:choice>", 0, 99
            children = partial(self._children, "choice", [(make, 1, 1) for _, make in parts])
        mixed = self.chance.random() < 0.1
        content = group.replace("@@", _attributes(low, high), 1)
        attributes = ' mixed="true"' if mixed else ""

        def fill(element: etree._Element) -> None:
            for _ in range(self.chance.randint(low, min(high, 5))):
                element.extend(children())

        return (
            f'<xs:element name="{name}"><xs:complexType{attributes}>{content}</xs:complexType></xs:element>',
            partial(self._node, name, fill),
        )

    def _made(self, roots: list[tuple[str, Callable[[], list[etree._Element]]]]) -> Made:
        declared = (
            f'targetNamespace="{NAMESPACE}" xmlns:t="{NAMESPACE}" elementFormDefault="qualified"'
            if self.qualified
            else ""
        )
        text = "".join(text for text, _ in roots) + "".join(self.globals)
        return Made(schema(text, declared), tuple(partial(self._document, make) for _, make in roots))

    def _document(self, make: Callable[[], list[etree._Element]]) -> etree._Element:
        self.identifiers = 0
        return make()[0]


def _attributes(low: int, high: int) -> str:
    text = "" if low == 1 else f' minOccurs="{low}"'
    return text if high == 1 else f'{text} maxOccurs="{"unbounded" if high == 99 else high}"'


def mutate(tree: etree._Element, chance: random.Random) -> None:
    """Change a tree in one to three places."""
    for _ in range(chance.randint(1, 3)):
        elements = list(tree.iter("*"))
        element = chance.choice(elements)
        parent = element.getparent()
        kind = chance.randrange(8)
        if kind == 0:
            element.text = chance.choice(["", " ", "x", "1", "true", "2026-11-20", "\n"])
        elif kind == 1:
            element.set(
                chance.choice(["a", "e1", "e2", "{urn:other}a", f"{{{XSI}}}nil"]), chance.choice(["1", "true", "false"])
            )
        elif kind == 2:
            element.tag = chance.choice(elements).tag
        elif kind == 3 and element.attrib:
            del element.attrib[chance.choice(list(element.attrib))]
        elif parent is not None and kind == 4:
            parent.remove(element)
        elif parent is not None and kind == 5:
            parent.insert(chance.randint(0, len(parent)), copy.deepcopy(element))
        elif parent is not None and kind == 6:
            parent.insert(chance.randint(0, len(parent)), element)
        else:
            element.append(etree.Element(chance.choice(["stray", "{urn:other}stray"])))


def judged_schema(chance: random.Random) -> Made:
    """Make schemas until libxml2 takes one: it finds some content models ambiguous that are not, where they repeat."""
    while True:
        made = Maker(chance).make()
        try:
            etree.XMLSchema(etree.fromstring(made.text.encode()))
        except etree.XMLSchemaParseError:
            continue
        return made
