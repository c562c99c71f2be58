"""Starts the process of xsdata without the plug-ins of xsdata that happen to be installed.

xsdata imports all of them when it is imported itself. None is needed: a generator of classes that the targets know is
named in the order. xsdata-pydantic alone would take the process a third of its time to start.
"""

from __future__ import annotations

import gc

gc.set_threshold(100_000, 50, 100)  # nearly all that the imports make is kept, and so are the classes

from xsdata.utils import hooks  # noqa: E402


def _load_no_plug_ins(name: str) -> None:
    del name


hooks.load_entry_points = _load_no_plug_ins

from schemapress.targets.bindings.xsdata_process import main  # noqa: E402  # which imports the rest of xsdata

if __name__ == "__main__":
    main()
