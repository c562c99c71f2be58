"""The questions of a capture, asked at the terminal: one after the other, each answer kept at once."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from dataclasses import replace

import click

from schemapress.capture.question import Decision
from schemapress_runtime.report.amount import agreeing, counted

HELP = """\
  A number takes that candidate; so does its text. The empty line takes the one in brackets.
  `<` or `back` goes to the question before. `?` shows this, and why the default is the default.
  Ctrl-C stops; what was answered is kept, and the same command goes on from there."""

Keep = Callable[[Sequence[Decision]], None]
"""Keeps decisions: those that were answered, and the others as they are."""


def ask(decisions: list[Decision], keep: Keep, schema: str) -> list[Decision]:
    """Ask about the decisions that the default made, and return all decisions; `keep` is called after each answer.

    Raises:
        click.Abort: whoever was asked interrupted, after the answers were kept.
    """
    decided = list(decisions)
    asked = [index for index, decision in enumerate(decided) if decision.answered_by == "default"]
    position = 0
    answered_ones: set[int] = set()
    while position < len(asked):
        heading = f"{schema}, {position + 1} of {len(asked)}"
        try:
            answered = _ask(decided[asked[position]], heading, can_go_back=position > 0)
        except click.Abort:
            if answered_ones:
                are = agreeing(len(answered_ones), "is", "are")
                kept = f"{counted(len(answered_ones), 'answer')} {are} kept"
                click.echo(f"\n{kept}; the same command goes on from there.", err=True)
            raise
        if answered is None:
            position -= 1
            continue
        decided[asked[position]] = answered
        answered_ones.add(position)
        keep(decided)
        position += 1
    return decided


def _ask(decision: Decision, heading: str, *, can_go_back: bool) -> Decision | None:
    """Return a decision with its answer, or None to go back."""
    question = decision.question
    click.echo(f"\n{click.style(heading, dim=True)}  {click.style(question.text, bold=True)}", err=True)
    for evidence in question.evidence:
        click.echo(f"  {evidence.place}: {evidence.text}", err=True)
    for number, candidate in enumerate(question.candidates, start=1):
        mark = f"  (default: {question.why})" if candidate == question.default else ""
        click.echo(f"  {number}. {candidate}{mark}", err=True)
    if question.form is not None:
        click.echo(f"  or {question.form.expected}", err=True)
    candidates = question.candidates
    default = str(candidates.index(decision.answer) + 1) if decision.answer in candidates else decision.answer
    while True:
        given = str(click.prompt("  Which one (? for help)", default=default, err=True)).strip()
        if given == "?":
            click.echo(f"{HELP}\n  Default: {question.default}. {question.why}", err=True)
        elif given in ("<", "back"):
            if can_go_back:
                return None
            click.echo("  This is the first question.", err=True)
        elif given.isdecimal() and given.isascii() and 1 <= int(given) <= len(candidates):
            return _answered(decision, candidates[int(given) - 1])
        elif question.takes(given):
            return _answered(decision, given)
        else:
            other = "" if question.form is None else f", or {question.form.expected}"
            click.echo(f"  {given!r} is none of them. Give a number from 1 to {len(candidates)}{other}.", err=True)


def _answered(decision: Decision, answer: str) -> Decision:
    why = decision.question.why if answer == decision.question.default else "Chosen at the terminal."
    return replace(decision, answer=answer, answered_by=getpass.getuser(), why=why)
