"""The process of xsdata: it gets what was judged, takes no more than it may, and says what went wrong."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.load.loader import load
from schemapress.targets.bindings.target import Bindings
from tests.conftest import MakeProject, run, schema
from tests.support.growth import deadline

TYPE = '<xs:complexType><xs:sequence><xs:element name="x"/></xs:sequence></xs:complexType>'
ROOT = f'<xs:element name="judged">{TYPE}</xs:element>'
OTHER = ROOT.replace("judged", "changed")


def generated(path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> str:
    with Bindings((path,), limits) as bindings:
        bindings.begin(load((path,)))
        return bindings.files()["bindings.py"]


def held(count: int) -> str:
    """Return a schema of types of which each holds the next one, and is declared before it."""
    types = "".join(
        f'<xs:complexType name="t{n}"><xs:sequence><xs:element name="e" type="t{n + 1}"/></xs:sequence>'
        "</xs:complexType>"
        for n in range(count)
    )
    return schema(f'{types}<xs:simpleType name="t{count}"><xs:restriction base="xs:string"/></xs:simpleType>')


def test_classes_are_generated_of_the_bytes_that_were_judged(tmp_path: Path) -> None:
    main, part, gone = (tmp_path / name for name in ("main.xsd", "part.xsd", "gone.xsd"))
    included = '<xs:include schemaLocation="part.xsd"/><xs:include schemaLocation="gone.xsd"/>'
    main.write_text(schema(included + ROOT), "utf-8")
    part.write_text(schema(ROOT.replace("judged", "judgedToo")), "utf-8")
    gone.write_text(schema(ROOT.replace("judged", "judgedAsWell")), "utf-8")

    with Bindings((main,)) as bindings:
        loaded = load((main,))
        main.write_text(schema(OTHER), "utf-8")
        part.write_text(schema(OTHER.replace("changed", "changedToo")), "utf-8")
        gone.unlink()
        bindings.begin(loaded)
        text = bindings.files()["bindings.py"]

    assert "changed" not in text.lower()
    assert all(f"class {name}:" in text for name in ("Judged", "JudgedToo", "JudgedAsWell"))


def test_a_document_of_more_bytes_than_a_pipe_holds_gets_there(tmp_path: Path) -> None:
    text = f"<xs:annotation><xs:documentation>{'x' * 3_000_000}</xs:documentation></xs:annotation>"
    (tmp_path / "main.xsd").write_text(schema(text + ROOT), "utf-8")

    assert "class Judged:" in generated(tmp_path / "main.xsd")


def test_xsdata_is_ended_with_all_that_it_started_where_its_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main.xsd").write_text(schema(ROOT), "utf-8")
    ruff = tmp_path / "bin" / "ruff"
    ruff.parent.mkdir()
    ruff.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 3600\n", "utf-8")
    ruff.chmod(0o755)
    monkeypatch.setattr("schemapress.targets.bindings.target.sysconfig.get_path", lambda _: str(ruff.parent))

    with deadline(), pytest.raises(SchemapressError) as refused:
        generated(tmp_path / "main.xsd", SourceLimits(bindings_seconds=3))

    assert refused.value.message == (
        "The schema goes beyond a limit: at most 3 seconds for the classes of one schema. [limit bindings_seconds]"
    )
    assert refused.value.place == str(tmp_path / "main.xsd")
    process = int((tmp_path / "pid").read_text("utf-8"))
    for _attempt in range(100):
        if not _is_alive(process):
            return
        time.sleep(0.05)
    pytest.fail("ruff is still there")


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("values", "memory"),
    [(30_000, 90_000_000), (1, 30_000_000), (1, 1_000_000)],  # xsdata has not enough, and then ruff
)
def test_xsdata_gets_no_more_memory_than_the_limit(make_project: MakeProject, values: int, memory: int) -> None:
    enumerated = "".join(f'<xs:enumeration value="v{number}"/>' for number in range(values))
    type_ = f'<xs:simpleType name="t"><xs:restriction base="xs:string">{enumerated}</xs:restriction></xs:simpleType>'
    project = make_project({"main.xsd": schema(type_ + ROOT)}, f"limits = {{ bindings_bytes = {memory} }}")

    for command in ("build", "check"):
        done = run(command, cwd=project)

        assert done.returncode == 2
        assert (
            f"at most {memory:,} bytes of memory for the classes of one schema. [limit bindings_bytes]" in done.stderr
        )
        assert "Traceback" not in done.stderr


def test_the_usual_memory_is_enough_for_ruff_too(make_project: MakeProject) -> None:
    assert run("build", cwd=make_project(None, "limits = { bindings_bytes = 1_500_000_000 }")).returncode == 0


def test_a_schema_that_xsdata_can_not_follow_is_refused(tmp_path: Path) -> None:
    (tmp_path / "main.xsd").write_text(held(1_000), "utf-8")

    with pytest.raises(SchemapressError, match="the schema nests more levels than it can follow") as refused:
        generated(tmp_path / "main.xsd")

    assert refused.value.hint is not None


def test_a_signal_that_ended_xsdata_is_named(tmp_path: Path) -> None:
    (tmp_path / "main.xsd").write_text(schema(ROOT), "utf-8")

    with Bindings((tmp_path / "main.xsd",)) as bindings:
        os.kill(bindings._process.pid, signal.SIGKILL)
        bindings.begin(load((tmp_path / "main.xsd",)))
        with pytest.raises(SchemapressError, match="it was ended by SIGKILL"):
            bindings.files()["bindings.py"]
