"""What `schemapress diff` takes as input, in real repositories: catalogs, invalid versions, several revisions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from tests import corpus
from tests.cli.test_diff import commit, findings, git, run
from tests.conftest import REPOSITORY, schema

TYPES = schema(
    '<xs:simpleType name="T"><xs:restriction base="xs:int"><xs:maxInclusive value="{}"/>'
    "</xs:restriction></xs:simpleType>",
    'targetNamespace="urn:t"',
)
ROOT = schema('<xs:import namespace="urn:t"/><xs:element name="root" type="t:T"/>', 'xmlns:t="urn:t"')
CATALOG = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><uri name="urn:t" uri="{}"/></catalog>'


def element(type_: str) -> str:
    return schema(f'<xs:element name="root" type="xs:{type_}"/>')


def lay_out(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def list_bounds(folder: Path, *arguments: str) -> list[tuple[object, object]]:
    """Return the phrases of both versions in each finding about documents."""
    found = findings(folder, *arguments, "--kind", "documents")
    return [(finding["before"], finding["after"]) for finding in found]


NINE_TO_EIGHT = [("minInclusive -2147483648, maxInclusive 9", "minInclusive -2147483648, maxInclusive 8")]


def test_each_version_has_the_catalog_beside_it(tmp_path: Path) -> None:
    for side, bound in (("old", 9), ("new", 8)):
        files = {
            "root.xsd": ROOT,
            "catalog.xml": CATALOG.format("more/types.xsd"),
            "more/types.xsd": TYPES.format(bound),
        }
        lay_out(tmp_path / side, files)

    assert list_bounds(tmp_path, "old/root.xsd", "new/root.xsd") == NINE_TO_EIGHT


def test_each_version_has_the_locations_and_catalogs_of_its_options(tmp_path: Path) -> None:
    lay_out(tmp_path, {"old/root.xsd": ROOT, "new/root.xsd": ROOT, "9.xsd": TYPES.format(9), "8.xsd": TYPES.format(8)})
    lay_out(tmp_path, {"8.xml": CATALOG.format("8.xsd")})
    versions = ("old/root.xsd", "new/root.xsd")

    without = run(tmp_path, *versions)
    both = list_bounds(tmp_path, *versions, "--location", "urn:t=9.xsd")
    each = list_bounds(tmp_path, *versions, "--location", "urn:t=9.xsd", "--new-location", "urn:t=8.xsd")
    by_catalog = list_bounds(tmp_path, *versions, "--old-location", "urn:t=9.xsd", "--new-catalog", "8.xml")

    assert without.returncode == 2
    assert "pass --location or --catalog, or these with --old- or --new- for one version" in without.stderr
    assert both == []
    assert each == by_catalog == NINE_TO_EIGHT
    assert run(tmp_path, *versions, "--old-location", "urn:t=none.xsd").stderr.startswith(
        "error: Invalid value for --old-location: there is no file 'none.xsd' for 'urn:t'."
    )


@pytest.mark.parametrize("way", ["catalog", "locations", "catalogs"])
def test_a_revision_has_its_own_catalogs_and_locations_and_what_they_name(tmp_path: Path, way: str) -> None:
    """The types have no name that is checked out for itself: only the catalog or the settings name them."""
    settings = {
        "catalog": '[tool.schemapress]\nroots = ["standards"]',
        "locations": '[tool.schemapress.locations]\n"urn:t" = "standards/{}.schema"',
        "catalogs": '[tool.schemapress]\ncatalogs = ["standards/names.xml"]',
    }[way]
    for bound in (9, 8):
        lay_out(tmp_path, {"spec/api/root.xsd": ROOT, f"standards/{bound}.schema": TYPES.format(bound)})
        lay_out(tmp_path, {"pyproject.toml": settings.format(bound)})
        if way == "catalog":
            lay_out(tmp_path, {"spec/catalog.xml": CATALOG.format(f"../standards/{bound}.schema")})
        if way == "catalogs":
            lay_out(tmp_path, {"standards/names.xml": CATALOG.format(f"{bound}.schema")})
        commit(tmp_path, str(bound))
        git(tmp_path, "tag", f"v{bound}")
        (tmp_path / "standards" / f"{bound}.schema").unlink()
    git(tmp_path, "checkout", "-q", "v8", "--", ".")

    assert list_bounds(tmp_path, "v9:spec/api", "v8:spec/api") == NINE_TO_EIGHT
    assert list_bounds(tmp_path, "v9:spec/api/root.xsd", "spec/api/root.xsd") == NINE_TO_EIGHT
    assert list_bounds(tmp_path, "v9:spec/api", "v9:spec/api") == []


def test_a_link_out_of_a_revision_is_left_out(tmp_path: Path) -> None:
    lay_out(tmp_path, {"outside.xsd": TYPES.format(9), "repository/spec/api/root.xsd": element("int")})
    repository = tmp_path / "repository"
    (repository / "spec" / "api" / "link.xsd").symlink_to(tmp_path / "outside.xsd")
    (repository / "spec" / "catalog.xml").write_text(CATALOG.format("file:///etc/hostname"))
    commit(repository, "one")
    lay_out(repository, {"spec/api/root.xsd": element("long")})
    (repository / "spec" / "api" / "link.xsd").unlink()

    (finding,) = findings(repository, "HEAD:spec/api", "spec/api", "--kind", "documents")

    assert finding["rule"] == "range-widened"


def test_the_entries_of_a_revision_are_those_of_its_own_settings(tmp_path: Path) -> None:
    lay_out(tmp_path, {"pyproject.toml": '[tool.schemapress.entries]\napi = ["root.xsd"]\n'})
    lay_out(tmp_path, {"spec/api/root.xsd": element("int"), "spec/api/draft.xsd": schema("<xs:nonsense/>")})
    commit(tmp_path, "one")
    lay_out(tmp_path, {"spec/api/root.xsd": element("long")})

    assert [finding["rule"] for finding in findings(tmp_path, "--against", "HEAD", "--kind", "documents")] == [
        "range-widened"
    ]


def test_the_impact_of_a_renamed_namespace_is_on_messages_as_they_are(tmp_path: Path) -> None:
    for side in ("old", "new"):
        root = schema('<xs:element name="root" type="xs:int"/>', f'targetNamespace="urn:{side}"')
        lay_out(tmp_path, {f"{side}/root.xsd": root, f"messages/{side}.xml": f'<root xmlns="urn:{side}">1</root>'})

    done = run(tmp_path, "old", "new", "--map-namespace", "urn:old=urn:new", "--impact", "messages")

    assert "2 messages in messages: 1 would be refused, 1 would be accepted" in done.stdout


def test_an_invalid_old_version_is_told_in_each_format_and_refused_if_strict(tmp_path: Path) -> None:
    broken = schema('<xs:element name="root" type="xs:int"/>\n<xs:element name="root" type="xs:int"/>')
    lay_out(tmp_path, {"old/root.xsd": broken, "new/root.xsd": element("long")})

    for style in ("text", "markdown", "html", "json", "junit", "github"):
        printed = run(tmp_path, "old", "new", "--format", style)
        assert printed.returncode == 0
        assert "old-version-invalid" in printed.stdout
        assert "sch-props-correct.2" in printed.stdout
        assert "old/root.xsd" in printed.stdout
        assert "range-widened" in printed.stdout
    strict = run(tmp_path, "old", "new", "--strict")
    assert strict.returncode == 2
    assert strict.stderr.startswith("error: old/root.xsd:4: old does not load: The schema is invalid: ")
    assert run(tmp_path, "new", "old").returncode == 2


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A project with an API in four commits, three of them tagged, and a change on disk."""
    lay_out(tmp_path, {"pyproject.toml": "", "spec/api/root.xsd": element("int")})
    commit(tmp_path, "one")
    git(tmp_path, "tag", "v1")
    lay_out(tmp_path, {"spec/api/root.xsd": element("long")})
    commit(tmp_path, "two")
    git(tmp_path, "tag", "v2")
    lay_out(tmp_path, {"README.md": "not a specification"})
    commit(tmp_path, "three")
    lay_out(tmp_path, {"spec/api/root.xsd": element("string")})
    commit(tmp_path, "four")
    lay_out(tmp_path, {"spec/api/root.xsd": element("short")})
    return tmp_path


