"""The receiver of messages behind `schemapress serve` (extra `schemapress[receiver]`)."""
