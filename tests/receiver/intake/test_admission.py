"""Whether a message is taken: by the keys that it has, and by whom its sender may speak for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from schemapress.receiver.inbox.arrival import Arrival, MessageSender, Submission
from schemapress.receiver.intake.admission import Admission
from schemapress.receiver.package import load_package
from schemapress_runtime.http.exchange import Exchange
from tests.support.receiver import PACKAGE, message

BODY = message("m-1")
BOUND = MessageSender("buyer", frozenset({"BUYER-B", "BUYER-A"}))


def judge(sender: MessageSender | None, **keys: Callable[[object], object]) -> Arrival | tuple[int, str, str]:
    """Return the message, or the status of the refusal, its detail and the message of its report."""
    exchange: Exchange = load_package(PACKAGE).exchange(100_000)
    endpoint = replace(exchange.endpoints[0], **keys)  # type: ignore[arg-type]  # the keys are fields of it
    submission = Submission(0, "/notifyInProgress", {}, None, len(BODY), BODY, sender, 1)
    judged = Admission(replace(exchange, endpoints=(endpoint,))).judge(submission)
    if isinstance(judged, Arrival):
        return judged
    rejection, reply = judged
    (problem,) = json.loads(rejection.report)
    assert (rejection.reason, problem["code"]) == ("wrong-sender", "wrong-sender")
    assert problem["path"] == "/notifyInProgress/buyerIdentifier"
    return reply.status, reply.body.decode(), problem["message"]


def test_a_message_that_names_another_sender_is_refused() -> None:
    judged = judge(BOUND)

    assert isinstance(judged, tuple)
    detail = "buyer may not speak for 'BUYER-0042', which the message names as buyerIdentifier."
    assert judged[0] == 403
    assert f"<detail>{detail}</detail>" in judged[1]
    assert judged[2] == f"{detail} It may speak for 'BUYER-A', 'BUYER-B'."


@pytest.mark.parametrize("value", [None, ""])
def test_a_message_that_names_no_sender_is_refused(value: str | None) -> None:
    judged = judge(BOUND, sender_key=lambda _: value)

    assert isinstance(judged, tuple)
    detail = "The message has no buyerIdentifier; a message of buyer must name one of its identifiers."
    assert judged[0] == 403
    assert f"<detail>{detail}</detail>" in judged[1]
    assert judged[2] == f"{detail} It may speak for 'BUYER-A', 'BUYER-B'."


@pytest.mark.parametrize("sender", [None, MessageSender("anybody"), MessageSender("b", frozenset({"BUYER-0042"}))])
def test_who_is_not_bound_or_bound_to_what_the_message_names_may_send(sender: MessageSender | None) -> None:
    assert isinstance(judge(sender), Arrival)


def test_an_empty_key_is_none() -> None:
    judged = judge(None, idempotency_key=lambda _: "", ordering_key=lambda _: "")

    assert isinstance(judged, Arrival)
    assert (judged.message_key, judged.ordering_key, judged.identity) == (None, None, None)
