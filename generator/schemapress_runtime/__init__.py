"""The XML Schema engine, and what a generated package needs at run time: copied into it, or installed beside it."""

from .versions import require_xsdata

require_xsdata()
