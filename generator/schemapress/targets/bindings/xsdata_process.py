"""The process that xsdata runs in: it imports xsdata, waits for an order, and writes the classes.

What it gets from standard input, and what it exits with, is in `xsdata_order`. Where it gets nothing, there is nothing
to do.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import keyword
import os
import shutil
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from xsdata.codegen.exceptions import CodegenError
from xsdata.codegen.models import Class
from xsdata.codegen.transformer import ResourceTransformer
from xsdata.codegen.writer import CodeWriter
from xsdata.formats.dataclass.generator import DataclassGenerator
from xsdata.models import xsd
from xsdata.models.config import GeneratorConfig, StructureStyle
from xsdata.utils import text

from schemapress.targets.bindings.generator import PACKAGE_NAME
from schemapress.targets.bindings.modules import find_hidden_names
from schemapress.targets.bindings.xsdata_heads import take_types_of_heads, without_type
from schemapress.targets.bindings.xsdata_merge import merge_by_name
from schemapress.targets.bindings.xsdata_names import DistinctNames
from schemapress.targets.bindings.xsdata_order import LOST, OUT_OF_MEMORY, PACKAGE, TOO_DEEP, Order, read_order
from schemapress_runtime.binding.remembered import NAMES

try:
    import resource
except ImportError:  # not on Windows, where nothing bounds the memory of a process
    resource = None  # type: ignore[assignment]  # asked before each use

_GRACE = 10
"""Seconds that the process lives on after its time, if whoever started it does not end it, for they were killed."""

_RESERVED = {*keyword.kwlist, "ForwardRef", "Mapping", "Sequence"}
_RESERVED |= {"XmlDate", "XmlDateTime", "XmlDuration", "XmlPeriod", "XmlTime"}
_RESERVED |= NAMES
"""Names that xsdata does not reserve itself, though a module in which they are classes or fields can't be imported."""

_RUFF_FAILED = "Ruff failed"
_NO_MEMORY = ("memory allocation", "Cannot allocate memory", "failed to map segment")
"""Messages of ruff, which has the same bound, and of the system when memory runs out; ruff may also fail silently."""


class _Transformer(ResourceTransformer):
    """Reads the judged documents, whose references lead only to the documents that they were judged with."""

    order: Order
    untyped: set[str]
    """The elements that have their types from the heads of substitution groups."""

    def load_resource(self, uri: str) -> bytes | None:
        if uri in self.processed:
            return None
        self.processed.append(uri)
        return self.order.documents.get(_path(uri))

    def parse_schema(self, uri: str, namespace: str | None) -> xsd.Schema | None:
        schema = super().parse_schema(uri, namespace)
        if schema is not None:
            referring = {
                "include": iter(schema.includes),
                "import": iter(schema.imports),
                "redefine": iter(schema.redefines),
            }
            for kind, target in self.order.targets[_path(uri)]:
                setattr(next(referring[kind]), "location", target and target.as_uri())  # noqa: B010  # mypy takes their common base
        return schema

    def generate_classes(self, schema: xsd.Schema) -> list[Class]:
        self.untyped.update(without_type(schema))
        return super().generate_classes(schema)

    def analyze_classes(self, classes: list[Class]) -> list[Class]:
        take_types_of_heads(classes, self.untyped)
        container = DistinctNames(self.config, self.order.compound)
        container.extend(classes)
        container.process()
        LOST.write_text(json.dumps(asdict(container.lost)), "utf-8")
        return list(container)


def _path(uri: str) -> Path:
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(uri).path)))


def main() -> None:
    """Wait for the order, and write the module."""
    order = read_order(sys.stdin.buffer)
    if order is None:
        return
    _bound(order)
    try:
        _write(order)
    except (MemoryError, SystemError):  # the second where there is no memory for the first one
        sys.exit(OUT_OF_MEMORY)
    except RecursionError:
        sys.exit(TOO_DEEP)
    except CodegenError as error:
        message = str(error)
        print(message, file=sys.stderr)
        if message.strip() == _RUFF_FAILED or any(words in message for words in _NO_MEMORY):
            sys.exit(OUT_OF_MEMORY)
        sys.exit(TOO_DEEP if "overflowed its stack" in message else 1)


def _load_generator(reference: str) -> type[DataclassGenerator]:
    module, _, name = reference.partition(":")
    generator: type[DataclassGenerator] = getattr(importlib.import_module(module), name)
    return generator


def _bound(order: Order) -> None:
    """Let the system end the process, or refuse it memory, where it takes more than it may."""
    if hasattr(signal, "alarm"):
        signal.alarm(order.seconds + _GRACE)
    if resource is not None:
        with contextlib.suppress(OSError, ValueError):  # a system that has no such bound, or a lower one already
            resource.setrlimit(resource.RLIMIT_AS, (order.memory, order.memory))


def _write(order: Order) -> None:
    text.stop_words.update(_RESERVED)
    merge_by_name()
    CodeWriter.register_generator(order.class_type, _load_generator(order.generator))
    _generate(order)
    hidden = {name for path in PACKAGE.parent.rglob("*.py") for name in find_hidden_names(path.read_text("utf-8"))}
    if hidden:  # such as a field `bytes`, in a class with a field of that type
        text.stop_words.update(hidden)
        shutil.rmtree(PACKAGE.parent)
        _generate(order)


def _generate(order: Order) -> None:
    config = GeneratorConfig()
    config.output.structure_style = StructureStyle.SINGLE_PACKAGE
    if order.config:
        file = Path(".xsdata.xml")
        file.write_text(order.config, "utf-8")
        config = GeneratorConfig.read(file)
    config.output.package = PACKAGE_NAME
    config.output.format.value = order.class_type
    transformer = _Transformer(config=config)
    transformer.order, transformer.untyped = order, set()
    transformer.process(sorted(path.as_uri() for path in order.sources))
