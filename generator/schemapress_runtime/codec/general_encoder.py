"""The general encoder, for objects that the emitted straight-line encoder does not write."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from lxml import etree

from ..binding.class_kinds import is_field_without_value
from ..binding.document_prefixes import recall_prefixes
from ..binding.fallback import serializer
from ..binding.object_parts import (
    describe_problem,
    differing_parts,
    mistyped_parts,
    objects_inside,
    omit_each_field,
    unwritable_parts,
)
from ..binding.prefixes import NO_PREFIXES, MessagePrefixes, Prefixes
from ..binding.write_events import write_events
from ..report.display import cut
from ..report.problem import InvalidDocument, Problem, Report
from ..validation.validator import Validator
from ..verdict import GiveUp
from ..xml.document import UnacceptableXML
from .messages import Message, Messages
from .recursion_limit import room_for_depth
from .root_element import RootElement, root_of

_LOG = logging.getLogger(__name__)


def encode_object(
    value: Message,
    validator: Validator,
    messages: Messages[Message],
    decode: Callable[[bytes], Message],
    prefixes: MessagePrefixes,
    chosen: Mapping[str, str] | None = None,
) -> bytes:
    """Return the document of an object that the straight-line encoder did not write, with prefixes that were chosen.

    Raises:
        InvalidDocument: with every problem of the object.
        TypeError: the object is no message, or it is not clear of which root element.
        ValueError: a prefix can't be chosen so.
    """
    root = root_of(value, messages)
    value = root.value
    remembered = recall_prefixes(value)
    taken = prefixes.of(root.tag, _join_prefixes(chosen, remembered) if remembered else chosen)
    try:
        if not root.is_derived and validator.limits.is_usual:
            data, has_constraints = messages.writers(taken).document(value, root.tag)
            if not has_constraints or validator.validate(data).valid:
                return data
    except (GiveUp, InvalidDocument, AttributeError, RecursionError) as reason:  # xsdata may take what tables do not
        check_reason(reason)
        _LOG.debug("the table encoder gave up: %s", type(reason).__name__)
    return _encode_by_xsdata(root, validator, messages, decode, taken)


def check_reason(reason: Exception) -> None:
    """Raise again an exception that is no reason for another way to encode an object, but a mistake in code."""
    if isinstance(reason, AttributeError) and not is_field_without_value(reason):
        raise reason


def _encode_by_xsdata(
    root: RootElement,
    validator: Validator,
    messages: Messages[Any],  # of any class
    decode: Callable[[bytes], object],
    prefixes: Prefixes,
) -> bytes:
    """Return the document that xsdata makes of an object, if it is valid and is read back as the same object."""
    value = root.value
    most = validator.limits.problems
    unwritable = tuple(islice(unwritable_parts(value), most))
    if unwritable:
        raise InvalidDocument(Report(unwritable))
    try:
        with room_for_depth():
            data = write_events(partial(serializer(messages.context).document, root), prefixes)
    except Exception as error:  # a wrong value in a field makes the serializer fail in as many ways as there are types
        mistyped = tuple(islice(mistyped_parts(value, messages.context), most))
        raise InvalidDocument(Report(mistyped or (_find_unwritable(value, error, messages),))) from error
    try:
        try:
            read = decode(data)
        except InvalidDocument as refused:
            data = _repair(data, validator, refused, prefixes)
            read = decode(data)
            if next(differing_parts(value, read), None) is not None:
                raise refused from None
    except InvalidDocument as error:
        raise InvalidDocument(_as_report_on_object(error.report, type(value).__name__)) from None
    differences = tuple(islice(differing_parts(value, read), most))
    if differences:
        raise InvalidDocument(Report(differences))
    return data


def _join_prefixes(chosen: Mapping[str, str] | None, remembered: Mapping[str, str]) -> Mapping[str, str]:
    """Return the prefixes that were chosen, and those of a document that they leave as they are."""
    given = dict(chosen or {})
    return {
        **{prefix: uri for prefix, uri in remembered.items() if prefix != "xml" and uri not in given.values()},
        **given,
    }


def _repair(data: bytes, validator: Validator, refused: InvalidDocument, prefixes: Prefixes) -> bytes:
    """Return a repaired version of a refused document.

    Raises:
        InvalidDocument: the one that is given, where there is nothing to repair.
    """
    from .repair import repair

    try:
        root = validator.source(data).root()
    except UnacceptableXML:
        raise refused from None
    namespaces = {prefix: uri for uri, prefix in prefixes.named.items()}
    repaired = repair(root, validator.declarations, validator.limits, namespaces)
    if repaired is None:
        raise refused
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(
        repaired, encoding="UTF-8", xml_declaration=False
    )


_MOST_TRIED = 1_000
"""Parts of an object that are written by themselves to find the one that can't be; each may hold all the others."""


def _find_unwritable(value: object, error: Exception, messages: Messages[Any]) -> Problem:  # messages of any class
    """Return the problem of the part of an object that the serializer fails at: the deepest that fails by itself."""
    writing, tried = serializer(messages.context), 0

    def fails(part: object) -> bool:
        nonlocal tried
        tried += 1
        try:
            write_events(partial(writing.generate, part), NO_PREFIXES)
        except Exception:
            return tried < _MOST_TRIED
        return False

    path = type(value).__name__
    while (
        inside := next(((where, part) for where, part in objects_inside(value, path) if fails(part)), None)
    ) is not None:
        path, value = inside
    for name, without in omit_each_field(value):
        if not fails(without):
            path += f".{name}"
            break
    return describe_problem(path, f"{path} can't be written as XML: {cut(str(error))}.")


def _as_report_on_object(report: Report, name: str) -> Report:
    """Return a report on an object: without lines and columns; a problem of the whole object names its class."""
    problems = (
        replace(problem, path=name if problem.path == "/" else problem.path, line=None, column=None)
        for problem in report
    )
    return Report(tuple(problems), report.unlisted)
