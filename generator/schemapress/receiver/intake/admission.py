"""Whether a message is taken: it is decoded, its keys are read, and its sender may speak for whom it names."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from schemapress.receiver.inbox.arrival import Arrival, MessageSender, Outcome, Rejection, Submission, SubmissionReply
from schemapress.receiver.package import is_invalid_document, is_response
from schemapress_runtime.http.admitted_request import AdmittedRequest, DecodedRequest
from schemapress_runtime.http.endpoint import Endpoint
from schemapress_runtime.http.exchange import Exchange
from schemapress_runtime.http.request import Request
from schemapress_runtime.http.response import Response

LONGEST_KEY = 500
"""Characters of a message key or an ordering key; a longer one is refused."""


class Admission:
    """Decides about messages by the endpoints of a package."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._names = [f"{endpoint.method} {endpoint.path}" for endpoint in exchange.endpoints]

    def judge(self, submission: Submission) -> Arrival | tuple[Rejection, SubmissionReply]:
        """Return the message of a submission with its keys, or the refusal with the reply to it."""
        endpoint = self._exchange.endpoints[submission.endpoint]
        request = _request_of(endpoint, submission)
        admitted = AdmittedRequest(endpoint, request, submission.charset, submission.content_length)
        decoded: Any = self._exchange.decode(admitted, submission.body)
        if is_invalid_document(decoded):
            problems = decoded.report.as_dict().get("problems", [])
            return self._refuse(submission, self._exchange.refuse_invalid(decoded), report=json.dumps(problems))
        if is_response(decoded):
            return self._refuse(submission, decoded)
        return self._check_keys(submission, endpoint, decoded)

    def refuse_conflict(self, arrival: Arrival) -> tuple[Rejection, SubmissionReply]:
        """Return the refusal of another message with the key of one that is stored, and the reply."""
        key = _shorten(arrival.message_key)
        detail = f"Another message with the key {key} came before."
        response = self._refuse_by(arrival.submission, 409, "conflicting-message", detail)
        return self._refuse(arrival.submission, response, arrival.message_key)

    def accept(self, arrival: Arrival, outcome: Outcome) -> SubmissionReply:
        """Return the reply to a message that is stored: the answer that it got before, or the status of success."""
        if outcome.answer is not None:
            headers = tuple((name, value) for name, value in json.loads(outcome.answer.headers))
            return SubmissionReply(outcome.answer.status, headers, outcome.answer.body, outcome.id, outcome.state)
        response = self._exchange.accept(self._exchange.endpoints[arrival.submission.endpoint])
        return SubmissionReply(response.status if response is not None else 200, id=outcome.id, state=outcome.state)

    def _check_keys(
        self, submission: Submission, endpoint: Endpoint, decoded: DecodedRequest
    ) -> Arrival | tuple[Rejection, SubmissionReply]:
        message = decoded.message
        message_key, ordering_key = _text(endpoint.idempotency_key, message), _text(endpoint.ordering_key, message)
        if submission.sender is not None:
            refusal = self._check_sender(submission, submission.sender, _text(endpoint.sender_key, message))
            if refusal is not None:
                return self._refuse(submission, refusal, message_key)
        if _is_long(message_key) or _is_long(ordering_key):
            detail = f"A key of the message has more than {LONGEST_KEY} characters."
            return self._refuse(submission, self._refuse_by(submission, 422, "key-too-long", detail))
        name = self._names[submission.endpoint]
        return Arrival(name, message_key, ordering_key, submission, decoded.operation)

    def _check_sender(self, submission: Submission, sender: MessageSender, identifier: str | None) -> Response | None:
        """Return the response where the sender may not speak for whom the message names."""
        if sender.identifiers is None or identifier in sender.identifiers:
            return None
        detail = f"{sender.name} may not speak for {_shorten(identifier)}."
        return self._refuse_by(submission, 403, "wrong-sender", detail)

    def _refuse_by(self, submission: Submission, status: int, kind: str, detail: str) -> Response:
        endpoint = self._exchange.endpoints[submission.endpoint]
        return self._exchange.refuse_by(endpoint, _request_of(endpoint, submission), status, kind, detail)

    def _refuse(
        self, submission: Submission, response: Response, message_key: str | None = None, report: str = "[]"
    ) -> tuple[Rejection, SubmissionReply]:
        name = self._names[submission.endpoint]
        reason = response.problem or "refused"
        key = None if message_key is None else message_key[:LONGEST_KEY]
        rejection = Rejection(name, key, response.status, reason, report, submission)
        return rejection, SubmissionReply(response.status, response.headers, response.body, reason=reason)


def reply_to(
    judged: Sequence[Arrival | tuple[Rejection, SubmissionReply]], outcomes: Sequence[Outcome], admission: Admission
) -> tuple[list[SubmissionReply], list[Rejection]]:
    """Return the replies to submissions in their order, and the refusals to keep.

    `outcomes` are those of the arrivals among `judged`, in their order.
    """
    replies, rejections = [], []
    stored = iter(outcomes)
    for arrival in judged:
        refused = arrival if not isinstance(arrival, Arrival) else None
        if isinstance(arrival, Arrival):
            outcome = next(stored)
            if outcome.conflicts:
                refused = admission.refuse_conflict(arrival)
            else:
                replies.append(admission.accept(arrival, outcome))
        if refused is not None:
            rejections.append(refused[0])
            replies.append(refused[1])
    return replies, rejections


def _request_of(endpoint: Endpoint, submission: Submission) -> Request:
    return Request(endpoint.method, submission.path, submission.headers, body=submission.body)


def _text(key: Callable[[Any], object] | None, message: object) -> str | None:
    """Return the text of a key of a message, or None where it has none."""
    value = None if key is None else key(message)
    return None if value is None else str(value)


def _is_long(key: str | None) -> bool:
    return key is not None and len(key) > LONGEST_KEY


def _shorten(text: str | None) -> str:
    return repr("" if text is None else text[:100])
