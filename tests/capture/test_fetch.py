"""`capture URL` and `capture --fetch`, from a real server: what is fetched, what is recorded, and what is refused."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.capture.test_collisions import page
from tests.capture.test_omissions import project
from tests.conftest import run, schema
from tests.support.growth import deadline


class Site:
    """A web site: its files by their paths, what else a path answers, and what was asked for."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.folder = f"127.0.0.1_{port}"
        self.files: dict[str, str] = {}
        self.redirects: dict[str, str] = {}
        self.slow: set[str] = set()
        self.asked: list[str] = []


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a site until the test ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            if self.path in served.redirects:
                self.send_response(302)
                self.send_header("Location", served.redirects[self.path])
                self.end_headers()
            elif self.path in served.slow:
                self.send_response(200)
                self.end_headers()
                try:
                    while True:
                        self.wfile.write(b" ")
                        time.sleep(0.05)
                except OSError:  # whoever asked has gone
                    pass
            elif self.path in served.files:
                data = served.files[self.path].encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            else:
                self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def publisher(site: Site) -> Site:
    """A publisher of an order, which includes by a path above its folder, and imports by URL."""
    common = schema(
        f'<xs:import namespace="urn:party" schemaLocation="{site.url}/party/v1/party.xsd"/>'
        '<xs:complexType name="T"><xs:sequence><xs:element ref="p:party"/></xs:sequence></xs:complexType>',
        'xmlns:p="urn:party"',
    )
    site.files = {
        "/shop/main/order.xsd": schema(
            '<xs:include schemaLocation="../common/types.xsd"/><xs:element name="order" type="T"/>'
        ),
        "/shop/common/types.xsd": common,
        "/party/v1/party.xsd": schema(
            '<xs:include schemaLocation="code.xsd"/><xs:element name="party" type="p:Code"/>',
            'targetNamespace="urn:party" xmlns:p="urn:party"',
        ),
        "/party/v1/code.xsd": schema(
            '<xs:simpleType name="Code"><xs:restriction base="xs:int"/></xs:simpleType>', 'targetNamespace="urn:party"'
        ),
    }
    return site


