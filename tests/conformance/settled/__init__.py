"""Disagreements with judges that were settled by the specification, a file each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

SETTLED = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """A schema and a document, the right verdict, and the paragraph that says so; empty where none was read yet."""

    schema: str
    document: str
    valid: bool
    paragraph: str

    def write(self, path: Path) -> None:
        """Write the case, for a person to find the paragraph."""
        lines = [
            f'paragraph = "{self.paragraph}"  # which one settles it?',
            f"valid = {str(self.valid).lower()}",
            f"document = '''{self.document}'''",
            f"schema = '''\n{self.schema.strip()}\n'''",
        ]
        path.write_text("\n".join(lines) + "\n", "utf-8")


def read(path: Path) -> Case:
    """Read a case."""
    return Case(**tomllib.loads(path.read_text("utf-8")))
