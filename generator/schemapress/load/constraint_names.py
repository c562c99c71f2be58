"""The rules that XSD 1.0 has for schemas themselves, by the names in the specification (Part 1 appendix C)."""

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
"""The rules of the errors that libxml2 names in its own way."""

_HINTS = {
    "cos-nonambig": "Two particles can match the same element where they stand: make them one, or tell them apart.",
    "src-resolve": "Declare it, or fix the name or its prefix.",
    "sch-props-correct": "Give one of the two another name, or remove it.",
    "cos-all-limited": "In an all-group each element occurs at most once: use a sequence for what repeats.",
    "p-props-correct": "Make minOccurs at most maxOccurs.",
    "src-element": "Keep one of the two.",
    "derivation-ok-restriction": "A restriction accepts less than its base and nothing else: keep to its particles.",
    "cos-st-restricts": "Use a facet that the base type has.",
    "facet-valid-restriction": "Choose bounds that leave a value.",
    "pattern-valid": "Fix the regular expression; XSD's own syntax is Part 2 appendix F.",
    "s4s": "Compare with the schema for schemas: Part 1 appendix A.",
    "st-props-correct": "Break the circle.",
    "cvc-datatype-valid": "Choose a value that the type has.",
}


def rule_of(name: str) -> str:
    """Return the rule of a libxml2 error: `SCHEMAP_SRC_ELEMENT_2_1` is `src-element.2.1`."""
    name = re.sub(r"^SCHEMA[PV]_", "", name)
    if name in _NAMES:
        return _NAMES[name]
    words, numbers = re.fullmatch(r"(.*?)((?:_\d+)*)", name, re.DOTALL).groups()  # type: ignore[union-attr]  # it matches any text
    return words.lower().replace("_", "-") + numbers.replace("_", ".")


def hint_for(rule: str) -> str:
    """Return what to do about a rule that is broken."""
    fitting = (hint for name, hint in _HINTS.items() if re.match(rf"{name}(?![a-z])", rule))
    return next(fitting, "Fix the XSD.")
