"""Garbage collection in the server and in the process of the inbox."""

from __future__ import annotations

import gc

THRESHOLDS = (2_000, 5, 5)
"""Objects, and collections of the younger generations, between two collections of each generation.

A batch of messages makes some thousands of objects, which are needed until it is answered: with Python's own 700, the
collector would look at them for nothing. A connection that has ended is garbage with asyncio's buffer of 256 KiB, so
the older generations are collected after 5 collections, not after 10.
"""


def settle_collection() -> None:
    """Leave what is loaded out of later collections. Call it once, when a process is ready to serve.

    A collection of everything would otherwise visit each class and table of the package, and hold up all requests of
    that moment.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
