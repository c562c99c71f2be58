"""What HTTP adds to a message: method, path, media type, security, responses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.diff.finding import Finding
from schemapress.diff.rule import Rule
from schemapress.diff.versions.version import Version
from schemapress.load.schema import Direction, Endpoint, Response
from schemapress_runtime.xsd.names import local_name


def _breaking(name: str, documentation: str, suggestion: str = "") -> Rule:
    return Rule(name, "endpoint", "breaking", documentation, suggestion)


_KEEP = "Add an endpoint beside the old one, and keep the old one until nobody calls it."

REMOVED = _breaking("endpoint-removed", "An endpoint is gone.", "Keep it until nobody calls it.")
ADDED = Rule("endpoint-added", "endpoint", "compatible", "There is an endpoint that was not there.")
METHOD = _breaking("method-changed", "An endpoint has another HTTP method.", _KEEP)
PATH = _breaking("path-changed", "An endpoint has another path.", _KEEP)
DIRECTION = _breaking("direction-changed", "Who sends the message and who receives it has changed.", _KEEP)
SECURITY = _breaking("security-changed", "The sender has to prove in another way who it is.", "Take both for a time.")
MEDIA_TYPE = _breaking("media-type-changed", "The request has another media type.", "Take both for a time.")
REQUEST = _breaking("request-changed", "The request has another root element.", _KEEP)
IDEMPOTENCY = _breaking("idempotency-key-changed", "Another field makes a message the same when it is sent again.")
RESPONSE_REMOVED = _breaking(
    "response-removed",
    "A status is not answered any more. It breaks who sends requests, for such an answer may still come.",
    "Keep the response in the specification until it can't come any more.",
)
RESPONSE_ADDED = _breaking(
    "response-added",
    "A status can be answered that could not. It breaks who receives requests: those who sent them do not know it.",
    "Answer with a status of the same class that is known.",
)
RESPONSE_BODY = _breaking("response-body-changed", "A response has another root element or media type.")
RULES = (
    REMOVED, ADDED, METHOD, PATH, DIRECTION, SECURITY, MEDIA_TYPE, REQUEST, IDEMPOTENCY, RESPONSE_REMOVED,
    RESPONSE_ADDED, RESPONSE_BODY,
)  # fmt: skip


def find(old: Version, new: Version) -> Iterator[Finding]:
    """Yield what changed of the endpoints, which are known again by their names."""
    before, after = ({one.name: one for one in version.schema.endpoints} for version in (old, new))
    for name, endpoint in before.items():
        if name in after:
            yield from _Change(old, new, endpoint, after[name]).findings()
        else:
            place = old.place(endpoint.place)
            yield Finding(REMOVED, "breaking", name, f"{_shown(endpoint)} is gone.", _shown(endpoint), old_place=place)
    for name, endpoint in after.items():
        if name not in before:
            place = new.place(endpoint.place)
            message = f"{_shown(endpoint)} is new."
            yield Finding(ADDED, "compatible", name, message, "", _shown(endpoint), new_place=place)


def _shown(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


@dataclass(frozen=True)
class _Change:
    """The two forms of one endpoint."""

    old: Version
    new: Version
    before: Endpoint
    after: Endpoint

    def findings(self) -> Iterator[Finding]:
        before, after = self.before, self.after
        for rule, what, one, other in (
            (METHOD, "method", before.method, after.method),
            (PATH, "path", before.path, after.path),
            (DIRECTION, "direction", before.direction, after.direction),
            (SECURITY, "security", before.security, after.security),
            (MEDIA_TYPE, "media type", before.media_type, after.media_type),
            (REQUEST, "request", local_name(before.request), local_name(after.request)),
            (IDEMPOTENCY, "idempotency key", before.idempotency_key or "none", after.idempotency_key or "none"),
        ):
            if one != other:
                message = f"The {what} of {before.name} was {one}, and is {other}."
                yield self._finding(rule, before.name, message, one, other)
        yield from self._responses()

    def _responses(self) -> Iterator[Finding]:
        """Compare the responses: they go the other way than the request does."""
        old = {response.status: response for response in self.before.responses}
        new = {response.status: response for response in self.after.responses}
        for status in sorted({*old, *new}):
            path = f"{self.before.name}/{status}"
            if status not in new:
                message = f"{self.before.name} is not answered with {status} any more."
                yield self._finding(RESPONSE_REMOVED, path, message, _body(old[status]), "", "send")
            elif status not in old:
                message = f"{self.before.name} can be answered with {status}."
                yield self._finding(RESPONSE_ADDED, path, message, "", _body(new[status]), "receive")
            elif _body(old[status]) != _body(new[status]):
                message = f"The body of {status} was {_body(old[status])}, and is {_body(new[status])}."
                yield self._finding(RESPONSE_BODY, path, message, _body(old[status]), _body(new[status]))

    def _finding(
        self, rule: Rule, path: str, message: str, before: str, after: str, of: Direction | None = None
    ) -> Finding:
        """Return a finding; one that is breaking only for endpoints of a direction is compatible for the other."""
        return Finding(
            rule,
            "compatible" if of is not None and of != self.after.direction else rule.severity,
            path,
            message,
            before,
            after,
            direction=of,
            old_place=self.old.place(self.before.place),
            new_place=self.new.place(self.after.place),
        )


def _body(response: Response) -> str:
    if response.element is None:
        return "no body"
    media_type = "" if response.media_type is None else f" ({response.media_type})"
    return f"{local_name(response.element)}{media_type}"
