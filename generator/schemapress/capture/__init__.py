"""From what a partner publishes to an XSD: read a page, ask what it leaves open, write the schema."""
