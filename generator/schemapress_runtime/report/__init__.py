"""What is said of a document: problems, the report that lists them, the words for what they name."""
