"""From an XSD to what other tools read."""
