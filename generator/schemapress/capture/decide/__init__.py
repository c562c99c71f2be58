"""Answers questions: by a person, the profile, example messages or the default; and records who answered, and why."""
