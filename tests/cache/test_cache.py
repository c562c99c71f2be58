"""Schemas that are kept on disk: when one counts, when it is loaded again, and what the folder must be like."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

import schemapress
from schemapress import compilation
from schemapress.cache import entry
from schemapress.cache.folder import CacheFolder, default_folder
from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits
from schemapress.load.loader import load
from schemapress.load.roots import roots_around
from schemapress_runtime.limits import DocumentLimits
from tests.conftest import schema

MAIN = schema('<xs:include schemaLocation="part.xsd"/><xs:element name="r" type="t"/>')
LENGTH = '<xs:restriction base="xs:string"><xs:maxLength value="{}"/></xs:restriction>'
PART = schema(f'<xs:simpleType name="t">{LENGTH}</xs:simpleType>')
REFERRING = '<xs:element name="r"><xs:complexType><xs:attribute ref="p:a"/></xs:complexType></xs:element>'
IMPORTING = schema(f'<xs:import namespace="{{0}}"{{1}}/>{REFERRING}', 'xmlns:p="{0}"')
CATALOG = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><uri name="urn:other" uri="{}"/></catalog>'
TARGET = schema('<xs:attribute name="a" type="{}"/>', 'targetNamespace="urn:other"')

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only the superuser can give a folder to another user"
)
needs_modes = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the modes of folders say nothing on Windows")


class Kept:
    """A cache, and how often a schema was loaded from its files."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self.loads = 0
        self._patch = monkeypatch
        monkeypatch.setattr(compilation, "load", self._load)

    def _load(self, *arguments: object, **options: object) -> object:
        self.loads += 1
        return load(*arguments, **options)  # type: ignore[arg-type]  # as `compilation` calls it

    def compile(self, *paths: Path, **options: object) -> schemapress.Validator:
        """Compile as a new process does."""
        self._patch.setattr(compilation, "_CACHE", {})
        return schemapress.compile(paths, **{"cache": self.path, **options})  # type: ignore[arg-type]  # its options

    def is_kept(self, *paths: Path, **options: object) -> bool:
        """Whether a schema is restored, and not loaded."""
        before = self.loads
        self.compile(*paths, **options)
        return self.loads == before

    def entry(self) -> Path:
        """Return the only entry."""
        (found,) = self.path.glob("*.schema")
        return found


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    return Kept(tmp_path / "cache", monkeypatch)


