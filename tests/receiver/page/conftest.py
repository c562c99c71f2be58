"""One receiver with messages of every kind, for the tests that change nothing in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.receiver import ReceiverProcess
from tests.support.receiver_page import PageClient, send_everything, start_with_page, wait_for


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ReceiverProcess, PageClient]]:
    receiver, page = start_with_page(tmp_path_factory.mktemp("receiver"), "--attempts", "2", "--log-format", "json")
    send_everything(receiver)
    wait_for(lambda: page.metric("schemapress_dead_messages") == 1)
    yield receiver, page
    receiver.stop()


@pytest.fixture(scope="session")
def page(shared: tuple[ReceiverProcess, PageClient]) -> PageClient:
    return shared[1]
