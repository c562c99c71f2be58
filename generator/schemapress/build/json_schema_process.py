"""The process that imports the package of an API and writes the JSON Schema of its JSON.

It reads a JSON object from standard input: the `folder` of the package, the names of the root `elements` of its
messages, and a `title`. It writes the JSON Schema to standard output.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from pathlib import Path

from schemapress.build.import_process import import_package
from schemapress.write.json_schema import export_json_schema
from schemapress_runtime.codec.json_classes import JsonClasses

_NAME = "schemapress_exported"


def main() -> None:
    """Read the request and write the JSON Schema."""
    request = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        import_package(_NAME, Path(request["folder"]))
        codec = importlib.import_module(f"{_NAME}.codec")
        classes: dict[str, type] = codec.CLASSES
        messages = [classes[name] for name in request["elements"] if name in classes]
        json_classes = JsonClasses(codec.MESSAGES.context, classes)
        keeps_prefixes: bool = codec.MESSAGES.keeps_prefixes
        schema = export_json_schema(json_classes, messages, request["title"], keeps_prefixes=keeps_prefixes)
    json.dump(schema, sys.stdout)


if __name__ == "__main__":
    main()
