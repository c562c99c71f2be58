"""Target `bindings`: the classes that xsdata writes, and their shapes for other targets."""
