"""An API's folder to the files of its package: planned, rendered, formatted, installed whole or not at all."""
