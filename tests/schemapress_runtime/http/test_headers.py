"""The header fields that say what a body is (RFC 9110 §8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schemapress_runtime.http.headers import (
    ContentType,
    RepeatedField,
    combine_fields,
    content_coding,
    content_length,
    content_type,
)


def test_repeated_fields_are_joined() -> None:
    fields = [("Accept", "a"), ("ACCEPT", " b\t"), ("Cookie", "x=1"), ("cookie", "y=2")]

    assert combine_fields(fields) == {"accept": "a, b", "cookie": "x=1; y=2"}


@pytest.mark.parametrize("name", ["Content-Type", "content-length", "CONTENT-ENCODING"])
def test_a_field_that_decides_how_a_body_is_read_is_sent_once(name: str) -> None:
    with pytest.raises(RepeatedField) as raised:
        combine_fields([(name, "1"), (name, "1")])

    assert raised.value.name == name.title()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Text/XML; Charset=UTF-8", ContentType("text/xml", "utf-8")),
        ('application/xml;a="b;c";charset="\\u"', ContentType("application/xml", "u")),
        ("application/xml;", ContentType("application/xml")),
        ("application/xml; charset=a; charset=b", None),
        ("application", None),
        ("application/xml; charset", None),
    ],
)
def test_a_content_type_is_a_media_type_with_parameters(value: str, expected: ContentType | None) -> None:
    assert content_type(value) == expected


@pytest.mark.parametrize("read", [content_type, content_coding, lambda value: content_length(value, 9)])
def test_a_list_is_refused(read: Callable[[str], object]) -> None:
    with pytest.raises(RepeatedField):
        read("a/b, a/b" if read is content_type else "1,1")


@pytest.mark.parametrize(("value", "length"), [("007", 7), ("10", 10), ("9" * 5_000, 100), ("-1", None), ("1_0", None)])
def test_a_length_is_a_number_of_few_digits(value: str, length: int | None) -> None:
    assert content_length(value, 99) == length
