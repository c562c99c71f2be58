"""Admission to the scanner and the reader, and the admitted text."""

from __future__ import annotations

import codecs

import pytest

from schemapress_runtime.xml.plain_text import LESS_THAN, admit


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (b"<a>x</a>", "<a>x</a>"),
        (codecs.BOM_UTF8 + b"<a/>", "<a/>"),
        ('<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16"), '<?xml version="1.0"?><a>é</a>'),
        ("<a/>".encode("utf-16"), "<a/>"),
        (b"<a>x\r\ny\rz</a>", "<a>x\ny\nz</a>"),
        (b"<a>x<!-- c -->y</a>", "<a>xy</a>"),
        (b"<a>x<!---c-->y<!-- d --></a>", "<a>xy</a>"),
        ("<a>é<!-- ü -->é</a>".encode(), "<a>éé</a>"),
        (b"<a><![CDATA[x > y]]></a>", "<a>x > y</a>"),
        (b"<a>x<?target data?>y</a>", "<a>xy</a>"),
        (b"<a>&lt;&amp;&#x41;&#66;</a>", f"<a>{LESS_THAN}&AB</a>"),
        (b'<a b="&amp;">&amp;</a>', '<a b="&amp;">&</a>'),
        (b"<a b='x > &quot; &amp;' c='>'>&quot;<b d='&lt;'/></a>", "<a b='x > &quot; &amp;' c='>'>\"<b d='&lt;'/></a>"),
        (b"<a b='x > y'><!-- c -->&amp;</a>", "<a b='x > y'>&</a>"),
        (b"<a>it's<!-- c --> &amp; that's</a>", "<a>it's & that's</a>"),
        (b"<a><![CDATA[<b> && &amp;]]>&amp;</a>", f"<a>{LESS_THAN}b> && &amp;&</a>"),
        (b"<a>x<!-- c --><?p d?><!-- > <a> --><![CDATA[y]]></a>", "<a>xy</a>"),
        (b"<r><?pi > <!-- ?><a/> --> ?></r>", "<r><a/> --> ?></r>"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"), '<?xml version="1.0"?><a>é</a>'),
        (
            '<?xml version="1.0" encoding="iso-8859-15" standalone="yes"?><a>€</a>'.encode("iso-8859-15"),
            '<?xml version="1.0" standalone="yes"?><a>€</a>',
        ),
        (b"<?xml version='1.0' encoding='us-ascii'?><a/>", "<?xml version='1.0'?><a/>"),
    ],
)
def test_the_text_of_a_document_is_tags_and_plain_text(document: bytes, text: str) -> None:
    assert admit(document) == text


@pytest.mark.parametrize(
    "document",
    [
        b"<a>\x00</a>",
        b"<a>\x1f</a>",
        b"<a>\xff</a>",
        "<a>\ufffe</a>".encode(),
        "<a><!-- \uffff --></a>".encode(),
        b"<a>\xf0\x90\x80<!-- in a character -->\x80</a>",
        b"<a><!-- \xff --></a>",
        b"<a <!-- in a tag --> b='1'/>",
        b"<a>x<!-- two -- hyphens --></a>",
        b"<a>x<!-- ends in one more ---></a>",
        b"<a>x<!-- no end</a>",
        b"<a>&am<!-- in a reference -->p;</a>",
        b"<a>]]></a>",
        b"<a>&unknown;</a>",
        b"<a>&#0;</a>",
        b"<a/>&#10;",
        b"&#32;<a/>",
        b"<a></a><![CDATA[]]>",
        b"<![CDATA[ ]]><a></a>",
        b'<?xml version="1.0"?>&#x9;<a></a>',
        b"<!-- c --><a></a>&#10;<!-- <a></a> -->",
        b'<?xml version="1.0"?><?p <a> ?>&#10;<a></a>',
        b"<!DOCTYPE a><a/>",
        '<?xml version="1.0" encoding="ASCII"?><a>é</a>'.encode("latin-1"),
        '<?xml version="1.0" encoding="windows-1252"?><a>\x81</a>'.encode("latin-1"),
        b"<a b='x> <!-- in a tag --> c'/>",
        b"<a b='x> <![CDATA[in a tag]]> c'/>",
        b"<a><![CDATA[<a>]]",
        '<?xml version="1.0" encoding="UTF-8"?><a/>'.encode("utf-16"),
    ],
)
def test_a_document_that_may_not_be_well_formed_is_given_up(document: bytes) -> None:
    assert admit(document) is None


def test_a_text_is_no_document() -> None:
    with pytest.raises(TypeError, match="expected the bytes"):
        admit("<a/>")  # type: ignore[arg-type]  # the mistake that is tested