def fetch(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = run("capture", *arguments, "--into", "spec/api", cwd=folder)
    return done.returncode, done.stdout, done.stderr


def test_a_schema_is_fetched_with_what_it_refers_to_and_built_without_a_network(
    tmp_path: Path, publisher: Site
) -> None:
    project(tmp_path, {"good.xml": '<order><party xmlns="urn:party">7</party></order>'})

    code, out, errors = fetch(tmp_path, f"{publisher.url}/shop/main/order.xsd", "--fetch")

    assert code == 0, errors
    assert out == "spec/api/order.xsd: 2 elements, 2 types (4 files)\n"
    folder = tmp_path / "spec" / "api"
    files = {
        path: folder / file
        for path, file in {
            "/shop/main/order.xsd": "shop/main/order.xsd",
            "/shop/common/types.xsd": "shop/common/types.xsd",
            "/party/v1/party.xsd": "party/v1/party.xsd",
            "/party/v1/code.xsd": "party/v1/code.xsd",
        }.items()
    }
    assert {path: file.read_text("utf-8") for path, file in files.items()} == publisher.files
    assert sorted(publisher.asked) == sorted(publisher.files)
    asked = len(publisher.asked)
    validate = "validate", "--root", "spec", "--schema", "spec/api/shop/main/order.xsd", "good.xml"
    assert run("build", cwd=tmp_path).returncode == 0
    assert run("check", cwd=tmp_path).returncode == 0
    assert run(*validate, cwd=tmp_path).returncode == 0
    assert len(publisher.asked) == asked


def test_the_digest_and_the_url_of_each_file_are_recorded(tmp_path: Path, publisher: Site) -> None:
    project(tmp_path, {})

    fetch(tmp_path, f"{publisher.url}/shop/main/order.xsd", "--fetch")

    recorded = tomllib.loads((tmp_path / "spec" / "api" / "decisions.toml").read_text("utf-8"))["page"]
    assert {one["url"]: one["sha256"] for one in recorded} == {
        publisher.url + path: hashlib.sha256(text.encode()).hexdigest() for path, text in publisher.files.items()
    }


def test_a_file_imports_by_url_what_goes_below_the_name_of_its_host(tmp_path: Path, publisher: Site) -> None:
    project(
        tmp_path,
        {
            "local.xsd": publisher.files["/shop/common/types.xsd"].replace(
                "<xs:complexType", '<xs:element name="o" type="T"/><xs:complexType'
            )
        },
    )

    code, _, errors = fetch(tmp_path, "local.xsd", "--fetch")

    assert code == 0, errors
    folder = tmp_path / "spec" / "api"
    assert (folder / publisher.folder / "party" / "v1" / "code.xsd").is_file()
    catalog = (folder / "catalog.xml").read_text("utf-8")
    assert f'<uri name="{publisher.url}/party/v1/party.xsd" uri="{publisher.folder}/party/v1/party.xsd"/>' in catalog
    assert run("build", cwd=tmp_path).returncode == 0


def test_files_that_another_schema_needs_are_added_to_the_catalog(tmp_path: Path, publisher: Site) -> None:
    element = '<xs:import namespace="urn:{0}" schemaLocation="{1}/{0}.xsd"/><xs:element name="{0}" type="q:T"/>'
    files = {f"{name}.xsd": schema(element.format(name, publisher.url), f'xmlns:q="urn:{name}"') for name in "ab"}
    project(tmp_path, files)
    for name in "ab":
        publisher.files[f"/{name}.xsd"] = schema('<xs:complexType name="T"/>', f'targetNamespace="urn:{name}"')

    first, second = (fetch(tmp_path, f"{name}.xsd", "--fetch") for name in "ab")

    assert (first[0], second[0]) == (0, 0), second[2]
    assert (tmp_path / "spec" / "api" / "catalog.xml").read_text("utf-8").count("<uri ") == 2
    assert run("build", cwd=tmp_path).returncode == 0


def test_a_catalog_of_the_publisher_stays_and_the_locations_are_told(tmp_path: Path, publisher: Site) -> None:
    catalog = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"/>'
    text = schema(
        f'<xs:import namespace="urn:party" schemaLocation="{publisher.url}/party/v1/party.xsd"/>'
        '<xs:element name="o" type="p:Code"/>',
        'xmlns:p="urn:party"',
    )
    project(tmp_path, {"local.xsd": text, "catalog.xml": catalog})

    code, out, errors = fetch(tmp_path, "local.xsd", "--fetch")

    assert code == 0, errors
    assert (tmp_path / "spec" / "api" / "catalog.xml").read_text("utf-8") == catalog
    told = out[out.index("[tool.schemapress.locations]") :].replace("\n  ", "\n")
    (tmp_path / "pyproject.toml").write_text(f"[tool.schemapress]\n{told}", "utf-8")
    built, again = run("build", cwd=tmp_path), fetch(tmp_path, "local.xsd")
    assert (built.returncode, again[0]) == (0, 0), built.stderr + again[2]


def test_a_wsdl_is_fetched_with_what_its_schemas_import(tmp_path: Path, publisher: Site) -> None:
    project(tmp_path, {})
    publisher.files["/service?wsdl"] = (
        '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema"><types>'
        '<xs:schema targetNamespace="urn:s" xmlns:p="urn:party"><xs:import namespace="urn:party" '
        'schemaLocation="party/v1/party.xsd"/><xs:element name="ping" type="p:Code"/></xs:schema></types></definitions>'
    )

    code, _, errors = fetch(tmp_path, f"{publisher.url}/service?wsdl", "--fetch")

    assert code == 0, errors
    assert (tmp_path / "spec" / "api" / "service-wsdl.xsd").is_file()
    assert (tmp_path / "spec" / "api" / "party" / "v1" / "code.xsd").is_file()
    assert run("build", cwd=tmp_path).returncode == 0


def test_a_page_and_an_openapi_document_are_fetched(tmp_path: Path, site: Site) -> None:
    project(tmp_path, {})
    site.files = {
        "/portal/cancel": page("/cancel"),
        "/api": "openapi: 3.1.0\nwebhooks:\n  done:\n    post:\n      requestBody:\n        content:\n"
        "          text/xml: {schema: {type: object}}\n",
    }

    code, out, errors = fetch(tmp_path, f"{site.url}/portal/cancel", f"{site.url}/api")

    assert code == 0, errors
    assert "spec/api/cancel.xsd from cancel.md" in out
    assert "spec/api/types.xsd from api.yaml" in out
    text = (tmp_path / "spec" / "api" / "decisions.toml").read_text("utf-8")
    assert f'url = "{site.url}/portal/cancel"' in text
    assert (tmp_path / "spec" / "api" / "cancel.md").read_text("utf-8") == page("/cancel")


def test_without_fetch_a_reference_to_the_network_is_an_error_that_says_what_to_do(
    tmp_path: Path, publisher: Site
) -> None:
    text = publisher.files["/shop/common/types.xsd"]
    project(tmp_path, {"local.xsd": text})

    code, _, errors = fetch(tmp_path, "local.xsd")

    assert code == 2
    assert "local.xsd:3: This imports the namespace 'urn:party' from 'http://127.0.0.1:" in errors
    assert "`schemapress capture --fetch` fetches it. Or: Save it in the specification folder" in errors
    assert "[tool.schemapress.locations]" in errors
    assert publisher.asked == []


def test_a_relative_include_of_a_url_is_an_error_with_the_url_where_it_is_not_fetched(
    tmp_path: Path, publisher: Site
) -> None:
    project(tmp_path, {})

    code, _, errors = fetch(tmp_path, f"{publisher.url}/shop/main/order.xsd")

    assert code == 2
    assert f"{publisher.url}/shop/common/types.xsd" in errors.replace("main/../", "")
    assert "--fetch" in errors
    assert not (tmp_path / "spec").exists()


def test_a_redirect_is_followed_and_what_is_relative_is_relative_to_its_end(tmp_path: Path, publisher: Site) -> None:
    project(tmp_path, {})
    publisher.redirects["/latest"] = "/shop/main/order.xsd"

    code, _, errors = fetch(tmp_path, f"{publisher.url}/latest", "--fetch")

    assert code == 0, errors
    assert (tmp_path / "spec" / "api" / "shop" / "common" / "types.xsd").is_file()
    assert f'url = "{publisher.url}/latest"' in (tmp_path / "spec" / "api" / "decisions.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("/loop", "goes beyond a limit: at most 5 redirects on the way to one document. [limit fetch_redirects]"),
        ("file:///etc/passwd", "redirects to 'file:///etc/passwd', which is neither http nor https"),
        ("ftp://127.0.0.1/x", "redirects to 'ftp://127.0.0.1/x', which is neither http nor https"),
        ("/gone", "answered with the status 404 Not Found."),
    ],
)
def test_a_redirect_that_leads_nowhere_is_refused(tmp_path: Path, site: Site, target: str, message: str) -> None:
    project(tmp_path, {})
    site.redirects["/loop"] = target

    code, _, errors = fetch(tmp_path, f"{site.url}/loop")

    assert code == 2
    assert f"{site.url}/loop: It " in errors
    assert message in errors
    assert not (tmp_path / "spec").exists()