@pytest.fixture
def main(tmp_path: Path) -> Path:
    """A schema of two files in a folder of their own."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "part.xsd").write_text(PART.format(2), "utf-8")
    (tmp_path / "schemas" / "main.xsd").write_text(MAIN, "utf-8")
    return tmp_path / "schemas" / "main.xsd"


def write_unnoticed(path: Path, text: str) -> None:
    """Write a file so that it has the time that it had before."""
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    path.write_text(text, "utf-8")
    os.utime(path, ns=times)


def test_nothing_is_written_unless_asked_for(main: Path, cache_home: Path, kept: Kept) -> None:
    before = sorted(cache_home.rglob("*"))

    kept.compile(main, cache=False)

    assert sorted(cache_home.rglob("*")) == before
    assert not kept.path.exists()


def test_a_schema_is_loaded_once(main: Path, kept: Kept) -> None:
    assert not kept.is_kept(main)
    assert kept.is_kept(main)
    assert kept.compile(main).validate(b"<r>ab</r>").valid
    assert str(kept.compile(main).validate(b"<r>abc</r>")) == str(
        kept.compile(main, cache=False).validate(b"<r>abc</r>")
    )


def test_true_is_the_folder_of_the_user(main: Path, kept: Kept, cache_home: Path) -> None:
    kept.compile(main, cache=True)

    assert kept.is_kept(main, cache=True)
    assert default_folder() == cache_home / "schemapress"
    assert list((cache_home / "schemapress").glob("*.schema"))


def test_a_change_of_an_included_file_is_noticed_by_its_bytes(main: Path, kept: Kept) -> None:
    kept.compile(main)
    write_unnoticed(main.with_name("part.xsd"), PART.format(3))

    assert not kept.is_kept(main)
    assert kept.compile(main).validate(b"<r>abc</r>").valid
    assert kept.is_kept(main)


def test_a_file_that_is_only_touched_is_the_same(main: Path, kept: Kept) -> None:
    kept.compile(main)
    os.utime(main.with_name("part.xsd"), ns=(1, 1))

    assert kept.is_kept(main)


def test_a_file_that_is_gone_is_missed(main: Path, kept: Kept) -> None:
    kept.compile(main)
    main.with_name("part.xsd").unlink()

    with pytest.raises(SchemapressError, match="does not exist"):
        kept.compile(main)


def test_a_file_that_was_missing_counts_once_it_is_there(main: Path, kept: Kept) -> None:
    main.with_name("part.xsd").unlink()
    kept.compile(main, lax=True)
    assert kept.is_kept(main, lax=True)
    main.with_name("part.xsd").write_text(PART.format(1), "utf-8")

    assert not kept.compile(main, lax=True).validate(b"<r>ab</r>").valid
    assert kept.is_kept(main, lax=True)


def test_a_catalog_that_appears_beside_the_schema_counts(tmp_path: Path, main: Path, kept: Kept) -> None:
    far = tmp_path / "schemas" / "far.xsd"
    far.write_text(TARGET.format("xs:int"), "utf-8")
    main.write_text(IMPORTING.format("urn:other", ' schemaLocation="https://example.org/other.xsd"'), "utf-8")
    assert kept.compile(main, lax=True).validate(b'<r p:a="x" xmlns:p="urn:other"/>').valid
    assert kept.is_kept(main, lax=True)
    (tmp_path / "schemas" / "catalog.xml").write_text(CATALOG.format("far.xsd"), "utf-8")

    assert not kept.compile(main, lax=True).validate(b'<r p:a="x" xmlns:p="urn:other"/>').valid


def test_a_file_that_a_catalog_names_counts_once_it_is_there(tmp_path: Path, main: Path, kept: Kept) -> None:
    rewriting = CATALOG.replace('uri name="urn:other" uri="{}"', 'uriSuffix uriSuffix="other" uri="far.xsd"')
    (tmp_path / "schemas" / "catalog.xml").write_text(rewriting, "utf-8")
    main.write_text(IMPORTING.format("urn:other", ""), "utf-8")
    assert kept.compile(main, lax=True).validate(b'<r p:a="x" xmlns:p="urn:other"/>').valid
    assert kept.is_kept(main, lax=True)
    (tmp_path / "schemas" / "far.xsd").write_text(TARGET.format("xs:int"), "utf-8")

    assert not kept.compile(main, lax=True).validate(b'<r p:a="x" xmlns:p="urn:other"/>').valid


def test_the_file_of_a_location_counts_once_it_is_there(tmp_path: Path, main: Path, kept: Kept) -> None:
    options = {"lax": True, "locations": {"urn:other": tmp_path / "far.xsd"}}
    main.write_text(IMPORTING.format("urn:other", ""), "utf-8")
    assert kept.compile(main, **options).validate(b'<r p:a="x" xmlns:p="urn:other"/>').valid
    assert kept.is_kept(main, **options)
    (tmp_path / "far.xsd").write_text(TARGET.format("xs:int"), "utf-8")

    assert not kept.compile(main, **options).validate(b'<r p:a="x" xmlns:p="urn:other"/>').valid


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser can read everything")
def test_a_schema_whose_catalog_could_not_be_read_is_not_kept(main: Path, kept: Kept) -> None:
    main.write_text(IMPORTING.format("urn:other", ' schemaLocation="https://example.org/other.xsd"'), "utf-8")
    (main.parent / "catalog.xml").write_text(CATALOG.format("part.xsd"), "utf-8")
    (main.parent / "catalog.xml").chmod(0)
    kept.compile(main, lax=True)

    assert not kept.is_kept(main, lax=True)


def test_a_change_of_a_catalog_counts(tmp_path: Path, main: Path, kept: Kept) -> None:
    for name, type_ in (("one", "xs:int"), ("two", "xs:string")):
        (tmp_path / "schemas" / f"{name}.xsd").write_text(TARGET.format(type_), "utf-8")
    catalog = tmp_path / "schemas" / "catalog.xml"
    catalog.write_text(CATALOG.format("one.xsd"), "utf-8")
    main.write_text(IMPORTING.format("urn:other", ""), "utf-8")
    assert not kept.compile(main).validate(b'<r p:a="x" xmlns:p="urn:other"/>').valid
    assert kept.is_kept(main)
    write_unnoticed(catalog, CATALOG.format("two.xsd"))

    assert kept.compile(main).validate(b'<r p:a="x" xmlns:p="urn:other"/>').valid


def test_a_document_that_shadows_a_shipped_one_counts_once_it_is_there(main: Path, kept: Kept) -> None:
    namespace = "http://www.w3.org/XML/1998/namespace"
    reference = '<xs:element name="r"><xs:complexType><xs:attribute ref="xml:lang"/></xs:complexType></xs:element>'
    main.write_text(schema(f'<xs:import namespace="{namespace}" schemaLocation="xml.xsd"/>{reference}'), "utf-8")
    assert kept.compile(main).validate(b'<r xml:lang="en"/>').valid
    assert kept.is_kept(main)
    own = schema('<xs:attribute name="lang" type="xs:int"/>', f'targetNamespace="{namespace}"')
    main.with_name("xml.xsd").write_text(own, "utf-8")

    assert not kept.compile(main).validate(b'<r xml:lang="en"/>').valid


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_that_leads_elsewhere_counts(tmp_path: Path, main: Path, kept: Kept) -> None:
    for number in (1, 2):
        (tmp_path / f"v{number}").mkdir()
        (tmp_path / f"v{number}" / "part.xsd").write_text(PART.format(number), "utf-8")
    link = tmp_path / "current"
    link.symlink_to(tmp_path / "v1")
    main.write_text(MAIN.replace("part.xsd", "../current/part.xsd"), "utf-8")
    assert not kept.compile(main).validate(b"<r>ab</r>").valid
    assert kept.is_kept(main)
    link.unlink()
    link.symlink_to(tmp_path / "v2")

    assert kept.compile(main).validate(b"<r>ab</r>").valid


@pytest.mark.parametrize(
    "other",
    [
        {"lax": True},
        {"limits": SourceLimits(schema_documents=7)},
        {"roots": ["."]},
        {"locations": {"urn:x": "main.xsd"}},
        {"catalogs": ["catalog.xml"]},
    ],
    ids=lambda other: next(iter(other)),
)
def test_each_option_that_decides_on_the_schema_has_an_entry_of_its_own(
    main: Path, kept: Kept, other: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(main.parent)
    Path("catalog.xml").write_text(CATALOG.format("part.xsd"), "utf-8")
    kept.compile(main)

    assert not kept.is_kept(main, **other)
    assert kept.is_kept(main, **other)
    assert kept.is_kept(main)


def test_options_about_documents_share_an_entry(main: Path, kept: Kept) -> None:
    kept.compile(main)

    assert kept.is_kept(main, doctype=True)
    assert kept.is_kept(main, document_limits=DocumentLimits(depth=9))


def test_a_relative_path_is_the_same_schema(main: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.compile(main)
    monkeypatch.chdir(main.parent)

    assert kept.is_kept(Path("main.xsd"))


def test_an_entry_of_another_version_does_not_count(main: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.compile(main)
    with monkeypatch.context() as patch:
        patch.setattr(schemapress, "__version__", "0.0.1")
        entry._digest_of_programs.cache_clear()
        assert not kept.is_kept(main)
    entry._digest_of_programs.cache_clear()

    assert kept.is_kept(main)


def test_an_entry_of_another_layout_does_not_count(main: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.compile(main)
    monkeypatch.setattr(entry, "describe_layout", lambda: ["another"])
    entry._digest_of_programs.cache_clear()
    try:
        assert not kept.is_kept(main)
    finally:
        entry._digest_of_programs.cache_clear()


def test_an_entry_under_the_key_of_another_schema_does_not_count(tmp_path: Path, main: Path, kept: Kept) -> None:
    other = main.with_name("other.xsd")
    other.write_text(schema('<xs:element name="other"/>'), "utf-8")
    kept.compile(main)
    own = kept.entry()
    data = own.read_bytes()
    own.unlink()
    kept.compile(other)
    kept.entry().write_bytes(data)

    assert kept.compile(other).validate(b"<other/>").valid


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "the digest of nothing": lambda _: sha256(b"").hexdigest().encode(),
    "empty": lambda data: b"",
    "truncated": lambda data: data[:-1],
    "half": lambda data: data[: len(data) // 2],
    "only the digest": lambda data: data[:65],
    "a byte of the digest": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "a byte of the head": lambda data: data[:80] + bytes([data[80] ^ 1]) + data[81:],
    "a byte of the index": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "something behind": lambda data: data + b"\n",
    "another file": lambda data: os.urandom(1_000),
}


@needs_modes
def test_what_is_no_file_is_no_entry(main: Path, kept: Kept) -> None:
    kept.compile(main)
    path = kept.entry()
    path.unlink()
    os.mkfifo(path, 0o600)

    assert kept.compile(main).validate(b"<r/>").valid  # and waits for nobody who writes


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_made_anew(main: Path, kept: Kept, damage: str, capfd: pytest.CaptureFixture[str]) -> None:
    kept.compile(main)
    whole = kept.entry().read_bytes()
    kept.entry().write_bytes(DAMAGE[damage](whole))

    assert not kept.is_kept(main)
    assert kept.entry().read_bytes() == whole
    assert kept.is_kept(main)
    assert capfd.readouterr() == ("", "")


def test_every_byte_of_an_entry_counts(main: Path, kept: Kept) -> None:
    kept.compile(main)
    whole, key = kept.entry().read_bytes(), kept.entry().stem
    assert entry.read_entry(key, whole) is not None

    for place in range(len(whole)):
        flipped = whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]
        assert entry.read_entry(key, flipped) is None, place


PROCESS = """
import sys, schemapress
validator = schemapress.compile(sys.argv[1], cache=sys.argv[2])
assert validator.validate(b"<r>ab</r>").valid and not validator.validate(b"<r>abc</r>").valid
"""


def test_processes_that_write_at_once_leave_one_whole_entry(main: Path, kept: Kept) -> None:
    command = [sys.executable, "-c", PROCESS, str(main), str(kept.path)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]

    assert [process.communicate()[1] for process in processes] == [""] * 4
    assert [path.suffix for path in kept.path.iterdir()] == [".schema"]
    assert kept.is_kept(main)


@needs_modes
def test_a_folder_and_its_entries_are_for_the_user_alone(main: Path, kept: Kept) -> None:
    kept.compile(main)

    assert kept.path.stat().st_mode & 0o777 == 0o700
    assert kept.entry().stat().st_mode & 0o777 == 0o600


@needs_modes
def test_a_folder_that_others_can_write_to_is_refused(main: Path, kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    kept.path.mkdir()
    kept.path.chmod(0o777)

    assert not kept.is_kept(main)
    assert list(kept.path.iterdir()) == []
    assert caplog.messages == [f"The cache {kept.path} is not used: others can write to it."]
    assert caplog.records[0].levelno == logging.WARNING


@needs_root
def test_a_folder_of_another_user_is_refused(main: Path, kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    kept.compile(main)
    os.chown(kept.path, 12_345, -1)

    assert not kept.is_kept(main)
    assert caplog.messages == [f"The cache {kept.path} is not used: it belongs to another user."]


@needs_root
def test_an_entry_of_another_user_is_not_read(main: Path, kept: Kept) -> None:
    kept.compile(main)
    os.chown(kept.entry(), 12_345, -1)

    assert not kept.is_kept(main)
    assert kept.entry().stat().st_uid == 0


@needs_modes
def test_an_entry_that_others_can_write_to_is_not_read(main: Path, kept: Kept) -> None:
    kept.compile(main)
    kept.entry().chmod(0o666)

    assert not kept.is_kept(main)
    assert kept.entry().stat().st_mode & 0o777 == 0o600


@needs_modes
def test_a_link_in_place_of_an_entry_is_not_followed(tmp_path: Path, main: Path, kept: Kept) -> None:
    kept.compile(main)
    elsewhere = tmp_path / "elsewhere"
    kept.entry().rename(elsewhere)
    (kept.path / f"{entry_key(main)}.schema").symlink_to(elsewhere)

    assert not kept.is_kept(main)
    assert not kept.entry().is_symlink()


def entry_key(main: Path) -> str:
    """Return the key of a schema as `compile` has it."""
    return entry.key_of((main,), roots_around([main]), SourceLimits(), lax=False)


def test_a_folder_that_can_not_be_made_changes_nothing(tmp_path: Path, main: Path, kept: Kept) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    validator = kept.compile(main, cache=tmp_path / "file" / "cache")

    assert validator.validate(b"<r>ab</r>").valid
    assert not kept.is_kept(main, cache=tmp_path / "file")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser can write everywhere")
def test_a_folder_that_can_not_be_written_to_changes_nothing(main: Path, kept: Kept) -> None:
    kept.path.mkdir(mode=0o500)

    assert kept.compile(main).validate(b"<r>ab</r>").valid
    assert list(kept.path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limit on Windows")
def test_a_disk_without_room_leaves_no_part_of_an_entry(main: Path, kept: Kept) -> None:
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))\n{PROCESS}"

    done = subprocess.run(
        [sys.executable, "-c", limited, str(main), str(kept.path)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(kept.path.iterdir()) == []


def test_a_relative_folder_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("LOCALAPPDATA", "relative")
    home = Path.home()
    assert default_folder() in {
        home / ".cache" / "schemapress",
        home / "Library" / "Caches" / "schemapress",
        home / "AppData" / "Local" / "schemapress",
    }


def test_what_was_not_used_for_the_longest_time_is_removed_first(tmp_path: Path) -> None:
    kept = CacheFolder(tmp_path / "cache", most_bytes=25)
    for number, key in enumerate("abc"):
        kept.write(key, b"0123456789"[:8])
        os.utime(kept.path / f"{key}.schema", ns=(number, number))
    assert kept.read("a") == b"01234567"  # which counts as a use

    kept.write("d", b"01234567")

    assert [path.stem for path, _ in kept.entries()] == ["c", "a", "d"]


def test_an_entry_beyond_the_size_of_the_folder_stays_alone(tmp_path: Path) -> None:
    kept = CacheFolder(tmp_path / "cache", most_bytes=5)
    kept.write("a", b"0123")
    kept.write("b", b"0123456789")

    assert [path.stem for path, _ in kept.entries()] == ["b"]


def test_what_an_ended_process_left_is_removed(tmp_path: Path) -> None:
    kept = CacheFolder(tmp_path / "cache")
    kept.write("a", b"0")
    for name, age in (("old", 7_200), ("new", 60)):
        (kept.path / f"{name}.unfinished").write_bytes(b"1")
        os.utime(kept.path / f"{name}.unfinished", (time.time() - age,) * 2)
    (kept.path / "notes.txt").write_text("of the user", "utf-8")
    kept.write("b", b"0")

    assert sorted(path.name for path in kept.path.iterdir()) == ["a.schema", "b.schema", "new.unfinished", "notes.txt"]
    assert kept.clear() == 2
    assert [path.name for path in kept.path.iterdir()] == ["notes.txt"]
