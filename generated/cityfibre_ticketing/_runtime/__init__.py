"""What every generated package carries along: copied verbatim, imported relatively, free of the generator."""

from .versions import require_xsdata

require_xsdata()
