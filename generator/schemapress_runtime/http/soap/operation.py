"""The sending side of SOAP: requests in envelopes, and answers as results or errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ...codec.root_element import is_message_of
from ...report.problem import InvalidDocument, Problem
from ...xml.document import UnacceptableXML
from ..charset import UnknownCharset, convert_to_utf_8
from ..client.answer import read_problem_document
from ..client.operation import IncomingResponse, Operation, ReadAnswer
from ..client.outcome import MOST_KEPT, Refused, UnexpectedAnswer
from ..headers import RepeatedField, content_type
from ..problem_document import PROBLEM_NAMESPACE
from .block import DeclaredBlock, write_block
from .envelope import OpenedEnvelope, WrongEnvelope, open_envelope, write_envelope
from .fault import Fault, read_fault
from .version import SOAP_1_1, SOAP_VERSIONS, SoapVersion

Body = TypeVar("Body", covariant=True)
Block = TypeVar("Block")


@dataclass(frozen=True, slots=True)
class SoapAnswer(Generic[Body]):
    """The answer of an operation that declares header blocks: its body, and the header blocks that came with it.

    A declared block is an object of its class, any other one a `HeaderBlock`.
    """

    body: Body
    blocks: tuple[object, ...] = ()

    def block(self, class_: type[Block]) -> Block | None:
        """Return the first header block of a class, or None."""
        return next((block for block in self.blocks if isinstance(block, class_)), None)


@dataclass(frozen=True, slots=True)
class SoapCall:
    """What SOAP adds to an operation of a client; `faults` are the classes of entries in the detail of a fault."""

    version: str
    action: str = ""
    blocks: tuple[DeclaredBlock, ...] = ()
    answer_blocks: tuple[DeclaredBlock, ...] = ()
    faults: tuple[type, ...] = ()
    encode_block: Callable[..., bytes] | None = None

    @property
    def _version(self) -> SoapVersion:
        return SOAP_VERSIONS[self.version]

    def wrap(
        self, document: bytes | None, arguments: Mapping[str, object]
    ) -> tuple[bytes, tuple[tuple[str, str], ...], dict[str, object]]:
        """Return an envelope, the header fields that describe it, and the arguments that are no header blocks.

        Raises:
            InvalidDocument: a header block is not valid.
            ValueError: one is missing, or not well-formed.
            TypeError: one is of the wrong class.
        """
        rest = dict(arguments)
        blocks: list[bytes] = []
        for declared in self.blocks:
            value = rest.pop(declared.argument, None)
            if value is None:
                if declared.required:
                    raise ValueError(f"The header block {declared.argument} is missing.")
            elif isinstance(value, declared.message) and self.encode_block is not None:
                blocks.append(self.encode_block(value))
            else:
                expected, got = declared.message.__name__, type(value).__name__
                raise TypeError(f"the header block {declared.argument} is a {expected}, not {got}")
        others: Any = rest.pop("blocks", ())
        blocks += [write_block(block, self.blocks, self.encode_block) for block in others]
        version = self._version
        body = None if document is None else convert_to_utf_8(document, None)
        return write_envelope(version, body, blocks), self._describe(version), rest

    def _describe(self, version: SoapVersion) -> tuple[tuple[str, str], ...]:
        content = f"{version.media_type}; charset=utf-8"
        accept = ("Accept", f"{version.media_type}, application/problem+xml, */*;q=0.1")
        if version is SOAP_1_1:
            return (("Content-Type", content), ("SOAPAction", f'"{self.action}"'), accept)
        action = f'; action="{self.action}"' if self.action else ""
        return (("Content-Type", content + action), accept)

    def read(self, operation: Operation[Any, Any], response: IncomingResponse) -> ReadAnswer | None:
        """Return the result in the envelope of an answer; None where a refusal has no envelope to read.

        Raises:
            Refused: the answer is a fault.
            UnexpectedAnswer: it is a success, and not what the operation declares.
        """
        is_success = 200 <= response.status < 300
        if not response.body:
            if is_success and not self._has_answer(operation):
                return self._result(None, ())
            if is_success:
                raise self._unexpected(response, "it has no body; expected an envelope")
            return None
        try:
            opened = open_envelope(_as_utf_8(response))
        except (WrongEnvelope, UnknownCharset, UnicodeDecodeError, RepeatedField) as wrong:
            if is_success and self._has_answer(operation):
                said = str(wrong) if isinstance(wrong, WrongEnvelope) else "its body is in an unknown encoding"
                raise self._unexpected(response, f"its body is no envelope: {said}") from None
            return self._result(None, ()) if is_success else None
        if opened.body is not None and opened.body.name == opened.version.name("Fault"):
            raise self._refuse(operation, response, opened)
        if not is_success:
            return None
        return self._decode(operation, response, opened)

    @staticmethod
    def _has_answer(operation: Operation[Any, Any]) -> bool:
        return not any(answer.status == 202 or answer.element is None for answer in operation.answers)

    def _decode(self, operation: Operation[Any, Any], response: IncomingResponse, opened: OpenedEnvelope) -> ReadAnswer:
        expected = [answer for answer in operation.answers if answer.message is not None]
        if opened.body is None or not expected:
            if expected and self._has_answer(operation):
                raise self._unexpected(response, f"its Body is empty; expected <{expected[0].element}>")
            return self._result(None, self._decode_blocks(operation, response, opened))
        names = " or ".join(f"<{answer.element}>" for answer in expected)
        try:
            document = operation.decode(opened.body.document)
        except InvalidDocument as invalid:
            problem = opened.body.place(invalid).problems[0]
            raise self._unexpected(response, f"its body is no valid {names}: {problem}") from None
        for answer in expected:
            if answer.message is not None and is_message_of(document, answer.message, operation.messages):
                return self._result(document, self._decode_blocks(operation, response, opened))
        raise self._unexpected(response, f"its body is a valid {type(document).__name__}; expected {names}")

    def _decode_blocks(
        self, operation: Operation[Any, Any], response: IncomingResponse, opened: OpenedEnvelope
    ) -> tuple[object, ...]:
        declared = {block.element for block in self.answer_blocks}
        blocks: list[object] = []
        for block in opened.blocks:
            if block.name not in declared:
                blocks.append(block)
                continue
            try:
                blocks.append(operation.decode(block.document))
            except InvalidDocument as invalid:
                reason = f"its header block {block.name} is not valid: {invalid.problems[0]}"
                raise self._unexpected(response, reason) from None
        return tuple(blocks)

    def _result(self, body: object, blocks: tuple[object, ...]) -> ReadAnswer:
        return ReadAnswer(SoapAnswer(body, blocks) if self.answer_blocks else body)

    @staticmethod
    def _unexpected(response: IncomingResponse, reason: str) -> UnexpectedAnswer:
        body = response.body[:MOST_KEPT]
        return UnexpectedAnswer(response.status, reason, headers=response.headers, body=body)

    def _refuse(self, operation: Operation[Any, Any], response: IncomingResponse, opened: OpenedEnvelope) -> Refused:
        assert opened.body is not None
        try:
            fault = read_fault(opened.version, opened.body.document)
        except UnacceptableXML:
            fault = Fault(None, None)
        kind, detail = fault.code, fault.reason
        problems: tuple[Problem, ...] = ()
        document: object = None
        for entry in fault.entries:
            if entry.startswith(b"<") and PROBLEM_NAMESPACE.encode() in entry[:200]:
                kind, _, problems = read_problem_document(entry)
            elif document is None:
                document = self._decode_entry(operation, entry)
        return Refused(
            response.status,
            kind=kind,
            detail=detail,
            problems=problems,
            document=document,
            headers=response.headers,
            body=response.body[:MOST_KEPT],
        )

    def _decode_entry(self, operation: Operation[Any, Any], entry: bytes) -> object | None:
        """Return the object of an entry in the detail of a fault, or None where it is none that is declared."""
        try:
            document = operation.decode(entry)
        except InvalidDocument:
            return None
        known = any(is_message_of(document, class_, operation.messages) for class_ in self.faults)
        return document if known else None


def _as_utf_8(response: IncomingResponse) -> bytes:
    type_ = content_type(response.headers.get("content-type", ""))
    return convert_to_utf_8(response.body, None if type_ is None else type_.charset)
