"""A tree of fields, printed as a page and captured, gives back the tree."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemapress.capture.read.message_tree import MOST_MESSAGE_LEVELS, MessageElement, read_message
from schemapress.capture.read.page import PageBody, PageField, PagePlace
from schemapress.capture.read.redocly import read_redocly
from schemapress.errors import SchemapressError
from tests.capture.test_pages import captured

XS = "{http://www.w3.org/2001/XMLSchema}"


@dataclass(frozen=True)
class Tree:
    """A field with fields inside."""

    name: str
    type: str
    required: bool
    children: tuple[Tree, ...] = ()

    def listed(self, above: str = "") -> list[str]:
        """Return the field and all inside as a page lists them."""
        path = f"{above}{self.name}"
        required = ", required" if self.required else ""
        lines = [f"  - `{path}` ({self.type}{required})\n"]
        return lines + [line for child in self.children for line in child.listed(f"{path}.")]


names = st.from_regex(r"[a-z][A-Za-z0-9_]{0,8}", fullmatch=True)
leaves = st.builds(Tree, names, st.sampled_from(["string", "integer", "number", "boolean"]), st.booleans())


def with_children(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    children = st.lists(inner, min_size=1, max_size=4, unique_by=lambda tree: tree.name).map(tuple)
    return st.builds(Tree, names, st.sampled_from(["object", "array"]), st.booleans(), children)


trees = st.lists(
    st.recursive(leaves, with_children, max_leaves=12), min_size=1, max_size=5, unique_by=lambda tree: tree.name
)


def page(fields: list[Tree]) -> str:
    listed = "\n".join(line for tree in fields for line in tree.listed())
    return f"# Random\n\nEndpoint: POST /random\n\n## Request fields (application/xml):\n\n{listed}"


def read(element: MessageElement) -> Tree:
    field = element.field
    return Tree(element.name, field.type, field.required, tuple(map(read, element.children)))


@given(trees)
@settings(max_examples=200)
def test_a_page_gives_back_the_tree_that_was_printed(fields: list[Tree]) -> None:
    (read_page,) = read_redocly(page(fields), "random.md")
    request = read_page.endpoint.request
    assert request is not None

    assert [read(child) for child in read_message(request).children] == fields


@given(trees)
@settings(max_examples=100)
def test_a_page_without_line_breaks_gives_back_the_tree_too(fields: list[Tree]) -> None:
    flattened = re.sub(r"\s+", " ", page(fields))

    (read_page,) = read_redocly(flattened, "random.md")
    request = read_page.endpoint.request
    assert request is not None

    assert [read(child) for child in read_message(request).children] == fields


@given(trees)
@settings(max_examples=100)
def test_every_field_of_a_random_page_is_an_element_of_a_schema_that_loads(fields: list[Tree]) -> None:
    made = captured(page(fields).encode(), "random.md")

    declared = etree.fromstring(made.xsd.encode())
    etree.XMLSchema(declared)
    elements = {element.get("name") for element in declared.iter(f"{XS}element")}
    listed = re.findall(r"- `([^`]+)`", page(fields))
    assert {path.rpartition(".")[2] for path in listed} <= elements
    assert made.fields == len(listed)


def test_a_field_that_is_nested_too_deeply_is_an_error() -> None:
    place = PagePlace("deep.md", 1)
    deep = PageField(("a",) * (MOST_MESSAGE_LEVELS + 1), "string", place)

    with pytest.raises(SchemapressError, match="levels of names"):
        read_message(PageBody("application/xml", place, (deep,)))
