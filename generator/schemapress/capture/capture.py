"""One capture: a draft, and what was decided before, to an XSD and the decisions on it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemapress.errors import SchemapressError
from schemapress.reserved import check_file_name
from schemapress.write.xsd import write_xsd

from .decisions import Answered, Decisions, Source, decide, page_text
from .draft import Draft
from .omission import Omission
from .question import Decision
from .samples import Sample, settle

Asked = Callable[[list[Decision]], list[Decision]]
"""Asks a person about the decisions that the default made; returns all decisions, those answered or not."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What a source became: the XSD, the part of `decisions.toml`, and what is to be said of it.

    `fields` is how many fields the source lists, every one of which is in the XSD or in a question. `dropped` are
    answers of a person, by the keys of questions that the source does not ask any more.
    """

    source: Source
    xsd: str
    decisions: tuple[Decision, ...]
    text: str
    omissions: tuple[Omission, ...]
    fields: int
    dropped: tuple[tuple[str, Answered], ...] = ()

    @property
    def open(self) -> tuple[Decision, ...]:
        """The decisions that nobody made but the default."""
        return tuple(decision for decision in self.decisions if decision.answered_by == "default")


def digest(data: bytes) -> str:
    """Return the digest of a source, as provenance has it."""
    return hashlib.sha256(data).hexdigest()


def capture(
    draft: Draft,
    source: Source,
    known: Decisions | None,
    profile: Mapping[str, str],
    asked: Asked = lambda decisions: decisions,
    samples: Sequence[Sample] = (),
) -> Capture:
    """Return what a draft becomes.

    `known` are the decisions that were made before; their date stays as long as the source is the same.
    What nobody has answered, `samples` may settle, and then a person is asked.

    Raises:
        SchemapressError: an answer is no candidate, a field would be lost, or a message contradicts the source.
    """
    answers: Mapping[str, Answered] = {} if known is None else known.answers
    type_names: Mapping[str, str] = {} if known is None else known.type_names
    if known is not None and known.source.sha256 == source.sha256:
        source = replace(source, date=known.source.date)
    decided = decide(draft.questions, answers, profile, source.page)
    if samples:
        decided = settle(draft, decided, type_names, samples)
    decisions = tuple(asked(decided))
    written = draft.finish(decisions, type_names)
    about = {field for decision in decisions for field in decision.question.fields}
    lost = [field for field in draft.fields if field not in written.placed and field not in about]
    if lost:
        message = f"The field `{lost[0]}` is neither in the XSD nor in a question."
        raise SchemapressError(message, place=source.page, hint="Please report this source.")
    provenance = [("page", source.page), ("sha256", source.sha256), ("date", source.date)]
    provenance += [("url", source.url)] if source.url else []
    xsd = written.file if isinstance(written.file, str) else write_xsd(written.file, provenance)
    text = page_text(source, decisions, type_names, draft.omissions)
    asked_now = {decision.question.key for decision in decisions}
    dropped = tuple((key, one) for key, one in answers.items() if one.is_of_a_person and key not in asked_now)
    return Capture(source, xsd, decisions, text, draft.omissions, draft.listed, dropped)


def safe_name(name: str) -> str:
    """Return the name of a file that a source is kept under.

    Raises:
        SchemapressError: Windows reserves it.
    """
    check_file_name(name, name)
    return re.sub(r"[^\w.\-]+", "-", name)
