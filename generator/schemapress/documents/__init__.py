"""Documents that are validated: those that a user names, and what is printed of them."""
