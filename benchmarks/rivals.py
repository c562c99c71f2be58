"""polyxml and pyxsdata, where Python is new enough for them and they are installed: nothing here requires them.

polyxml is native code, and ends in a segmentation fault on some documents, so it runs in a process of its own.
"""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import ModuleType

from .timing import microseconds

RIVALS = ("polyxml", "pyxsdata")


def missing() -> Iterator[str]:
    """Yield a line for each rival that is not installed."""
    yield from (f"{name}: not installed" for name in RIVALS if importlib.util.find_spec(name) is None)


def candidates(data: bytes, message: object) -> dict[str, Callable[[], object]]:
    """Return what pyxsdata does with a document and with its object; nothing where it is not installed."""
    if importlib.util.find_spec("pyxsdata") is None:
        return {}
    parsers = importlib.import_module("pyxsdata.formats.dataclass.parsers")
    serializers = importlib.import_module("pyxsdata.formats.dataclass.serializers")
    parser, serializer = parsers.XmlParser(), serializers.XmlSerializer()
    return {
        "pyxsdata decode": lambda: parser.from_bytes(data, type(message)),
        "pyxsdata encode": lambda: serializer.render(message),
    }


def microseconds_in_isolation(package: ModuleType, data: bytes) -> dict[str, float]:
    """Return the times of polyxml for a document; none where it is not installed, or fails or crashes on it."""
    if importlib.util.find_spec("polyxml") is None:
        return {}
    assert package.__file__ is not None
    folder = str(Path(package.__file__).parent.parent)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(_measure_polyxml, folder, package.__name__, data).result()
        except BrokenProcessPool:
            print("  polyxml crashes")
        except Exception as error:  # whatever it raises, it can't be measured on this document
            print(f"  polyxml fails: {type(error).__name__}: {error}"[:200])
    return {}


def _measure_polyxml(folder: str, name: str, data: bytes) -> dict[str, float]:
    sys.path.insert(0, folder)
    package, polyxml = importlib.import_module(name), importlib.import_module("polyxml")
    message = package.decode(data)
    class_ = type(message)
    return microseconds(
        {
            "polyxml decode": lambda: polyxml.deserialize(data, class_),
            "polyxml encode": lambda: polyxml.serialize(message),
        }
    )
