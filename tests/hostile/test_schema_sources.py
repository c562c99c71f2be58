"""A schema is read from the folders that it was given: nothing is fetched, and nothing else on the disk is read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

import schemapress
from schemapress.capture.sources.readers import read_source
from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from schemapress.load.roots import roots_of
from tests.conftest import MakeProject, run, schema

SECRET = "TOP-SECRET-4711"
REMOTE = schema('<xs:element name="fromOutside" type="xs:string"/>', 'targetNamespace="urn:z"')
REFERENCES = {
    "import": '<xs:import namespace="urn:z" schemaLocation="{}"/>',
    "include": '<xs:include schemaLocation="{}"/>',
    "redefine": '<xs:redefine schemaLocation="{}"/>',
}
ROOT = '<xs:element name="r" type="xs:string"/>'


class Server(ThreadingHTTPServer):
    """Serves one schema at any path, and keeps the paths that were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # http.server asks for this name
        assert isinstance(self.server, Server)
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(REMOTE)))
        self.end_headers()
        self.wfile.write(REMOTE.encode())

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # http.server calls it so
        del format, arguments


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as served:
        Thread(target=served.serve_forever, daemon=True).start()
        yield served
        assert served.asked == []
        served.shutdown()


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder outside of every project, with a schema and a text that is none."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "other.xsd").write_text(REMOTE, "utf-8")
    (folder / "secret.txt").write_text(SECRET, "utf-8")
    (folder / "secret.dtd").write_text(f'<!ENTITY secret "{SECRET}">', "utf-8")
    return folder


def locations(address: str, outside: Path) -> dict[str, str]:
    """Return locations that lead out of a project, as a document can write them."""
    return {
        "http": f"http://{address}/x.xsd",
        "https": f"https://{address}/x.xsd",
        "capitals": f"HTTP://{address}/x.xsd",
        "no scheme": f"//{address}/x.xsd",
        "ftp": f"ftp://{address}/x.xsd",
        "jar": f"jar:http://{address}/x.jar!/x.xsd",
        "data": "data:text/xml,%3Cschema xmlns='http://www.w3.org/2001/XMLSchema'/%3E",
        "no address": "http://[",
        "file": (outside / "other.xsd").as_uri(),
        "absolute": str(outside / "other.xsd"),
        "upwards": "../../../outside/other.xsd",
        "escaped": "..%2F..%2f../outside/other.xsd",
        "share": r"\\host\share\x.xsd",
        "drive": "C:/x.xsd",
        "link": "link.xsd",
        "linked folder": "linked/other.xsd",
        "long": "x" * 5_000 + ".xsd",
        "NUL": "x%00.xsd",
        "a secret": "../../../outside/secret.txt",
        "a device": "/dev/zero",
    }


NAMES = tuple(locations("127.0.0.1", Path("/nowhere")))


def project(make_project: MakeProject, outside: Path, text: str) -> Path:
    root = make_project({"main.xsd": text})
    (root / "spec/demo/link.xsd").symlink_to(outside / "other.xsd")
    (root / "spec/demo/linked").symlink_to(outside)
    return root


@pytest.mark.parametrize("kind", REFERENCES)
@pytest.mark.parametrize("name", NAMES)
def test_a_reference_that_leads_out_is_refused_with_its_line(
    make_project: MakeProject, server: Server, outside: Path, name: str, kind: str
) -> None:
    text = schema(REFERENCES[kind].format(locations(server.address, outside)[name]) + ROOT)
    root = project(make_project, outside, text)

    with pytest.raises(SchemapressError) as refused:
        load((root / "spec/demo/main.xsd",), roots=roots_of([root / "spec"]))

    assert refused.value.place == f"{root}/spec/demo/main.xsd:3"
    assert refused.value.hint
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("kind", REFERENCES)
@pytest.mark.parametrize("name", NAMES)
def test_a_validator_is_made_without_what_is_outside_or_not_at_all(
    make_project: MakeProject, server: Server, outside: Path, name: str, kind: str
) -> None:
    text = schema(REFERENCES[kind].format(locations(server.address, outside)[name]) + ROOT)
    main = project(make_project, outside, text) / "spec/demo/main.xsd"

    try:
        validator = schemapress.compile(main, roots=[main.parent])
    except SchemapressError as refused:
        assert SECRET not in str(refused)
        assert refused.place == f"{main}:3"
    else:
        assert not validator.validate(b'<z:fromOutside xmlns:z="urn:z"/>').valid
        assert validator.validate(b"<r/>").valid


