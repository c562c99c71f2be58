"""The path of an endpoint: literal segments, and parameters that stand for one segment each."""

from __future__ import annotations

import pytest

from schemapress_runtime.http.path_template import PathTable, parse_template

PATHS = ("/", "/{a}", "/a", "/{a}/{b}", "/{a}/b", "/a/{b}", "/a/b/", "/a/{b}/{c}", "/{a}/b/c")


@pytest.mark.parametrize(
    ("path", "template", "texts"),
    [
        ("/", "/", ()),
        ("/a", "/a", ()),
        ("/x", "/{a}", ("x",)),
        ("/x/y", "/{a}/{b}", ("x", "y")),
        ("/x/b", "/{a}/b", ("x",)),
        ("/a/y", "/a/{b}", ("y",)),
        ("/a/b", "/a/{b}", ("b",)),  # the first segment that differs decides
        ("/a/b/c", "/a/{b}/{c}", ("b", "c")),
        ("/x/b/c", "/{a}/b/c", ("x",)),
        ("/a/b/", "/a/b/", ()),
        ("/x/y/z", None, ()),
        ("/x/", None, ()),
        ("/a/b/c/d", None, ()),
    ],
)
@pytest.mark.parametrize("paths", [PATHS, PATHS[::-1]], ids=["in order", "reversed"])
def test_a_literal_segment_wins_the_first_segment_first(
    paths: tuple[str, ...], path: str, template: str | None, texts: tuple[str, ...]
) -> None:
    table = PathTable((parse_template(known), known) for known in paths)

    match = table.find(path.split("/")[1:])

    assert (match and match.served) == (None if template is None else (template,))
    assert match is None or match.texts == texts


def test_all_that_is_served_at_one_path_is_found_together() -> None:
    table = PathTable([(parse_template("/{a}"), "GET"), (parse_template("/{b}"), "DELETE")])

    match = table.find(["x"])

    assert match is not None
    assert match.served == ("GET", "DELETE")
