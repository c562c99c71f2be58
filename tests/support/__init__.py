"""Tools of several tests: strategies, judges, packages that are built for one test."""
