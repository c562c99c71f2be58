"""Random schemas with keys, references to keys and unique values, next versions of them, and documents.

The elements and attributes are always the same; their types, their occurrences and the constraints are drawn. Texts are
few, so that they often collide.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml import etree

from tests.conftest import schema

XSI = "http://www.w3.org/2001/XMLSchema-instance"

TYPES = (
    "xs:string",
    "xs:string",
    "xs:token",
    "xs:int",
    "xs:decimal",
    "xs:boolean",
    "xs:NCName",
    "Either",
    "Few",
    "xs:anyURI",
)
TEXTS = ("1", "01", "1.0", "2", "a", "a ", "b", "", "true", "x")

SIMPLE_TYPES = (
    '<xs:simpleType name="Either"><xs:union memberTypes="xs:int xs:string"/></xs:simpleType>'
    '<xs:simpleType name="Few"><xs:restriction base="xs:token"><xs:enumeration value="a"/><xs:enumeration value="b"/>'
    '<xs:enumeration value="1"/></xs:restriction></xs:simpleType>'
)

SELECTORS = {
    "root": (
        *("list/item", "list/item", "./list/item", ".//item", "*/item", "list/item|other/item", "list/sub/item"),
        *(
            ".//sub/item",
            "other/item",
            "list/item",
            "list/item/n",
            ".//n",
            "list/sub/item",
            ".//item",
            "free/item",
            "*",
        ),
    ),
    "list": ("item", "./item", ".//item", "sub/item", "item|sub/item", "item/n"),
    "other": ("item", "./item", ".//item", "item/n"),
    "sub": ("item", ".//item", "./item/."),
}
FIELDS = ("@id", "@id", "./@id", "@v", "n", "@id|@v", "@ref", "n|@id", "@*", ".//n", "*/@id")
USUAL_FIELDS = ("@id", "@id", "./@id", "@v", "n", "./n", "@v")
KINDS = ("key", "unique", "unique", "keyref")


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint and the element that has it."""

    host: str
    kind: str
    name: str
    selector: str
    fields: tuple[str, ...]
    refer: str = ""

    def print(self) -> str:
        """Return the constraint as the schema has it."""
        refer = f' refer="{self.refer}"' if self.kind == "keyref" else ""
        fields = "".join(f'<xs:field xpath="{path}"/>' for path in self.fields)
        return (
            f'<xs:{self.kind} name="{self.name}"{refer}><xs:selector xpath="{self.selector}"/>{fields}</xs:{self.kind}>'
        )


@dataclass(slots=True)
class KeyedSchema:
    """One version of a schema: what was drawn for it."""

    types: dict[str, str]
    traits: dict[str, str]
    occurs: dict[str, tuple[int, int]]
    constraints: list[Constraint] = field(default_factory=list)
    wildcard: str = ""

    @property
    def text(self) -> str:
        """The schema."""

        def item(name: str) -> str:
            attributes = "".join(
                f'<xs:attribute name="{each}" type="{self.types[f"{name}@{each}"]}"{self._trait(f"{name}@{each}")}/>'
                for each in ("id", "v", "ref")
            )
            more = f"{self._occurs(f'{name}/n')}{self._trait(f'{name}/n')}"
            n = f'<xs:element name="n" type="{self.types[f"{name}/n"]}"{more}/>'
            return f"<xs:complexType><xs:sequence>{n}</xs:sequence>{attributes}</xs:complexType>"

        def element(name: str, label: str, content: str) -> str:
            inside = "".join(each.print() for each in self._sorted() if each.host == label)
            return f'<xs:element name="{name}"{self._occurs(label)}>{content}{inside}</xs:element>'

        def group(content: str) -> str:
            return f"<xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType>"

        sub = element("sub", "sub", group(element("item", "sub/item", item("sub/item"))))
        list_ = element("list", "list", group(element("item", "list/item", item("list/item")) + sub))
        other = element("other", "other", group(element("item", "other/item", item("other/item"))))
        free = ""
        if self.wildcard:
            any_ = f'<xs:any processContents="{self.wildcard}" minOccurs="0" maxOccurs="3"/>'
            free = f'<xs:element name="free" minOccurs="0">{group(any_)}</xs:element>'
        root = element("root", "root", group(list_ + other + free)).replace(self._occurs("root"), "", 1)
        global_item = f'<xs:element name="item">{item("item")}</xs:element>'
        return schema(SIMPLE_TYPES + root + global_item)

    def _sorted(self) -> list[Constraint]:
        return sorted(self.constraints, key=lambda constraint: constraint.kind == "keyref")

    def _trait(self, node: str) -> str:
        """Return the default or the use of a node; a default only where its type accepts it."""
        trait = self.traits[node]
        refused = {"1": ("xs:NCName",), "a": ("xs:int", "xs:decimal", "xs:boolean")}
        return (
            "" if any(f'"{text}"' in trait and self.types[node] in types for text, types in refused.items()) else trait
        )

    def _occurs(self, name: str) -> str:
        low, high = self.occurs[name]
        return f' minOccurs="{low}" maxOccurs="{high if high < 9 else "unbounded"}"'


