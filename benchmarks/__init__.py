"""`python -m benchmarks`: every figure as a ratio against its peers, measured in the same run."""
