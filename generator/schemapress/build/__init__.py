"""Turns an API's folder into the files of its package: planned, rendered, formatted, installed whole or not at all."""
