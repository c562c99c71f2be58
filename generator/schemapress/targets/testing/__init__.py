"""Target `testing`: what a test of handlers needs, a client without a socket and sample messages."""
