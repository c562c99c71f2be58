"""Names and quotations in messages."""

from __future__ import annotations

from schemapress_runtime.limits import MAX_SHOWN
from schemapress_runtime.report.display import (
    cut,
    join_alternatives,
    name_classes,
    namespace_in_words,
    quote_tag,
    show,
)


def test_a_tag_is_quoted_with_its_namespace() -> None:
    assert quote_tag("{urn:a}b") == "<b> of urn:a"
    assert quote_tag("b") == "<b>"
    assert namespace_in_words("{urn:a}b") == "urn:a"
    assert namespace_in_words("b") == "no namespace"


def test_a_long_text_is_cut_and_its_length_given() -> None:
    text = "x" * (MAX_SHOWN + 1)

    assert show(text) == f"'{'x' * MAX_SHOWN}'… ({MAX_SHOWN + 1} characters)"
    assert cut(text) == "x" * MAX_SHOWN + "…"
    assert (show(""), show(None), show("a'b")) == ("empty", "empty", '"a\'b"')


def test_alternatives_are_one_phrase() -> None:
    assert join_alternatives(["a"]) == "a"
    assert join_alternatives(["a", "b", "c"]) == "a, b or c"
    assert join_alternatives([str(number) for number in range(20)]).endswith(", 11 or …")


def test_of_many_classes_a_few_are_named() -> None:
    classes = [type(name, (), {}) for name in "gfedcba"]

    assert name_classes(classes[:2]) == "f, g"
    assert name_classes(classes) == "a, b, c, d, e and 2 more"
