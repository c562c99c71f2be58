"""The APIs that are made of the corpus: which folder of a family is one, and which documents in it are entries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.corpus import Case, cases, unpacked


@dataclass(frozen=True, slots=True)
class Supplied:
    """A file that a family lacks, by its URL or its name: one of another release, with that one's namespace renamed."""

    location: str
    file: str
    old: str
    new: str

    @property
    def name(self) -> str:
        return self.location.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class CorpusApi:
    """An API: its family, the folder of the family that becomes its specification, and the names of its entries.

    Without names, the entry documents are found. `supplied` has the files that the family lacks.
    """

    name: str
    family: str
    folder: str
    entries: tuple[str, ...] = ()
    supplied: tuple[Supplied, ...] = ()

    @property
    def cases(self) -> tuple[Case, ...]:
        """The documents that are judged by the API: those whose schema is an entry, or in its folder where any is."""
        return tuple(case for case in cases() if case.family == self.family and self._judges(Path(case.schema)))

    def _judges(self, schema: Path) -> bool:
        if not schema.is_relative_to(self.folder):
            return False
        return not self.entries or any(schema.relative_to(self.folder).match(entry) for entry in self.entries)

    @property
    def source(self) -> Path:
        """The folder of the specification, as it was unpacked."""
        return unpacked(self.family) / self.folder


_TYPES_OF_9 = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2021/06/09/eD/DefinicjeTypy/"
_TYPES_OF_10 = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/01/05/eD/DefinicjeTypy/"

APIS = (
    CorpusApi("ubl", "ubl-2.1", "xsd", ("maindoc/*.xsd",)),
    CorpusApi("sabre", "sabre", "schemas", ("BargainFinderMaxR?_v1-9-7.xsd",)),
    CorpusApi("reqif", "reqif", "schemas"),
    CorpusApi("bpmn", "bpmn-2.0", "xsd"),
    CorpusApi("datex-v2.2", "datex-2", "v2.2"),
    CorpusApi("datex-v2.3", "datex-2", "v2.3"),
    CorpusApi("siri", "siri-2.1", "xsd", ("siri.xsd",)),
    CorpusApi("ojp", "ojp", "2.0", ("OJP.xsd",)),
    CorpusApi("fpml", "fpml-5.13", "xsd"),
    CorpusApi("iati", "iati", "2.03", ("iati-activities-schema.xsd", "iati-organisations-schema.xsd")),
    CorpusApi("musicxml", "musicxml", "4.0", ("musicxml.xsd",)),
    CorpusApi(
        "ksef",
        "ksef",
        "xsd/3.0.0",
        supplied=(
            Supplied(
                f"{_TYPES_OF_10}ElementarneTypyDanych_v10-0E.xsd",
                "xsd/1.0.0/ElementarneTypyDanych_v9-0E.xsd",
                _TYPES_OF_9,
                _TYPES_OF_10,
            ),
            Supplied("KodyKrajow_v9-0E.xsd", "xsd/1.0.0/KodyKrajow_v9-0E.xsd", _TYPES_OF_9, _TYPES_OF_10),
        ),
    ),
    CorpusApi("finvoice", "finvoice", "xsd", ("Finvoice3.0.xsd",)),
    CorpusApi("netex", "netex", "xsd", ("NeTEx_publication.xsd",)),
)
"""In the order in which they are tried: the largest comes last."""
