"""Whether a message is taken: it is decoded, its keys are read, and its sender may speak for whom it names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from schemapress.receiver.inbox.arrival import Arrival, MessageSender, Outcome, Rejection, Submission, SubmissionReply
from schemapress.receiver.package import is_invalid_document, is_response
from schemapress_runtime.http.admitted_request import AdmittedRequest, DecodedRequest
from schemapress_runtime.http.endpoint import Endpoint
from schemapress_runtime.http.exchange import Exchange
from schemapress_runtime.http.key_path import read_key
from schemapress_runtime.http.request import Request
from schemapress_runtime.http.response import Response

LONGEST_KEY = 500
"""Bytes of a message key or an ordering key in UTF-8; a longer one is refused, since an index can't hold it."""


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

    def refuse_conflict(self, arrival: Arrival, number: int) -> tuple[Rejection, SubmissionReply]:
        """Return the refusal of another message with the key of the stored one with a number, and the reply."""
        key = _shorten(arrival.message_key)
        detail = f"Another message with the key {key} came before."
        response = self._refuse_by(arrival.submission, 409, "conflicting-message", detail)
        rejection, reply = self._refuse(arrival.submission, response, arrival.message_key)
        return rejection._replace(conflicts_with=number), reply

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
        message_key, ordering_key = (
            read_key(endpoint.idempotency_key, message),
            read_key(endpoint.ordering_key, message),
        )
        sender = submission.sender
        identifier = read_key(endpoint.sender_key, message)
        if sender is not None and sender.identifiers is not None and identifier not in sender.identifiers:
            return self._refuse_sender(submission, decoded.endpoint, sender, identifier, message_key)
        if _is_long(message_key) or _is_long(ordering_key):
            detail = f"A key of the message has more than {LONGEST_KEY} bytes."
            return self._refuse(submission, self._refuse_by(submission, 422, "key-too-long", detail))
        name = self._names[submission.endpoint]
        return Arrival(name, message_key, ordering_key, submission, decoded.operation)

    def _refuse_sender(
        self,
        submission: Submission,
        endpoint: Endpoint,
        sender: MessageSender,
        identifier: str | None,
        message_key: str | None,
    ) -> tuple[Rejection, SubmissionReply]:
        """Return the refusal of a message whose sender may not speak for whom it names, and the reply.

        Whom the sender may speak for stands in the report alone.
        """
        path = getattr(endpoint, "sender_path", "")  # an older package's runtime does not have it
        element = path or "identifier of its sender"
        if identifier is None:
            detail = f"The message has no {element}; a message of {sender.name} must name one of its identifiers."
        else:
            detail = f"{sender.name} may not speak for {_shorten(identifier)}, which the message names as {element}."
        allowed = ", ".join(sorted(map(repr, sender.identifiers or ()))) or "nobody"
        problem = {
            "path": f"/{endpoint.element}/{path}" if path else f"/{endpoint.element}",
            "code": "wrong-sender",
            "value": None if identifier is None else identifier[:LONGEST_KEY],
            "message": f"{detail} It may speak for {allowed}.",
        }
        response = self._refuse_by(submission, 403, "wrong-sender", detail)
        return self._refuse(submission, response, message_key, json.dumps([problem]))

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
                refused = admission.refuse_conflict(arrival, outcome.id)
            else:
                replies.append(admission.accept(arrival, outcome))
        if refused is not None:
            rejections.append(refused[0])
            replies.append(refused[1])
    return replies, rejections


def _request_of(endpoint: Endpoint, submission: Submission) -> Request:
    return Request(endpoint.method, submission.path, submission.headers, body=submission.body)


def _is_long(key: str | None) -> bool:
    return key is not None and len(key.encode("utf-8", "surrogatepass")) > LONGEST_KEY


def _shorten(text: str | None) -> str:
    return repr("" if text is None else text[:100])
