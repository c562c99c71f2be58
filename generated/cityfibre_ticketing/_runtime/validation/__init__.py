"""The passes over a document, recovery from mistakes, identity constraints, the place of each problem."""
