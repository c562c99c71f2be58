"""The receiving side of SOAP: one endpoint for the operations of a path, told apart by what is in the Body."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from ...codec.root_element import is_message_of, root_of
from ...names import local_name
from ...report.amount import counted
from ...report.problem import InvalidDocument, Report
from ..admitted_request import AdmittedRequest, DecodedRequest
from ..endpoint import Answer, Endpoint, find_response, name_handler
from ..envelope import AnsweredDocument
from ..problem_document import ProblemDocument, phrase
from ..request import Request
from ..response import DeclaredResponse, Response, is_success
from .block import DeclaredBlock, write_block
from .envelope import HeaderBlock, OpenedEnvelope, WrongEnvelope, explain, open_envelope, report_of
from .envelope import write_envelope as write_envelope_of
from .fault import write_fault, write_not_understood
from .version import SOAP_1_1, SOAP_1_2, SOAP_VERSIONS, SoapVersion

_ACTION = re.compile(r"""(?:^|;)\s*+action\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^\s;"]++))""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReceivedEnvelope:
    """What a request says in its envelope: the version of SOAP, and all header blocks as they came."""

    version: SoapVersion
    blocks: tuple[HeaderBlock, ...] = ()

    def find(self, name: str) -> HeaderBlock | None:
        """Return the first header block of a name, such as `{urn:example}session`, or None."""
        return next((block for block in self.blocks if block.name == name), None)


