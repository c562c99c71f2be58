"""Garbage collection in the server and in the process of the inbox."""

from __future__ import annotations

import gc

THRESHOLDS = (2_000, 5, 5)
"""Objects, and collections of the younger generations, between two collections of each generation.

A batch of messages makes some thousands of objects that are all gone when it is answered; Python's own 700 would look
at them while they are needed.
"""


def settle_collection() -> None:
    """Leave what is loaded out of later collections. Call it once, when a process is ready to serve.

    A collection of everything would otherwise visit each class and table of the package, and hold up all requests of
    that moment: for 30 to 50 ms with the ticketing package.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
