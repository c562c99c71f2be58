"""Commands for those who work on this project: `make help` names each."""