def test_every_revision_of_a_range_is_compared_with_the_disk_in_one_report(history: Path) -> None:
    short = git(history, "rev-parse", "--short=7", "HEAD").strip()

    lines = run(history, "--against", "v1..", "--kind", "documents").stdout.splitlines()
    printed = json.loads(run(history, "--against", "v1..", "--format", "json").stdout)

    assert f"api  v1, v2, {short} → spec/api" in lines
    assert lines[:6] == [
        "revision  API  receive   send        findings",
        "v1        api  breaking  compatible  1",
        "v2        api  breaking  compatible  1",
        f"{short:8}  api  breaking  compatible  1",
        "",
        "receivers: breaking (root)",
    ]
    published = json.loads((REPOSITORY / "docs" / "diff.schema.json").read_text("utf-8"))
    jsonschema.validate(printed, published)
    assert [verdict["revision"] for verdict in printed["revisions"]] == ["v1", "v2", short]
    by_rule = {
        (one["rule"], one["before"]): one["revisions"] for one in printed["findings"] if one["kind"] == "documents"
    }
    assert sorted(by_rule.values()) == sorted([["v1"], ["v2"], [short]])


def test_an_api_that_never_changed_is_left_out(history: Path) -> None:
    lay_out(history, {"spec/other/other.xsd": element("int").replace("root", "other")})
    commit(history, "five")

    assert "other" not in run(history, "--all-against", "HEAD", "v1").stdout
    assert run(history, "--against", "HEAD~1..HEAD").stdout != "No specification changed.\n"
    assert run(history, "--all-against", "HEAD", "--fail-on", "any").stdout == "No specification changed.\n"


