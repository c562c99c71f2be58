"""Target `scanner`: the pass that reads runs of elements with one regular expression."""
