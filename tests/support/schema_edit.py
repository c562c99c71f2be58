"""Random edits of a schema, as the next version of a specification has them."""

from __future__ import annotations

import copy
import random

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
PARTICLES = (f"{XS}element", f"{XS}sequence", f"{XS}choice", f"{XS}any")


def edited(schema: str, chance: random.Random, edits: int = 1) -> str:
    """Return a schema with some things changed; it may be invalid by that."""
    root = etree.fromstring(schema.encode())
    for _ in range(edits):
        _edit(root, chance)
    return etree.tostring(root, encoding="unicode")


def _edit(root: etree._Element, chance: random.Random) -> None:
    inner = [one for one in root.iter(f"{XS}*") if one.getparent() is not None and one.getparent() is not root]
    particles = [one for one in inner if one.tag in PARTICLES]
    facets = [one for one in root.iter(f"{XS}*") if one.get("value") is not None]
    attributes = list(root.iter(f"{XS}attribute"))
    kind = chance.randrange(9)
    if kind == 0 and particles:
        chance.choice(particles).set("minOccurs", chance.choice("01"))
    elif kind == 1 and particles:
        chance.choice(particles).set("maxOccurs", chance.choice(["1", "2", "3", "unbounded"]))
    elif kind == 2 and particles:
        one = chance.choice(particles)
        one.getparent().remove(one)  # type: ignore[union-attr]  # every particle has a parent
    elif kind == 3 and facets:
        one = chance.choice(facets)
        one.set("value", chance.choice(["1", "2", "3", "red", "[a-c]+"]))
    elif kind == 4 and facets:
        one = chance.choice(facets)
        one.getparent().remove(one)  # type: ignore[union-attr]  # every facet has a parent
    elif kind == 5 and attributes:
        chance.choice(attributes).set("use", chance.choice(["optional", "required"]))
    elif kind == 6:
        typed = [one for one in inner if (one.get("type") or "").startswith("xs:")]
        if typed:
            chance.choice(typed).set(
                "type", chance.choice(["xs:string", "xs:int", "xs:decimal", "xs:token", "xs:date"])
            )
    elif kind == 7:
        groups = [one for one in inner if one.tag in (f"{XS}sequence", f"{XS}choice")]
        if groups:
            one = chance.choice(groups)
            one.tag = f"{XS}choice" if one.tag == f"{XS}sequence" else f"{XS}sequence"
    elif particles:
        one = chance.choice(particles)
        outer = etree.Element(f"{XS}sequence")
        if one.getparent().tag in (f"{XS}sequence", f"{XS}choice"):  # type: ignore[union-attr]  # as above
            one.addprevious(outer)
            outer.append(copy.deepcopy(one))
            one.getparent().remove(one)  # type: ignore[union-attr]  # as above
