"""`schemapress diff`, as a user calls it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from tests import conftest
from tests.conftest import REPOSITORY, schema
from tests.support.schema_builder import make_schema

OLD = schema('<xs:element name="root" type="xs:int"/>')
NEW = schema('<xs:element name="root" type="xs:byte"/>')
ENDPOINT = """
  <xs:annotation>
    <xs:appinfo>
      <endpoint xmlns="urn:schemapress:endpoint" name="tell" method="POST" path="/tell" direction="receive">
        <request element="root"/>
        <response status="204"/>
      </endpoint>
    </xs:appinfo>
  </xs:annotation>
"""


def run(folder: Path, *arguments: str, command: str = "diff") -> subprocess.CompletedProcess[str]:
    return conftest.run(command, *arguments, cwd=folder)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


def findings(folder: Path, *arguments: str) -> list[dict[str, object]]:
    done = run(folder, *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["findings"]
    assert isinstance(found, list)
    return found


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "root.xsd").write_text(text)
    return tmp_path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one API, committed on main."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "spec" / "api").mkdir(parents=True)
    (tmp_path / "spec" / "api" / "root.xsd").write_text(OLD)
    commit(tmp_path, "one")
    return tmp_path


def test_a_narrowed_message_is_breaking_for_who_receives_it_and_compatible_for_who_sends_it(versions: Path) -> None:
    done = run(versions, "old/root.xsd", "new/root.xsd")

    assert done.returncode == 0
    assert done.stdout.splitlines()[:3] == [
        "receivers: breaking (root)",
        "senders:   compatible (root)",
        "causes:    1 breaking",
    ]
    assert "└─ root  receive: breaking, send: compatible\n" in done.stdout
    assert "breaking (receive) range-narrowed /root  old/root.xsd:" in done.stdout
    assert "no longer accepted; the new version says: <root> is '" in done.stdout
    assert "> <root>" in done.stdout
    assert "calls for a major version" in done.stdout


def test_the_direction_can_be_given(versions: Path) -> None:
    assert "root  send: compatible\n" in run(versions, "old", "new", "--direction", "send").stdout


def test_only_some_kinds_of_changes_can_be_asked_for(versions: Path) -> None:
    (versions / "old" / "root.xsd").write_text(schema('<xs:element name="root" type="xs:string"/>'))

    kinds = {one["kind"] for one in findings(versions, "old", "new")}

    assert kinds == {"documents", "python"}
    assert {one["kind"] for one in findings(versions, "old", "new", "--kind", "documents")} == {"documents"}
    assert {one["kind"] for one in findings(versions, "old", "new", "--kind", "python")} == {"python"}


def test_fail_on_chooses_what_fails(versions: Path) -> None:
    documented = OLD.replace(
        "/>", "><xs:annotation><xs:documentation>A</xs:documentation></xs:annotation></xs:element>"
    )
    (versions / "texts").mkdir()
    (versions / "texts" / "root.xsd").write_text(documented)

    def code(old: str, new: str, fail_on: str) -> int:
        return run(versions, old, new, "--direction", "receive", "--fail-on", fail_on).returncode

    assert [code("old", "new", on) for on in ("breaking", "compatible", "any")] == [1, 1, 1]
    assert [code("new", "old", on) for on in ("breaking", "compatible", "any")] == [0, 1, 1]
    assert [code("old", "texts", on) for on in ("breaking", "compatible", "any")] == [0, 0, 1]
    assert [code("old", "old", on) for on in ("breaking", "compatible", "any")] == [0, 0, 0]


def test_two_revisions_of_git_are_compared_with_all_that_they_include(versions: Path) -> None:
    folder = versions / "spec"
    folder.mkdir()
    (folder / "root.xsd").write_text(
        schema('<xs:include schemaLocation="../types.xsd"/><xs:element name="root" type="T"/>')
    )
    for bound in "98":
        facet = f'<xs:restriction base="xs:int">\n<xs:maxInclusive value="{bound}"/></xs:restriction>'
        (versions / "types.xsd").write_text(schema(f'<xs:simpleType name="T">{facet}</xs:simpleType>'))
        commit(versions, bound)

    done = run(versions, "HEAD~1:spec", "HEAD:spec/root.xsd")
    on_disk = run(folder, "HEAD~1:spec", ".")

    assert "root  receive: breaking, send: compatible\n" in done.stdout, done.stderr
    assert "HEAD~1:types.xsd:4 → HEAD:types.xsd:4" in done.stdout
    assert "root  receive: breaking, send: compatible\n" in on_disk.stdout, on_disk.stderr


def test_everything_that_changed_against_a_revision_is_compared(project: Path) -> None:
    (project / "spec" / "other").mkdir()
    (project / "spec" / "other" / "root.xsd").write_text(OLD.replace("root", "other"))
    commit(project, "two")
    (project / "spec" / "api" / "root.xsd").write_text(NEW)

    done = run(project / "spec", "--against", "main")

    assert "\napi  main:spec/api → spec/api\n" in done.stdout
    assert "range-narrowed" in done.stdout
    assert "other" not in done.stdout


def test_a_range_is_compared_from_where_its_revisions_went_apart(project: Path) -> None:
    git(project, "checkout", "-qb", "change")
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    (project / "spec" / "more").mkdir()
    (project / "spec" / "more" / "more.xsd").write_text(OLD.replace("root", "more"))
    commit(project, "on the branch")
    git(project, "checkout", "-q", "main")
    (project / "spec" / "api" / "root.xsd").write_text(OLD.replace("xs:int", "xs:string"))
    commit(project, "on main")
    git(project, "checkout", "-q", "change")

    since = findings(project, "main...", "--kind", "documents")
    between = findings(project, "main..", "--kind", "documents")

    assert [(one["api"], one["rule"]) for one in since] == [("api", "range-narrowed"), ("more", "message-added")]
    assert [one["rule"] for one in between] == ["type-narrowed", "message-added"]


def test_nothing_changed_is_said_too(project: Path) -> None:
    assert run(project, "--against", "HEAD", "--fail-on", "any").stdout == "No specification changed.\n"


def test_an_api_that_is_gone_is_breaking(project: Path) -> None:
    (project / "spec" / "api" / "root.xsd").unlink()
    (project / "spec" / "new").mkdir()
    (project / "spec" / "new" / "root.xsd").write_text(NEW)

    done = run(project, "--against", "HEAD", "--fail-on", "breaking")

    assert done.returncode == 1
    assert "breaking (receive) message-removed /root" in done.stdout
    assert "compatible message-added /root" in done.stdout


def test_the_same_schema_changes_nothing(versions: Path) -> None:
    done = run(versions, "old", "old", "--fail-on", "any")

    assert (done.returncode, done.stdout) == (0, "old  old → old\n└─ root  receive: same, send: same\n")


def test_a_message_that_is_gone_is_breaking_and_a_new_one_is_not(versions: Path) -> None:
    (versions / "old" / "root.xsd").write_text(OLD.replace("/>", '/><xs:element name="gone" type="xs:int"/>'))
    (versions / "new" / "root.xsd").write_text(OLD.replace("/>", '/><xs:element name="more" type="xs:int"/>'))

    found = findings(versions, "old", "new", "--kind", "documents")

    assert [(one["rule"], one["severity"], one["path"]) for one in found] == [
        ("message-removed", "breaking", "/gone"),
        ("message-added", "compatible", "/more"),
    ]


def test_a_renamed_namespace_is_a_finding_and_the_rest_is_compared_as_if_it_was_mapped(versions: Path) -> None:
    for name, type_ in (("old", "xs:int"), ("new", "xs:byte")):
        text = schema(f'<xs:element name="root" type="{type_}"/>')
        qualified = text.replace("<xs:schema ", f'<xs:schema targetNamespace="urn:{name}" ')
        (versions / name / "root.xsd").write_text(qualified)

    by_itself = findings(versions, "old", "new", "--kind", "documents")
    mapped = findings(versions, "old", "new", "--map-namespace", "urn:old=urn:new", "--kind", "documents")

    assert mapped == by_itself
    changed, narrowed = mapped
    assert (changed["rule"], changed["severity"], changed["direction"]) == ("namespace-changed", "breaking", None)
    assert (changed["before"], changed["after"]) == ("urn:old", "urn:new")
    assert "urn:old" in str(changed["witness"])
    assert narrowed["rule"] == "range-narrowed"
    assert "urn:new" in str(narrowed["witness"])
    assert run(versions, "old", "new", "--fail-on", "breaking", "--direction", "send").returncode == 1


def test_endpoints_documentation_and_classes_are_compared_and_kept_apart(versions: Path) -> None:
    old = schema(f'{ENDPOINT}<xs:element name="root" type="xs:int"/>')
    new = old.replace('path="/tell"', 'path="/say" summary="Say it" security="certificate"').replace("204", "202")
    new = new.replace('type="xs:int"/>', "><xs:simpleType><xs:restriction base='xs:int'/></xs:simpleType></xs:element>")
    (versions / "old" / "root.xsd").write_text(old)
    (versions / "new" / "root.xsd").write_text(new)

    found = findings(versions, "old", "new")

    assert [(one["kind"], one["rule"], one["severity"]) for one in found] == [
        ("endpoint", "path-changed", "breaking"),
        ("endpoint", "security-changed", "breaking"),
        ("endpoint", "response-added", "breaking"),
        ("endpoint", "response-removed", "compatible"),
        ("documentation", "documentation-changed", "informative"),
    ]
    assert run(versions, "old", "new", "--kind", "documents", "--fail-on", "any").returncode == 0


def test_very_many_classes_are_compared_only_where_that_is_asked_for(versions: Path) -> None:
    types = "".join(f'<xs:simpleType name="T{n}"><xs:restriction base="xs:int"/></xs:simpleType>' for n in range(2_001))
    for name, type_ in (("old", "T1"), ("new", "T2")):
        (versions / name / "root.xsd").write_text(schema(f'<xs:element name="root" type="{type_}"/>{types}'))

    (finding,) = findings(versions, "old", "new")

    assert finding["rule"] == "python-unknown"
    assert finding["message"] == "The classes of 2,001 types were not compared. To compare them, pass --kind python."
    assert findings(versions, "old", "old") == []


def test_json_is_what_its_schema_says(project: Path) -> None:
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    (project / "messages").mkdir()
    (project / "messages" / "a.xml").write_text("<root>300</root>")
    run(project, "--against", "HEAD", "--accept", "Agreed with all partners")
    published = json.loads((REPOSITORY / "docs" / "diff.schema.json").read_text("utf-8"))

    printed = json.loads(run(project, "--against", "HEAD", "--impact", "messages", "--format", "json").stdout)

    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(printed, published)
    (finding,) = [one for one in printed["findings"] if one["kind"] == "documents"]
    assert finding["witness"]["confirmed_by"] == ["schemapress", "libxml2"]
    assert finding["places"] == {
        "old": {"file": "HEAD:spec/api/root.xsd", "line": 3},
        "new": {"file": "spec/api/root.xsd", "line": 3},
    }
    assert finding["accepted"] == {"reason": "Agreed with all partners", "until": None}


def test_markdown_has_tables_and_each_document_folded(versions: Path) -> None:
    printed = run(versions, "old", "new", "--format", "markdown").stdout

    assert "| `root` | receive | **breaking** |\n| `root` | send | compatible |" in printed
    assert "| **breaking** | receivers | `range-narrowed` | `/root` |" in printed
    assert "<details><summary>No longer accepted: &lt;root&gt; is '" in printed
    assert "```diff\n- <root>0</root>\n! <root>" in printed


def test_junit_has_a_failure_for_what_breaks(versions: Path) -> None:
    suite = etree.fromstring(run(versions, "old", "new", "--format", "junit").stdout.encode()).find("testsuite")
    same = etree.fromstring(run(versions, "old", "old", "--format", "junit").stdout.encode()).find("testsuite")

    assert suite is not None
    assert same is not None
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert suite.find("testcase/failure").get("type") == "range-narrowed"  # type: ignore[union-attr]  # it is there
    assert (same.get("tests"), same.get("failures")) == ("1", "0")


def test_github_gets_an_annotation_at_the_line_of_the_new_version(versions: Path) -> None:
    (line,) = run(versions, "old", "new", "--kind", "documents", "--format", "github").stdout.splitlines()

    assert line.startswith("::error file=new/root.xsd,line=3,title=breaking%3A range-narrowed::/root: <root> is '")
    assert "%0A<root>" in line


def test_html_is_one_page_that_needs_nothing_else(versions: Path) -> None:
    printed = run(versions, "old", "new", "--format", "html").stdout

    page = etree.HTML(printed)
    assert page.xpath("//article[@data-severity='breaking']//h4/text()") == ["range-narrowed"]
    assert page.xpath("//div[@class='witness']//span[contains(@class, 'here')]")
    assert not page.xpath("//link | //img | //script[@src] | //iframe")
    assert "http" not in printed.replace("http://www.w3.org/2001/XMLSchema", "")


def test_an_accepted_finding_passes_until_it_changes_again(project: Path) -> None:
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    arguments = ("--against", "HEAD", "--fail-on", "breaking")
    assert run(project, *arguments).returncode == 1

    accepted = run(project, "--against", "HEAD", "--accept", "Agreed with all partners")
    passed = run(project, *arguments)
    (project / "spec" / "api" / "root.xsd").write_text(NEW.replace("xs:byte", "xs:boolean"))
    changed = run(project, *arguments)

    assert "Added 1 entry to spec/api/accepted.toml." in accepted.stderr
    assert "stale" not in run(project, "--against", "HEAD", "--kind", "python").stdout
    assert passed.returncode == 0
    assert "accepted (receive) range-narrowed" in passed.stdout
    assert "Agreed with all partners" in passed.stdout
    assert changed.returncode == 1
    assert "stale spec/api/accepted.toml, entry 1" in changed.stdout


def test_an_entry_that_is_over_accepts_nothing(project: Path) -> None:
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    run(project, "--against", "HEAD", "--accept", "For a while")
    file = project / "spec" / "api" / "accepted.toml"
    file.write_text(f"{file.read_text()}until = 2026-01-01\n")

    done = run(project, "--against", "HEAD", "--fail-on", "breaking")

    assert done.returncode == 1
    assert "It expired on 2026-01-01." in done.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[accepted]]\nreason = 'x'", "entry 1: The entry has no fingerprint."),
        ("[[accepted]]\nfingerprint = 'x'", "entry 1: The entry has no reason."),
        ("[[accepted]]\nfingerprint = 'x'\nreason = 'y'\nuntil = 'soon'", "until is 'soon', which is not a date."),
        ("[[accepted]]\nfingerprint = 'x'\nwhy = 'y'", "entry 1: The entry has an unknown key."),
        ("accept", "The file is not valid TOML"),
        ("accepted = 1", "The file has something other than [[accepted]] tables."),
    ],
)
def test_a_list_that_is_wrong_is_named(project: Path, text: str, message: str) -> None:
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    (project / "spec" / "api" / "accepted.toml").write_text(text)

    done = run(project, "--against", "HEAD")

    assert done.returncode == 2
    assert "spec/api/accepted.toml" in done.stderr
    assert message in done.stderr


def test_a_revision_that_does_not_load_is_named_as_the_user_knows_it(project: Path) -> None:
    (project / "spec" / "api" / "root.xsd").write_text("<xs:schema")
    commit(project, "broken")
    (project / "spec" / "api" / "root.xsd").write_text(NEW)

    done = run(project, "--against", "HEAD")

    assert done.returncode == 2
    assert done.stderr.startswith(
        "error: HEAD:spec/api/root.xsd:1: HEAD:spec/api does not load: This is not well-formed"
    )


def test_a_project_can_give_rules_other_severities(project: Path) -> None:
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    (project / "pyproject.toml").write_text('[tool.schemapress.severities]\nrange-narrowed = "informative"\n')

    done = run(project, "--against", "HEAD", "--fail-on", "breaking")

    assert done.returncode == 0
    assert "informative (receive) range-narrowed" in done.stdout

    (project / "pyproject.toml").write_text('[tool.schemapress.severities]\nrange-narrow = "informative"\n')
    wrong = run(project, "--against", "HEAD")

    assert wrong.returncode == 2
    assert "Rule 'range-narrow' does not exist." in wrong.stderr
    assert "Did you mean 'range-narrowed'?" in wrong.stderr


def test_a_severity_can_be_given_for_one_direction(project: Path) -> None:
    def count(severities: str, api: str) -> str:
        (project / "spec" / "api" / "root.xsd").write_text(api)
        (project / "pyproject.toml").write_text(f"[tool.schemapress.severities]\n{severities}\n")
        done = run(project, "--against", "HEAD", "--kind", "documents")
        return done.stderr or next(line for line in done.stdout.splitlines() if line.startswith("causes:"))

    changed = OLD.replace("xs:int", "xs:boolean")
    assert count("", changed) == "causes:    2 breaking"
    assert count('"type-widened:send" = "informative"', changed) == "causes:    1 breaking, 1 informative"
    assert count('"type-widened:receive" = "informative"', changed) == "causes:    2 breaking"
    assert count('type-widened = "compatible"\n"type-widened:send" = "off"', changed) == "causes:    1 breaking"
    assert "Direction 'sent' does not exist, in 'type-widened:sent'." in count('"type-widened:sent" = "off"', changed)
    assert "Rule 'type-wide' does not exist." in count('"type-wide:send" = "off"', changed)


def test_paths_can_be_ignored_by_the_command_and_by_the_project(project: Path) -> None:
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    arguments = ("--against", "HEAD", "--kind", "documents", "--fail-on", "any")

    ignored = run(project, *arguments, "--ignore-path", "/ro*")
    (project / "pyproject.toml").write_text('[tool.schemapress]\nignored_paths = ["/**"]\n')

    assert ignored.returncode == 0
    assert "causes:    1 at ignored paths\n" in ignored.stdout
    assert run(project, *arguments).stdout == ignored.stdout
    for style in ("markdown", "comment", "html"):
        assert "1 at ignored paths" in run(project, *arguments, "--format", style).stdout.replace("more at", "at")
    assert json.loads(run(project, *arguments, "--format", "json").stdout)["ignored"] == 1


def test_a_document_is_shown_as_far_as_that_is_asked_for(versions: Path) -> None:
    children = "".join(f'<xs:element name="e{number}" type="xs:int"/>' for number in range(9))
    for name, type_ in (("old", "xs:int"), ("new", "xs:byte")):
        content = f'{children}<xs:element name="last" type="{type_}"/>'
        (versions / name / "root.xsd").write_text(make_schema(f"<xs:sequence>{content}</xs:sequence>"))

    def show(style: str, *arguments: str) -> str:
        return run(versions, "old", "new", "--kind", "documents", "--format", style, *arguments).stdout

    assert "<e3>0</e3>" not in show("text")
    assert ">   <last>128</last>" in show("text")
    assert "… 8 lines" in show("text")
    assert "<e3>0</e3>" in show("text", "--witness", "full")
    assert "<last>128</last>" not in show("text", "--witness", "none")
    assert "&lt;e3&gt;0&lt;/e3&gt;" in show("html"), "in the whole document, which a click opens"
    assert "<details>" not in show("html", "--witness", "full")
    assert "<e3>0</e3>" in json.loads(show("json", "--witness", "none"))["findings"][0]["witness"]["document"]


def test_the_report_of_one_renamed_field_fits_on_a_screen(versions: Path) -> None:
    children = "".join(f'<xs:element name="e{number}" type="xs:int"/>' for number in range(20))
    for name, renamed in (("old", "phone"), ("new", "telephone")):
        content = f'{children}<xs:element name="{renamed}" type="xs:token"/>'
        (versions / name / "root.xsd").write_text(make_schema(f"<xs:sequence>{content}</xs:sequence>"))

    lines = run(versions, "old", "new").stdout.splitlines()

    assert "causes:    2 breaking" in lines
    assert len(lines) < 40


def test_a_project_replaces_the_templates_of_reports_and_changelogs(project: Path) -> None:
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    (project / "pyproject.toml").write_text('[tool.schemapress]\ntemplates = "own"\n')
    (project / "own").mkdir()
    (project / "own" / "comment.md.jinja").write_text(
        "{{ summary.title }}{% for card in cards %} [{{ card.finding.rule.name }}]{% endfor %}\n"
    )
    (project / "own" / "changelog-entry.md.jinja").write_text("* {{ api | upper }} {{ finding.path }}\n")
    arguments = ("--against", "HEAD", "--kind", "documents", "--format")

    assert run(project, *arguments, "comment").stdout == "Breaking for receivers [range-narrowed]\n"
    assert run(project, *arguments, "markdown").stdout.startswith("## Breaking for receivers\n")
    run(project, *arguments, "json", "--changelog", "CHANGES.md")
    assert "\n* API /root\n" in (project / "CHANGES.md").read_text()


@pytest.mark.parametrize("text", ["{{ summry }}", "{% if %}", "{{ 1 / 0 }}"])
def test_an_error_in_a_template_of_a_report_names_its_line(project: Path, text: str) -> None:
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    (project / "pyproject.toml").write_text('[tool.schemapress]\ntemplates = "own"\n')
    (project / "own").mkdir()
    (project / "own" / "review.html.jinja").write_text(f"<p>\n{text}\n")

    done = run(project, "--against", "HEAD", "--format", "html")

    assert done.returncode == 2
    assert f"{project / 'own' / 'review.html.jinja'}:2: The template can't be rendered: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_changelog_gets_the_entry_once(versions: Path) -> None:
    changelog = versions / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [1.0.0]\n\n- All.\n")

    for _ in range(2):
        assert run(versions, "old", "new", "--changelog", "CHANGELOG.md").returncode == 0

    text = changelog.read_text()
    assert text.startswith(
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n### Breaking\n\n- new: `/root`: "
    )
    assert text.endswith(".\n\n## [1.0.0]\n\n- All.\n")
    assert text.count("`/root`") == 1


def test_the_impact_on_real_messages_is_counted(versions: Path) -> None:
    folder = versions / "messages"
    (folder / "deep").mkdir(parents=True)
    for name, text in (("a", "<root>1</root>"), ("deep/b", "<root>300</root>"), ("c", "<root/>"), ("d", "<other/>")):
        (folder / f"{name}.xml").write_text(text)

    there = run(versions, "old", "new", "--impact", "messages").stdout
    back = run(versions, "new", "old", "--impact", "messages").stdout

    assert (
        "impact  4 messages in messages: 1 would be refused, 0 would be accepted, 1 stays valid, 1 stays invalid, "
        "1 matches no message of these schemas\n└─ breaking deep/b.xml: line 1"
    ) in there
    assert "0 would be refused, 1 would be accepted" in back


def test_every_rule_is_listed_with_its_documentation(tmp_path: Path) -> None:
    printed = run(tmp_path, "--rules").stdout

    names = re.findall(r"^  ([a-z-]+) \((\w+); breaks (\w+)\)$", printed, re.MULTILINE)
    assert ("enumeration-narrowed", "breaking", "receivers") in names
    assert ("enumeration-widened", "breaking", "senders") in names
    assert ("renamed", "breaking", "both") in names
    assert ("documentation-changed", "informative", "nobody") in names
    assert len(names) == len(set(names)) > 60


def test_git_shows_what_a_change_breaks(project: Path) -> None:
    (project / ".gitattributes").write_text("*.xsd diff=schemapress\n")
    git(project, "config", "diff.schemapress.command", f"{sys.executable} -m schemapress git-driver")
    (project / "spec" / "api" / "root.xsd").write_text(NEW)
    (project / "spec" / "api" / "more.xsd").write_text("<not-a-schema/>")
    git(project, "add", "-A")

    shown = git(project, "diff", "--cached")

    assert "schemapress diff a/spec/api/root.xsd b/spec/api/root.xsd\n" in shown
    assert "breaking (receive) range-narrowed /root  spec/api/root.xsd:3" in shown
    assert "+<not-a-schema/>" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("old", "missing"), "missing: The file or folder does not exist."),
        (("old", "empty"), "empty: The folder has no .xsd file."),
        (("old", "broken.xsd"), "broken.xsd"),
        (("old", "invalid.xsd"), "invalid.xsd does not load: The schema is invalid"),
        (("old", "other.xsd"), "The versions have no message in common: old has root; other.xsd has other."),
        (("nowhere:old", "new"), "Revision 'nowhere' does not exist in this repository."),
        (("nowhere...",), "Revision 'nowhere' does not exist in this repository."),
        (("--against", "nowhere"), "Revision 'nowhere' does not exist in this repository."),
        (("old", "new", "--format", "pdf"), "Format 'pdf' does not exist."),
        (("HEAD:missing", "new"), "HEAD:missing: The file or folder does not exist."),
        (("old",), "'old' is only one version. Name NEW too"),
        ((), "Name OLD and NEW, a range of revisions such as main..., or --against REVISION."),
        (("old", "new", "--against", "HEAD"), "--against can't be combined with OLD and NEW."),
        (("old", "new", "--map-namespace", "urn:a"), "--map-namespace takes OLD=NEW"),
        (("old", "new", "--map-namespace", "urn:a=urn:b"), "old has no namespace 'urn:a' to map."),
        (("old", "new", "--impact", "missing"), "missing: The folder does not exist."),
        (("old", "new", "--impact", "empty"), "empty: The folder has no .xml file."),
        (("old", "new", "--changelog", "broken.xsd"), "broken.xsd: The file has no heading '## [Unreleased]'."),
        (("old", "HEAD:new", "--accept", "x"), "HEAD:new: A revision can't be changed."),
    ],
)
def test_bad_input_is_named_and_exits_with_2(versions: Path, arguments: tuple[str, ...], message: str) -> None:
    (versions / "empty").mkdir()
    (versions / "pyproject.toml").write_text("")
    (versions / "spec").mkdir()
    commit(versions, "all")
    (versions / "broken.xsd").write_text("<xs:schema")
    (versions / "invalid.xsd").write_text(schema('<xs:element name="root" type="missing"/>'))
    (versions / "other.xsd").write_text(OLD.replace("root", "other"))

    done = run(versions, *arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("reason", ["", "  "])
def test_findings_are_not_accepted_without_a_reason(versions: Path, reason: str) -> None:
    printed = run(versions, "old", "new", "--accept", reason)

    assert printed.returncode == 2
    assert "--accept takes the reason why the findings are accepted." in printed.stderr
    assert not (versions / "new" / "accepted.toml").exists()
