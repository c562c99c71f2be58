"""The mode of a file or folder that is made aside and then moved to its place: `tempfile` lets nobody else read it."""

from __future__ import annotations

import os


def apply_umask(mode: int) -> int:
    """Return a mode without what the umask of the process denies, as a file has it that is made in place."""
    mask = os.umask(0)
    os.umask(mask)
    return mode & ~mask
