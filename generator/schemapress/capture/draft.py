"""An XSD in the making: what is asked about it, and what it becomes once that is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from schemapress.write.xsd import SchemaFile

from .fetching import Download
from .omission import Omission
from .question import Decision, Question


@dataclass(frozen=True, slots=True)
class Written:
    """What a draft became: the XSD's components or, for one that is copied, its text; and the fields that it has."""

    file: SchemaFile | str
    placed: frozenset[str] = frozenset()


Finish = Callable[[Iterable[Decision], Mapping[str, str]], Written]
"""Takes the decisions on the questions, and other names for types; returns what the draft becomes."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One XSD that a source gives.

    `schema` is its file name; `fields` are those that the source lists, by the labels that `placed` and
    questions use; `listed` counts them as the source does, which may list one twice; `places` says where, and `place`
    where the endpoint stands. `omissions` are what the source says and the XSD will not; `download` is
    what it was fetched as, if it was.
    """

    schema: str
    questions: tuple[Question, ...]
    finish: Finish
    omissions: tuple[Omission, ...] = ()
    fields: tuple[str, ...] = ()
    listed: int = 0
    places: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    download: Download | None = None