@pytest.mark.parametrize("name", ["http", "file", "upwards", "link"])
def test_no_command_reads_or_fetches_what_is_outside(
    make_project: MakeProject, server: Server, outside: Path, name: str
) -> None:
    location = locations(server.address, outside)[name]
    text = schema(REFERENCES["import"].format(location) + ROOT)
    root = project(make_project, outside, text)
    (root / "old.xsd").write_text(schema(ROOT), "utf-8")
    (root / "r.xml").write_text("<r/>", "utf-8")
    wsdl = (
        f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><types>{text.partition("?>")[2]}</types></definitions>'
    )
    (root / "page.wsdl").write_text(wsdl, "utf-8")
    shutil.move(root / "spec/demo/link.xsd", root / "link.xsd")
    shutil.copy(root / "spec/demo/main.xsd", root / "page.xsd")
    (root / "spec/demo/link.xsd").symlink_to(outside / "other.xsd")
    commands = (
        ("build",),
        ("check",),
        ("export", "openapi", "demo"),
        ("diff", "old.xsd", "spec/demo/main.xsd"),
        ("validate", "--schema", "spec/demo/main.xsd", "--root", "spec", "r.xml"),
        ("capture", "page.xsd", "--into", "spec/xsd"),
        ("capture", "page.wsdl", "--into", "spec/wsdl"),
    )
    for command in commands:
        done = run(*command, cwd=root)
        said = done.stdout + done.stderr
        assert "Traceback" not in said
        assert "fromOutside" not in said
        if command[0] in ("diff", "capture") and name == "upwards":
            assert done.returncode == 2, said  # the folders around the file that was named end before
        else:
            assert done.returncode == 2, (command, said)


def test_git_diff_reads_nothing_from_outside(make_project: MakeProject, server: Server, outside: Path) -> None:
    text = schema(REFERENCES["import"].format(f"http://{server.address}/x.xsd") + ROOT)
    root = make_project({"main.xsd": schema(ROOT)})
    for command in (("init", "-q"), ("add", "-A"), ("-c", "user.email=a@b", "-c", "user.name=a", "commit", "-qm", "x")):
        subprocess.run(["git", *command], cwd=root, check=True)
    (root / "spec/demo/main.xsd").write_text(text, "utf-8")

    done = run("diff", "--against", "HEAD", cwd=root)

    assert done.returncode == 2
    assert "nothing is fetched" in done.stderr


def test_a_document_may_be_anywhere_below_the_specifications(make_project: MakeProject, outside: Path) -> None:
    imported = REFERENCES["import"].format("../common/other.xsd")
    root = make_project({"main.xsd": schema(imported + ROOT), "../common/other.xsd": REMOTE})

    assert set(load((root / "spec/demo/main.xsd",), roots=roots_of([root / "spec"])).elements) == {
        "r",
        "{urn:z}fromOutside",
    }


def test_a_configured_root_is_read(make_project: MakeProject, outside: Path) -> None:
    text = schema(REFERENCES["import"].format("../../../outside/other.xsd") + ROOT)
    root = make_project({"main.xsd": text}, 'roots = ["../outside"]')

    done = run("export", "openapi", "demo", cwd=root)

    assert "outside the folders" not in done.stderr


