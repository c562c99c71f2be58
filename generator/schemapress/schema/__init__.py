"""XSD files to Schema, the one model that everything downstream reads."""

from pathlib import Path

SHIPPED = Path(__file__).resolve().parent / "shipped"
"""The folder of the schemas that come with this package."""
