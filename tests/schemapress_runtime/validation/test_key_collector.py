"""Identity constraints while a document is read: the reader and the walk over the tree agree."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

import schemapress
from schemapress_runtime.codec.messages import Messages
from schemapress_runtime.codec.stream import iter_decode_stream
from schemapress_runtime.report.problem import InvalidDocument, Problem, Report
from schemapress_runtime.validation.step import Step
from schemapress_runtime.verdict import Verdict
from schemapress_runtime.xml.plain_text import admit
from tests.conftest import schema
from tests.support.judges import libxml2_accepts, xmlschema_accepts

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


CONTENT = """
<xs:complexType name="G"><xs:choice minOccurs="0" maxOccurs="unbounded">
  <xs:element ref="k:g"/><xs:element name="h" type="k:G"/><xs:element ref="k:a"/>
  <xs:element name="b" type="k:B"/><xs:element name="c" type="xs:string"/>
</xs:choice><xs:attribute name="id" type="xs:decimal"/></xs:complexType>
<xs:complexType name="A"><xs:sequence>
  <xs:element name="n" type="xs:decimal" minOccurs="0" maxOccurs="2" default="1"/>
  <xs:element name="s" type="xs:string" minOccurs="0"/>
</xs:sequence>
  <xs:attribute name="id" type="xs:decimal"/><xs:attribute name="ref" type="xs:decimal"/>
  <xs:attribute name="d" type="xs:decimal" default="2"/></xs:complexType>
<xs:complexType name="B"><xs:simpleContent><xs:extension base="xs:decimal">
  <xs:attribute name="id" type="xs:decimal"/></xs:extension></xs:simpleContent></xs:complexType>
"""
SELECTORS = [
    "k:a",
    ".//k:a",
    "k:g/k:a",
    ".//k:g/k:a",
    "k:a|k:b",
    ".//k:b",
    "*",
    "k:*",
    ".//*",
    "k:g/*",
    ".",
    "k:g|.//k:a",
]
SELECTORS += ["k:a/k:n", ".//k:a/k:n", ".//k:h/k:b", "k:h/k:g/k:a", ".//k:c", "k:b | k:g/k:b"]
FIELDS = ["@id"] * 6 + [
    "@ref",
    "@d",
    ".",
    "k:n",
    "./k:n",
    "k:n|@id",
    "@id|@ref",
    "*/@id",
    ".//k:n",
    ".//@d",
    "@*",
    "k:s",
]
VALUES = ["1", "2", "3", "1.0", "02", "4", "5", "6"]


class RandomSchema:
    """A schema with identity constraints at several levels, and documents that its content models admit."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._keys: list[tuple[str, int]] = []
        inner, outer = self._constraints("i"), self._constraints("o")
        self.text = schema(
            f'<xs:element name="r" type="k:G">{outer}</xs:element><xs:element name="g" type="k:G">{inner}</xs:element>'
            f'<xs:element name="a" type="k:A">{self._constraints("a") if chance.random() < 0.2 else ""}</xs:element>'
            + CONTENT,
            'targetNamespace="urn:k" xmlns:k="urn:k" elementFormDefault="qualified"',
        )

    def _constraints(self, mark: str) -> str:
        chance = self.chance
        written = []
        for number in range(chance.randint(1, 2)):
            kind, name, fields = (
                chance.choice(["key", "unique", "unique"]),
                f"{mark}{number}",
                chance.choice([1, 1, 1, 2]),
            )
            self._keys.append((name, fields))
            written.append(self._constraint(kind, name, fields))
        for number in range(chance.randint(0, 2)):
            name, fields = chance.choice(self._keys)
            written.append(self._constraint("keyref", f"{mark}r{number}", fields, f' refer="k:{name}"'))
        return "".join(written)

    def _constraint(self, kind: str, name: str, fields: int, refer: str = "") -> str:
        chosen = "".join(f'<xs:field xpath="{self.chance.choice(FIELDS)}"/>' for _ in range(fields))
        selector = f'<xs:selector xpath="{self.chance.choice(SELECTORS)}"/>'
        return f'<xs:{kind} name="{name}"{refer}>{selector}{chosen}</xs:{kind}>'

    def document(self) -> bytes:
        """Return a document that is valid but for the constraints."""
        return self._element("r", 'xmlns="urn:k"', 3).encode()

    def _element(self, name: str, declared: str, depth: int) -> str:
        children = "".join(self._child(depth) for _ in range(self.chance.randint(0, 3)))
        return f"<{name} {declared}{self._attribute('id', 0.5)}>{children}</{name}>"

    def _child(self, depth: int) -> str:
        chance = self.chance
        name = chance.choice("gghaaaabbc" if depth else "aaabc")
        if name in "gh":
            return self._element(name, "", depth - 1)
        attributes = self._attribute("id", 0.8)
        if name == "b":
            return f"<b{attributes}>{self._value()}</b>"
        if name == "c":
            return f"<c>{self._value()}</c>"
        attributes += self._attribute("ref", 0.3) + self._attribute("d", 0.2)
        numbers = "".join(
            chance.choice(["<n/>", f"<n>{self._value()}</n>"]) for _ in range(chance.choice([0, 1, 1, 2]))
        )
        texts = f"<s>{self._value()}</s>" * chance.choice([0, 1])
        return f"<a{attributes}>{numbers}{texts}</a>" if numbers or texts else f"<a{attributes}/>"

    def _attribute(self, name: str, probability: float) -> str:
        return f' {name}="{self._value()}"' if self.chance.random() < probability else ""

    def _value(self) -> str:
        return self.chance.choice(VALUES)


