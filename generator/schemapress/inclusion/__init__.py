"""What schemas accept: inclusion of content models and value spaces, sample texts, and example elements.

`diff` compares two schemas with it, and the target `testing` makes sample messages of one.
"""
