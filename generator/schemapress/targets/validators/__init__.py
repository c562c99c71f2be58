"""Target `validators`: the components of the schema as Python."""
