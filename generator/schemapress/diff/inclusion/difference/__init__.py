"""In what two declarations that can govern the same element differ: one module for each thing that is compared."""
