"""Target `pydantic`: the models that xsdata-pydantic writes, in place of the dataclasses of `bindings`."""
