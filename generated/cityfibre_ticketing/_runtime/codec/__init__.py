"""Documents and JSON to objects and back, whole or as a stream, and the calls of xsdata's own parser."""
