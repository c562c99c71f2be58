"""The lines of an example document that a report shows."""

from __future__ import annotations

from schemapress.diff.finding import Witness
from schemapress.diff.report.excerpt import list_lines
from schemapress_runtime.report.problem import Problem

MINIMAL = "<r>\n  <a>0</a>\n  <b>\n    <c>1</c>\n  </b>\n  <d>2</d>\n  <e>3</e>\n  <f>4</f>\n</r>"


def make_witness(document: str, line: int, minimal: str = MINIMAL) -> Witness:
    return Witness(document, Problem("/r", line, 1, "cvc", None, None, ""), minimal=minimal)


def show(witness: Witness) -> list[str]:
    return [f"{line.mark}{line.text}" for line in list_lines(witness)]


def test_only_the_lines_that_differ_are_shown_with_those_around_and_their_parent() -> None:
    document = MINIMAL.replace("<c>1</c>", "<c>x</c>")

    assert show(make_witness(document, 4)) == [
        " … 2 lines",
        "   <b>",
        "-    <c>1</c>",
        ">    <c>x</c>",
        "   </b>",
        "   … 4 lines",
    ]


def test_added_lines_are_told_from_missing_ones() -> None:
    document = MINIMAL.replace("  <e>3</e>\n", "").replace("<d>2</d>", "<d>2</d>\n  <d>2</d>")

    assert show(make_witness(document, 7))[-5:] == [
        "   <d>2</d>",
        "-  <e>3</e>",
        ">  <d>2</d>",
        "   <f>4</f>",
        " </r>",
    ]


def test_a_document_that_is_the_minimal_one_shows_the_line_of_the_problem() -> None:
    assert show(make_witness(MINIMAL, 6)) == [
        " <r>",
        "   … 3 lines",
        "   </b>",
        ">  <d>2</d>",
        "   <e>3</e>",
        "   … 2 lines",
    ]


def test_a_namespace_of_the_root_is_no_difference() -> None:
    lines = list_lines(make_witness(MINIMAL.replace("<r>", '<r xmlns:x="urn:x">'), 6))

    assert {line.kind for line in lines} == {"same", "gap"}


def test_a_large_difference_is_cut_to_the_lines_near_the_problem() -> None:
    children = "".join(f"  <x>{number}</x>\n" for number in range(200))
    document = MINIMAL.replace("  <f>", f"{children}  <f>")

    lines = show(make_witness(document, 100))

    assert len(lines) < 14
    assert sum(line.startswith(">") for line in lines) == 1


def test_all_lines_are_shown_on_demand_and_none_if_nobody_wants_them() -> None:
    witness = make_witness(MINIMAL, 6)

    assert [line.text for line in list_lines(witness, "full")] == MINIMAL.splitlines()
    assert list_lines(witness, "none") == ()


def test_without_a_minimal_document_the_lines_around_the_problem_are_shown() -> None:
    assert ">  <d>2</d>" in show(make_witness(MINIMAL, 6, minimal=""))
