"""Schemas with hostile texts and names in every place, and what must hold of the packages that they become.

A longer run than that of the tests: `python -c "from tests.hostile.builds import run; run(1000, seed=1)"`.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import io
import keyword
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from xml.sax.saxutils import escape, quoteattr

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from schemapress.build.package import package_files
from schemapress.build.templating import renderer
from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from schemapress.targets.bindings.target import Bindings
from schemapress.targets.class_shapes import ClassShape, Shapes
from schemapress.targets.emitted_names import snake
from schemapress.targets.registry import DEFAULT_TARGETS, find_quick_check, load_targets
from schemapress.targets.target import EmitContext
from tests.hostile.packages import package_of
from tests.support.emit_context import KnownClasses

XS = "http://www.w3.org/2001/XMLSchema"

# Texts

NASTY = (
    *('"', "'", '"""', "'" * 3, "\\", '\\"', "\\'", '\\"""', '5" pipe', "C:\\users", "\\N{DASH}", "\\x41", "\\u0041"),
    *("{", "}", "{x}", "{SPACE}", "{_SCANNERS}", "{0}", "%s", "{{ 7 * 7 }}", "{% raw %}", "{# x #}"),
    *("\n", "\r", "\t", "\x85", "\u2028", "\u2029", "\ufeff", "\u202e", "\U000e0001", "é", "名", "\U0001d54f"),
    *('""" + print(1) + """', '"\nimport os\n"', "x\n    pass\n", "#", "# type: ignore", "# -*- coding: utf-7 -*-"),
    *("]]>", "&", "<", ">", "(?:", "(", ")", "[", "]", "|", ".*", "(?P<x>", "$", "^", 'rf"', "f'{x}'", "+ADw-"),
    *("Type[x]", "ForwardRef(x)", "Literal[x]", "@enum@x::y", "None", "True", "", " ", "  "),
)

_CHARACTERS = st.characters(
    exclude_categories=["Cs"], exclude_characters=[chr(code) for code in (*range(0x20), 0xFFFE, 0xFFFF)]
) | st.sampled_from("\t\n\r")

TEXT = st.lists(st.sampled_from(NASTY) | st.text(_CHARACTERS, max_size=4), max_size=5).map("".join)


@dataclass(frozen=True)
class Texts:
    """The text in each place of a schema that takes one."""

    schema_documentation: str = "doc"
    type_documentation: str = "doc"
    simple_type_documentation: str = "doc"
    element_documentation: str = "doc"
    summary: str = "sum"
    path: str = "p"
    operation: str = "go"
    request_media_type: str = "text/a"
    response_media_type: str = "text/b"
    enumeration: str = "e1"
    other_enumeration: str = "e2"
    attribute_enumeration: str = "e3"
    pattern: str = "p1"
    default: str = "d1"
    fixed: str = "f1"
    attribute_default: str = "d2"
    attribute_fixed: str = "f2"
    namespace: str = "urn:n"
    prefix: str = "n"
    file: str = "file"


PREFIX = st.sampled_from(["n", "n.s", "n-s", "名", "é", "ns0", "SPACE", "_x"])
FILE = TEXT.map(lambda text: text.replace("/", "").replace("\r", "")[:40]).filter(lambda name: name.strip(". ") != "")


def _is_another_name(text: str) -> bool:
    """Whether a text gives a name that no emitted module has; `check_names` tries those that one has."""
    return bool(text) and snake(text) not in names_of_ours()


HOSTILE = st.builds(
    Texts,
    **{place.name: TEXT for place in fields(Texts) if place.name not in ("namespace", "prefix", "file", "operation")},
    operation=TEXT.filter(_is_another_name),
    namespace=st.just("urn:n") | TEXT.map(lambda text: f"urn:{text}"),
    prefix=PREFIX,
    file=FILE,
)


