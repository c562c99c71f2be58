"""The JSON Schema of a package that was built, whose code runs in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from schemapress.build.import_check import environment
from schemapress.errors import SchemapressError
from schemapress.load.schema import Schema


def json_schema_of(package: Path, schema: Schema, title: str) -> str:
    """Return the JSON Schema, as a text, of the JSON of a package in a folder.

    Raises:
        SchemapressError: the package has no codec, or can't be imported.
    """
    if not (package / "codec.py").is_file():
        message = "The package has no codec, so there is no JSON."
        raise SchemapressError(message, place="[tool.schemapress] targets", hint="Add codec to the targets.")
    order = {"folder": str(package), "elements": list(schema.messages), "title": title}
    done = subprocess.run(
        [sys.executable, "-B", "-P", "-m", "schemapress.write.json_schema_process"],
        env=environment(),
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        message = f"The package can't be imported: {said[-1] if said else 'Python ended without a word'}."
        raise SchemapressError(message, place=str(package), hint="Build it anew, and report this with the XSD.")
    return json.dumps(json.loads(done.stdout), indent=2, ensure_ascii=False) + "\n"