def compiled(text: str, folder: Path) -> tuple[schemapress.Validator, Path]:
    path = folder / "keys.xsd"
    path.write_text(text, "utf-8")
    return schemapress.compile(path), path


def takes(validator: schemapress.Validator, document: bytes) -> bool:
    """Say whether the reader takes a document, and that the walk agrees where it does."""
    text = admit(document)
    assert text is not None
    taken = validator._validator.tag_reader.validate(text) is Verdict.VALID
    assert validator.walk(document).valid or not taken, f"the reader took what is not valid: {document.decode()}"
    return taken


def stream(validator: schemapress.Validator, document: bytes, wanted: str) -> Report:
    """Return the report of a document that is streamed; it ends with the first problem."""
    inner = validator._validator
    messages: Messages[object] = Messages({}, ModuleType("none"), inner.declarations)
    try:
        list(iter_decode_stream(io.BytesIO(document), wanted, inner, messages))
    except InvalidDocument as error:
        return Report(tuple(error.problems))
    return Report(())


def agrees(validator: schemapress.Validator, document: bytes, wanted: str) -> bool:
    """Say whether a document is one of the same problems when it is streamed as when it is walked over."""
    walked, streamed = validator.walk(document), stream(validator, document, wanted)
    known = {_without_field(problem) for problem in walked}
    return walked.valid == streamed.valid and all(_without_field(problem) in known for problem in streamed)


def _without_field(problem: Problem) -> tuple[str, str | None, str | None]:
    """Return what a problem says but for the field, where another one of the same element may be found first."""
    is_of_field = problem.code == "cvc-identity-constraint.3"
    return (problem.code, problem.value, None if is_of_field else problem.message)


@pytest.mark.parametrize("seed", range(16))
def test_the_reader_takes_what_the_walk_and_libxml2_find_valid(seed: int, tmp_path: Path) -> None:
    made = RandomSchema(Random(seed))
    validator, path = compiled(made.text, tmp_path)

    for _ in range(60):
        document = made.document()
        is_valid = validator.walk(document).valid
        assert libxml2_accepts(path, document) == is_valid, document.decode()
        assert takes(validator, document) == is_valid, document.decode()
        assert agrees(validator, document, made.chance.choice(["a", "g", "b"])), document.decode()


def test_random_documents_are_valid_and_invalid_in_like_numbers(tmp_path: Path) -> None:
    verdicts: Counter[bool] = Counter()
    agreed = 0
    for seed in range(8):
        made = RandomSchema(Random(seed))
        validator, path = compiled(made.text, tmp_path)
        for _ in range(10):
            document = made.document()
            is_valid = validator.walk(document).valid
            verdicts[is_valid] += 1
            agreed += xmlschema_accepts(path, document) == is_valid
    assert min(verdicts.values()) > 20
    assert agreed > 50  # xmlschema has errors of its own