def neutral(texts: Texts) -> Texts:
    """Return the same schema without anything hostile; what decides on the plan of the code stays as it is."""

    def counterpart(number: int, place: str, text: str) -> str:
        if place in ("namespace", "prefix", "file", "operation"):
            return str(getattr(Texts(), place))
        if not text.split() and "enumeration" not in place:
            return text and " "
        unscannable = "<" if re.search(r"[<\t\n\r]", text) else ""
        quoted = '"' if re.search(r'"|\\x22', text) else ""
        return text and f"n{number}{unscannable}{quoted}"

    kept = {place.name: getattr(texts, place.name) for place in fields(Texts)}
    listed = list(kept.values())
    return Texts(**{place: counterpart(listed.index(text), place, text) for place, text in kept.items()})


_NO_PATH = re.compile(r"[{}%?#;/\s\x00-\x20\x7f]")
_NO_TOKEN = re.compile(r"[^A-Za-z0-9!#$&^_.+-]")


def _clean(refused: re.Pattern[str], text: str) -> str:
    """Return a text without the characters that endpoint facts refuse, and which none of its readers ever gets."""
    return refused.sub("", text).strip(".")


def schema_of(texts: Texts) -> str:
    """Return the XSD."""

    def doc(text: str) -> str:
        return f"<xs:annotation><xs:documentation>{_content(text)}</xs:documentation></xs:annotation>"

    def attribute(text: str) -> str:
        return quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;", "\x85": "&#133;", "\u2028": "&#8232;"})

    def values(*listed: str) -> str:
        facets = "".join(f"<xs:enumeration value={attribute(value)}/>" for value in dict.fromkeys(listed))
        return f'<xs:simpleType><xs:restriction base="xs:string">{facets}</xs:restriction></xs:simpleType>'

    pattern = "".join(f"\\{char}" if char in r"\|.?*+(){}[]-^" else char for char in texts.pattern)
    p = texts.prefix
    asked, answered = (
        attribute(f"text/{_clean(_NO_TOKEN, text) or 'a'}")
        for text in (texts.request_media_type, texts.response_media_type)
    )
    return f"""<xs:schema xmlns:xs="{XS}" xmlns:{p}={attribute(texts.namespace)}
 targetNamespace={attribute(texts.namespace)} elementFormDefault="qualified">
<xs:annotation><xs:documentation>{_content(texts.schema_documentation)}</xs:documentation><xs:appinfo>
<endpoint xmlns="urn:schemapress:endpoint" name={attribute(texts.operation)} summary={attribute(texts.summary)}
 method="POST" path={attribute("/" + _clean(_NO_PATH, texts.path))}>
<request element="root" media-type={asked}/>
<response status="200" element="root" media-type={answered}/></endpoint>
</xs:appinfo></xs:annotation>
<xs:element name="root"><xs:complexType><xs:sequence>
<xs:element name="a">{doc(texts.element_documentation)}{values(texts.enumeration, texts.other_enumeration)}</xs:element>
<xs:element name="b" type="{p}:Line" minOccurs="0" maxOccurs="unbounded"/>
<xs:element name="c" type="{p}:Text" minOccurs="0"/>
<xs:element name="d" type="xs:string" default={attribute(texts.default)} minOccurs="0"/>
<xs:element name="e" type="xs:string" fixed={attribute(texts.fixed)} minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="flat"><xs:complexType><xs:sequence>
<xs:element name="a">{values(texts.enumeration, texts.other_enumeration)}</xs:element>
<xs:element name="b" type="{p}:Line"/></xs:sequence></xs:complexType></xs:element>
<xs:complexType name="Line">{doc(texts.type_documentation)}
<xs:sequence><xs:element name="z" type="xs:date"/></xs:sequence>
<xs:attribute name="k">{values(texts.attribute_enumeration)}</xs:attribute>
<xs:attribute name="l" type="xs:string" default={attribute(texts.attribute_default)}/>
<xs:attribute name="m" type="xs:string" fixed={attribute(texts.attribute_fixed)}/></xs:complexType>
<xs:simpleType name="Text">{doc(texts.simple_type_documentation)}<xs:restriction base="xs:string">
<xs:pattern value={attribute(pattern)}/></xs:restriction></xs:simpleType>
</xs:schema>
"""