def test_a_range_with_an_end_is_compared_with_its_end(history: Path) -> None:
    printed = json.loads(run(history, "--against", "v1..v2", "--format", "json", "--kind", "documents").stdout)

    assert printed["revisions"] == [
        {"revision": "v1", "api": "api", "verdicts": {"receive": "compatible", "send": "breaking"}, "findings": 1}
    ]
    assert (printed["apis"][0]["old"], printed["apis"][0]["new"]) == ("v1", "v2:spec/api")


def test_several_revisions_can_be_named_and_each_finding_is_told_once(history: Path) -> None:
    git(history, "tag", "v3", "v1")
    lay_out(history, {"spec/api/root.xsd": element("int").replace("</xs:schema>", "<!-- same --></xs:schema>")})

    text = run(history, "--all-against", "v1", "HEAD~1", "v2").stdout
    repeated = run(history, "--all-against", "v1", "--all-against", "HEAD~1", "--all-against", "v2").stdout
    failing = run(history, "--all-against", "v1", "v2", "--fail-on", "breaking")
    passing = run(history, "--all-against", "v1", "--fail-on", "breaking")

    assert text == repeated
    assert "v1        api  same      same        0" in text
    assert "HEAD~1    api  breaking" in text
    assert "Against HEAD~1." in text
    assert text.count("range-narrowed") == 1
    assert (failing.returncode, passing.returncode) == (1, 0)


@pytest.mark.parametrize("style", ["markdown", "html", "junit", "github"])
def test_every_format_names_the_revisions(history: Path, style: str) -> None:
    printed = run(history, "--all-against", "v1", "v2", "--format", style, "--kind", "documents").stdout

    assert re.search(r"\bv1\b", printed)
    assert re.search(r"\bv2\b", printed)
    if style == "markdown":
        table = "| Revision | API | Receive | Send | Findings |\n|---|---|---|---|---|\n| `v1` | api | **breaking** |"
        assert table in printed.partition("###")[0]
        assert "| Place | Against | Fingerprint |\n" in printed
    if style == "html":
        named = [code.text for code in etree.HTML(printed).iterfind(".//tr/td/code")]
        assert [name for name in named if name in ("v1", "v2")] == ["v1", "v2"]


