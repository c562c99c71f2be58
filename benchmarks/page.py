"""The figures of `docs/benchmarks.md`, as the last run of the history has them.

`make bench` writes them; `python -m benchmarks.page` writes them again from the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .families import COLUMNS, Column
from .history import Run, read_history

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "benchmarks.md"
CHART = DOCS / "images" / "decode.svg"

_BEGIN = "<!-- The figures from here on are written by `python -m benchmarks.page`. -->"
_END = "<!-- The figures end here. -->"

_ALL = "all families"
_SHOWN = [
    column for column in COLUMNS if " " not in column.name or column.name.split()[0] not in ("polyxml", "pyxsdata")
]
_RIVALS = [column for column in COLUMNS if column not in _SHOWN]


def write_page(run: Run) -> None:
    """Write the figures of a run into the page."""
    text = PAGE.read_text("utf-8")
    before, after = text[: text.index(_BEGIN)], text[text.index(_END) :]
    PAGE.write_text(f"{before}{_BEGIN}\n\n" + "\n".join(lines(run)) + f"\n\n{after}", "utf-8")


def figures_of(page: str) -> str:
    """Return the figures of the text of the page."""
    return page[page.index(_BEGIN) + len(_BEGIN) : page.index(_END)].strip()


def lines(run: Run) -> Iterator[str]:
    """Yield the lines of the figures of a run."""
    yield f"schemapress {run.version} ({run.commit}), {run.date}, {run.machine}, Python {run.python}."
    if run.note:
        yield f"**{run.note}**"
    families = _families(run)
    if families:
        yield from ("", "### Every family: the worst first", "")
        yield from _summary(run, families)
        yield from ("", "### Each family", "")
        yield from _each(run, families)
        yield from ("", "### Where a peer is faster", "")
        yield from _faster(run, families)
    yield from ("", "### One message, commands, and the comparison of versions", "")
    yield from _others(run, families)


def _label(family: str, column: Column) -> str:
    return f"{family}: {column.name} / {column.peer}"


def _families(run: Run) -> list[str]:
    """Return the families of a run, that with the worst decode first."""
    decode = COLUMNS[0]
    names = [label.partition(": ")[0] for label in run.ratios if label.endswith(f": {decode.name} / {decode.peer}")]
    return sorted((name for name in names if name != _ALL), key=lambda name: -run.ratios[_label(name, decode)])


def _summary(run: Run, families: Sequence[str]) -> Iterator[str]:
    """Yield a table with a row for each column of figures."""
    yield "| | the worst family | geometric mean | the best family | bound on each | bound on the mean |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for column in COLUMNS:
        found = [(run.ratios[label], name) for name in families if (label := _label(name, column)) in run.ratios]
        if not found:
            if column in _RIVALS:
                yield f"| {column.title} | not installed | | | | |"
            continue
        found.sort(reverse=not column.is_faster)
        (worst, at_worst), (best, at_best) = found[0], found[-1]
        average = run.ratios[_label(_ALL, column)]
        broken = sum(_label(name, column) in run.missed for _, name in found)
        bound = run.bounds.get(_label(at_worst, column), "")
        held = (
            ""
            if not bound
            else f"{bound}, held"
            if not broken
            else f"{bound}, **not held by {broken} of {len(found)}**"
        )
        yield (
            f"| {column.title} | {at_worst} {worst:.2f} | {average:.2f} | {at_best} {best:.2f} | {held} "
            f"| {_held(run, _label(_ALL, column))} |"
        )


def _each(run: Run, families: Sequence[str]) -> Iterator[str]:
    """Yield a table with a row for each family."""
    yield f"| | {' | '.join(column.title for column in _SHOWN)} |"
    yield f"| ---{' | ---' * len(_SHOWN)} |"
    for name in families:
        cells = []
        for column in _SHOWN:
            label = _label(name, column)
            mark = "**" if label in run.missed else ""
            cells.append(f"{mark}{run.ratios[label]:.2f}{mark}" if label in run.ratios else "-")
        yield f"| {name} | {' | '.join(cells)} |"
    yield from ("", "A figure in bold breaks the bound on each family; - was not measured.")


def _faster(run: Run, families: Sequence[str]) -> Iterator[str]:
    """Yield an item for each thing that a peer does faster in some family."""
    items = []
    for column in COLUMNS:
        ahead = [(run.ratios[_label(name, column)], name) for name in families if _peer_is_ahead(run, name, column)]
        if ahead:
            ahead.sort(reverse=not column.is_faster)
            shown = ", ".join(f"{name} ({ratio:.2f})" for ratio, name in ahead)
            items.append(f"- {_PEERS[column.name]} faster than schemapress: {shown}.")
    yield from items or ["No peer that was measured is faster on the median of a family."]


def _peer_is_ahead(run: Run, family: str, column: Column) -> bool:
    """Whether the peer of a column is faster: by its ratio to us, or, of a rival, by ours and its own to a third."""
    label = _label(family, column)
    if column.name not in _PEERS or label not in run.ratios:
        return False
    if column not in _RIVALS:
        return (run.ratios[label] < 1) == column.is_faster
    work = column.name.partition(" ")[2]
    ours = next(run.ratios[_label(family, one)] for one in COLUMNS if one.name == work)
    return (run.ratios[label] > ours) == column.is_faster


def _others(run: Run, families: Sequence[str]) -> Iterator[str]:
    """Yield a table of the figures that are of no family."""
    yield "| figure | ratio | peer | bound |"
    yield "| --- | --- | --- | --- |"
    of_families = {_label(name, column) for name in (*families, _ALL) for column in COLUMNS}
    for label, ratio in run.ratios.items():
        if label not in of_families:
            name, _, peer = label.partition(" / ")
            yield f"| {name} | {ratio:.2f} | {peer} | {_held(run, label)} |"


def _held(run: Run, label: str) -> str:
    bound = run.bounds.get(label, "")
    return bound and f"{bound}, {'**not held**' if label in run.missed else 'held'}"


_PEERS = {
    "decode beside xsdata": "xsdata decodes",
    "encode": "xsdata encodes",
    "validate": "libxml2 validates",
    "validate in memory": "libxml2 validates, with `schemapress.compile`,",
    "validate beside xmlschema": "xmlschema validates",
    "compile": "xmlschema builds a schema",
    "compile with keys": "libxml2 builds a schema, without its identity constraints,",
    "polyxml decode": "polyxml decodes, without validation,",
    "polyxml encode": "polyxml encodes, without validation,",
    "pyxsdata decode": "pyxsdata decodes, without validation,",
    "pyxsdata encode": "pyxsdata encodes, without validation,",
}
"""For each column that compares, what the peer does."""


if __name__ == "__main__":
    write_page(read_history()[-1])
