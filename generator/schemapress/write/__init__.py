"""The components of a schema, written for other tools: OpenAPI, JSON Schema."""
