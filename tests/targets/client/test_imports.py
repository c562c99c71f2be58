"""The import of an emitted client and of emitted handlers loads no event loop, no TLS and no HTTP library."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY

SLOW = ("asyncio", "ssl", "httpx", "urllib.request")


@pytest.mark.parametrize("module", ["client", "handlers", "testing"])
def test_what_takes_long_to_load_is_loaded_when_it_is_used(module: str) -> None:
    script = f"import sys; import cityfibre_ticketing.{module}; print([name for name in {SLOW} if name in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY / "generated", capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")
