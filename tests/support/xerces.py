"""Java's own validator, Xerces, as one more judge, where there is a JDK."""

from __future__ import annotations

import base64
import shutil
import subprocess
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("Xerces.java")


def xerces_accepts(schema: str, document: bytes) -> bool | None:
    """Say whether Xerces finds a document valid; None where there is no JDK to ask."""
    process = _process()
    if process is None or process.stdin is None or process.stdout is None:
        return None
    process.stdin.write(b" ".join(map(base64.b64encode, (schema.encode(), document))) + b"\n")
    process.stdin.flush()
    return process.stdout.readline().strip() == b"valid"


@cache
def _process() -> subprocess.Popen[bytes] | None:
    """Start it once in each process; it ends with the process that started it, whose pipe it reads."""
    if shutil.which("java") is None or shutil.which("javac") is None:
        return None
    return subprocess.Popen(["java", str(SOURCE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
