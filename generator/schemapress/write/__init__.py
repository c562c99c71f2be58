"""Writes the components of a schema: as an XSD, an OpenAPI document or a JSON Schema."""