def test_a_schema_that_somebody_named_may_refer_to_the_folder_beside_its_own(tmp_path: Path) -> None:
    for folder in ("maindoc", "common"):
        (tmp_path / "xsd" / folder).mkdir(parents=True)
    (tmp_path / "xsd/common/other.xsd").write_text(REMOTE, "utf-8")
    main = tmp_path / "xsd/maindoc/main.xsd"
    main.write_text(schema(REFERENCES["import"].format("../common/other.xsd") + ROOT), "utf-8")
    (tmp_path / "other.xsd").write_text(REMOTE, "utf-8")

    assert schemapress.compile(main).validate(b'<z:fromOutside xmlns:z="urn:z"/>').valid
    main.write_text(schema(REFERENCES["import"].format("../../other.xsd") + ROOT), "utf-8")
    with pytest.raises(SchemapressError, match="outside the folders"):
        schemapress.compile(main)
    assert schemapress.compile(main, roots=[tmp_path]).validate(b'<z:fromOutside xmlns:z="urn:z"/>').valid


def test_a_file_that_is_no_schema_does_not_show_in_the_message(tmp_path: Path) -> None:
    main = tmp_path / "main.xsd"
    main.write_text(schema(REFERENCES["import"].format("notes.xml") + ROOT), "utf-8")
    for text in (SECRET, f"<{SECRET}/>", f"<a><{SECRET}></a>", f"<a>&{SECRET};</a>"):
        (tmp_path / "notes.xml").write_text(text, "utf-8")
        with pytest.raises(SchemapressError) as refused:
            load((main,))
        assert SECRET not in str(refused.value)


def test_an_import_whose_namespace_another_document_has_needs_no_location(tmp_path: Path) -> None:
    (tmp_path / "other.xsd").write_text(REMOTE, "utf-8")
    main = tmp_path / "main.xsd"
    imported = REFERENCES["import"].format("https://example.com/other.xsd")
    main.write_text(schema(f'{imported}<xs:element name="r"><xs:complexType><xs:sequence>'
                           '<xs:element ref="z:fromOutside"/></xs:sequence></xs:complexType></xs:element>',
                           'xmlns:z="urn:z"'), "utf-8")  # fmt: skip

    assert set(load((main, tmp_path / "other.xsd")).elements) == {"r", "{urn:z}fromOutside"}


# Document type declarations

USED = "<xs:annotation><xs:documentation>&secret;</xs:documentation></xs:annotation>"
DOCTYPES = {
    "an external entity": '[<!ENTITY secret SYSTEM "{}/secret.txt">]',
    "an external subset": 'SYSTEM "{}/secret.dtd"',
    "a parameter entity": '[<!ENTITY % more SYSTEM "{}/secret.dtd"> %more;]',
    "a parameter entity in another one": (
        '[<!ENTITY % file SYSTEM "{0}/secret.txt"><!ENTITY % all "<!ENTITY secret \'%file;\'>"> %all;]'
    ),
}


@pytest.mark.parametrize("base", ["file", "relative", "http"])
@pytest.mark.parametrize("name", DOCTYPES)
def test_entities_of_other_files_are_never_read(
    tmp_path: Path, server: Server, outside: Path, name: str, base: str
) -> None:
    at = {"file": outside.as_uri(), "relative": "outside", "http": f"http://{server.address}"}[base]
    main = tmp_path / "main.xsd"
    main.write_text(
        f"<!DOCTYPE xs:schema {DOCTYPES[name].format(at)}>{schema(USED + ROOT).partition('?>')[2]}", "utf-8"
    )

    with pytest.raises(SchemapressError) as refused:
        load((main,))

    assert SECRET not in str(refused.value)
    assert "Entities in other files are never read" in str(refused.value)
    with pytest.raises(SchemapressError) as refused:
        read_source(main.read_bytes(), main)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "doctype",
    [
        'xs:schema PUBLIC "-//W3C//DTD XMLSCHEMA 200102//EN" "http://{}/XMLSchema.dtd"',
        'xs:schema SYSTEM "http://{}/XMLSchema.dtd" [<!ENTITY % p ""><!ATTLIST xs:schema id ID #IMPLIED>]',
        'xs:schema [<!ENTITY unused SYSTEM "http://{}/x"><!ENTITY name "r">]',
    ],
)
def test_a_document_type_of_which_nothing_outside_is_needed_is_no_matter(
    tmp_path: Path, server: Server, doctype: str
) -> None:
    main = tmp_path / "main.xsd"
    main.write_text(f"<!DOCTYPE {doctype.format(server.address)}>{schema(ROOT).partition('?>')[2]}", "utf-8")

    assert set(load((main,)).elements) == {"r"}


