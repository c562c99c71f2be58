"""The JSON Schema of a built package, whose code runs in a separate process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from schemapress.build.import_check import environment
from schemapress.errors import SchemapressError
from schemapress.load.schema import Schema


def export_json_schema_of(package: Path, schema: Schema, title: str) -> str:
    """Return the JSON Schema of the JSON of a package, as text.

    Raises:
        SchemapressError: the package has no codec, or can't be imported.
    """
    if not (package / "codec.py").is_file():
        message = "The package has no codec, and therefore no JSON."
        raise SchemapressError(message, place="[tool.schemapress] targets", hint='Add "codec" to `targets`.')
    request = {"folder": str(package), "elements": list(schema.messages), "title": title}
    done = subprocess.run(
        [sys.executable, "-B", "-P", "-m", "schemapress.build.json_schema_process"],
        env=environment(),
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        message = f"The package can't be imported: {lines[-1] if lines else 'Python exited without a message'}."
        raise SchemapressError(
            message,
            place=str(package),
            hint="Run `schemapress build --force`. If that does not help, report this with the XSD.",
        )
    return json.dumps(json.loads(done.stdout), indent=2, ensure_ascii=False) + "\n"