def test_a_revision_that_can_not_be_compared_hides_no_other(history: Path) -> None:
    git(history, "checkout", "-q", "--", ".")
    lay_out(history, {"spec/api/root.xsd": "<xs:schema"})
    commit(history, "broken")
    git(history, "tag", "v9")
    lay_out(history, {"spec/api/root.xsd": element("short")})

    done = run(history, "--all-against", "v1", "v9", "--kind", "documents", "--fail-on", "breaking")

    assert done.returncode == 1
    assert "v9        api  undecided  undecided   1\n" in done.stdout
    assert "undecided undecided v9" in done.stdout
    assert "does not load: This is not well-formed XML" in done.stdout
    assert "v9:spec/api/root.xsd:1" in done.stdout
    assert "range-narrowed" in done.stdout


def test_a_new_version_that_does_not_load_ends_several_comparisons_too(history: Path) -> None:
    lay_out(history, {"spec/api/root.xsd": "<xs:schema"})

    assert run(history, "--all-against", "v1", "v2").returncode == 2


def test_commits_have_short_names_and_tags(history: Path) -> None:
    commits = git(history, "rev-list", "HEAD").split()

    tagged = run(history, "--against", commits[-1], "--kind", "documents").stdout
    untagged = run(history, f"{commits[0]}:spec", "spec", "--kind", "documents").stdout
    merge_base = run(history, f"{commits[0]}...HEAD", "--fail-on", "any").stdout

    assert "\napi  v1:spec/api → spec/api\n" in tagged
    assert f"\napi  {commits[0][:7]}:spec/api → spec/api\n" in untagged
    assert merge_base == "No specification changed.\n"
    assert not re.search("[0-9a-f]{40}", tagged + untagged)


def test_arguments_that_do_not_go_together_are_named(history: Path) -> None:
    three = run(history, "a", "b", "c")
    both = run(history, "--against", "v1", "--all-against", "v2")
    impact = run(history, "--all-against", "v1", "v2", "--impact", "spec")

    assert "'c' is one version too many" in three.stderr
    assert "--all-against can't be combined with --against." in both.stderr
    assert (three.returncode, both.returncode, impact.returncode) == (2, 2, 2)


