"""Target `bindings`: the classes that xsdata writes, and what other targets need to know of them."""
