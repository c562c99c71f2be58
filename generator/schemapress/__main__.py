"""`python -m schemapress`."""

from schemapress.cli import main

main()
