"""Our validator, its fast path, and two judges that we did not write give one verdict on every document."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler

import cityfibre_ticketing
from cityfibre_ticketing import InvalidDocument, decode, encode, validate
from cityfibre_ticketing.bindings import NotifyInProgress
from schemapress.load.loader import load
from tests.conftest import MESSAGE, XSD
from tests.support.documents import mutated_bytes, mutated_trees, valid_trees
from tests.support.generated_package import Passes
from tests.support.judges import libxml2_accepts, xmlschema_accepts

TICKETING = load((XSD,))
trees = valid_trees(TICKETING, "notifyInProgress")
PASSES = Passes(cityfibre_ticketing)
MESSAGE_TREE = etree.fromstring(MESSAGE)


def verdicts(document: bytes) -> dict[str, bool]:
    """Return what each of our passes and each judge says of a document."""
    found = {"validate": validate(document).valid, "libxml2": libxml2_accepts(XSD, document)}
    try:
        decode(document)
        found["decode"] = True
    except InvalidDocument:
        found["decode"] = False
    accepting = PASSES.accepting(document)
    return found | {"walk": "walk" in accepting} | dict.fromkeys(accepting, True)


def from_xsdata(document: bytes) -> NotifyInProgress:
    """Parse with xsdata's own parser."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = etree.fromstring(document, etree.XMLParser(remove_pis=True, remove_comments=True))
        return XmlParser(handler=LxmlEventHandler).parse(tree, NotifyInProgress)


@given(trees)
@settings(max_examples=150)
@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
def test_every_valid_document_is_accepted_and_binds_as_xsdata_binds_it(tree: etree._Element) -> None:
    document = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)

    assert set(verdicts(document).values()) == {True}
    assert xmlschema_accepts(XSD, document)
    assert decode(document) == from_xsdata(document)


@given(trees)
@settings(max_examples=150)
@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
def test_an_encoded_object_decodes_to_an_equal_object(tree: etree._Element) -> None:
    value = decode(etree.tostring(tree, encoding="UTF-8"))

    try:
        document = encode(value)
    except InvalidDocument as error:
        assert _has_unbound_value(tree), error
        return

    assert decode(document) == value


def _has_unbound_value(tree: etree._Element) -> bool:
    """Whether xsdata keeps some date as text, which an encoder can't take for a date."""
    return any(re.search(r"\.\d{10,}", element.text or "") for element in tree.iter())


@given(st.data())
@settings(max_examples=400)
@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
def test_every_pass_and_judge_agrees_on_mutated_trees(data: st.DataObject) -> None:
    tree = data.draw(mutated_trees(MESSAGE_TREE) | trees.flatmap(mutated_trees))
    document = etree.tostring(tree, encoding="UTF-8")

    found = verdicts(document)
    found["xmlschema"] = xmlschema_accepts(XSD, document)

    assert len(set(found.values())) == 1, (found, str(validate(document)), document)


@given(st.integers(0, 2**32))
@settings(max_examples=1500)
@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
def test_every_pass_and_libxml2_agree_on_mutated_bytes(seed: int) -> None:
    document = mutated_bytes(MESSAGE, seed)

    found = verdicts(document)
    if b"<!DOCTYPE" in document:
        found.pop("libxml2")

    assert len(set(found.values())) == 1, (found, str(validate(document)), document)


@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
@pytest.mark.parametrize("start", range(4))
def test_decode_and_xsdata_bind_the_same_object_from_every_valid_mutation(start: int) -> None:
    bound = 0
    for seed in range(start * 1000, start * 1000 + 1000):
        document = mutated_bytes(MESSAGE, seed)
        try:
            value = decode(document)
        except InvalidDocument:
            continue
        bound += 1
        assert value == from_xsdata(document), document
    assert bound > 40


def test_the_xsd_is_one_that_both_judges_load(tmp_path: Path) -> None:
    assert libxml2_accepts(XSD, MESSAGE)
    assert xmlschema_accepts(XSD, MESSAGE)
    assert not libxml2_accepts(XSD, MESSAGE.replace(b"<apiVersion>1.0</apiVersion>", b""))
