"""Target `scanner`: the pass that reads runs of elements with one regular expression.

What it does not take is left to the tag reader and the walk. It gives up in four places:

- `plain.py`, when a package is built: a root whose type is not plain has no scanner (`NotPlain`).
- `schemapress_runtime/xml/plain_text.py`, before any scanner: bytes that are not in the usual form are not admitted.
- `schemapress_runtime/binding/scanner_support.py`: a start tag of the root that is unusual, or prefixes that are.
- `scanner.py.jinja`, in the emitted methods: an expression that does not match, or a count that is out of bounds.
"""
