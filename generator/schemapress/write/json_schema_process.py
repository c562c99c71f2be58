"""The process that the package of an API is imported in, to make the JSON Schema of its JSON.

It reads a JSON object from standard input: the `folder` of the package, the names of the `elements` that its messages
have as roots, and a `title`; and writes the JSON Schema.
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
    """Answer the one order."""
    order = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        import_package(_NAME, Path(order["folder"]))
        codec = importlib.import_module(f"{_NAME}.codec")
        classes: dict[str, type] = codec.CLASSES
        messages = [classes[name] for name in order["elements"] if name in classes]
        json_classes = JsonClasses(codec.MESSAGES.context, classes)
        keeps_prefixes: bool = codec.MESSAGES.keeps_prefixes
        exported = export_json_schema(json_classes, messages, order["title"], keeps_prefixes=keeps_prefixes)
    json.dump(exported, sys.stdout)


if __name__ == "__main__":
    main()
