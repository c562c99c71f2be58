"""XSD files to the components of one schema: entry documents, imports, catalogs, redefinitions, validity."""

from pathlib import Path

SHIPPED = Path(__file__).resolve().parent / "shipped"
"""The folder of the schemas that come with this package."""
