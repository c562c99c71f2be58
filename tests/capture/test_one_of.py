"""Random objects of which a message is one: the model is deterministic, and admits each of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from schemapress.capture.decide.decisions import RecordedSource
from schemapress.capture.finish import finish_draft
from schemapress.capture.sources.readers import read_source
from schemapress.load.loader import load
from tests.capture.test_openapi import operation, written
from tests.support.judges import libxml2_accepts

SCHEMAS = {
    "text": ({"type": "string"}, "x"),
    "number": ({"type": "integer"}, "7"),
    "one": ({"type": "string", "enum": ["one"]}, "one"),
    "two": ({"type": "string", "enum": ["two", "three"]}, "two"),
    "object": ({"type": "object", "properties": {"in": {"type": "string"}}}, "<in>x</in>"),
    "list": ({"type": "array", "items": {"type": "integer"}}, "8"),
    "attribute": ({"type": "string", "xml": {"attribute": True}}, "y"),
}

Property = tuple[str, bool]
kinds = st.sampled_from(sorted(SCHEMAS.keys() - {"attribute"}))
elements = st.dictionaries(st.sampled_from("abcd"), st.tuples(kinds, st.booleans()))
attributes = st.dictionaries(st.sampled_from("pq"), st.tuples(st.just("attribute"), st.booleans()))
properties = st.tuples(elements, attributes).map(lambda both: {**both[0], **both[1]})


def object_of(one: dict[str, Property]) -> dict[str, object]:
    required = [name for name, (_, is_required) in one.items() if is_required]
    return {
        "type": "object",
        "properties": {name: SCHEMAS[kind][0] for name, (kind, _) in one.items()},
        "required": required,
    }


def documents(one: dict[str, Property]) -> list[bytes]:
    """Return a message with all that an object has, and one with what it must have."""
    made = []
    for needed in (False, True):
        kept = {name: kind for name, (kind, is_required) in one.items() if is_required or not needed}
        attributes = "".join(f' {name}="y"' for name, kind in kept.items() if kind == "attribute")
        inner = "".join(f"<{name}>{SCHEMAS[kind][1]}</{name}>" for name, kind in kept.items() if kind != "attribute")
        made.append(f"<m{attributes}>{inner}</m>".encode())
    return made


@given(st.lists(properties, min_size=2, max_size=3), properties, st.sampled_from(["sequence", "all"]))
@settings(max_examples=150)
def test_the_model_is_deterministic_and_admits_each_object(
    objects: list[dict[str, Property]], base: dict[str, Property], order: str
) -> None:
    body = {**object_of(base), "xml": {"name": "m"}, "oneOf": [object_of(one) for one in objects]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = written(operation(body), folder)
        why = []
        for draft in read_source(path.read_bytes(), path):
            made = finish_draft(
                draft, RecordedSource("api.json", "0" * 64, "2026-01-01", draft.schema), None, {"order": order}
            )
            (folder / draft.schema).write_text(made.xsd, "utf-8")
            why += [omission.why for omission in made.omissions]
        main = folder / "send.xsd"

        assert load((main,)).elements
        if any("opposite orders" in one for one in why):
            return
        for one in objects:
            for document in documents({**base, **{key: one[key] for key in one if key not in base}}):
                assert libxml2_accepts(main, document), (document, main.read_text("utf-8"))
