"""What several tests use: strategies, judges, packages that are built for one test."""