def test_a_server_that_never_ends_its_header_is_given_up_in_time(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress.limits]\nfetch_seconds = 1\n", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):  # whoever asked has gone
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while True:
                    connection.sendall(b"x")
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        with deadline():
            code, _, errors = fetch(tmp_path, f"http://127.0.0.1:{server.getsockname()[1]}/a.xsd")

    assert code == 2
    assert "[limit fetch_seconds]" in errors


def test_bounds_hold_for_what_is_fetched(tmp_path: Path, site: Site) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.schemapress.limits]\npage_bytes = 100\nfetch_seconds = 1\n", "utf-8"
    )
    site.files["/large.md"] = "x" * 101
    site.slow.add("/slow.md")

    large, slow = (fetch(tmp_path, f"{site.url}/{name}.md") for name in ("large", "slow"))

    assert large[0] == slow[0] == 2
    assert "[limit page_bytes]" in large[2]
    assert "[limit fetch_seconds]" in slow[2] or "timed out" in slow[2] or "[limit page_bytes]" in slow[2]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "http://ann:secret@127.0.0.1:9/x.xsd",
            "It can't be fetched: it has a user or a password, which would be recorded.",
        ),
        ("http://127.0.0.1:9/x.xsd", "It can't be fetched: Connection refused."),
        ("http:///x.xsd", "It can't be fetched: its scheme is not http or https."),
        ("http://[", "It can't be fetched"),
        ("ftp://example.com/x.xsd", "Only http and https URLs are fetched."),
    ],
)
def test_a_url_that_can_not_be_fetched_is_an_error(tmp_path: Path, url: str, message: str) -> None:
    code, _, errors = fetch(tmp_path, url)

    assert code == 2
    assert message in errors
    assert "secret" not in errors
    assert not (tmp_path / "spec").exists()


