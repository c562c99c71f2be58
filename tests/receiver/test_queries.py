"""Endpoints without a message in `schemapress serve`: only a handler inside the request can answer them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.generated_package import build
from tests.support.receiver import ReceiverProcess

ENDPOINTS = """
    <endpoint xmlns="urn:schemapress:endpoint" name="getStatus" method="GET" path="/status/{number}">
      <response status="200" element="status"/>
    </endpoint>
"""
NOTIFY = """
    <endpoint xmlns="urn:schemapress:endpoint" name="notify" method="PUT" path="/notify">
      <request element="status"/><response status="204"/>
    </endpoint>
"""
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:status">
  <xs:annotation><xs:appinfo>{endpoints}</xs:appinfo></xs:annotation>
  <xs:element name="status" type="xs:string"/>
</xs:schema>"""
HANDLERS = """
from {package}.bindings import Status
from {package}.handlers import Handlers

class Statuses(Handlers):
    def get_status(self, request, *, number):
        return Status(value="status of " + number)

    def notify(self, message, request):
        pass
"""


def build_package(folder: Path, endpoints: str) -> Path:
    """Build a package with endpoints and its handlers; return its folder."""
    (folder / "pyproject.toml").write_text("[tool.schemapress]\n")
    source = folder / "spec" / "demo" / "status.xsd"
    source.parent.mkdir(parents=True)
    source.write_text(SCHEMA.format(endpoints=endpoints))
    package = build(folder)
    (folder / "statuses.py").write_text(HANDLERS.format(package=package.__name__))
    return Path(str(package.__file__)).parent


def ask(receiver: ReceiverProcess, path: str) -> tuple[int, str]:
    connection = receiver.connect()
    connection.request("GET", path)
    response = connection.getresponse()
    answer = response.status, response.read().decode()
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("options", "status", "text"),
    [
        (("--handlers", "statuses:Statuses"), 200, ">status of 7</"),
        (("--handlers", "statuses:Statuses", "--mode", "inline"), 200, ">status of 7</"),
        ((), 501, "urn:schemapress:problem:no-handler"),
        (("--handlers", "statuses:Statuses", "--mode", "store"), 501, "urn:schemapress:problem:no-handler"),
    ],
)
def test_a_query_is_answered_by_its_handler_and_without_handlers_not_at_all(
    options: tuple[str, ...], status: int, text: str, tmp_path: Path
) -> None:
    package = build_package(tmp_path, ENDPOINTS + NOTIFY)

    with ReceiverProcess(tmp_path, options, package=package) as receiver:
        answer = ask(receiver, "/status/7")

    assert answer[0] == status, receiver.log
    assert text in answer[1]


@pytest.mark.parametrize(
    ("endpoints", "listed", "sends"),
    [
        (
            ENDPOINTS + NOTIFY,
            ["  GET /status/{number}", "  PUT /notify  <status>"],
            "--request PUT -H 'Content-Type: application/xml' --data-binary @message.xml https://localhost:{port}/notify",
        ),
        (ENDPOINTS, ["  GET /status/{number}"], "'https://localhost:{port}/status/{{number}}'"),
    ],
)
def test_the_curl_line_is_that_of_the_first_endpoint_with_a_message(
    endpoints: str, listed: list[str], sends: str, tmp_path: Path
) -> None:
    package = build_package(tmp_path, endpoints)

    with ReceiverProcess(tmp_path, package=package) as receiver:
        lines = receiver.log.splitlines()

    for line in listed:
        assert line in lines
    (curl,) = [line for line in lines if line.startswith("  curl ")]
    assert curl.endswith(f"--key .schemapress-dev/client.key {sends.format(port=receiver.port)}")


def test_the_openapi_document_is_served_where_a_setting_says_so_and_slashes_are_ignored(tmp_path: Path) -> None:
    package = build_package(tmp_path, ENDPOINTS + NOTIFY)
    options = ("--openapi-path", "/openapi.json", "--trailing-slash", "ignore", "--handlers", "statuses:Statuses")

    with ReceiverProcess(tmp_path, options, package=package) as receiver:
        status, document = ask(receiver, "/openapi.json")
        slashed = ask(receiver, "/status/7/")[0]
    with ReceiverProcess(tmp_path, ("--handlers", "statuses:Statuses"), package=package) as receiver:
        unserved = [ask(receiver, path)[0] for path in ("/openapi.json", "/status/7/")]

    assert status == 200
    assert set(json.loads(document)["paths"]) == {"/status/{number}", "/notify"}
    assert slashed == 200
    assert unserved == [404, 404]
