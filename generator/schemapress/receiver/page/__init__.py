"""The page of a receiver, on a local port: what its inbox has, and what is wrong with it."""
