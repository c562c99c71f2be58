"""The rules of XSD 1.0 for schemas themselves, by their names in the specification (Part 1 appendix C)."""

from __future__ import annotations

import re

_NAMES = {
    "NOT_DETERMINISTIC": "cos-nonambig",
    "REDEFINED_TYPE": "sch-props-correct.2",
    "REDEFINED_ATTR": "sch-props-correct.2",
    "REDEFINED_ELEMENT": "sch-props-correct.2",
    "REDEFINED_NOTATION": "sch-props-correct.2",
    "REGEXP_INVALID": "pattern-valid",
    "INVALID_FACET_VALUE": "facet-valid-restriction",
}
"""The rules of errors that libxml2 names differently."""

_HINTS = {
    "cos-element-consistent": "Give elements of one name in a content model the same named type.",
    "cos-nonambig": "Two particles can match the same element at the same position: merge them, or rename one.",
    "src-resolve": "Declare it, or fix the name or its prefix.",
    "sch-props-correct": "Give one of the two another name, or remove it.",
    "cos-all-limited": "In xs:all each element occurs at most once: use xs:sequence for elements that repeat.",
    "p-props-correct": "Make minOccurs no larger than maxOccurs.",
    "src-element": "Keep one of the two.",
    "derivation-ok-restriction": "A restriction may only accept what its base accepts: keep to the base's particles.",
    "cos-st-restricts": "Use a facet that applies to the base type.",
    "facet-valid-restriction": "Choose bounds that allow at least one value.",
    "pattern-valid": "Fix the regular expression; Part 2 appendix F has the syntax of XSD.",
    "s4s": "Compare with the schema for schemas: Part 1 appendix A.",
    "st-props-correct": "Break the circle of types.",
    "cvc-datatype-valid": "Choose a value that is valid for the type.",
}


def rule_of(name: str) -> str:
    """Return the rule of a libxml2 error: `SCHEMAP_SRC_ELEMENT_2_1` is `src-element.2.1`."""
    name = re.sub(r"^SCHEMA[PV]_", "", name)
    if name in _NAMES:
        return _NAMES[name]
    words, numbers = re.fullmatch(r"(.*?)((?:_\d+)*)", name, re.DOTALL).groups()  # type: ignore[union-attr]  # it matches any text
    return words.lower().replace("_", "-") + numbers.replace("_", ".")


def hint_for(rule: str) -> str:
    """Return how to fix a schema that breaks a rule."""
    fitting = (hint for name, hint in _HINTS.items() if re.match(rf"{name}(?![a-z])", rule))
    return next(fitting, "Fix the XSD.")