PLACES = ("list/item", "sub/item", "other/item", "item")


def make_keyed(chance: random.Random) -> KeyedSchema:
    """Draw a schema; it may be invalid, because a key has another number of fields than what refers to it."""
    shared = chance.choice(TYPES)

    def draw_type() -> str:
        return shared if chance.random() < 0.7 else chance.choice(TYPES)

    nodes = [f"{place}{end}" for place in PLACES for end in ("@id", "@v", "@ref", "/n")]
    drawn = KeyedSchema(
        {node: draw_type() for node in nodes},
        {node: _draw_trait(node, chance) for node in nodes},
        {
            "root": (1, 1),
            "list": (chance.choice((0, 1)), chance.choice((1, 1, 9))),
            "other": (chance.choice((0, 0, 1)), chance.choice((1, 9))),
            "sub": (0, chance.choice((1, 9))),
            **{place: (chance.choice((0, 0, 1)), chance.choice((1, 9, 9))) for place in PLACES},
            **{f"{place}/n": (chance.choice((0, 1)), chance.choice((1, 1, 2))) for place in PLACES},
        },
        wildcard=chance.choice(("", "", "lax", "skip")),
    )
    for _ in range(chance.choice((1, 1, 2, 3))):
        _add_constraint(drawn, chance)
    return drawn


def _draw_trait(node: str, chance: random.Random) -> str:
    if "@" not in node:
        return chance.choice(("", "", "", ' nillable="true"', ' default="1"'))
    return chance.choice(("", "", ' use="required"', "", ' default="a"', ' default="1"'))


def _add_constraint(drawn: KeyedSchema, chance: random.Random) -> None:
    host = chance.choice(("root", "root", "root", "list", "other", "sub"))
    kind = chance.choice(KINDS)
    name = f"c{chance.randrange(10_000)}"
    size = chance.choice((1, 1, 1, 2))
    selector = chance.choice(SELECTORS[host])
    fields = tuple(chance.choices(FIELDS, k=size))
    if chance.random() < 0.95:
        fields = (".",) if selector.endswith("n") else tuple(chance.choices(USUAL_FIELDS, k=size))
    if kind == "keyref":
        keys = [each for each in drawn.constraints if each.kind != "keyref"]
        if not keys:
            kind = "key"
            drawn.constraints.append(Constraint(host, kind, name, selector, fields))
            keys, name = drawn.constraints, f"{name}r"
        key = chance.choice(keys)
        host = chance.choice((key.host, "root"))
        fields = tuple(chance.choice(("@ref", "@ref", path, "n")) for path in key.fields)
        drawn.constraints.append(Constraint(host, "keyref", name, chance.choice(SELECTORS[host]), fields, key.name))
        return
    drawn.constraints.append(Constraint(host, kind, name, selector, fields))


def edit_keyed(drawn: KeyedSchema, chance: random.Random, edits: int) -> KeyedSchema:
    """Return a next version: constraints moved, renamed, restated, changed; types and occurrences changed."""
    edited = copy.deepcopy(drawn)
    for _ in range(edits):
        _EDITS[chance.randrange(len(_EDITS))](edited, chance)
    return edited


def _change_one(drawn: KeyedSchema, chance: random.Random, change: Callable[[Constraint], Constraint]) -> None:
    if drawn.constraints:
        place = chance.randrange(len(drawn.constraints))
        drawn.constraints[place] = change(drawn.constraints[place])


def _rename(drawn: KeyedSchema, chance: random.Random) -> None:
    drawn.constraints = [
        replace(each, name=f"{each.name}x", refer=f"{each.refer}x" if each.refer else "") for each in drawn.constraints
    ]


def _restate(drawn: KeyedSchema, chance: random.Random) -> None:
    def change(each: Constraint) -> Constraint:
        parts = [
            part if part.startswith(".") or chance.random() < 0.5 else f"./{part}" for part in each.selector.split("|")
        ]
        chance.shuffle(parts)
        return replace(each, selector="|".join(parts), fields=tuple(chance.sample(each.fields, len(each.fields))))

    _change_one(drawn, chance, change)


def _move(drawn: KeyedSchema, chance: random.Random) -> None:
    def change(each: Constraint) -> Constraint:
        if each.host == "root" and each.selector.startswith(("list/", "other/")) and "|" not in each.selector:
            host, _, rest = each.selector.partition("/")
            return replace(each, host=host, selector=rest)
        if each.host in ("list", "other") and "|" not in each.selector:
            deep = each.selector.startswith(".//")
            selector = each.selector if deep else f"{each.host}/{each.selector.removeprefix('./')}"
            return replace(each, host="root", selector=selector)
        return each

    _change_one(drawn, chance, change)


