"""A short form of the run with hostile requests; `make hostile` runs the long one."""

from __future__ import annotations

import math

from tests.hostile import requests


def test_each_request_is_answered_and_no_answer_or_log_tells_of_a_failure() -> None:
    counts, wrong = requests.run(math.inf, seed=1, most=40)

    assert counts["requests"] == 40 * counts["servers"]
    assert wrong == []
