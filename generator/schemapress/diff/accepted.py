"""Findings that are known and let pass: `accepted.toml` beside the XSDs of an API."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from schemapress.diff.finding import Acceptance
from schemapress.errors import SchemapressError

FILE = "accepted.toml"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list, and where it stands."""

    fingerprint: str
    acceptance: Acceptance
    place: str

    def is_over(self, today: date) -> bool:
        """Whether the last day on which the entry holds has passed."""
        until = self.acceptance.until
        return until is not None and date.fromisoformat(until) < today


def read_accepted(file: Path, shown: str) -> tuple[Entry, ...]:
    """Return the entries of a list, none where there is no such file; `shown` is how errors name the file.

    Raises:
        SchemapressError: it is not TOML, or an entry has no fingerprint or no reason, or no date as `until`.
    """
    if not file.is_file():
        return ()
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemapressError(f"This is not TOML: {error}.", place=shown) from None
    listed = document.pop("accepted", [])
    if document or not isinstance(listed, list):
        raise SchemapressError("Expected nothing but [[accepted]] tables.", place=shown, hint="See the docs on diff.")
    return tuple(_entry(number, table, shown) for number, table in enumerate(listed, start=1))


def _entry(number: int, table: object, shown: str) -> Entry:
    place = f"{shown}, entry {number}"
    keys = {"fingerprint", "reason", "until"}
    if not isinstance(table, dict) or not table.keys() <= keys:
        raise SchemapressError("An entry has the keys fingerprint, reason and until.", place=place)
    for key in ("fingerprint", "reason"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            hint = "`schemapress diff` prints the fingerprint of each finding." if key == "fingerprint" else "Say why."
            raise SchemapressError(f"The entry has no {key}.", place=place, hint=hint)
    until = table.get("until")
    if until is not None and type(until) is not date:
        raise SchemapressError(f"until is {until!r}; expected a date such as 2026-12-31.", place=place)
    text = None if until is None else until.isoformat()
    return Entry(table["fingerprint"], Acceptance(table["reason"], text), place)


def with_entries(text: str, fingerprints: Iterable[tuple[str, str]], reason: str) -> str:
    """Return the text of a list with an entry for each fingerprint, which comes with what it stands for."""
    entries = [
        f"# {said}\n[[accepted]]\nfingerprint = {json.dumps(fingerprint)}\nreason = {json.dumps(reason)}\n"
        for fingerprint, said in fingerprints
    ]
    return "\n".join(([text] if text else []) + entries)