ITEMS = """<xs:element name="i" minOccurs="0" maxOccurs="unbounded"><xs:complexType mixed="true"><xs:sequence>
  <xs:element name="v" type="xs:QName" minOccurs="0" maxOccurs="unbounded" nillable="true"/></xs:sequence>
  <xs:attribute name="k" type="xs:decimal"/></xs:complexType></xs:element>"""
SKIPPED = '<xs:any namespace="##other" processContents="skip" minOccurs="0" maxOccurs="9"/>'
OPEN = f'<xs:element name="i"><xs:complexType><xs:sequence>{SKIPPED}</xs:sequence></xs:complexType></xs:element>'
KEY = '<xs:key name="K"><xs:selector xpath=".//i"/><xs:field xpath="@k"/></xs:key>'
VALUES_ONCE = '<xs:unique name="U"><xs:selector xpath=".//i"/><xs:field xpath="v"/></xs:unique>'
EACH_VALUE_ONCE = '<xs:unique name="U"><xs:selector xpath=".//v"/><xs:field xpath="."/></xs:unique>'
REFERENCE = '<xs:keyref name="R" refer="K"><xs:selector xpath="ref"/><xs:field xpath="."/></xs:keyref>'
REF = '<xs:element name="ref" type="xs:decimal"/>'
HELD = '<xs:unique name="K"><xs:selector xpath="i"/><xs:field xpath=".//@k"/></xs:unique>'
DEEP = '<xs:unique name="U"><xs:selector xpath="i"/><xs:field xpath=".//v"/></xs:unique>'


def holder(particles: str, constraints: str) -> str:
    return schema(
        f'<xs:element name="r"><xs:complexType><xs:sequence>{particles}</xs:sequence></xs:complexType>{constraints}'
        "</xs:element>"
    )


@pytest.mark.parametrize(
    ("text", "document", "taken"),
    [
        (holder(ITEMS, KEY), '<r><i k="1">text</i>\n<i k="2"/></r>', True),
        (holder(ITEMS, KEY), '<r><i k="1">text</i>\n<i k="1.0"/></r>', False),
        (holder(ITEMS, KEY), "<r><i>text</i></r>", False),
        (holder(ITEMS, VALUES_ONCE), '<r xmlns:p="u"><i>a<v>p:q</v>b</i><i>c<v>q</v></i><i/></r>', True),
        (holder(ITEMS, VALUES_ONCE), '<r xmlns:p="u"><i>a<v>p:q</v>b</i><i><v xmlns:o="u">o:q</v></i></r>', False),
        (holder(ITEMS, VALUES_ONCE), f'<r {XSI}><i><v xsi:nil="true"/></i><i><v xsi:nil="1"/></i></r>', True),
        (holder(ITEMS, VALUES_ONCE), "<r><i><v>a</v><v>b</v></i></r>", False),
        (holder(ITEMS, EACH_VALUE_ONCE), "<r><i><v>a</v><v>b</v></i><i><v>c</v></i></r>", True),
        (holder(ITEMS, EACH_VALUE_ONCE), "<r><i><v>a</v><v>b</v></i><i><v>a</v></i></r>", False),
        (holder(ITEMS + SKIPPED, KEY), '<r><i k="1"/><z xmlns="u"><i xmlns="" k="1"/><i xmlns=""/></z></r>', True),
        (holder(OPEN + REF.replace("decimal", "string"), HELD + REFERENCE),
            '<r><i><z xmlns="u" k="1"/></i><ref>1</ref></r>', False),
        (holder(OPEN, DEEP), '<r><i><z xmlns="u"><y xmlns=""/></z></i></r>', True),
        (holder(OPEN, DEEP), '<r><i><z xmlns="u"><v xmlns=""/></z></i></r>', True),  # it is there, and has no value
        (holder(OPEN, DEEP), '<r><i><z xmlns="u"><v xmlns=""/><v xmlns=""/></z></i></r>', False),
        (holder(ITEMS + REF, KEY + REFERENCE), '<r><i k="2.50"/><ref>2.5</ref></r>', True),
        (holder(ITEMS + REF, KEY + REFERENCE), '<r><i k="2.50"/><ref>2.51</ref></r>', False),
        (holder(ITEMS + '<xs:element name="ref" type="xs:string"/>', KEY + REFERENCE),
            '<r><i k="2"/><ref>2</ref></r>', False),
    ],
)  # fmt: skip
def test_the_reader_takes_what_meets_the_constraints(text: str, document: str, taken: bool, tmp_path: Path) -> None:
    validator, _ = compiled(text, tmp_path)

    for _ in range(2):  # the second time, the start tags are known
        assert takes(validator, document.encode()) == taken