@contextlib.contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Serve the bytes of one answer, and end the connection; gives the URL of the server."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Content-Length: 100000", "It was cut off: 99,"),
        ("Transfer-Encoding: chunked", "It was cut off: its end is missing."),
    ],
)
def test_an_answer_that_is_cut_off_is_an_error(tmp_path: Path, header: str, message: str) -> None:
    text = schema('<xs:element name="r"/>')
    body = f"{len(text):x}\r\n{text}\r\n" if "chunked" in header else text
    project(tmp_path, {})

    with answering(f"HTTP/1.1 200 OK\r\n{header}\r\n\r\n{body}".encode()) as url:
        code, _, errors = fetch(tmp_path, f"{url}/a.xsd")

    assert code == 2
    assert f"error: {url}/a.xsd: {message}" in errors
    assert not (tmp_path / "spec").exists()


@pytest.mark.parametrize("target", ["http://[::1", "http://127.0.0.1:99999/", "http://127.0.0.1:x/"])
def test_a_redirect_to_what_is_no_url_is_an_error(tmp_path: Path, site: Site, target: str) -> None:
    site.redirects["/a.xsd"] = target

    code, _, errors = fetch(tmp_path, f"{site.url}/a.xsd")

    assert code == 2
    assert f"error: {site.url}/a.xsd: It " in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("status", ["HTTP/1.1 404 \x1b[2JGone\x9b", "\x1b[2J"])
def test_control_characters_of_a_server_are_escaped(tmp_path: Path, status: str) -> None:
    with answering(f"{status}\r\n\r\n".encode("latin-1")) as url:
        code, _, errors = fetch(tmp_path, f"{url}/a.xsd")

    assert code == 2
    assert "\\x1b[2J" in errors
    assert not {"\x1b", "\x9b"} & {*errors}


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("http://[::1/x.xsd", "This refers to 'http://[::1/x.xsd', which is not a URL: "),
        ("http://127.0.0.1:99999/x.xsd", "This refers to 'http://127.0.0.1:99999/x.xsd', which is not a URL: "),
        ("a%00b.xsd", "This refers to 'a%00b.xsd', which can't be a file name."),
    ],
)
@pytest.mark.parametrize("is_remote", [True, False])
def test_a_location_that_is_none_is_an_error_with_its_place(
    tmp_path: Path, site: Site, location: str, message: str, is_remote: bool
) -> None:
    text = schema(f'<xs:include schemaLocation="{location}"/>')
    project(tmp_path, {} if is_remote else {"a.xsd": text})
    site.files["/a.xsd"] = text

    code, _, errors = fetch(tmp_path, f"{site.url}/a.xsd" if is_remote else "a.xsd", "--fetch")

    assert code == 2
    assert f"/a.xsd:3: {message}" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("locations", [("x.xsd", "x.xsd/y.xsd"), ("x.xsd/y.xsd", "x.xsd")])
def test_a_url_below_another_is_an_error_with_both(tmp_path: Path, site: Site, locations: tuple[str, str]) -> None:
    site.files = {f"/{name}": schema("") for name in locations}
    site.files["/a.xsd"] = schema("".join(f'<xs:include schemaLocation="{name}"/>' for name in locations))
    project(tmp_path, {})

    code, _, errors = fetch(tmp_path, f"{site.url}/a.xsd", "--fetch")

    assert code == 2
    assert all(f"{site.url}/{name} " in errors for name in locations)
    assert "can't both be kept" in errors


