"""SOAP 1.1 and 1.2 over HTTP: envelopes, header blocks and faults, for both sides (document/literal)."""
