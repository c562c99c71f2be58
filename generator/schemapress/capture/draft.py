"""A draft of one XSD: its questions, and the function that takes their answers and returns the components."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from schemapress.write.xsd import SchemaFile

from .ask.question import Decision, Question
from .omission import Omission
from .read.fetching import Download


@dataclass(frozen=True, slots=True)
class DraftResult:
    """The components of an XSD, or the text of a copied one, and the labels of the fields that became elements."""

    file: SchemaFile | str
    placed: frozenset[str] = frozenset()


Finish = Callable[[Iterable[Decision], Mapping[str, str]], DraftResult]
"""Takes the decisions on the questions, and the names that replace those of types."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of one XSD of a source.

    - `schema` is the file name of the XSD.
    - `fields` are the labels of the fields of the source, as `placed` and questions use them; `listed` is their number
      in the source, which may list a field twice. `places` has the place of each field, `place` that of the endpoint.
    - `omissions` are the parts of the source that the XSD will not express.
    - `download` is the response that the source was fetched with, if it was fetched.
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
