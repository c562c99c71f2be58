"""Documents that are admitted in parts: the parts together are the text that is admitted of the whole."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress_runtime.limits import MAX_TEXT
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xml.plain_text import admit
from schemapress_runtime.xml.text_parts import admit_parts

PIECES = (
    *("<a>", "</a>", "<b x='1'>", '<b y="a>b">', "</b>", "<c/>", "text", " ", "\r\n", "\r", "é", "😀"),
    *("&amp;", "&lt;", "&#233;", "&no;", "]", "]]>", "!", "?", ">", "&"),
    *(
        "<!-- <a> & -->",
        "<!---->",
        "<![CDATA[<a>&]]>",
        "<![CDATA[]]]]>",
        "<?p <a>?>",
        "<?xml?>",
        "<!DOCTYPE a>",
        "<!--",
    ),
)
"""What documents are put together of, well-formed or not."""


def parts(data: bytes, size: int) -> str | None:
    """Return the parts of a document together, or None where it is given up."""
    try:
        return "".join(admit_parts(io.BytesIO(data).read, size))
    except GiveUp:
        return None


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.integers(1, 40))
def test_the_parts_are_those_of_the_whole(pieces: list[str], size: int) -> None:
    data = f"<?xml version='1.0'?><a>{''.join(pieces)}</a>".encode()

    assert parts(data, size) == admit(data)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1_000])
@pytest.mark.parametrize(
    "data",
    [
        b"<a/>",
        b"",
        b"no markup",
        b"\xef\xbb\xbf<a><b/><c/></a>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><a><b>é</b><b>ü</b><c/></a>".encode("latin-1"),
        b"<?xml version='1.0' encoding='us-ascii'?><a><b>1</b><b>\xe9</b><c/></a>",
        b"<!-- <a> --><a><b/><!-- <c/> --></a><!-- d -->",
        b"<a><b>&amp;</b></a> &#32;",
        b"&#32;<a><b/><c/></a>",
        b"<a><b/>\xc3</a>\xa9",
        b"<a><b/>\x01<c/></a>",
        "<a><b/>\ufffe<c/></a>".encode(),
    ],
)
def test_odd_documents_are_admitted_or_given_up_like_the_whole(data: bytes, size: int) -> None:
    assert parts(data, size) == admit(data)


def test_each_part_but_the_first_begins_with_a_start_tag() -> None:
    data = b"<a>" + b"<b>1</b>\n" * 50 + b"</a>"

    cut = list(admit_parts(io.BytesIO(data).read, 32))

    assert len(cut) > 10
    assert all(part.startswith("<b>") for part in cut[1:])


def test_a_text_longer_than_the_parser_takes_is_given_up() -> None:
    data = b"<a><b>" + b"x" * (MAX_TEXT + 1) + b"</b></a>"

    with pytest.raises(GiveUp):
        list(admit_parts(io.BytesIO(data).read))
