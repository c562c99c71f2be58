"""The value of a key: what a path of attributes leads to in a message."""

from __future__ import annotations

from types import SimpleNamespace

from schemapress_runtime.http.key_path import path_getter


def test_a_path_is_followed_to_its_value() -> None:
    assert path_getter("header", "message_id")(SimpleNamespace(header=SimpleNamespace(message_id="m1"))) == "m1"


def test_an_absent_object_on_the_way_gives_none() -> None:
    assert path_getter("header", "message_id")(SimpleNamespace(header=None)) is None
