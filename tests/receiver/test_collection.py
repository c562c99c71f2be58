"""What is loaded before a process serves is not looked at by later garbage collections."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc
import schemapress.receiver.serving
from schemapress.receiver.collection import settle_collection
loaded = len(gc.get_objects())
settle_collection()
print(gc.get_freeze_count() > loaded / 2, len(gc.get_objects()) < loaded / 10)
"""


def test_what_is_loaded_is_left_out_of_later_collections() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert result.stdout == "True True\n"