def _content(text: str) -> str:
    return escape(text, {"\n": "&#10;", "\r": "&#13;", "\x85": "&#133;", "\u2028": "&#8232;"})


@cache
def _shapes() -> Shapes:
    with _written(Texts()) as source, Bindings((source,)) as bindings:
        bindings.begin(load((source,)))
        return bindings.shapes()


@contextlib.contextmanager
def _written(texts: Texts) -> Iterator[Path]:
    """Give the XSD of some texts as a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{texts.file}.xsd"
        path.write_text(schema_of(texts), "utf-8")
        yield path


def emitted(texts: Texts) -> dict[str, str]:
    """Return the modules that are emitted for some texts, without the bindings.

    Raises:
        SchemapressError: the schema is refused.
    """
    shapes = _shapes()
    with _written(texts) as source:
        schema = load((source,))
        moved = {
            name.replace("{urn:n}", f"{{{texts.namespace}}}"): _moved(shape, texts.namespace)
            for name, shape in shapes.roots.items()
        }
        targets = load_targets(DEFAULT_TARGETS)
        context = EmitContext(
            "demo",
            "demo",
            schema,
            (source,),
            renderer(None),
            KnownClasses(Shapes(moved), {"bindings.py": ""}),
            quick_check=find_quick_check(targets),
        )
        files = [file for target in targets for file in target.emit(context)]
        files += package_files(context, files)
    return {file.path: file.text for file in files if file.path.endswith(".py") and "/" not in file.path}


def _moved(shape: ClassShape, namespace: str) -> ClassShape:
    """Return a shape with another namespace."""
    moved = {}
    for name, field in shape.fields.items():
        child = None if field.child is None else _moved(field.child, namespace)
        moved[name.replace("{urn:n}", f"{{{namespace}}}")] = replace(field, child=child)
    return replace(shape, fields=moved)


class _Skeleton(ast.NodeTransformer):
    """Puts one text in place of every text, and a number in place of every name, in the order in which they come."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("text") if isinstance(node.value, str | bytes) else node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name, value in ast.iter_fields(node):
            if isinstance(value, str):
                setattr(node, name, self.names.setdefault(value, f"name{len(self.names)}"))
        return super().generic_visit(node)


def skeleton(source: str) -> str:
    """Return the structure of a module, without its texts and names."""
    return ast.dump(_Skeleton().visit(ast.parse(source)))


def is_uri(namespace: str) -> bool:
    """Whether lxml takes a namespace, for it writes URIs alone."""
    try:
        etree.Element(f"{{{namespace}}}a")
    except ValueError:
        return False
    return True


def check_texts(texts: Texts) -> bool:
    """Check that hostile texts change nothing but texts; return whether the schema was taken at all."""
    try:
        hostile = emitted(texts)
    except SchemapressError:
        return False
    harmless = emitted(neutral(texts))
    assert hostile.keys() == harmless.keys()
    for path, source in hostile.items():
        if path == "testing.py" and not is_uri(texts.namespace):  # then it has no samples
            continue
        assert skeleton(source) == skeleton(harmless[path]), (path, texts)
        assert "\x00" not in source
        compile(source, path, "exec")
    return True


def check_build(texts: Texts) -> bool:
    """Check that a package of hostile texts reads what it writes; return whether the schema was taken at all.

    Its namespace is a URI, for lxml writes no other.
    """
    written = replace(texts, namespace="urn:n", other_enumeration="e2")
    document = b'<flat xmlns="urn:n"><a>e2</a><b><z>2026-01-02</z></b></flat>'
    try:
        with package_of({f"{texts.file}.xsd": schema_of(written)}) as (package, _):
            message = package.decode(document)
            assert package.decode(package.encode(message)) == message, texts
    except SchemapressError:
        return False
    return True