COMMAND = re.compile(r"::(error|warning|notice) (file=[^,:]+(?:,line=\d+)?,)?title=[^,:]+::[^\r\n]+")
"""A workflow command as GitHub documents it: `::error file={name},line={line},title={title}::{message}`.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""


def test_the_recipe_of_the_docs_annotates_the_changed_lines(tmp_path: Path) -> None:
    """The steps of the workflow, as the docs have them, run by a shell in a clone with a project in a subfolder."""
    recipe = (REPOSITORY / "docs" / "diff-in-review.md").read_text("utf-8")
    steps = re.findall(r"      - run: \|\n((?:          .*\n)+)", recipe)
    (script,) = ["".join(line[10:] for line in step.splitlines(keepends=True)) for step in steps]
    origin, work = tmp_path / "origin", tmp_path / "work"
    references = [
        '<xs:element name="root"><xs:complexType><xs:sequence>\n<xs:element ref="a"{}/>',
        "</xs:sequence></xs:complexType></xs:element>",
    ]
    text = schema(f'<xs:element name="a" type="xs:int"/>\n{references[0]}\n{{}}{references[1]}')
    lay_out(
        origin,
        {
            "service/pyproject.toml": "",
            "service/spec/api/root.xsd": text.format(' maxOccurs="2"', '<xs:element name="b" type="xs:int"/>'),
        },
    )
    commit(origin, "one")
    subprocess.run(["git", "clone", "-q", str(origin), str(work)], check=True)
    git(work, "checkout", "-qb", "change")
    lay_out(work, {"service/spec/api/root.xsd": text.format("", "")})
    commit(work, "two")
    tool = tmp_path / "bin" / "schemapress"
    lay_out(tmp_path, {"bin/schemapress": f'#!/bin/sh\nexec "{sys.executable}" -m schemapress "$@"\n'})
    tool.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tool.parent}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_BASE_REF": "main",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }

    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=work / "service", env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1, done.stderr
    commands = done.stdout.splitlines()
    assert commands
    assert all(COMMAND.fullmatch(command) for command in commands)
    (narrowed,) = [command for command in commands if "occurs-narrowed" in command]
    match = re.search("file=([^,]+),line=([0-9]+),", narrowed)
    assert match is not None
    assert match[1] == "service/spec/api/root.xsd"
    changed = (work / match[1]).read_text().splitlines()[int(match[2]) - 1]
    assert changed == '<xs:element ref="a"/>'
    assert "**breaking**" in (tmp_path / "summary.md").read_text()
    assert "<!doctype html>" in (work / "service" / "specification.html").read_text()


def unpack(family: str) -> Path:
    if corpus.folder() is None:
        pytest.skip("there is no corpus; CORPUS names its folder")
    return corpus.unpacked(family)


def test_musicxml_is_compared_with_a_catalog_beside_each_release(tmp_path: Path) -> None:
    folder = unpack("musicxml")
    old = [
        f"--old-location=http://www.musicxml.org/xsd/{name}={folder}/3.1/{name}" for name in ("xlink.xsd", "xml.xsd")
    ]

    found = findings(
        tmp_path, str(folder / "3.1/musicxml.xsd"), str(folder / "4.0/musicxml.xsd"), *old, "--kind", "documents"
    )

    assert {"attribute-now-required", "element-added"} <= {str(finding["rule"]) for finding in found}


def test_ojp_is_compared_though_its_namespace_changed(tmp_path: Path) -> None:
    folder = unpack("ojp")

    found = findings(tmp_path, str(folder / "1.0.3/OJP.xsd"), str(folder / "2.0/OJP.xsd"), "--kind", "documents")

    assert found[0]["rule"] == "namespace-changed"
    assert (found[0]["before"], found[0]["after"]) == ("http://www.siri.org.uk/siri", "http://www.vdv.de/ojp")
    assert found[0]["witness"] is not None
    assert len(found) > 10


def test_ksef_is_compared_with_a_catalog_beside_each_release(tmp_path: Path) -> None:
    """The later releases include types by URL that are in no release; those of the first release stand in for them."""
    folder = unpack("ksef") / "xsd"
    nine, ten = (
        f"http://crd.gov.pl/xml/schematy/dziedzinowe/mf/{day}/eD/DefinicjeTypy/" for day in ("2021/06/09", "2022/01/05")
    )
    for release, name in (("2.0.0", "schema.xsd"), ("3.0.0", "schemat.xsd")):
        types = (folder / release / "StrukturyDanych_v10-0E.xsd").read_text("utf-8-sig")
        lay_out(tmp_path / release, {name: (folder / release / name).read_text("utf-8-sig"), "types.xsd": types})
        for supplied in ("ElementarneTypyDanych", "KodyKrajow"):
            text = (folder / "1.0.0" / f"{supplied}_v9-0E.xsd").read_text("utf-8-sig").replace(nine, ten)
            lay_out(tmp_path / release, {f"{supplied}_v10-0E.xsd": text, f"{supplied}_v9-0E.xsd": text})
        prefixes = f'<rewriteURI uriStartString="{ten}" rewritePrefix="./"/></catalog>'
        catalog = CATALOG.replace("urn:t", ten).format("types.xsd").replace("</catalog>", prefixes)
        lay_out(tmp_path / release, {"catalog.xml": catalog})

    found = findings(tmp_path, "2.0.0/schema.xsd", "3.0.0/schemat.xsd", "--kind", "documents", "--direction", "receive")

    changed = [finding for finding in found if finding["rule"] == "namespace-changed"]
    assert [(finding["before"], finding["after"]) for finding in changed] == [
        ("http://crd.gov.pl/wzor/2023/06/29/12648/", "http://crd.gov.pl/wzor/2025/06/25/13775/")
    ]
    assert len(found) > 10
