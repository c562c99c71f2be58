"""XSD files to Schema, the one model that everything downstream reads."""
