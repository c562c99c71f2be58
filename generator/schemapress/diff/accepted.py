"""The accept list: findings that a project accepts, in `accepted.toml` beside the XSDs of an API."""

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
    """One entry of the list, and its place."""

    fingerprint: str
    acceptance: Acceptance
    place: str

    def has_expired(self, today: date) -> bool:
        """Whether the last day of the entry has passed."""
        until = self.acceptance.until
        return until is not None and date.fromisoformat(until) < today


StaleEntry = tuple[Entry, str]
"""An entry that accepts nothing, and the reason."""


def read_accepted(file: Path, name: str) -> tuple[Entry, ...]:
    """Return the entries of a list, or none if the file does not exist; errors name the file by `name`.

    Raises:
        SchemapressError: the file is not TOML, or an entry has no fingerprint, no reason, or no date as `until`.
    """
    if not file.is_file():
        return ()
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemapressError(f"The file is not valid TOML: {error}.", place=name, hint="Fix the syntax.") from None
    listed = document.pop("accepted", [])
    if document or not isinstance(listed, list):
        hint = "Write one [[accepted]] table per finding, with fingerprint, reason and, if needed, until."
        raise SchemapressError("The file has something other than [[accepted]] tables.", place=name, hint=hint)
    return tuple(_read_entry(number, table, name) for number, table in enumerate(listed, start=1))


def _read_entry(number: int, table: object, name: str) -> Entry:
    place = f"{name}, entry {number}"
    keys = {"fingerprint", "reason", "until"}
    if not isinstance(table, dict) or not table.keys() <= keys:
        hint = "An entry has the keys fingerprint, reason and until."
        raise SchemapressError("The entry has an unknown key.", place=place, hint=hint)
    for key in ("fingerprint", "reason"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            hints = {
                "fingerprint": "Copy it from the output of `schemapress diff`.",
                "reason": "Give the reason why the finding is accepted.",
            }
            raise SchemapressError(f"The entry has no {key}.", place=place, hint=hints[key])
    until = table.get("until")
    if until is not None and type(until) is not date:
        message = f"until is {until!r}, which is not a date."
        raise SchemapressError(message, place=place, hint="Write a date without quotes, such as 2026-12-31.")
    text = None if until is None else until.isoformat()
    return Entry(table["fingerprint"], Acceptance(table["reason"], text), place)


def append_entries(text: str, fingerprints: Iterable[tuple[str, str]], reason: str) -> str:
    """Return the text of a list with an entry for each fingerprint, which comes with a comment."""
    entries = [
        f"# {comment}\n[[accepted]]\nfingerprint = {json.dumps(fingerprint)}\nreason = {json.dumps(reason)}\n"
        for fingerprint, comment in fingerprints
    ]
    return "\n".join(([text] if text else []) + entries)
