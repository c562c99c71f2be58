"""Target `codec`: documents to objects and back."""
