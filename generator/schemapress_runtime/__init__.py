"""The XML Schema engine and the runtime of generated packages: copied into them, or installed beside them."""

from .versions import require_xsdata

require_xsdata()
