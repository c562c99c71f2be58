"""Two schemas, compared by what they accept."""
