"""What is compared besides the documents, and kept apart from them: one module for each."""
