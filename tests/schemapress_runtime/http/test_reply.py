"""What a handler answers with: a reply with a declared status, or a refusal, which it raises."""

from __future__ import annotations

from typing import Any

import pytest

from schemapress_runtime.http.reply import Refusal, Reply


def test_a_reply_has_its_header_fields_as_pairs() -> None:
    assert Reply(200, "body", {"X-A": "1"}).headers == (("X-A", "1"),)
    assert Reply(204, headers=[("X-A", "1"), ("X-A", "2")]).headers == (("X-A", "1"), ("X-A", "2"))
    assert Refusal(429, "Later.", headers={"Retry-After": "5"}).headers == (("Retry-After", "5"),)


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"X-A": "1\r\nX-B: 2"}, ValueError),
        ({"X-A": "1\x00"}, ValueError),
        ({"X-A": "\u20ac"}, ValueError),
        ({"X A": "1"}, ValueError),
        ({"X-A\r\nX-B": "1"}, ValueError),
        ({"": "1"}, ValueError),
        ({"content-LENGTH": "1"}, ValueError),
        ({"Transfer-Encoding": "chunked"}, ValueError),
        ({"X-A": 1}, TypeError),
    ],
)
def test_a_header_field_that_can_not_be_sent_is_refused(headers: Any, error: type[Exception]) -> None:
    for make in (lambda: Reply(200, None, headers), lambda: Refusal(400, "No.", headers=headers)):
        with pytest.raises(error):
            make()


@pytest.mark.parametrize(
    ("status", "error"), [(199, ValueError), (600, ValueError), (True, TypeError), ("200", TypeError)]
)
def test_a_status_that_is_none_is_refused(status: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Reply(status)