def test_internal_entities_are_expanded(tmp_path: Path) -> None:
    main = tmp_path / "main.xsd"
    text = schema('<xs:element name="&n;" type="xs:string"/>').partition("?>")[2]
    main.write_text(f'<!DOCTYPE xs:schema [<!ENTITY n "r">]>{text}', "utf-8")

    assert set(load((main,)).elements) == {"r"}


def test_an_internal_subset_holds_in_a_schema_as_in_a_document(tmp_path: Path) -> None:
    main = tmp_path / "main.xsd"
    subset = '<!DOCTYPE xs:schema [<!ENTITY n "r"><!ATTLIST xs:element type CDATA "xs:int">]>'
    main.write_text(subset + schema('<xs:element name="&n;"/>', 'xmlns:odd="a b"').partition("?>")[2], "utf-8")

    assert [one.code for one in schemapress.compile(main).validate(b"<r>x</r>")] == ["cvc-datatype-valid.1.2.1"]


ODD = os.fsdecode(b"\xff")
"""A name that is a byte which no UTF-8 has."""

NO_UTF8 = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")


def _odd_project(make_project: MakeProject, kind: str) -> tuple[Path, str, str]:
    """Return a project with a file of an odd name, its main document, and what is said of it."""
    root = make_project({"main.xsd": schema(ROOT)})
    folder = root / "spec" / "demo"
    (root / "old").mkdir()
    (root / "old" / "main.xsd").write_text(schema(ROOT), "utf-8")
    (root / "r.xml").write_text("<r/>", "utf-8")
    if kind == "file":
        (folder / "main.xsd").rename(folder / f"{ODD}.xsd")
        return root, f"spec/demo/{ODD}.xsd", r"spec/demo/\xff.xsd: "
    (folder / "sub").mkdir()
    (folder / "sub" / f"{ODD}.xsd").write_text(schema('<xs:element name="s"/>'), "utf-8")
    location = "sub/%FF.xsd"
    if kind == "link":
        (folder / "sub" / "link.xsd").symlink_to(f"{ODD}.xsd")
        location = "sub/link.xsd"
    (folder / "main.xsd").write_text(schema(f'<xs:include schemaLocation="{location}"/>{ROOT}'), "utf-8")
    return root, "spec/demo/main.xsd", "spec/demo/main.xsd:3: "


@NO_UTF8
@pytest.mark.parametrize("kind", ["file", "include", "link"])
def test_a_file_name_that_is_not_utf8_is_an_error(make_project: MakeProject, kind: str) -> None:
    root, main, place = _odd_project(make_project, kind)

    for command in (
        ("build",),
        ("check",),
        ("export", "openapi", "demo"),
        ("validate", "--schema", main, "r.xml"),
        ("diff", "old/main.xsd", main),
        ("diff", "old", "spec/demo"),
    ):
        done = run(*command, cwd=root)

        assert done.returncode == 2, command
        assert place in done.stderr, command
        assert "UTF-8" in done.stderr, command
        assert "Rename" in done.stderr, command
        assert "Traceback" not in done.stderr, command


@NO_UTF8
def test_a_file_of_an_odd_name_that_is_no_part_of_a_schema_is_let_be(make_project: MakeProject) -> None:
    root = make_project({"main.xsd": schema(ROOT)})
    (root / "spec" / "demo" / ODD).mkdir()
    (root / "spec" / "demo" / ODD / f"{ODD}.xsd").write_text(schema(ROOT), "utf-8")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "all")):
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *command], cwd=root, check=True)

    for arguments in (("build",), ("check",), ("diff", "HEAD:spec/demo", "spec/demo")):
        assert run(*arguments, cwd=root).returncode == 0, arguments


@NO_UTF8
def test_a_project_in_a_folder_of_an_odd_name_is_refused(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project({"main.xsd": schema(ROOT)}).rename(tmp_path / ODD)

    done = run("build", cwd=root)

    assert done.returncode == 2
    assert r"/\xff/spec/demo/main.xsd: The name of the file is not UTF-8" in done.stderr
