"""The check of endpoints: method, path, media type, security, keys, parameters, responses, SOAP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemapress.diff.checks import soap
from schemapress.diff.checks.check import Check
from schemapress.diff.finding import Finding
from schemapress.diff.inputs.version import Version
from schemapress.diff.lifecycle import Lifecycle
from schemapress.diff.rule import Concerned, Rule
from schemapress.load.schema import Direction, EndpointFacts, ResponseFacts
from schemapress_runtime.names import local_name


def _make_rule(name: str, documentation: str, suggestion: str = "", concerns: Concerned = "both") -> Rule:
    return Rule(name, "endpoint", "breaking", documentation, suggestion, concerns)


_KEEP = "Add an endpoint beside the old one, and keep the old one until nobody calls it."
_BOTH = "Accept both for a while."

ENDPOINT_REMOVED = _make_rule("endpoint-removed", "An endpoint was removed.", "Keep it until nobody calls it.")
ENDPOINT_ADDED = Rule("endpoint-added", "endpoint", "compatible", "An endpoint was added.")
METHOD = _make_rule("method-changed", "The HTTP method of an endpoint changed.", _KEEP)
PATH = _make_rule("path-changed", "The path of an endpoint changed.", _KEEP)
DIRECTION = _make_rule("direction-changed", "The sender and the receiver of the message changed roles.", _KEEP)
SECURITY = _make_rule("security-changed", "The sender must authenticate in a different way.", _BOTH)
MEDIA_TYPE = _make_rule("media-type-changed", "The media type of the request changed.", _BOTH)
REQUEST = _make_rule("request-changed", "The root element of the request changed.", _KEEP)
IDEMPOTENCY = _make_rule("idempotency-key-changed", "The field that identifies a repeated message changed.")
ORDERING = Rule(
    "ordering-key-changed",
    "endpoint",
    "compatible",
    "The field within whose value messages are handled in order changed.",
)
SENDER = _make_rule("sender-key-changed", "The field that names the sender of a message changed.")
PARAMETER = _make_rule("parameter-changed", "A parameter was added, removed or changed.", "Add an optional one.")
PARAMETER_ADDED = Rule("parameter-added", "endpoint", "compatible", "A parameter was added that may be left out.")
RESPONSE_REMOVED = _make_rule(
    "response-removed",
    "A response status was removed. This breaks those who send requests: the response may still arrive.",
    "Keep the response in the specification until it can no longer arrive.",
    "senders",
)
RESPONSE_ADDED = _make_rule(
    "response-added",
    "A response status was added. This breaks those who receive requests: the senders do not know the status.",
    "Respond with a known status of the same class.",
    "receivers",
)
RESPONSE_BODY = _make_rule("response-body-changed", "The root element or the media type of a response changed.")

RULES = (
    ENDPOINT_REMOVED, ENDPOINT_ADDED, METHOD, PATH, DIRECTION, SECURITY, MEDIA_TYPE, REQUEST, IDEMPOTENCY,
    ORDERING, SENDER, PARAMETER, PARAMETER_ADDED, RESPONSE_REMOVED, RESPONSE_ADDED, RESPONSE_BODY, *soap.RULES,
)  # fmt: skip


def find_changes(old: Version, new: Version) -> Iterator[Finding]:
    """Yield the changes of the endpoints, which are matched by name."""
    before, after = ({endpoint.name: endpoint for endpoint in version.schema.endpoints} for version in (old, new))
    for name, endpoint in before.items():
        if name in after:
            yield from _EndpointPair(old, new, endpoint, after[name]).find_changes()
        else:
            before_phrase, place = f"{endpoint.method} {endpoint.path}", old.place(endpoint.place)
            message = f"{before_phrase} was removed."
            yield Finding(
                ENDPOINT_REMOVED,
                "breaking",
                name,
                message,
                before=before_phrase,
                old_place=place,
                lifecycle=old.lifecycles.find(endpoint.place),
            )
    for name, endpoint in after.items():
        if name not in before:
            after_phrase, place = f"{endpoint.method} {endpoint.path}", new.place(endpoint.place)
            message = f"{after_phrase} was added."
            yield Finding(ENDPOINT_ADDED, "compatible", name, message, after=after_phrase, new_place=place)


_DIRECTIONS: Mapping[Concerned, Direction | None] = {"receivers": "receive", "senders": "send", "both": None}
"""The direction of the endpoints of those whom a rule concerns."""


@dataclass(frozen=True)
class _EndpointPair:
    """One endpoint in both versions."""

    old: Version
    new: Version
    before: EndpointFacts
    after: EndpointFacts

    def find_changes(self) -> Iterator[Finding]:
        before, after = self.before, self.after
        for rule, property_, old, new in (
            (METHOD, "method", before.method, after.method),
            (PATH, "path", before.path, after.path),
            (DIRECTION, "direction", before.direction, after.direction),
            (SECURITY, "security", before.security, after.security),
            *([] if before.soap and after.soap else [(MEDIA_TYPE, "media type", before.media_type, after.media_type)]),
            (REQUEST, "request", _name_request(before), _name_request(after)),
            (IDEMPOTENCY, "idempotency key", before.idempotency_key or "none", after.idempotency_key or "none"),
            (ORDERING, "ordering key", before.ordering_key or "none", after.ordering_key or "none"),
            (SENDER, "sender key", before.sender_key or "none", after.sender_key or "none"),
        ):
            if old != new:
                message = f"The {property_} of {before.name} changed from {old} to {new}."
                yield self._make_finding(rule, before.name, message, old, new)
        yield from self._compare_parameters()
        yield from self._compare_responses()
        for change in soap.compare(before.soap, after.soap):
            path, message = f"{before.name}/{change.subject}", change.describe(before.name)
            yield self._make_finding(change.rule, path, message, change.before, change.after)

    def _compare_parameters(self) -> Iterator[Finding]:
        """Yield the changes of the parameters; one that is new and optional breaks nobody."""
        old, new = _describe_parameters(self.before), _describe_parameters(self.after)
        for name in dict.fromkeys((*old, *new)):
            before, after = old.get(name, ""), new.get(name, "")
            if before != after:
                optional = not before and after.startswith("optional")
                rule = PARAMETER_ADDED if optional else PARAMETER
                message = f"The {name} changed from {before or 'none'} to {after or 'none'}."
                yield self._make_finding(rule, f"{self.before.name}/{name}", message, before, after)

    def _compare_responses(self) -> Iterator[Finding]:
        """Yield the changes of the responses, which go the other way than the request."""
        old, new = _describe_responses(self.before), _describe_responses(self.after)
        for status in sorted({*old, *new}):
            path = f"{self.before.name}/{status}"
            if status not in new:
                message = f"{self.before.name} no longer responds with {status}."
                yield self._make_finding(RESPONSE_REMOVED, path, message, old[status], "")
            elif status not in old:
                message = f"{self.before.name} may respond with {status}."
                yield self._make_finding(RESPONSE_ADDED, path, message, "", new[status])
            elif (before := old[status]) != (after := new[status]):
                message = f"The body of {status} changed from {before} to {after}."
                yield self._make_finding(RESPONSE_BODY, path, message, before, after)

    def _make_finding(self, rule: Rule, path: str, message: str, before: str, after: str) -> Finding:
        """Return a finding; if it breaks endpoints of one direction, it is compatible for the other."""
        breaks = _DIRECTIONS[rule.concerns]
        return Finding(
            rule,
            "compatible" if breaks not in (None, self.after.direction) else rule.severity,
            path,
            message,
            before,
            after,
            direction=breaks,
            old_place=self.old.place(self.before.place),
            new_place=self.new.place(self.after.place),
            lifecycle=Lifecycle(self.old.lifecycles.find(self.before.place).experimental),
        )


def _name_request(endpoint: EndpointFacts) -> str:
    return "none" if endpoint.request is None else local_name(endpoint.request)


def _describe_parameters(endpoint: EndpointFacts) -> dict[str, str]:
    """Return what a parameter is, by where it is and its name."""
    return {
        f"{parameter.location} parameter {parameter.name}": f"{'required' if parameter.required else 'optional'} "
        f"{parameter.type.label}"
        for parameter in endpoint.parameters
    }


def _describe_responses(endpoint: EndpointFacts) -> dict[int, str]:
    """Return the bodies of each status."""
    bodies: dict[int, list[str]] = {}
    for response in endpoint.responses:
        bodies.setdefault(response.status, []).append(_describe_body(response))
    return {status: " or ".join(described) for status, described in bodies.items()}


def _describe_body(response: ResponseFacts) -> str:
    if response.element is None:
        return "no body"
    media_type = "" if response.media_type is None else f" ({response.media_type})"
    return f"{local_name(response.element)}{media_type}"


CHECK = Check(RULES, find_changes)
