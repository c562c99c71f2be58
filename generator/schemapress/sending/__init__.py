"""Documents to the endpoints of generated packages: `schemapress send`."""
