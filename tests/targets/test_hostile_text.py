"""Texts and names from outside: none leaves its literal, none is in the way of ours, none runs while we look at it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings

from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from schemapress.targets.bindings.modules import BindingsModules
from schemapress.targets.bindings.target import Bindings
from tests.conftest import MakeProject, run, schema
from tests.hostile.builds import (
    FEW,
    HOSTILE,
    NAMES_OF_XSDATA,
    UNICODE_NAMES,
    Texts,
    check_build,
    check_names,
    check_texts,
    names_of_ours,
    schema_of,
)
from tests.hostile.packages import package_of


@given(HOSTILE)
@settings(FEW, max_examples=40)
def test_a_text_changes_nothing_but_texts_of_emitted_modules(texts: Texts) -> None:
    check_texts(texts)


@given(HOSTILE)
@settings(FEW, max_examples=5)
def test_a_package_is_built_of_any_texts_or_they_are_refused(texts: Texts) -> None:
    check_build(texts)


def test_most_hostile_texts_are_no_reason_to_refuse_a_schema() -> None:
    quote = Texts(*['x""" + print(1) + """ \\ {x} \u2028'] * 17)

    assert check_texts(quote)


@pytest.mark.parametrize("part", range(6))
def test_a_name_is_in_the_way_of_none_of_ours(part: int) -> None:
    names = sorted({*names_of_ours(), *NAMES_OF_XSDATA, "await", "async", "bytes"})

    check_names(names[part::6])


def test_names_of_any_script_work() -> None:
    check_names(UNICODE_NAMES)


def test_a_name_of_no_ascii_letters_is_told_from_what_it_becomes() -> None:
    content = '<xs:complexType><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence></xs:complexType>'
    elements = "".join(f'<xs:element name="{name}">{content}</xs:element>' for name in ("名", "type"))

    with package_of({"demo.xsd": schema(elements)}) as (package, _):
        values = [package.decode(f"<{name}><x>1</x></{name}>".encode()) for name in ("名", "type")]

        assert type(values[0]) is not type(values[1])
        assert [package.decode(package.encode(value)) for value in values] == values


@pytest.mark.parametrize("value", ['5" pipe', "C:\\users", "\\", "{x}", '"""', "a\u2028b", "rf'"])
def test_an_ordinary_text_is_read_and_written_as_it_is(value: str) -> None:
    with package_of({"demo.xsd": schema_of(Texts(*[value] * 17))}) as (package, _):
        line = f"<n:b k={quoteattr(value)}><n:z>2026-01-02</n:z></n:b>"
        document = f'<n:flat xmlns:n="urn:n"><n:a>{value}</n:a>{line}</n:flat>'

        message = package.decode(document.encode())

        assert (message.a.value, message.b.k.value) == (value, value)
        assert package.decode(package.encode(message)) == message


def test_a_dot_in_a_name_stands_for_itself(make_project: MakeProject) -> None:
    element = '<xs:element name="a.b" type="xs:string"/>'
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{element}</xs:sequence></xs:complexType></xs:element>'
    with package_of({"demo.xsd": schema(root)}) as (package, _):
        assert package.validate(b"<r><a.b>x</a.b></r>").valid
        assert not package.validate(b"<r><axb>x</axb></r>").valid


def test_prefixes_that_a_document_swaps_stay_apart() -> None:
    names = 'xmlns:a="urn:a" xmlns:b="urn:b" targetNamespace="urn:a" elementFormDefault="qualified"'
    content = '<xs:sequence><xs:element name="x" type="xs:string"/><xs:element ref="b:y"/></xs:sequence>'
    one = schema(
        '<xs:import namespace="urn:b" schemaLocation="b.xsd"/>'
        f'<xs:element name="r"><xs:complexType>{content}</xs:complexType></xs:element>',
        names,
    )
    inner = '<xs:sequence><xs:element name="z" type="xs:string"/></xs:sequence>'
    other = schema(
        f'<xs:element name="y"><xs:complexType>{inner}</xs:complexType></xs:element>',
        'targetNamespace="urn:b" elementFormDefault="qualified"',
    )
    with package_of({"a.xsd": one, "b.xsd": other}) as (package, _):
        start = '<b:r xmlns:a="urn:b" xmlns:b="urn:a">'
        assert package.validate(f"{start}<b:x>1</b:x><a:y><a:z>1</a:z></a:y></b:r>".encode()).valid
        assert not package.validate(f"{start}<a:x>1</a:x><a:y><a:z>1</a:z></a:y></a:r>".encode()).valid


def test_a_schema_without_a_message_is_refused(make_project: MakeProject) -> None:
    content = '<xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence>'
    project = make_project({"demo.xsd": schema(f'<xs:complexType name="T">{content}</xs:complexType>')})

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert "demo.xsd: No global element is bound to a class, so there are no messages." in done.stderr


# xsdata

ROOT = '<xs:element name="m" type="xs:string"/>'
DOCUMENTATION = "<xs:annotation><xs:documentation>new</xs:documentation></xs:annotation>"


@pytest.mark.parametrize("command", [("build",), ("check",), ("diff", "spec/demo/demo.xsd", "new.xsd")])
def test_no_command_runs_what_a_namespace_says(make_project: MakeProject, tmp_path: Path, command: tuple[str]) -> None:
    ran = tmp_path / "ran"
    code = f"urn:x&quot; + str(open('{ran}', 'w')) + &quot;"
    project = make_project({"demo.xsd": schema(ROOT, f'targetNamespace="{code}"')})
    (project / "new.xsd").write_text(
        schema(ROOT.replace("/>", f">{DOCUMENTATION}</xs:element>"), f'targetNamespace="{code}"'), "utf-8"
    )

    done = run(*command, cwd=project)

    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if command[0] == "diff" else 2)
    assert not ran.exists()


