"""From a draft and the answers to its questions to an XSD."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemapress.errors import SchemapressError
from schemapress.reserved import check_file_name
from schemapress.write.xsd import write_xsd

from .ask.question import Decision
from .decide.decisions import Decisions, RecordedAnswer, RecordedSource, decide, render_page
from .decide.samples import Sample, settle
from .draft import Draft
from .omission import Omission

AskPerson = Callable[[list[Decision]], list[Decision]]
"""Asks a person about the decisions that stand on their defaults; returns all decisions."""


@dataclass(frozen=True, slots=True)
class Capture:
    """The result of one draft: the XSD, its part of `decisions.toml`, and what to report.

    `fields` is the number of fields that the source lists; each is in the XSD or in a question. `dropped` are answers
    of a person, by key, to questions that the source no longer raises.
    """

    source: RecordedSource
    xsd: str
    decisions: tuple[Decision, ...]
    text: str
    omissions: tuple[Omission, ...]
    fields: int
    dropped: tuple[tuple[str, RecordedAnswer], ...] = ()

    @property
    def open(self) -> tuple[Decision, ...]:
        """The decisions that stand on their defaults."""
        return tuple(decision for decision in self.decisions if decision.answered_by == "default")


def digest_source(data: bytes) -> str:
    """Return the digest of a source for its provenance."""
    return hashlib.sha256(data).hexdigest()


def finish_draft(
    draft: Draft,
    source: RecordedSource,
    known: Decisions | None,
    profile: Mapping[str, str],
    ask_person: AskPerson = lambda decisions: decisions,
    samples: Sequence[Sample] = (),
) -> Capture:
    """Return the XSD of a draft and the decisions on it.

    `known` are the earlier decisions; their date stays as long as the source is unchanged. Samples may settle questions
    that nobody has answered, and then a person is asked.

    Raises:
        SchemapressError: an answer is not accepted, a field would be lost, or a sample contradicts the source.
    """
    answers: Mapping[str, RecordedAnswer] = {} if known is None else known.answers
    type_names: Mapping[str, str] = {} if known is None else known.type_names
    if known is not None and known.source.sha256 == source.sha256:
        source = replace(source, date=known.source.date)
    without_person = decide(draft.questions, answers, profile, source.page)
    if samples:
        without_person = settle(draft, without_person, type_names, samples)
    decisions = tuple(ask_person(without_person))
    result = draft.finish(decisions, type_names)
    questioned = {field for decision in decisions for field in decision.question.fields}
    lost = [field for field in draft.fields if field not in result.placed and field not in questioned]
    if lost:
        message = f"The field `{lost[0]}` is neither in the XSD nor in a question."
        raise SchemapressError(message, place=source.page, hint="Please report this source.")
    provenance = [("page", source.page), ("sha256", source.sha256), ("date", source.date)]
    provenance += [("url", source.url)] if source.url else []
    xsd = result.file if isinstance(result.file, str) else write_xsd(result.file, provenance)
    text = render_page(source, decisions, type_names, draft.omissions)
    keys = {decision.question.key for decision in decisions}
    dropped = tuple((key, answer) for key, answer in answers.items() if answer.is_of_a_person and key not in keys)
    return Capture(source, xsd, decisions, text, draft.omissions, draft.listed, dropped)


def safe_name(name: str) -> str:
    """Return the file name under which a source is kept.

    Raises:
        SchemapressError: Windows reserves the name.
    """
    check_file_name(name, name)
    return re.sub(r"[^\w.\-]+", "-", name)
