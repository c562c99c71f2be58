"""One XSD is the source; bindings, validators, codecs and handlers are pressed out of it."""

__version__ = "0.1.0"