LEVELS = schema(
    """<xs:element name="m"><xs:complexType><xs:sequence>
      <xs:element name="a" minOccurs="0" maxOccurs="9"><xs:complexType>
        <xs:attribute name="k"/></xs:complexType></xs:element>
      <xs:element ref="m" minOccurs="0" maxOccurs="9"/></xs:sequence></xs:complexType>
      <xs:unique name="K"><xs:selector xpath="a"/><xs:field xpath="@k"/></xs:unique></xs:element>
    <xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="m"/><xs:element name="ref" maxOccurs="9"/>
      </xs:sequence></xs:complexType>
      <xs:keyref name="R" refer="K"><xs:selector xpath="ref"/><xs:field xpath="."/></xs:keyref></xs:element>"""
).replace('name="ref"', 'name="ref" type="xs:anySimpleType"')


@pytest.mark.parametrize("inner", [1, 4])
def test_an_element_knows_its_own_keys_and_those_of_elements_inside(inner: int, tmp_path: Path) -> None:
    validator, _ = compiled(LEVELS, tmp_path)
    deep = "".join(f'<a k="{number}"/>' for number in range(2, 2 + inner))

    for reference, is_known in (("1", True), ("2", True), ("0", True), ("9", False)):
        document = f'<r><m><a k="0"/><a k="1"/><m>{deep}</m></m><ref>{reference}</ref></r>'.encode()
        assert takes(validator, document) == validator.walk(document).valid == is_known
        assert all(agrees(validator, document, wanted) for wanted in ("m", "a"))


NESTED = schema(
    """<xs:complexType name="N"><xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element ref="n"/>
    <xs:element name="z"><xs:complexType><xs:sequence>
      <xs:element ref="n" minOccurs="0" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element>
    </xs:choice><xs:attribute name="k"/><xs:attribute name="r"/></xs:complexType>
    <xs:element name="n" type="N">
      <xs:unique name="K"><xs:selector xpath="."/><xs:field xpath="@k"/></xs:unique></xs:element>
    <xs:element name="r" type="N">
      <xs:keyref name="R" refer="K"><xs:selector xpath=".//n"/><xs:field xpath="@r"/></xs:keyref></xs:element>"""
)


@pytest.mark.parametrize(
    ("document", "is_valid", "taken"),
    [
        ('<r><n k="1"/><n r="1"/></r>', True, True),
        ('<r><z><n k="1"><n k="2"/></n></z><n r="2"/><z><n r="1"/></z></r>', True, True),
        ('<r><n k="1"/><n r="2"/></r>', False, False),
        ('<r><n k="1"/><n k="1"/><n r="1"/></r>', False, False),  # neither is in the table of the root (§3.11.5)
        ('<r><n k="1"/><n k="1"/></r>', True, True),
        ('<r><n k="1"><n k="1"/></n><n r="1"/></r>', True, True),  # the outer one takes the place of the inner one
        ('<r><z><n k="1"/><n k="1"/></z><n k="1"/><n r="1"/></r>', True, False),
    ],
)
def test_keys_of_elements_inside_are_known_outside(document: str, is_valid: bool, taken: bool, tmp_path: Path) -> None:
    validator, _ = compiled(NESTED, tmp_path)

    assert validator.walk(document.encode()).valid == is_valid
    assert takes(validator, document.encode()) == taken
    assert all(agrees(validator, document.encode(), wanted) for wanted in "nz")


def test_an_element_that_no_selector_can_reach_is_not_noted(tmp_path: Path) -> None:
    rest = '<xs:element name="o" type="xs:string" maxOccurs="9"/>'
    validator, _ = compiled(holder(ITEMS + rest, KEY), tmp_path)
    reader = validator._validator.tag_reader
    assert takes(validator, b'<r><i k="1"/><o/><o>x</o></r>')

    steps = [
        (head, Step(*parts))
        for scope in reader._scopes._known.values()
        for state in scope._states.values()
        for head, parts in state.items()
    ]
    assert {head.split()[0].strip("/") for head, step in steps if step.noted is not None} == {"i"}
    assert {head.strip("/") for head, step in steps if step.noted is None} == {"o"}