@dataclass(frozen=True, slots=True)
class SoapOperation:
    """An operation: an endpoint with its handler, and what SOAP adds.

    `element` is the full name of the element in the Body, None where that is empty; `faults` are those of entries in
    the detail of a fault.
    """

    endpoint: Endpoint
    versions: tuple[str, ...]
    element: str | None = None
    action: str = ""
    blocks: tuple[DeclaredBlock, ...] = ()
    answer_blocks: tuple[DeclaredBlock, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name that no other operation of the path has: the element in the Body, and the action, if it has one."""
        return f"{self.element or ''} {self.action}".strip()

    @property
    def is_one_way(self) -> bool:
        """Whether the only success has no envelope."""
        return all(response.status == 202 for response in self.endpoint.responses)


def group_operations(operations: Iterable[SoapOperation], understood: Collection[str] = ()) -> tuple[Endpoint, ...]:
    """Return an endpoint for each path, which has all operations of the path.

    `understood` are the names of header blocks that handlers read themselves, besides those that are declared.
    """
    by_path: dict[tuple[str, str], list[SoapOperation]] = {}
    for operation in operations:
        by_path.setdefault((operation.endpoint.method, operation.endpoint.path), []).append(operation)
    return tuple(_group(group, frozenset(understood)) for group in by_path.values())


def _group(operations: Sequence[SoapOperation], understood: frozenset[str]) -> Endpoint:
    labels = {label for operation in operations for label in operation.versions}
    versions = tuple(version for label, version in SOAP_VERSIONS.items() if label in labels)
    first = operations[0].endpoint
    handles = [operation.endpoint.handle for operation in operations]
    is_one_way = all(operation.is_one_way for operation in operations)
    return Endpoint(
        method=first.method,
        path=first.path,
        responses=(DeclaredResponse(202) if is_one_way else DeclaredResponse(200, versions[0].name("Envelope")),),
        messages=first.messages,
        handle=next(filter(inspect.iscoroutinefunction, handles), handles[0]),
        media_types=tuple(version.media_type for version in versions),
        element="Envelope",
        message=object,
        decode=first.decode,
        idempotency_key=_choose_key(operations, "idempotency_key"),
        ordering_key=_choose_key(operations, "ordering_key"),
        sender_key=_choose_key(operations, "sender_key"),
        envelope=SoapEnvelope(tuple(operations), versions, understood),
        asks_for_certificate=any(operation.endpoint.asks_for_certificate for operation in operations),
    )


def _choose_key(operations: Sequence[SoapOperation], name: str) -> Callable[[Any], object] | None:
    """Return a function that takes the key of the operation whose message it gets; None where no operation has one."""
    keys = [(operation.endpoint, getattr(operation.endpoint, name)) for operation in operations]
    if not any(key for _, key in keys):
        return None

    def choose(message: object) -> object:
        for endpoint, key in keys:
            if endpoint.message is not None and is_message_of(message, endpoint.message, endpoint.messages):
                return None if key is None else key(message)
        return None

    return choose


class _Refused(Exception):
    """A message is refused with a fault."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.problem)
        self.response = response


@dataclass(frozen=True)
class SoapEnvelope:
    """The envelopes of the operations of one path; see `exchange.Envelope`."""

    operations: tuple[SoapOperation, ...]
    versions: tuple[SoapVersion, ...]
    understood: frozenset[str] = frozenset()
    _by_element: Mapping[str | None, tuple[SoapOperation, ...]] = field(init=False, repr=False, compare=False)
    _by_endpoint: Mapping[int, SoapOperation] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_element: dict[str | None, tuple[SoapOperation, ...]] = {}
        own: list[SoapOperation] = []
        for operation in self.operations:
            endpoint = replace(operation.endpoint, envelope=self)
            own.append(replace(operation, endpoint=endpoint))
            by_element[operation.element] = (*by_element.get(operation.element, ()), own[-1])
        object.__setattr__(self, "operations", tuple(own))
        object.__setattr__(self, "_by_element", by_element)
        object.__setattr__(self, "_by_endpoint", {id(operation.endpoint): operation for operation in own})

    def open(self, admitted: AdmittedRequest, body: bytes) -> DecodedRequest | InvalidDocument | Response:
        """Return the request of an operation, with its message and its declared header blocks."""
        sent = admitted.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        version = next((version for version in self.versions if version.media_type == sent), self.versions[0])
        try:
            opened = open_envelope(body)
        except WrongEnvelope as wrong:
            return self._refuse_envelope(wrong, version)
        if opened.version is not version:
            message = f"The Envelope is one of SOAP {opened.version.label}; version one of SOAP {version.label}."
            return self._refuse_envelope(WrongEnvelope(message, "VersionMismatch"), version)
        request = replace(admitted.request, body=body, envelope=ReceivedEnvelope(opened.version, opened.blocks))
        try:
            operation = self._choose(opened, request)
            self._check_understood(operation, opened)
            arguments = self._decode_blocks(operation, opened, request)
            decoded = self._decode_body(operation, opened, body, request)
        except _Refused as refused:
            return refused.response
        except AnsweredDocument as invalid:
            return invalid
        arguments = {**admitted.arguments, **arguments}
        return DecodedRequest(operation.endpoint, request, decoded, arguments, operation.name)

    def _choose(self, opened: OpenedEnvelope, request: Request) -> SoapOperation:
        """Return the operation of what is in the Body and, where there are several, of the action."""
        element = None if opened.body is None else opened.body.name
        candidates = [
            operation for operation in self._by_element.get(element, ()) if opened.version.label in operation.versions
        ]
        if not candidates:
            got = "nothing" if element is None else f"<{local_name(element)[:100]}>"
            names = [name for name in self._by_element if name is not None]
            expected = " or ".join(f"<{local_name(name)}>" for name in names[:10]) or "nothing"
            more = f" or one of {len(names) - 10} others" if len(names) > 10 else ""
            where = "" if element is None or element.startswith("{") else ", in a namespace"
            self._refuse_request(request, "unknown-operation", f"The Body has {got}; expected {expected}{more}{where}.")
        action = _read_action(opened.version, request.headers)
        if not action:
            return candidates[0]
        for operation in candidates:
            if operation.action == action:
                return operation
        known = {operation.action for operation in self.operations}
        unnamed = next((operation for operation in candidates if not operation.action), None)
        if unnamed is None or action in known:
            actions = " or ".join(repr(operation.action) for operation in candidates)
            detail = f"The action is {action[:200]!r}, and that of what is in the Body is {actions}."
            self._refuse_request(request, "wrong-action", detail)
        return unnamed

    def _check_understood(self, operation: SoapOperation, opened: OpenedEnvelope) -> None:
        """Refuse a message with a header block that has to be understood, and that nobody understands."""
        declared = {block.element for block in operation.blocks}
        names = [
            block.name
            for block in opened.blocks
            if block.must_understand
            and block.role in opened.version.roles
            and block.name not in declared
            and block.name not in self.understood
        ]
        if names:
            listed = ", ".join(f"<{local_name(name)}>" for name in dict.fromkeys(names))
            version = opened.version
            blocks = [] if version is SOAP_1_1 else write_not_understood(version, dict.fromkeys(names))
            reason = f"The header block {listed} must be understood, and is not."
            fault = write_fault(version, "MustUnderstand", reason, blocks=blocks)
            raise _Refused(_respond(version, 500, fault, problem="not-understood"))

    def _decode_blocks(
        self, operation: SoapOperation, opened: OpenedEnvelope, request: Request
    ) -> Mapping[str, object]:
        """Return the objects of the declared header blocks by the names of arguments, None for absent ones."""
        arguments: dict[str, object] = {}
        endpoint = operation.endpoint
        for declared in operation.blocks:
            ours = [
                each for each in opened.blocks if each.name == declared.element and each.role in opened.version.roles
            ]
            if len(ours) > 1:
                detail = f"The header block <{local_name(declared.element)}> comes {len(ours)} times; expected one."
                self._refuse_request(request, "repeated-header-block", detail)
            block = ours[0] if ours else None
            if block is None and declared.required:
                detail = f"The header block <{local_name(declared.element)}> is missing; it is required."
                self._refuse_request(request, "missing-header-block", detail)
            value: object = None
            if block is not None:
                assert endpoint.decode is not None
                try:
                    value = endpoint.decode(block.document)
                except InvalidDocument as invalid:
                    problems = tuple(
                        replace(problem, line=(problem.line or 1) + block.line - 1, column=None)
                        for problem in invalid.problems
                    )
                    self._refuse_invalid(replace(invalid.report, problems=problems), request, "header block")
            arguments[declared.argument] = value
        return arguments

    def _decode_body(self, operation: SoapOperation, opened: OpenedEnvelope, body: bytes, request: Request) -> object:
        endpoint = operation.endpoint
        if opened.body is None or endpoint.decode is None or endpoint.message is None:
            return None
        try:
            message = endpoint.decode(opened.body.document)
        except InvalidDocument as invalid:
            if invalid.problems and invalid.problems[0].code.startswith("xml-"):
                try:
                    explain(body)
                except WrongEnvelope as wrong:
                    raise AnsweredDocument(report_of(wrong), self._refuse_envelope(wrong, opened.version)) from None
            self._refuse_invalid(opened.body.place(invalid).report, request, "document")
        if not is_message_of(message, endpoint.message, endpoint.messages):
            self._refuse_request(
                request, "invalid-document", f"The document in the Body is not one of <{endpoint.element}>."
            )
        return message

    def _refuse_invalid(self, report: Report, request: Request, what: str) -> NoReturn:
        problems = report.problems
        detail = f"The {what} is not valid: {counted(report.total, 'problem')}. {problems[0].message}"
        document = ProblemDocument(422, "invalid-document", detail, problems)
        raise AnsweredDocument(report, self.refuse(document, request))

    def _refuse_request(self, request: Request, kind: str, detail: str) -> NoReturn:
        raise _Refused(self.refuse(ProblemDocument(400, kind, detail), request))

    def _refuse_envelope(self, wrong: WrongEnvelope, version: SoapVersion) -> Response:
        if wrong.code == "VersionMismatch":
            blocks = [] if version is SOAP_1_1 else [_write_upgrade(self.versions)]
            fault = write_fault(version, "VersionMismatch", str(wrong), blocks=blocks)
            return _respond(version, 500, fault, problem="wrong-version")
        kind = "malformed-xml"
        problems = () if wrong.problem is None else (wrong.problem,)
        if problems and problems[0].code == "xml-doctype":
            kind = "doctype-refused"
        elif problems and not problems[0].code.startswith("xml-"):
            kind = "invalid-envelope"
        return _refuse_by(version, ProblemDocument(400, kind, str(wrong), problems))

    def answer(self, endpoint: Endpoint, answer: Answer, request: Request | None) -> Response:
        """Return the response that has an answer: an envelope with its body, or a fault with that as its detail."""
        version, operation = self._version(request), self._by_endpoint[id(endpoint)]
        blocks = self._write_blocks(operation, answer.blocks)
        if answer.status is not None and not is_success(answer.status):
            return self._answer_with_fault(operation, answer, version, blocks)
        declared = find_response(endpoint, answer)
        for block in operation.answer_blocks:
            if block.required and not any(isinstance(given, block.message) for given in answer.blocks):
                what = f"no block {block.message.__name__}"
                raise TypeError(f"{name_handler(endpoint.handle)} returned {what}; the endpoint declares it")
        if declared.status == 202:
            return Response(202, answer.headers)
        body = None if answer.body is None or endpoint.encode is None else endpoint.encode(answer.body)
        return _respond(version, declared.status, write_envelope_of(version, body, blocks), answer.headers)

    def _answer_with_fault(
        self, operation: SoapOperation, answer: Answer, version: SoapVersion, blocks: Sequence[bytes]
    ) -> Response:
        status = answer.status or 500
        endpoint = operation.endpoint
        reason = answer.detail or phrase(status)
        if answer.body is None:
            return _refuse_by(version, ProblemDocument(status, "refused", reason), answer.headers)
        tag = root_of(answer.body, endpoint.messages).tag
        if tag not in operation.faults or endpoint.encode is None:
            expected = " or ".join(f"<{local_name(name)}>" for name in operation.faults) or "none"
            what = f"the fault {type(answer.body).__name__}"
            raise TypeError(f"{name_handler(endpoint.handle)} returned {what}; the endpoint declares {expected}")
        fault = write_fault(version, _code(version, status), reason, endpoint.encode(answer.body), blocks=blocks)
        return _respond(version, _http_status(version, status), fault, answer.headers, "refused")

    def _write_blocks(self, operation: SoapOperation, blocks: Iterable[object]) -> list[bytes]:
        return [write_block(block, operation.answer_blocks, operation.endpoint.encode) for block in blocks]

    def refuse(
        self, document: ProblemDocument, request: Request | None, headers: tuple[tuple[str, str], ...] = ()
    ) -> Response:
        """Return the fault that has a problem document as its detail."""
        return _refuse_by(self._version(request), document, headers)

    def _version(self, request: Request | None) -> SoapVersion:
        if request is not None and isinstance(request.envelope, ReceivedEnvelope):
            return request.envelope.version
        sent = "" if request is None else request.headers.get("content-type", "").partition(";")[0].strip().lower()
        return next((version for version in self.versions if version.media_type == sent), self.versions[0])


def _read_action(version: SoapVersion, headers: Mapping[str, str]) -> str:
    """Return the action of a request, without quotation marks; empty where it has none."""
    if version is SOAP_1_2:
        match = _ACTION.search(headers.get("content-type", ""))
        return "" if match is None else (match[1] if match[1] is not None else match[2])
    return headers.get("soapaction", "").strip().strip('"')


def _code(version: SoapVersion, status: int) -> str:
    return version.sender if status < 500 else version.receiver


def _http_status(version: SoapVersion, status: int) -> int:
    """Return the status of a fault (SOAP 1.1 §6.2; SOAP 1.2 Part 2 §7.5.2.2)."""
    return 500 if version is SOAP_1_1 or status >= 500 else 400


def _refuse_by(version: SoapVersion, document: ProblemDocument, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    fault = write_fault(version, _code(version, document.status), document.detail, document.to_xml())
    return _respond(version, _http_status(version, document.status), fault, headers, document.kind)


def _respond(
    version: SoapVersion,
    status: int,
    envelope: bytes,
    headers: tuple[tuple[str, str], ...] = (),
    problem: str | None = None,
) -> Response:
    fields = (("Content-Type", f"{version.media_type}; charset=utf-8"), *headers)
    return Response(status, fields, envelope, problem=problem)


def _write_upgrade(versions: Iterable[SoapVersion]) -> bytes:
    """Return the header block that names the versions which are understood (SOAP 1.2 Part 1 §5.4.7)."""
    listed = "".join(
        f'<soap:SupportedEnvelope qname="v{number}:Envelope" xmlns:v{number}="{version.namespace}"/>'
        for number, version in enumerate(versions)
    )
    return f'<soap:Upgrade xmlns:soap="{SOAP_1_2.namespace}">{listed}</soap:Upgrade>'.encode()
