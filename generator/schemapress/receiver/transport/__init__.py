"""The server of the receiver, and how it knows who calls."""