def test_a_name_that_is_too_long_for_a_file_is_an_error_with_the_url(tmp_path: Path, site: Site) -> None:
    name = f"{'x' * 300}.xsd"
    site.files = {f"/{name}": schema(""), "/a.xsd": schema(f'<xs:include schemaLocation="{name}"/>')}
    project(tmp_path, {})

    code, _, errors = fetch(tmp_path, f"{site.url}/a.xsd", "--fetch")

    assert code == 2
    assert f"{site.url}/{name}: This can't be written to a file: File name too long." in errors


EXTRA = '<xs:include schemaLocation="{}"/><xs:element name="order" type="T"/>'


def order_at(site: Site, include: str, **files: str) -> None:
    """Publish an order that includes a file, and files of types by their paths."""
    content = EXTRA.format(include) if include else '<xs:element name="order"/>'
    site.files = {"/api/v1/o.xsd": schema(content + "\n" * 9)}  # so far from the end that edits there are merged
    site.files |= {path: schema(content) for path, content in files.items()}


TYPE = '<xs:simpleType name="T"><xs:restriction base="xs:string"/></xs:simpleType>'


def test_files_of_an_earlier_capture_stay_where_they_are(tmp_path: Path, site: Site) -> None:
    project(tmp_path, {})
    order_at(site, "types/t.xsd", **{"/api/v1/types/t.xsd": TYPE})
    url = f"{site.url}/api/v1/o.xsd"
    assert fetch(tmp_path, url, "--fetch")[0] == 0
    folder = tmp_path / "spec" / "api"
    edited = (folder / "o.xsd").read_text("utf-8").replace("</xs:schema>", "<!-- ours -->\n</xs:schema>")
    (folder / "o.xsd").write_text(edited, "utf-8")
    order_at(site, "more/u.xsd", **{"/api/v1/more/u.xsd": TYPE})

    code, out, errors = fetch(tmp_path, url, "--fetch")

    assert code == 0, errors
    assert "spec/api/types/t.xsd is removed: o.xsd no longer refers to it." in out
    assert sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.xsd")) == [
        *(".captured/more/u.xsd", ".captured/o.xsd", "more/u.xsd", "o.xsd"),
    ]
    assert "ours" in (folder / "o.xsd").read_text("utf-8")
    assert "types/t.xsd" not in (folder / "decisions.toml").read_text("utf-8")
    assert "types/t.xsd" not in (folder / "catalog.xml").read_text("utf-8")
    assert run("build", cwd=tmp_path).returncode == 0