def _change_selector(drawn: KeyedSchema, chance: random.Random) -> None:
    def change(each: Constraint) -> Constraint:
        alike = [path for path in SELECTORS[each.host] if path.endswith("n") == each.selector.endswith("n")]
        return replace(each, selector=chance.choice(alike))

    _change_one(drawn, chance, change)


def _change_fields(drawn: KeyedSchema, chance: random.Random) -> None:
    def change(each: Constraint) -> Constraint:
        if each.fields == (".",):
            return each
        return replace(each, fields=tuple(chance.choice(USUAL_FIELDS) for _ in each.fields))

    _change_one(drawn, chance, change)


def _change_kind(drawn: KeyedSchema, chance: random.Random) -> None:
    _change_one(
        drawn,
        chance,
        lambda each: (
            each if each.kind == "keyref" else replace(each, kind="key" if each.kind == "unique" else "unique")
        ),
    )


def _remove(drawn: KeyedSchema, chance: random.Random) -> None:
    free = [each for each in drawn.constraints if all(other.refer != each.name for other in drawn.constraints)]
    if free:
        drawn.constraints.remove(chance.choice(free))


def _change_type(drawn: KeyedSchema, chance: random.Random) -> None:
    if chance.random() < 0.5:
        drawn.types[chance.choice(list(drawn.types))] = chance.choice(TYPES)
        return
    old, new = chance.choice(list(drawn.types.values())), chance.choice(TYPES)
    drawn.types = {node: new if type_ == old else type_ for node, type_ in drawn.types.items()}


def _change_trait(drawn: KeyedSchema, chance: random.Random) -> None:
    node = chance.choice(list(drawn.traits))
    drawn.traits[node] = _draw_trait(node, chance)


def _change_occurs(drawn: KeyedSchema, chance: random.Random) -> None:
    name = chance.choice([name for name in drawn.occurs if name != "root"])
    drawn.occurs[name] = (chance.choice((0, 1)), chance.choice((1, 2, 9)))


def _change_wildcard(drawn: KeyedSchema, chance: random.Random) -> None:
    drawn.wildcard = chance.choice(("lax", "skip", "strict")) if drawn.wildcard else ""


_EDITS: tuple[Callable[[KeyedSchema, random.Random], None], ...] = (
    *(_rename, _restate, _move, _move, _change_selector, _change_fields, _change_kind, _remove, _add_constraint),
    *(_change_type, _change_type, _change_trait, _change_occurs, _change_wildcard),
)


def make_keyed_document(drawn: KeyedSchema, chance: random.Random) -> etree._Element:
    """Return a small document of a schema, often valid."""
    texts = chance.sample(TEXTS, chance.choice((2, 3, 5)))

    def fit(type_: str) -> list[str]:
        allowed = {
            "xs:int": ("1", "01", "2"),
            "xs:decimal": ("1", "01", "1.0", "2"),
            "xs:boolean": ("1", "true"),
            "xs:NCName": ("a", "b", "true", "x", "a "),
            "Few": ("a", "b", "1", "a "),
        }.get(type_, texts)
        return [text for text in texts if text in allowed] or list(allowed)

    def add_item(parent: etree._Element, place: str) -> None:
        item = etree.SubElement(parent, "item")
        for name in ("id", "v", "ref"):
            node = f"{place}@{name}"
            if "required" in drawn.traits[node] or chance.random() < 0.5:
                item.set(name, chance.choice(fit(drawn.types[node])))
        low, high = drawn.occurs[f"{place}/n"]
        for _ in range(chance.randint(low, min(high, 2))):
            n = etree.SubElement(item, "n")
            if "nillable" in drawn.traits[f"{place}/n"] and chance.random() < 0.3:
                n.set(f"{{{XSI}}}nil", "true")
            else:
                n.text = chance.choice(
                    [*fit(drawn.types[f"{place}/n"]), *([""] if "default" in drawn.traits[f"{place}/n"] else [])]
                )

    def add(parent: etree._Element, name: str, place: str, fill: Callable[[etree._Element], None]) -> None:
        low, high = drawn.occurs[place]
        for _ in range(max(low, min(high, chance.choice((0, 1, 1, 2))))):
            fill(etree.SubElement(parent, name))

    def add_items(parent: etree._Element, place: str) -> None:
        low, high = drawn.occurs[place]
        for _ in range(max(low, min(high, chance.choice((0, 1, 2, 2, 3))))):
            add_item(parent, place)

    def fill_list(parent: etree._Element) -> None:
        add_items(parent, "list/item")
        add(parent, "sub", "sub", lambda sub: add_items(sub, "sub/item"))

    root = etree.Element("root")
    add(root, "list", "list", fill_list)
    add(root, "other", "other", lambda other: add_items(other, "other/item"))
    if drawn.wildcard and chance.random() < 0.5:
        free = etree.SubElement(root, "free")
        for _ in range(chance.randint(0, 2)):
            add_item(free, "item")
    return root
