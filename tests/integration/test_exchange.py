"""The endpoints of generated handlers, apart from any server."""

from __future__ import annotations

import pytest

from cityfibre_ticketing import decode
from cityfibre_ticketing.handlers import asgi, exchange, wsgi
from tests.integration.application import Tickets


def test_the_keys_of_an_endpoint_are_functions_of_its_message(message: bytes) -> None:
    (endpoint,) = exchange(Tickets()).endpoints
    decoded = decode(message)

    assert endpoint.idempotency_key is not None
    assert endpoint.ordering_key is not None
    assert endpoint.sender_key is not None
    assert endpoint.idempotency_key(decoded) == decoded.message_id
    assert endpoint.ordering_key(decoded) == "BFR-000123"
    assert endpoint.sender_key(decoded) == "BUYER-0042"


def test_the_path_of_the_description_is_one_of_its_own() -> None:
    for make in (asgi, wsgi, exchange):
        for path, reason in (("/notifyInProgress", "that of an endpoint"), ("openapi", "slash"), ("/{a}", "without")):
            with pytest.raises(ValueError, match=reason):
                make(Tickets(), openapi=path)


def test_a_rule_for_slashes_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 'exact' or 'ignore'"):
        exchange(Tickets(), trailing_slash="redirect")  # type: ignore[arg-type]  # the mistake that is being made