@pytest.mark.parametrize("command", ["build", "check"])
def test_no_process_runs_what_xsdata_did_not_escape(make_project: MakeProject, tmp_path: Path, command: str) -> None:
    ran = tmp_path / "ran"
    namespace = f"urn:x&quot; + str(open('{ran}', 'w')) + &quot;"
    element = f'<xs:element name="q" type="xs:QName" default="p:x" xmlns:p="{namespace}"/>'
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{element}</xs:sequence></xs:complexType></xs:element>'

    done = run(command, cwd=make_project({"demo.xsd": schema(root)}))

    assert done.returncode == 2
    assert "xsdata wrote a module of bindings that is not safe to use: an expression is made of more" in done.stderr
    assert "Look in the schema for the name or text of: '{urn:x' + str(open(" in done.stderr
    assert not ran.exists()


def test_a_namespace_that_xsdata_cannot_write_is_named_with_its_place(make_project: MakeProject) -> None:
    project = make_project({"demo.xsd": schema(ROOT, 'targetNamespace="urn:a b"')})

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert done.stderr.startswith("error: demo.xsd:3: The target namespace 'urn:a b' is no URI.")


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "from os import system",
        "print(1)",
        'x = "a" + str(print(1))',
        '__NAMESPACE__ = "urn:x" + str(print(1)) + ""',
        "class A(print(1)):\n    pass",
        "@print\nclass A:\n    pass",
        "@dataclass(kw_only=print(1))\nclass A:\n    pass",
        "@dataclass(kw_only=True)\nclass A:\n    print(1)",
        "@dataclass(kw_only=True)\nclass A:\n    x: print(1) = field()",
        '@dataclass(kw_only=True)\nclass A:\n    x: "print(1)" = field()',
        "@dataclass(kw_only=True)\nclass A:\n    x: str = field(default=print(1))",
        "@dataclass(kw_only=True)\nclass A:\n    x: str = field(default_factory=lambda: print(1))",
        "@dataclass(kw_only=True)\nclass A:\n    x: str = field(metadata={'name': f'{print(1)}'})",
        "@dataclass(kw_only=True)\nclass A:\n    x: str = field(metadata={'choices': (ForwardRef('print(1)'),)})",
        "@dataclass(kw_only=True)\nclass A:\n    x: str = field(metadata={**print(1)})",
        "@dataclass(kw_only=True)\nclass A:\n    x: str = Decimal(print(1))",
        "@dataclass(kw_only=True)\nclass A:\n    class Meta:\n        name = print(1)",
        "class A(Enum):\n    X = print(1)",
        "class A(Enum):\n    X = A.__class__",
        "class A(Enum):\n    X = [1 for _ in print]",
        "class A:\n",
    ],
)
def test_a_module_of_bindings_that_does_anything_is_refused(line: str) -> None:
    imports = "from dataclasses import dataclass, field\nfrom decimal import Decimal\nfrom enum import Enum\n"

    with pytest.raises(SchemapressError, match="xsdata wrote a module of bindings that is not safe to use"):
        BindingsModules({"bindings": f"{imports}\n{line}\n"})


@pytest.fixture
def server() -> Iterator[tuple[int, list[str]]]:
    """A server that has a schema, and a list of the requests that it got."""
    requests: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            body = schema('<xs:element name="remote" type="xs:string"/>', 'targetNamespace="urn:z"').encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening.server_port, requests
        listening.shutdown()


def test_xsdata_reads_what_was_loaded_and_nothing_else(server: tuple[int, list[str]], tmp_path: Path) -> None:
    port, requests = server
    imported = f'<xs:import namespace="urn:z" schemaLocation="http://127.0.0.1:{port}/i.xsd"/>'
    path = tmp_path / "demo.xsd"
    path.write_text(schema(imported + ROOT), "utf-8")
    loaded = load((path,), strict=False)
    (tmp_path / "late.xsd").write_text(schema('<xs:element name="late" type="xs:string"/>'), "utf-8")
    path.write_text(schema(f'<xs:include schemaLocation="late.xsd"/>{imported}{ROOT}'), "utf-8")

    with Bindings((path,)) as bindings:
        bindings.begin(loaded)
        text = bindings.files()["bindings.py"]

    assert "class M:" in text
    assert "class Late" not in text
    assert "class Remote" not in text
    assert requests == []


def test_names_that_xsdata_writes_no_python_for_work() -> None:
    types = "".join(
        f'<xs:element name="{name}" type="xs:{type_}" minOccurs="0"/>'
        for name, type_ in (("await", "string"), ("bytes", "base64Binary"), ("async", "int"))
    )
    root = (
        f'<xs:element name="XmlDate"><xs:complexType><xs:sequence>{types}</xs:sequence></xs:complexType></xs:element>'
    )
    with package_of({"demo.xsd": schema(root)}) as (package, _):
        message = package.decode(b"<XmlDate><await>x</await><bytes>QQ==</bytes><async>1</async></XmlDate>")

        assert (message.await_value, message.bytes_value, message.async_value) == ("x", b"A", 1)
        assert package.decode(package.encode(message)) == message
