"""Proves that a generated package is what the generator wrote: `python PACKAGE/verify.py`, with Python alone."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path


def differences(package: Path) -> list[str]:
    """Return a line for each file that is missing, or is not as the package's manifest has it."""
    found = []
    for path, expected in json.loads((package / "MANIFEST.json").read_text("utf-8"))["files"].items():
        file = package / path
        if not file.is_file():
            found.append(f"{path}: is missing")
        elif "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            found.append(f"{path}: was edited")
    return found


if __name__ == "__main__":
    found = differences(Path(__file__).parent)
    print("\n".join(found) or "every file is as it was generated")
    sys.exit(bool(found))
