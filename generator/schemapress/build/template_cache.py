"""Compiled templates, kept beside the templates in `__pycache__`, as Python keeps compiled modules.

Compiling the templates takes longer than rendering them. What is kept is as trustworthy as Python's own files there; it
holds for one text of a template, one version of Python, of Jinja and of this package, and one state of its modules that
take part in compiling. A folder that can't be written to has no such files.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import marshal
import os
import sys
from collections.abc import Collection
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, BytecodeCache, bc_magic

import schemapress


class TemplateCache(BytecodeCache):
    """Keeps the code of templates in some folders; that of other templates is compiled each time."""

    def __init__(self, folders: Collection[Path], modules: Collection[Path]) -> None:
        """Take the folders, and the modules whose functions Jinja calls while it compiles."""
        self._folders = frozenset(folders)
        self._modules = sorted(modules)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the path of the compiled template; empty for one that is not kept."""
        path = Path(filename or name)
        if path.parent not in self._folders:
            return ""
        with contextlib.suppress(NotImplementedError):  # a Python that keeps nothing
            return importlib.util.cache_from_source(str(path.with_name(f"{path.name}.py")))
        return ""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Set the code of a template, if it is kept and was made of what there is now."""
        if not bucket.key:
            return
        with contextlib.suppress(OSError, EOFError, ValueError, TypeError):  # missing or damaged: compiled anew
            data = Path(bucket.key).read_bytes()
            made_of = self._made_of(bucket)
            if data.startswith(made_of):
                code = marshal.loads(data[len(made_of) :])  # as Python does with its own files there
                bucket.code = code if isinstance(code, CodeType) else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template; whole, whoever reads it meanwhile."""
        if not bucket.key or sys.dont_write_bytecode:
            return
        path = Path(bucket.key)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            temporary.write_bytes(self._made_of(bucket) + marshal.dumps(bucket.code))
            temporary.replace(path)

    def _made_of(self, bucket: Bucket) -> bytes:
        """Return a digest of all that the code of a template follows from."""
        parts = [bc_magic, bucket.checksum, jinja2.__version__, schemapress.__version__]
        parts += [str(path.stat().st_mtime_ns) for path in self._modules]
        return hashlib.sha256(repr(parts).encode()).digest()
