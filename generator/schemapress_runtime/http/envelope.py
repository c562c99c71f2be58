"""What messages are sent in, such as the envelopes of SOAP."""

from __future__ import annotations

from typing import Protocol

from ..report.problem import InvalidDocument, Report
from .admitted_request import AdmittedRequest, DecodedRequest
from .endpoint import Answer, Endpoint
from .problem_document import ProblemDocument
from .request import Request
from .response import Response


class Envelope(Protocol):
    """What the messages of an endpoint are sent in, such as that of SOAP: it opens requests, and makes responses."""

    def open(self, admitted: AdmittedRequest, body: bytes) -> DecodedRequest | InvalidDocument | Response:
        """Return a request with its message, which is in UTF-8, or what refuses it."""
        ...

    def answer(self, endpoint: Endpoint, answer: Answer, request: Request | None) -> Response:
        """Return the response that has an answer.

        Raises:
            TypeError: the endpoint does not declare it.
            InvalidDocument: the object is not valid.
        """
        ...

    def refuse(
        self, document: ProblemDocument, request: Request | None, headers: tuple[tuple[str, str], ...] = ()
    ) -> Response:
        """Return the response that has a problem document."""
        ...


class AnsweredDocument(InvalidDocument):
    """An invalid document with the response that refuses it."""

    def __init__(self, report: Report, response: Response) -> None:
        super().__init__(report)
        self.response = response
