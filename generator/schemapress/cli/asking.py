"""Asks the questions of a capture at the terminal, and saves each answer at once."""

from __future__ import annotations

import getpass
from dataclasses import replace

import click

from schemapress.capture.ask.question import Decision, KeepDecisions
from schemapress_runtime.report.amount import counted

HELP = """\
  Type the number or the text of a candidate. An empty line takes the answer in brackets.
  `<` or `back` returns to the previous question. `?` shows this help and the reason for the default.
  Ctrl-C stops. Your answers are saved; run the same command again to continue."""


def ask(decisions: list[Decision], keep: KeepDecisions, schema: str) -> list[Decision]:
    """Ask for each decision that stands on its default, and return all decisions; `keep` is called after each answer.

    Raises:
        click.Abort: the user interrupted; the answers so far are saved.
    """
    answers = list(decisions)
    open_ = [index for index, decision in enumerate(answers) if decision.answered_by == "default"]
    position = 0
    saved: set[int] = set()
    while position < len(open_):
        heading = f"{schema}, {position + 1} of {len(open_)}"
        try:
            decision = _ask(answers[open_[position]], heading, can_go_back=position > 0)
        except click.Abort:
            if saved:
                click.echo(
                    f"\nSaved {counted(len(saved), 'answer')}. Run the same command again to continue.", err=True
                )
            raise
        if decision is None:
            position -= 1
            continue
        answers[open_[position]] = decision
        saved.add(position)
        keep(answers)
        position += 1
    return answers


def _ask(decision: Decision, heading: str, *, can_go_back: bool) -> Decision | None:
    """Return a decision with the answer of the user, or None to go back."""
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
        typed = str(click.prompt("  Your answer (? for help)", default=default, err=True)).strip()
        if typed == "?":
            click.echo(f"{HELP}\n  Default: {question.default}. {question.why}", err=True)
        elif typed in ("<", "back"):
            if can_go_back:
                return None
            click.echo("  This is the first question.", err=True)
        elif typed.isdecimal() and typed.isascii() and 1 <= int(typed) <= len(candidates):
            return _answer(decision, candidates[int(typed) - 1])
        elif question.accepts(typed):
            return _answer(decision, typed)
        else:
            other = "" if question.form is None else f", or {question.form.expected}"
            click.echo(f"  {typed!r} is not a candidate. Type a number from 1 to {len(candidates)}{other}.", err=True)


def _answer(decision: Decision, answer: str) -> Decision:
    why = decision.question.why if answer == decision.question.default else "Chosen at the terminal."
    return replace(decision, answer=answer, answered_by=getpass.getuser(), why=why)
