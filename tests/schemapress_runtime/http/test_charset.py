"""The charset of a body, and the body in UTF-8: RFC 7303 §3, XML 1.0 Appendix F."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemapress_runtime.http.charset import CODECS, UnknownCharset, convert_to_utf_8
from tests.support.growth import deadline

TEXT = "<a>é</a>"


def declared(encoding: str, text: str = TEXT) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (TEXT.encode(), None),
        (TEXT.encode(), "utf-8"),
        (declared("UTF-8").encode(), None),
        (declared("ISO-8859-1").encode("latin-1"), None),
        (declared("latin-1").encode("latin-1"), None),
        (declared("windows-1252").encode("cp1252"), None),
        (declared("UTF-16").encode("utf-16"), None),
        (TEXT.encode("utf-16"), None),
        (TEXT.encode("utf-16"), "utf-16"),
        (declared("UTF-16LE").encode("utf-16-le"), None),
        (declared("UTF-16BE").encode("utf-16-be"), None),
        # the charset of the Content-Type wins over the declaration
        (declared("UTF-8").encode("latin-1"), "iso-8859-1"),
        (declared("ISO-8859-1").encode(), "utf-8"),
        (declared("UTF-16").encode(), "utf-8"),
        (declared("C99").encode(), "utf-8"),
        (TEXT.encode("latin-1"), "iso-8859-1"),
        (TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16le"),
        (f'<?xml version="1.0"{" " * 200}encoding="ISO-8859-1"?>{TEXT}'.encode(), "utf-8"),
        (f"<?xml\tversion = '1.0'\r\nencoding\n=\n'ISO-8859-1'\nstandalone = 'yes' ?>{TEXT}".encode(), "utf-8"),
        (f'<?xml version="1.0" encoding="ISO-8859-1"?><!--utf-8-->{TEXT}'.encode(), "utf-8"),
        (f'<?xml version="1.0" encoding="UTF-8"?><!--utf-8-->{TEXT}'.encode("latin-1"), "iso-8859-1"),
        # a byte order mark wins over both
        (codecs.BOM_UTF8 + declared("ISO-8859-1").encode(), "iso-8859-1"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-16"),
        (declared("ISO-8859-1").encode("utf-16"), "utf-8"),
        (codecs.BOM_UTF16_BE + declared("C99").encode("utf-16-be"), None),
    ],
)
def test_the_text_is_what_was_sent(body: bytes, charset: str | None) -> None:
    assert etree.fromstring(convert_to_utf_8(body, charset)).text == "é"


@pytest.mark.parametrize("name", CODECS)
def test_every_accepted_charset_is_decoded_by_either_way_of_naming_it(name: str) -> None:
    codec = CODECS[name] if name not in ("utf-16le", "utf-16be") else name
    text = declared(name, "<a>{}</a>")

    assert etree.fromstring(convert_to_utf_8(text.replace("{}", "x").encode(codec), None)).text == "x"
    assert etree.fromstring(convert_to_utf_8(text.replace("{}", "x").encode(codec), name)).text == "x"


@pytest.mark.parametrize(
    "name", ["unicode_escape", "raw_unicode_escape", "idna", "punycode", "utf-7", "hex", "rot13", "mbcs", "undefined"]
)
def test_codecs_that_are_no_charsets_are_refused(name: str) -> None:
    for body, charset in ((TEXT.encode(), name), (declared(name).encode(), None)):
        with pytest.raises(UnknownCharset, match=name):
            convert_to_utf_8(body, charset)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (declared("UTF-7").encode(), "utf-7"),
        (declared("C99").encode(), "c99"),  # which libxml2 takes, and in which \u003c is markup
        (declared("JAVA").encode(), "java"),
        (declared("HZ").encode(), "hz"),
        (declared("ISO-2022-KR").encode(), "iso-2022-kr"),
        (declared("UTF-32").encode("utf-32"), "utf-32"),
        (declared("UTF-32LE").encode("utf-32-le"), "utf-32"),
        (declared("UTF-32BE").encode("utf-32-be"), "utf-32"),
        (declared("IBM037").encode("cp037", "replace"), "ebcdic"),
        ("<a/>".encode("utf-16-le"), "utf-16 without a byte order mark"),
        ("<a/>".encode("utf-16-be"), "utf-16 without a byte order mark"),
    ],
)
def test_charsets_that_only_libxml2_knows_are_refused(body: bytes, name: str) -> None:
    with pytest.raises(UnknownCharset, match=name):
        convert_to_utf_8(body, None)


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (TEXT.encode(), "us-ascii"),
        (declared("US-ASCII").encode(), None),
        (TEXT.encode("utf-16-le")[:-1], "utf-16le"),
        (b"<a>\x81</a>", "windows-1252"),
        (b"<a>\xd8\x00</a>", "utf-16be"),
    ],
)
def test_a_body_that_is_not_in_its_charset_is_refused(body: bytes, charset: str | None) -> None:
    with pytest.raises(UnicodeDecodeError):
        convert_to_utf_8(body, charset)


@pytest.mark.parametrize(
    "body",
    [
        b'<a><![CDATA[<?xml version="1.0" encoding="ISO-8859-5"?>]]></a>',
        b'<!--<?xml version="1.0" encoding="ISO-8859-5"?>--><a/>',
        b' <?xml version="1.0" encoding="ISO-8859-5"?><a/>',
        b'<?xml version="1.0"encoding="UTF-16"?><a/>',
        b'<?xml version="1.0" encoding="a b"?><a/>',
        b'<?xml encoding="UTF-16" version="1.0"?><a/>',
        b'<?xmlish version="1.0" encoding="UTF-16"?><a/>',
        b'<?xml version="1.0"?><a b=\' encoding="UTF-16"\'/>',
    ],
)
def test_nothing_but_the_declaration_at_the_very_start_is_changed(body: bytes) -> None:
    assert convert_to_utf_8(body, "iso-8859-1") == body
    assert convert_to_utf_8(body, "utf-8") == body


def test_lines_and_columns_stay_as_they_were() -> None:
    body = b'<?xml version="1.0"\r\nencoding="ISO-8859-1"\n standalone="no"?><a>\n  <b></a>'
    with pytest.raises(etree.XMLSyntaxError) as before:
        etree.fromstring(body)
    with pytest.raises(etree.XMLSyntaxError) as after:
        etree.fromstring(convert_to_utf_8(body, "utf-8"))

    assert len(convert_to_utf_8(body, "utf-8")) == len(body)
    assert after.value.position == before.value.position


PIECES = [
    "<?xml ",
    " ",
    "\n",
    "version",
    "=",
    "'1.0'",
    '"1.0"',
    "encoding",
    "'C99'",
    '"UTF-8"',
    "standalone",
    "'yes'",
    "?>",
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=4),
    st.integers(0, 12),
    st.integers(0, 3),
)
def test_no_declaration_that_libxml2_reads_is_overlooked(more: list[str], start: int, length: int) -> None:
    pieces = ["<?xml ", "version", "=", "'1.0'", " ", "encoding", "=", "'C99'", " ", "standalone", "=", "'yes'", "?>"]
    pieces[start : start + length] = more
    body = "".join([*pieces, "<a>\\u00e9</a>"]).encode()
    try:
        text = etree.fromstring(convert_to_utf_8(body, "utf-8")).text
    except etree.XMLSyntaxError:
        return

    assert text == "\\u00e9"  # in C99, it is another


@pytest.mark.parametrize(
    ("start", "repeated"), [("<?xml version=''", "<?xml version=''"), ("<?xml ", " "), ('<?xml version="', "a")]
)
def test_no_expression_goes_back_over_a_large_body(start: str, repeated: str) -> None:
    body = (start + repeated * (1_000_000 // len(repeated))).encode()

    with deadline():
        convert_to_utf_8(body, "iso-8859-1")
