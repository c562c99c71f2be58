"""An HTTP response as the result of an operation, or as the error that it stands for."""

from __future__ import annotations

from typing import Any, TypeVar

from lxml import etree

from ...codec.root_element import is_message_of
from ...report.problem import InvalidDocument, Problem
from ...xml.document import UnacceptableXML, parse
from ..charset import UnknownCharset, convert_to_utf_8
from ..headers import RepeatedField, content_coding, content_type
from ..problem_document import PROBLEM_MEDIA_TYPE, PROBLEM_NAMESPACE, PROBLEM_TYPES
from .operation import ExpectedAnswer, IncomingResponse, Operation
from .outcome import MOST_KEPT, Refused, UnexpectedAnswer

Result = TypeVar("Result")

_XML = ("application/xml", "text/xml")


def read_answer(operation: Operation[Any, Result], response: IncomingResponse) -> Result:
    """Return the result of an operation: the decoded body, or None where the response has none by its declaration.

    Raises:
        Refused: the status is not from 200 to 299. Redirections are not followed.
        UnexpectedAnswer: the status is, but the body is not what the endpoint declares.
    """
    if operation.envelope is not None:
        read = operation.envelope.read(operation, response)
        if read is not None:
            return read.result  # type: ignore[no-any-return]  # of a class that is declared
    declared = [answer for answer in operation.answers if answer.status == response.status]
    if not 200 <= response.status < 300:
        raise _read_refusal(operation, response, declared)
    if not declared:
        declared = [answer for answer in operation.answers if 200 <= answer.status < 300]
        # A status that is not declared is a success all the same (RFC 9110 §15), if nothing has to be read of it
    if not declared or any(answer.element is None for answer in declared):
        return None  # type: ignore[return-value]  # Result has None then: see the plan of the target
    try:
        result = _decode(operation, response, declared)
    except _Unreadable as unreadable:
        body = response.body[:MOST_KEPT]
        raise UnexpectedAnswer(response.status, str(unreadable), headers=response.headers, body=body) from None
    return result  # type: ignore[return-value]  # of a class that is declared, as `_decode` has checked


class _Unreadable(Exception):
    """A body is not one of those that are declared."""


def _decode(operation: Operation[Any, Any], response: IncomingResponse, declared: list[ExpectedAnswer]) -> object:
    expected = " or ".join(f"<{answer.element}>" for answer in declared if answer.element is not None)
    if response.is_cut:
        raise _Unreadable(f"its body is longer than {len(response.body):,} bytes; expected {expected}")
    if not response.body:
        raise _Unreadable(f"it has no body; expected {expected}")
    try:
        document = operation.decode(_as_utf_8(response))
    except InvalidDocument as invalid:
        raise _Unreadable(f"its body is no valid {expected}: {invalid.problems[0]}") from None
    except (UnknownCharset, UnicodeDecodeError, RepeatedField):
        raise _Unreadable(f"its body is in an unknown encoding; expected {expected}") from None
    for answer in declared:
        if answer.message is not None and is_message_of(document, answer.message, operation.messages):
            return document
    raise _Unreadable(f"its body is a valid {type(document).__name__}; expected {expected}")


def _as_utf_8(response: IncomingResponse) -> bytes:
    if content_coding(response.headers.get("content-encoding", "")) != "identity":
        raise _Unreadable("its body is compressed, which was not asked for")
    type_ = content_type(response.headers.get("content-type", ""))
    return convert_to_utf_8(response.body, None if type_ is None else type_.charset)


def _read_refusal(
    operation: Operation[Any, Any], response: IncomingResponse, declared: list[ExpectedAnswer]
) -> Refused:
    """Return the error of a refusal, with as much as can be read of its body."""
    kind: str | None = None
    detail: str | None = None
    problems: tuple[Problem, ...] = ()
    document: object = None
    location = response.headers.get("location")
    if 300 <= response.status < 400 and location:
        detail = f"It redirects to {location[:500]}, which is not followed."
    try:
        type_ = content_type(response.headers.get("content-type", ""))
        if type_ is not None and type_.media_type == PROBLEM_MEDIA_TYPE:
            kind, detail, problems = read_problem_document(_as_utf_8(response))
        elif any(answer.element is not None for answer in declared):
            document = _decode(operation, response, declared)
    except (_Unreadable, UnacceptableXML, UnknownCharset, UnicodeDecodeError, RepeatedField):
        pass  # the body is there as it came
    return Refused(
        response.status,
        kind=kind,
        detail=detail,
        problems=problems,
        document=document,
        headers=response.headers,
        body=response.body[:MOST_KEPT],
    )


def read_problem_document(document: bytes) -> tuple[str | None, str | None, tuple[Problem, ...]]:
    """Return the kind, the detail and the problems of a problem document (RFC 9457 Appendix B); what it lacks is None.

    The kind is the last part of a type that is ours, or the type as it is.

    Raises:
        UnacceptableXML: it is not well-formed, or of a form that is refused unread.
    """
    root = parse(document)
    kind = _text(root, "type")
    items = root.iterfind(f"{{{PROBLEM_NAMESPACE}}}problems/{{{PROBLEM_NAMESPACE}}}i")
    return (
        None if kind is None else kind.removeprefix(PROBLEM_TYPES),
        _text(root, "detail") or _text(root, "title"),
        tuple(map(_read_problem, items)),
    )


def _read_problem(item: etree._Element) -> Problem:
    return Problem(
        path=_text(item, "path") or "/",
        line=_number(item, "line"),
        column=_number(item, "column"),
        code=_text(item, "code") or "",
        value=_text(item, "value"),
        expected=_text(item, "expected"),
        message=_text(item, "message") or "",
    )


def _text(parent: etree._Element, name: str) -> str | None:
    return parent.findtext(f"{{{PROBLEM_NAMESPACE}}}{name}")


def _number(parent: etree._Element, name: str) -> int | None:
    text = _text(parent, name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