def test_a_file_above_those_of_an_earlier_capture_is_refused_with_what_to_do(tmp_path: Path, site: Site) -> None:
    project(tmp_path, {})
    order_at(site, "")
    url = f"{site.url}/api/v1/o.xsd"
    assert fetch(tmp_path, url, "--fetch")[0] == 0
    folder = tmp_path / "spec" / "api"
    edited = (folder / "o.xsd").read_text("utf-8").replace("</xs:schema>", "<!-- ours -->\n</xs:schema>")
    (folder / "o.xsd").write_text(edited, "utf-8")
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    order_at(site, "../common/extra.xsd", **{"/api/common/extra.xsd": TYPE})

    code, _, errors = fetch(tmp_path, url, "--fetch")

    assert code == 2
    assert f"{site.url}/api/common/extra.xsd: This would be put outside the folder, at ../common/extra.xsd" in errors
    assert f"{url} is at o.xsd" in errors
    assert before == {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    for top in (folder, folder / ".captured"):  # as the hint says
        (top / "v1").mkdir()
        (top / "o.xsd").rename(top / "v1" / "o.xsd")
    decisions = (folder / "decisions.toml").read_text("utf-8")
    (folder / "decisions.toml").write_text(decisions.replace('schema = "', 'schema = "v1/'), "utf-8")
    code, _, errors = fetch(tmp_path, url, "--fetch")
    assert code == 0, errors
    assert "ours" in (folder / "v1" / "o.xsd").read_text("utf-8")
    assert (folder / "common" / "extra.xsd").is_file()
    assert run("build", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("clashes", [False, True])
def test_an_edited_file_that_nothing_refers_to_stays_where_a_build_takes_it(
    tmp_path: Path, site: Site, clashes: bool
) -> None:
    project(tmp_path, {})
    order_at(site, "t.xsd", **{"/api/v1/t.xsd": TYPE})
    url = f"{site.url}/api/v1/o.xsd"
    assert fetch(tmp_path, url, "--fetch")[0] == 0
    old = tmp_path / "spec" / "api" / "t.xsd"
    old.write_text(old.read_text("utf-8").replace('base="xs:string"', 'base="xs:token"'), "utf-8")
    name = "T" if clashes else "U"
    new = {"/api/v1/o.xsd": schema(EXTRA.format("u.xsd").replace('"T"', f'"{name}"'))}
    site.files = new | {"/api/v1/u.xsd": schema(TYPE.replace('"T"', f'"{name}"'))}

    code, out, errors = fetch(tmp_path, url, "--fetch")

    assert code == (2 if clashes else 0), errors
    assert old.is_file()
    assert (tmp_path / "spec" / "api" / "u.xsd").is_file() is not clashes
    if clashes:
        assert "The source no longer refers to t.xsd, but somebody edited the copy." in errors
    else:
        assert "spec/api/t.xsd stays: it was edited, but o.xsd no longer refers to it." in out
        assert run("build", cwd=tmp_path).returncode == 0


def test_a_file_that_another_capture_needs_stays(tmp_path: Path, site: Site) -> None:
    project(tmp_path, {})
    order_at(site, "t.xsd", **{"/api/v1/t.xsd": TYPE})
    site.files["/api/v1/a.xsd"] = schema('<xs:include schemaLocation="t.xsd"/><xs:element name="a" type="T"/>')
    for name in ("a", "o"):
        assert fetch(tmp_path, f"{site.url}/api/v1/{name}.xsd", "--fetch")[0] == 0
    order_at(site, "")

    code, out, errors = fetch(tmp_path, f"{site.url}/api/v1/o.xsd", "--fetch")

    assert code == 0, errors
    assert "t.xsd stays" not in out
    assert "t.xsd is removed" not in out
    assert (tmp_path / "spec" / "api" / "t.xsd").is_file()
    assert run("build", cwd=tmp_path).returncode == 0


def test_html_of_a_url_is_told_with_the_url(tmp_path: Path, site: Site) -> None:
    site.files = {"/docs/api": "<!doctype html><html><p>x</html>"}

    code, _, errors = fetch(tmp_path, f"{site.url}/docs/api")

    assert code == 2
    assert f"{site.url}/docs/api:1: This is HTML, which can't be captured." in errors
    assert "--fetch" not in errors


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (".", ".: This is a folder."),
        ("ftp://example.com/x.xsd", "Only http and https URLs are fetched.\n  Save it, and capture the file."),
        ("htps://example.com/x", "Only http and https URLs are fetched.\n  Did you mean https://example.com/x?"),
        ("localhost:8899/x", "A URL begins with http:// or https://.\n  Did you mean http://localhost:8899/x?"),
    ],
)
def test_a_source_that_is_no_file_and_no_url_has_its_own_message(tmp_path: Path, page: str, message: str) -> None:
    code, _, errors = fetch(tmp_path, page)

    assert code == 2
    assert message in errors


@pytest.mark.parametrize("location", ['schemaLocation="http://localhost:1/x.xsd"', ""])
def test_an_import_that_nothing_resolves_advises_no_option_of_other_commands(tmp_path: Path, location: str) -> None:
    text = f'<xs:import namespace="urn:x" {location}/><xs:element name="o" type="x:T"/>'
    project(tmp_path, {"o.xsd": schema(text, 'xmlns:x="urn:x"')})

    code, _, errors = fetch(tmp_path, "o.xsd")

    assert code == 2
    assert "[tool.schemapress.locations]" in errors
    assert "--location" not in errors
