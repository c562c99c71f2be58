"""The process that xsdata runs in: it imports xsdata, waits for what to do, and writes one module.

It reads one line from standard input, a JSON object: `sources`, the XSDs to generate from, and `files`, all that
may be read. Where the line is empty, there is nothing to do.
"""

from __future__ import annotations

import json
import keyword
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from xsdata.codegen.exceptions import CodegenError
from xsdata.codegen.transformer import ResourceTransformer
from xsdata.codegen.writer import CodeWriter
from xsdata.formats.dataclass.generator import DataclassGenerator
from xsdata.models.config import GeneratorConfig, StructureStyle
from xsdata.models.enums import COMMON_SCHEMA_DIR
from xsdata.utils import text

from schemapress.emit.bindings_module import hidden_names

WRITTEN = Path("api", "bindings.py")
"""The module that is written, in the current folder."""

_RESERVED = {*keyword.kwlist, "ForwardRef", "Mapping", "Sequence"}
_RESERVED |= {"XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod", "XmlTime"}
"""Names that xsdata does not reserve itself, though a module in which they are classes or fields can't be imported."""


class _Generator(DataclassGenerator):
    """Does not import what it wrote: nothing of it is executed before it was looked at."""

    def validate_imports(self) -> None:
        pass


class _Transformer(ResourceTransformer):
    """Reads the files that the schema was loaded from, the schemas that come with xsdata, and nothing else."""

    readable: frozenset[Path] = frozenset()

    def load_resource(self, uri: str) -> bytes | None:
        parts = urlsplit(uri)
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme != "file" or not (path in self.readable or path.is_relative_to(COMMON_SCHEMA_DIR.resolve())):
            return None
        content: bytes | None = super().load_resource(uri)
        return content


def main() -> None:
    """Wait for the sources, and write the module."""
    line = sys.stdin.readline()
    if not line:
        return
    order = json.loads(line)
    files = frozenset(Path(path).resolve() for path in order["files"])
    uris = sorted(Path(path).resolve().as_uri() for path in order["sources"])
    text.stop_words.update(_RESERVED)
    CodeWriter.register_generator("dataclasses", _Generator)
    try:
        _generate(uris, files)
        hidden = hidden_names(WRITTEN.read_text("utf-8")) if WRITTEN.is_file() else set()
        if hidden:  # such as a field `bytes`, in a class with a field of that type
            text.stop_words.update(hidden)
            _generate(uris, files)
    except CodegenError as error:
        sys.exit(str(error))


def _generate(uris: list[str], files: frozenset[Path]) -> None:
    config = GeneratorConfig()
    config.output.update(package=f"{WRITTEN.parent}.{WRITTEN.stem}", structure_style=StructureStyle.SINGLE_PACKAGE)
    transformer = _Transformer(config=config)
    transformer.readable = files
    transformer.process(uris)


if __name__ == "__main__":
    main()
