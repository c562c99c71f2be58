"""The tests, once per installed version of Python: `nox`, or `nox -s tests-3.13 -- tests/load`."""

from __future__ import annotations

import nox

nox.options.sessions = ["tests"]
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Install what requirements.lock pins and the two distributions, and run pytest with what comes after `--`."""
    session.install("--quiet", "--require-hashes", "--requirement", "requirements.lock")
    session.install("--quiet", "--no-deps", "--no-build-isolation", "-e", ".", "-e", "generator/schemapress_runtime")
    session.run("pytest", "-n", "2", *session.posargs)