# Names


@cache
def names_of_ours() -> list[str]:
    """Return every name that an emitted module has or uses, the texts of a neutral schema apart."""
    found: set[str] = set()
    for source in emitted(Texts()).values():
        for node in ast.walk(ast.parse(source)):
            found.update(
                part
                for _, value in ast.iter_fields(node)
                for part in (value.split(".") if isinstance(value, str) and not isinstance(node, ast.Constant) else ())
            )
    return sorted(name for name in found if name.isidentifier())


NAMES_OF_PYTHON = sorted(
    {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "__class__", "__dict__", "mro", "self", "cls"}
)
UNICODE_NAMES = [
    "Größe",
    "名",
    "字",
    "straße",
    "strasse",
    "é",
    "\u212a",
    "K",
    "k",
    "ÅÄ",
    "Ωmega",
    "a.b",
    "a-b",
    "a_b",
    "ab",
    "_",
    "__",
    "_1",
]
NAMES_OF_XSDATA = [
    *(
        "XmlDate",
        "XmlDateTime",
        "XmlTime",
        "XmlDuration",
        "XmlPeriod",
        "Decimal",
        "Enum",
        "QName",
        "Meta",
        "ForwardRef",
    ),
    *(
        "dataclass",
        "field",
        "Dataclass",
        "Field",
        "Any",
        "Mapping",
        "Sequence",
        "Optional",
        "annotations",
        "value",
        "content",
    ),
]


def named(names: Iterable[str]) -> tuple[str, dict[str, tuple[str, str]]]:
    """Return an XSD in which names stand in every position, and two documents for each name.

    The first is one for an endpoint, the second one that the emitted code writes without the general way.
    """
    parts, documents = [], {}
    for number, name in enumerate(names):
        p = quoteattr(name)
        parts.append(f"""
<xs:element name={p}><xs:annotation><xs:appinfo><endpoint xmlns="urn:schemapress:endpoint" name={p} method="POST"
 path="/{number}"><request element={p}/><response status="200" element={p}/></endpoint></xs:appinfo></xs:annotation>
<xs:complexType><xs:sequence><xs:element name={p} type="xs:string"/><xs:element name="at-{name}" type="xs:date"/>
<xs:element name="some-{name}" type="n:{name}" minOccurs="0" maxOccurs="2"/>
<xs:element name="kind-{name}" type="n:kind-{name}" minOccurs="0"/>
<xs:element name="inner"><xs:complexType><xs:sequence><xs:element name={p} type="xs:decimal" form="unqualified"
 minOccurs="0"/></xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
<xs:element name="plain-{name}"><xs:complexType><xs:sequence><xs:element name={p} type="xs:string" minOccurs="0"/>
<xs:element name="at-{name}" type="xs:dateTime"/>
<xs:element name="many-{name}" type="xs:integer" maxOccurs="unbounded"/>
<xs:element name="kind-{name}" type="n:kind-{name}"/><xs:element name="yes-{name}" type="xs:boolean" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
<xs:complexType name={p}><xs:sequence><xs:element name={p} type="xs:string"/></xs:sequence>
<xs:attribute name={p} type="n:kind-{name}"/></xs:complexType>
<xs:simpleType name="kind-{name}"><xs:restriction base="xs:string"><xs:enumeration value={p}/>
<xs:enumeration value="other"/></xs:restriction></xs:simpleType>""")
        documents[name] = (
            f'<n:{name} xmlns:n="urn:n"><n:{name}>x</n:{name}><n:at-{name}>2026-01-02</n:at-{name}>'
            f'<n:some-{name} {name}="{name}"><n:{name}>x</n:{name}></n:some-{name}>'
            f"<n:kind-{name}>{name}</n:kind-{name}><n:inner><{name}>1.5</{name}></n:inner></n:{name}>",
            f'<n:plain-{name} xmlns:n="urn:n"><n:{name}>x</n:{name}><n:at-{name}>2026-01-02T03:04:05Z</n:at-{name}>'
            f"<n:many-{name}>1</n:many-{name}><n:kind-{name}>{name}</n:kind-{name}>"
            f"<n:yes-{name}>true</n:yes-{name}></n:plain-{name}>",
        )
    head = f'<xs:schema xmlns:xs="{XS}" xmlns:n="urn:n" targetNamespace="urn:n" elementFormDefault="qualified">'
    return f"{head}{''.join(parts)}\n</xs:schema>\n", documents


def batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Yield names, each once, as many at a time as make a schema of a usual size."""
    distinct = list(dict.fromkeys(names))
    for start in range(0, len(distinct), 40):
        yield distinct[start : start + 40]


def check_names(names: Iterable[str]) -> None:
    """Check that names from outside work in every position of one schema, each in the way of none."""
    xsd, documents = named(names)
    with package_of({"demo.xsd": xsd}) as (package, _):
        handlers = importlib.import_module(f"{package.__name__}.handlers")
        served = handlers.wsgi(_echo(handlers)())
        for number, (name, both) in enumerate(documents.items()):
            for document in map(str.encode, both):
                report = package.validate(document)
                assert report.valid, (name, str(report))
                value = package.decode(document)
                assert type(value).__module__ == f"{package.__name__}.bindings", name
                assert package.decode(package.encode(value)) == value, name
            answer = _post(served, f"/{number}", both[0].encode())
            assert answer == "200 OK", (name, answer)


def _echo(handlers: ModuleType) -> type:
    """Return handlers that answer with the message that they got."""

    def echo(_self: object, message: object, _request: object) -> object:
        return message

    methods = dict.fromkeys(handlers.Handlers.__abstractmethods__, echo)
    return type("Echo", (handlers.Handlers,), methods)


def _post(application: Callable[..., Iterable[bytes]], path: str, body: bytes) -> str:
    """Return the status of the answer to a message."""
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/xml",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    list(application(environ, lambda status, _headers: statuses.append(status)))
    return statuses[0]


# Runs

FEW = settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))


CASES = 20
"""Schemas of hostile texts between two looks at the clock."""


def run(seconds: float, seed: int) -> bool:
    """Check all names, then schemas of hostile texts for the rest of the time; print what was tried, and what failed.

    Returns whether nothing did.
    """
    ends = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    failed: list[str] = []

    def note(what: str, check: Callable[[], None]) -> None:
        try:
            check()
        except Exception as error:  # any failure of a check is what is looked for
            failed.append(f"{what}: {type(error).__name__}: {error}"[:1_500])

    for batch in batches((*names_of_ours(), *NAMES_OF_PYTHON, *NAMES_OF_XSDATA, *UNICODE_NAMES)):
        note(f"names {batch}", partial(check_names, batch))
        counts["names"] += len(batch)
    while time.monotonic() < ends:
        note(f"texts, seed {seed}", partial(_check_drawn, seed, counts))
        seed += 1
    print(f"{counts['packages']:,} packages; " + ", ".join(f"{what} {count:,}" for what, count in counts.items()))
    print(f"  ours: {len(failed):,}", flush=True)
    for failure in failed:
        print(f"  {failure}")
    return not failed


def _check_drawn(seed: int, counts: Counter[str]) -> None:
    """Check `CASES` schemas of hostile texts, and the package of one of them."""

    @hypothesis.seed(seed)
    @settings(FEW, max_examples=CASES)
    @given(HOSTILE)
    def texts(drawn: Texts) -> None:
        counts["modules compared" if check_texts(drawn) else "refused"] += 1

    @hypothesis.seed(seed)
    @settings(FEW, max_examples=1)
    @given(HOSTILE)
    def build(drawn: Texts) -> None:
        counts["packages"] += check_build(drawn)

    texts()
    build()
