"""Names that two sources share: both are captured, or the second is refused with the places of both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.capture.test_omissions import api, post, project
from tests.conftest import run, schema


def page(path: str, field: str = "reason", *, heading: str = "#", method: str = "POST") -> str:
    return f"""{heading} About {path}

Endpoint: {method} {path}

{heading}# Request fields (application/xml):

  - `{field}` (string, required)

"""


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "spec" / "api").glob("*.xsd"))


@pytest.mark.parametrize(
    "text",
    [
        page("/cancel") + page("/confirm", "date"),
        page("/cancel") + page("/confirm", "date").partition("\n\n")[2],
        "# Shop API\n\nAll about it.\n\n" + page("/cancel", heading="##") + page("/confirm", "date", heading="##"),
    ],
    ids=["each with a title", "one title", "one level down"],
)
def test_two_endpoints_on_one_page_are_two(tmp_path: Path, text: str) -> None:
    project(tmp_path, {"page.md": text})

    done = run("capture", "page.md", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert names(tmp_path) == ["cancel.xsd", "confirm.xsd"]
    assert 'name="date"' in (tmp_path / "spec" / "api" / "confirm.xsd").read_text("utf-8")
    assert ("the text before the first endpoint (page.md:3:1)" in done.stdout) == text.startswith("# Shop")
    assert run("build", cwd=tmp_path).returncode == 0


def test_paths_that_end_alike_have_names_of_their_own(tmp_path: Path) -> None:
    paths = [("POST", "/v2/shipments/{id}/cancel"), ("POST", "/v2/pickups/{id}/cancel"), ("PUT", "/pickups/{id}")]
    files = {f"{number}.md": page(path, method=method) for number, (method, path) in enumerate(paths)}
    project(tmp_path, files)

    done = run("capture", *files, "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert names(tmp_path) == ["pickups-cancel.xsd", "put-pickups-id.xsd", "shipments-cancel.xsd"]
    assert run("build", cwd=tmp_path).returncode == 0


def test_two_pages_that_would_become_one_xsd_are_refused_with_both_places(tmp_path: Path) -> None:
    project(tmp_path, {"a.md": page("/v1/cancel"), "b.md": page("/v2/cancel")})

    done = run("capture", "a.md", "b.md", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "b.md:3:1: This would become cancel.xsd, and so would a.md:3:1." in done.stderr
    assert not (tmp_path / "spec").exists()


def test_a_page_does_not_replace_what_was_captured_from_another_one(tmp_path: Path) -> None:
    project(tmp_path, {"a.md": page("/v1/cancel"), "b.md": page("/v2/cancel")})
    run("capture", "a.md", "--into", "spec/api", cwd=tmp_path)

    done = run("capture", "b.md", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "b.md:3:1: This would become cancel.xsd, which was captured from a.md." in done.stderr
    assert (tmp_path / "spec" / "api" / "a.md").is_file()
    assert not (tmp_path / "spec" / "api" / "b.md").exists()


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder, path in (("one", "/cancel"), ("two", "/confirm")):
        (tmp_path / folder).mkdir()
        project(tmp_path / folder, {"page.md": page(path)})

    together = run("capture", "one/page.md", "two/page.md", "--into", "spec/api", cwd=tmp_path)
    run("capture", "one/page.md", "--into", "spec/api", cwd=tmp_path)
    later = run("capture", "two/page.md", "--into", "spec/api", cwd=tmp_path)

    assert together.returncode == later.returncode == 2
    assert "two/page.md: This source has the same name as one/page.md" in together.stderr
    assert (
        "spec/api/page.md is the source of cancel.xsd; this one has its name, but becomes confirm.xsd" in later.stderr
    )
    assert names(tmp_path) == ["cancel.xsd"]


def test_two_openapi_documents_do_not_share_their_types(tmp_path: Path) -> None:
    project(tmp_path, {name: json.dumps(api({"post": post()})) for name in ("a.json", "b.json")})
    run("capture", "a.json", "--into", "spec/api", cwd=tmp_path)

    done = run("capture", "b.json", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "This would become types.xsd, which was captured from a.json." in done.stderr


def test_schemas_that_share_a_file_are_captured_one_after_the_other(tmp_path: Path) -> None:
    main = '<xs:include schemaLocation="types.xsd"/><xs:element name="{}" type="T"/>'
    files = {"types.xsd": schema('<xs:complexType name="T"/>'), "a.xsd": schema(main.format("a"))}
    project(tmp_path, {**files, "b.xsd": schema(main.format("b"))})

    first = run("capture", "a.xsd", "--into", "spec/api", cwd=tmp_path)
    second = run("capture", "b.xsd", "--into", "spec/api", cwd=tmp_path)
    (tmp_path / "types.xsd").write_text(schema('<xs:complexType name="T" mixed="true"/>'), "utf-8")
    alone = run("capture", "a.xsd", "--into", "spec/api", cwd=tmp_path)
    both = run("capture", "a.xsd", "b.xsd", "--into", "spec/api", cwd=tmp_path)

    assert [first.returncode, second.returncode, alone.returncode, both.returncode] == [0, 0, 2, 0], alone.stderr
    assert "This would become types.xsd, which was captured from b.xsd." in alone.stderr


def test_a_method_that_no_endpoint_has_is_refused_with_its_line(tmp_path: Path) -> None:
    project(tmp_path, {"page.md": page("/cancel") + page("/confirm", method="EVENT")})

    done = run("capture", "page.md", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 2
    assert "page.md:11:1: The method of this endpoint is EVENT; expected one of GET, PUT," in done.stderr


def test_an_xsd_that_the_page_no_longer_describes_is_reported(tmp_path: Path) -> None:
    project(tmp_path, {"page.md": page("/cancel") + page("/confirm", "date")})
    run("capture", "page.md", "--into", "spec/api", cwd=tmp_path)
    (tmp_path / "page.md").write_text(page("/cancel"), "utf-8")

    done = run("capture", "page.md", "--into", "spec/api", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "spec/api/confirm.xsd was captured from page.md, but no longer is" in done.stdout


@pytest.mark.parametrize(("into", "message"), [("spec", "the folder of all APIs, `spec` = 'spec'"), (".", "above ")])
def test_the_folder_of_all_apis_is_refused(tmp_path: Path, into: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    (tmp_path / "o.xsd").write_text(schema('<xs:element name="o"/>'), "utf-8")

    done = run("capture", "o.xsd", "--into", into, cwd=tmp_path)

    assert done.returncode == 2
    assert message in done.stderr
    assert "--into spec/NAME" in done.stderr
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["o.xsd", "pyproject.toml"]


@pytest.mark.parametrize(
    ("into", "warning"),
    [
        ("other/o", "warning: other/o is outside spec, so `build` will not read it.\n"),
        ("spec/.o", "warning: spec/.o is hidden, so `build` will not read it.\n"),
        ("spec/o", ""),
    ],
)
def test_a_folder_that_a_build_does_not_see_is_warned_of(tmp_path: Path, into: str, warning: str) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    (tmp_path / "o.xsd").write_text(schema('<xs:element name="o"/>'), "utf-8")

    done = run("capture", "o.xsd", "--into", into, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, warning)
    assert (run("build", cwd=tmp_path).returncode == 0) is not bool(warning)
