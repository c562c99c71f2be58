"""The path of a request: below which prefix it is, and its segments, each decoded on its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress_runtime.http.request_path import path_below


@pytest.mark.parametrize(
    ("prefix", "path", "raw", "segments"),
    [
        ("", "/a/b", b"/a%2Fb", ("a/b",)),
        ("", "/a/b", None, ("a", "b")),
        ("", "/a/b", b"/a%2Fb?c=/d", ("a/b",)),
        ("/api", "/api/a", b"/api/a", ("a",)),
        ("/api/", "/api/a", b"/api/a", ("a",)),
        ("/", "/a", b"/a", ("a",)),
        ("/api", "/api", b"/api", None),
        ("/api", "/api/", b"/api/", ("",)),
        ("/api", "/apis", b"/apis", ("apis",)),
        ("/api", "/a", b"/a", ("a",)),  # of a server that does not repeat the prefix
        ("/a b/\u00e9", "/a b/\u00e9/x/y", b"/a%20b/%C3%A9/x%2Fy", ("x/y",)),
        ("/a/b", "/a/b/c", b"/a%2Fb/c", ("c",)),
        ("/a", "/a/b", b"/a%2Fb", ("b",)),  # the prefix ends inside of a segment: only the decoded path is left
        ("", "/other", b"/a%2Fb", ("other",)),  # something in between changed the path, and not what was sent
        ("", "/a;b", b"/a%3Bb", ("a;b",)),
        ("", "/a;b", b"/a;b", None),
        ("", "/a;b", None, None),
        ("", "/\ufffd", None, None),
        ("", "/\ufffd", b"/%ff", None),
        ("", "/\ufffd", b"/%EF%BF%BD", ("\ufffd",)),
        ("", "*", b"*", None),
        ("", "", b"", None),
        ("", "http://a/b", b"http://a/b", None),
    ],
)
def test_a_path_is_split_before_it_is_decoded(
    prefix: str, path: str, raw: bytes | None, segments: tuple[str, ...] | None
) -> None:
    assert path_below(prefix, path, raw).segments() == segments


@given(st.text(), st.text(), st.one_of(st.none(), st.binary()))
def test_no_segment_is_empty_of_dots_or_has_control_characters(prefix: str, path: str, raw: bytes | None) -> None:
    segments = path_below(prefix, path, raw).segments()

    for position, segment in enumerate(segments or ()):
        assert segment not in (".", "..")
        assert segment or position == len(segments or ()) - 1
        assert segment.isprintable() or not any(char < " " or char == "\x7f" for char in segment)
