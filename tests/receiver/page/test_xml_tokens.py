"""The parts of an XML text, and what of them is personal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemapress.receiver.page.personal_content import HIDDEN, PersonalContent, hide_texts
from schemapress.receiver.page.source_listing import list_source
from schemapress.receiver.page.xml_tokens import tokenize

PIECES = (
    *(
        "<a>",
        "</a>",
        "<who>",
        "</who>",
        "<x:who b='1'>",
        "</x:who>",
        '<b c="d&amp;">',
        "</b>",
        "<e/>",
        "<who/>",
        "SECRET",
    ),
    *(
        "<!-- SECRET -->",
        "<![CDATA[SECRET]]>",
        "<?p SECRET?>",
        "<!DOCTYPE a>",
        "&lt;",
        "&",
        "<",
        ">",
        '"',
        "'",
        "\n",
        " ",
    ),
    *("=", "/", "text", "<who", "</who", "<!--", "<![CDATA[", "]]>", "é", "\x00", "SEC\nRET", "<who a='SECRET'>"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
WHO = PersonalContent(frozenset({"who"}))


@given(TEXTS | st.text())
def test_the_parts_of_any_text_are_the_text(text: str) -> None:
    assert "".join(token.text for token in tokenize(text)) == text


@given(
    st.recursive(
        st.sampled_from(["SECRET", "x", " \n", "<!--SECRET-->", "<?p SECRET?>", "<![CDATA[SECRET]]>"]),
        lambda inner: st.tuples(
            st.sampled_from(["a", "who", "x:who", "b"]),
            st.lists(inner, max_size=4),
            st.sampled_from(["", " k='SECRET'", ' x:k = "SEC\nRET"']),
        ).map(lambda parts: f"<{parts[0]}{parts[2]}>{''.join(parts[1])}</{parts[0]} >"),
        max_leaves=20,
    )
)
def test_nothing_inside_of_a_personal_element_is_shown(content: str) -> None:
    body = f'<root xmlns:x="urn:x">{content}</root>'.encode()
    listing = list_source(body, [], WHO, is_valid=True)
    shown = "\n".join("".join(token.text for token in line.tokens) for line in listing.lines)

    root = etree.fromstring(body)
    for element in list(root.iter("{*}who")):
        for each in list(element):
            element.remove(each)
        element.text = None
        element.attrib.clear()
    outside = etree.tostring(root).decode()
    assert shown.count("SECRET") == outside.count("SECRET")
    assert listing.lines[-1].number == body.count(b"\n") + 1


@given(TEXTS)
def test_a_text_that_is_not_well_formed_is_hidden_as_a_whole(text: str) -> None:
    body = f"<root>{text}".encode("utf-8", "surrogatepass")

    listing = list_source(body, [], WHO, is_valid=False)

    try:
        etree.fromstring(body)
    except etree.XMLSyntaxError:
        assert listing.is_hidden
        assert listing.lines == ()


def test_an_invalid_document_hides_inner_elements_wherever_they_stand() -> None:
    personal = PersonalContent(frozenset({"who"}), frozenset({"phone"}))
    body = b"<root><phone>0123</phone></root>"

    assert not list_source(body, [], personal, is_valid=True).hides
    assert list_source(body, [], personal, is_valid=False).hides


def test_a_document_in_utf_16_is_read_before_it_is_hidden() -> None:
    body = '<?xml version="1.0" encoding="UTF-16"?><a><who>SECRET</who><b>é</b></a>'.encode("utf-16")

    text = "".join(token.text for line in list_source(body, [], WHO, is_valid=True).lines for token in line.tokens)

    assert "SECRET" not in text
    assert f"<who>{HIDDEN}</who><b>é</b>" in text


def test_a_line_with_many_tags_is_shown_in_parts_and_the_part_of_a_place_is_marked() -> None:
    body = b"<a><who>SECRET</who><b>wrong</b>\n<c/></a>"

    listing = list_source(body, [(1, 21)], WHO, is_valid=True)

    parts = ["".join(token.text for token in line.tokens) for line in listing.lines]
    assert parts == ["<a>", f"<who>{HIDDEN}</who>", "<b>wrong</b>", "<c/>", "</a>"]
    assert [line.is_marked for line in listing.lines] == [False, False, True, False, False]
    assert [line.anchor for line in listing.lines] == ["line-1", "line-1-4", "line-1-21", "line-2", "line-2-5"]
    assert listing.find((1, 23)) == listing.lines[2]
    assert listing.find((2, None)) == listing.lines[3]


def test_characters_that_change_how_a_line_is_read_are_shown_by_their_numbers() -> None:
    listing = list_source("<a>\u202eabc</a>".encode(), [], None, is_valid=True)

    assert [token.text for line in listing.lines for token in line.tokens if token.kind == "text"] == ["⟨202E⟩abc"]


def test_a_long_message_is_cut_and_still_hidden() -> None:
    body = b"<a><who>" + b"SECRET " * 100_000 + b"</who></a>"

    listing = list_source(body, [], WHO, is_valid=True)

    assert listing.is_cut
    assert not any("SECRET" in token.text for line in listing.lines for token in line.tokens)


def test_an_error_message_has_no_personal_text_even_if_it_cuts_one() -> None:
    long = "Ada Lovelace, 12 St James's Square, London, who is not to be named here at all"
    texts = frozenset({"Ada", long})

    assert hide_texts(f"Ada can't be reached; '{long[:60]}…' is too long", texts) == (
        f"{HIDDEN} can't be reached; '{HIDDEN}' is too long"
    )


def test_the_attributes_of_a_personal_element_keep_their_names_and_quotes() -> None:
    listing = list_source(b"<a k='1'><who k='SECRET' l=\"\"/></a>", [], WHO, is_valid=True)

    text = "".join(token.text for line in listing.lines for token in line.tokens)
    assert text == f"<a k='1'><who k='{HIDDEN}' l=\"\"/></a>"


def test_a_problem_does_not_quote_the_value_of_a_personal_element() -> None:
    problem = {"path": "/a/x:who[2]/age", "value": "very old", "expected": "a number", "message": "it is 'very old'"}

    assert WHO.hide_in_problem(problem, frozenset({"very\n  old"})) == {
        "path": "/a/x:who[2]/age",
        "value": None,
        "expected": "a number",
        "message": "The value is personal, and hidden; expected a number.",
    }
    other = {**problem, "path": "/a/b"}
    assert WHO.hide_in_problem(other, frozenset()) == other
