"""Small APIs with the shapes that hostile documents and objects are tried on, each with documents to begin with."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from tests.conftest import MESSAGE, XSD, schema
from tests.generated_package import build

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@dataclass(frozen=True, slots=True)
class Source:
    """An XSD and valid documents of it."""

    xsd: str
    documents: tuple[bytes, ...]


def _element(name: str, type_: str, occurs: str = 'minOccurs="0"') -> str:
    return f'<xs:element name="{name}" type="xs:{type_}" {occurs}/>'


_SIMPLE = (
    *(
        "string",
        "normalizedString",
        "token",
        "boolean",
        "decimal",
        "integer",
        "byte",
        "unsignedLong",
        "positiveInteger",
    ),
    *("int", "short", "double", "float", "dateTime", "date", "time", "gYear", "gYearMonth", "duration", "base64Binary"),
    *("hexBinary", "anyURI", "QName", "NMTOKENS", "language"),
)
_VALUES = {
    "boolean": "true", "decimal": "1.50", "integer": "7", "byte": "-8", "unsignedLong": "9", "positiveInteger": "1",
    "int": "1", "short": "2", "double": "1.5E3", "float": "INF", "dateTime": "2026-11-20T09:30:00Z",
    "date": "2026-11-20", "time": "09:30:00.5", "gYear": "2026", "gYearMonth": "2026-11", "duration": "P1DT2H",
    "base64Binary": "QUJD", "hexBinary": "0aFF", "anyURI": "urn:a", "QName": "a", "NMTOKENS": "a b", "language": "en",
}  # fmt: skip

SOURCES: Mapping[str, Source] = {
    "ticketing": Source(XSD.read_text("utf-8"), (MESSAGE,)),
    "plain": Source(
        schema(
            f'<xs:element name="m"><xs:complexType><xs:sequence>{"".join(_element(f"f-{t}", t) for t in _SIMPLE)}'
            "</xs:sequence></xs:complexType></xs:element>"
        ),
        (("<m>" + "".join(f"<f-{t}>{_VALUES.get(t, 'x y')}</f-{t}>" for t in _SIMPLE) + "</m>").encode(), b"<m/>"),
    ),
    "recursive": Source(
        schema(
            '<xs:element name="t" type="N"/><xs:complexType name="N"><xs:sequence>'
            '<xs:element name="l" type="xs:string" minOccurs="0"/>'
            '<xs:element name="n" type="N" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>'
            '<xs:attribute name="a" type="xs:int"/></xs:complexType>'
        ),
        (b'<t a="1"><l>x</l><n><n a="2"/></n><n/></t>', b"<t>" + b"<n>" * 200 + b"</n>" * 200 + b"</t>"),
    ),
    "keys": Source(
        schema(
            '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="i" minOccurs="0" maxOccurs="9">'
            '<xs:complexType><xs:attribute name="k" type="xs:int"/><xs:attribute name="id" type="xs:ID"/>'
            '<xs:attribute name="f" type="xs:int"/><xs:attribute name="ref" type="xs:IDREF"/></xs:complexType>'
            '</xs:element></xs:sequence></xs:complexType><xs:key name="K"><xs:selector xpath="i"/><xs:field xpath="@k"/>'
            '</xs:key><xs:keyref name="F" refer="K"><xs:selector xpath="i"/><xs:field xpath="@f"/></xs:keyref></xs:element>'
        ),
        (b'<r><i k="1" id="a" f="2"/><i k="2" ref="a"/></r>',),
    ),
    "nils": Source(
        schema(
            '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" nillable="true" type="xs:int"/>'
            '<xs:element name="b" nillable="true" type="xs:date" maxOccurs="3"/></xs:sequence></xs:complexType></xs:element>'
        ),
        (f'<r {XSI}><a xsi:nil="true"/><b>2026-01-01</b><b xsi:nil="1"/></r>'.encode(), b"<r><a>1</a><b>2026-01-01</b></r>"),
    ),
    "anonymous": Source(
        schema(
            '<xs:element name="order"><xs:complexType><xs:sequence><xs:element name="items" maxOccurs="2"><xs:complexType>'
            '<xs:sequence><xs:element name="item" type="xs:string" maxOccurs="9"/></xs:sequence></xs:complexType>'
            "</xs:element></xs:sequence></xs:complexType></xs:element>",
            'targetNamespace="urn:d" xmlns="urn:d" elementFormDefault="qualified"',
        ),
        (b'<order xmlns="urn:d"><items><item>a</item><item/></items></order>', b'<p:order xmlns:p="urn:d"><p:items><p:item>a</p:item></p:items></p:order>'),
    ),
    "mixed": Source(
        schema(
            '<xs:complexType name="Price"><xs:sequence><xs:element name="amount" type="xs:decimal"/></xs:sequence>'
            '</xs:complexType><xs:element name="doc"><xs:complexType><xs:sequence><xs:element name="line">'
            '<xs:complexType mixed="true"><xs:choice minOccurs="0" maxOccurs="unbounded">'
            '<xs:element name="price" type="Price"/><xs:element name="count" type="xs:int"/></xs:choice></xs:complexType>'
            "</xs:element></xs:sequence></xs:complexType></xs:element>",
            'targetNamespace="urn:d" xmlns="urn:d" elementFormDefault="qualified"',
        ),
        (b'<doc xmlns="urn:d"><line>buy <count>3</count> at <price><amount>1.5</amount></price>!</line></doc>',),
    ),
    "open": Source(
        schema(
            '<xs:element name="r"><xs:complexType><xs:sequence><xs:any minOccurs="0" maxOccurs="5" processContents="lax"/>'
            '</xs:sequence><xs:anyAttribute processContents="lax"/></xs:complexType></xs:element>'
            '<xs:element name="n" type="xs:int"/>'
        ),
        (b'<r a="1"><n>1</n><x:y xmlns:x="urn:x"><z/></x:y></r>', b"<n>5</n>"),
    ),
}  # fmt: skip


@cache
def built(name: str) -> tuple[ModuleType, Path]:
    """Return the package of an API, built and imported, and its XSD."""
    project = Path(tempfile.mkdtemp(prefix=f"hostile-{name}-"))
    folder = project / "spec" / "demo"
    folder.mkdir(parents=True)
    xsd = folder / "demo.xsd"
    xsd.write_text(SOURCES[name].xsd, "utf-8")
    (project / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    return build(project), xsd
