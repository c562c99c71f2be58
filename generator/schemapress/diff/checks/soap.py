"""The comparison of what SOAP adds to an endpoint: versions, action, header blocks, faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemapress.diff.rule import Concerned, Rule
from schemapress.load.schema import HeaderFacts, SoapFacts
from schemapress_runtime.names import local_name


def _make_rule(name: str, documentation: str, suggestion: str = "", concerns: Concerned = "both") -> Rule:
    return Rule(name, "endpoint", "breaking", documentation, suggestion, concerns)


_OLD_ENDPOINT = "Add an endpoint beside the old one, and keep the old one until nobody calls it."
_KEEP_VERSION = "Keep the version until no message of it arrives."
_OPTIONAL_BLOCK = "Let the header block be optional."

SOAP = _make_rule("soap-changed", "The messages of an endpoint are in SOAP envelopes now, or no longer.", _OLD_ENDPOINT)
VERSION_REMOVED = _make_rule(
    "soap-version-removed",
    "A version of SOAP was removed. This breaks those who receive requests: the senders may still use it.",
    _KEEP_VERSION,
    "receivers",
)
VERSION_ADDED = _make_rule(
    "soap-version-added",
    "A version of SOAP was added. This breaks those who send requests in it: the receivers do not know it yet.",
    "Send in the old version until the receivers know the new one.",
    "senders",
)
ACTION = _make_rule("soap-action-changed", "The SOAP action of an endpoint changed.", _OLD_ENDPOINT)
BLOCK_ADDED = Rule("header-block-added", "endpoint", "compatible", "A header block was added that may be left out.")
BLOCK_REQUIRED = _make_rule(
    "header-block-required",
    "A header block of the request is required now. This breaks those who receive requests: the senders may omit it.",
    _OPTIONAL_BLOCK,
    "receivers",
)
BLOCK_OPTIONAL = _make_rule(
    "header-block-optional",
    "A header block of the request may be left out now. This breaks those who send requests without it: the receivers "
    "still require it.",
    "Send it until the receivers no longer require it.",
    "senders",
)
BLOCK_REMOVED = _make_rule(
    "header-block-removed",
    "A header block of the request was removed. The receivers may still require it, or no longer understand it.",
    "Let it be optional first.",
)
RESPONSE_BLOCK_REQUIRED = _make_rule(
    "response-header-block-required",
    "Each response has a header block now. This breaks those who send requests: the receivers may still omit it.",
    _OPTIONAL_BLOCK,
    "senders",
)
RESPONSE_BLOCK_OPTIONAL = _make_rule(
    "response-header-block-optional",
    "A header block of the response may be left out now. This breaks those who receive requests: the senders rely on "
    "it.",
    "Send it with each response.",
    "receivers",
)
RESPONSE_BLOCK_REMOVED = _make_rule(
    "response-header-block-removed",
    "A header block of the response was removed. This breaks those who receive requests: the senders may rely on it.",
    "Send it until no sender needs it.",
    "receivers",
)
FAULT_REMOVED = _make_rule(
    "fault-removed",
    "An entry of faults was removed. This breaks those who send requests: the fault may still arrive.",
    "Keep it in the specification until it can no longer arrive.",
    "senders",
)
FAULT_ADDED = _make_rule(
    "fault-added",
    "An entry of faults was added. This breaks those who receive requests: the senders do not know the fault.",
    "Respond with a known fault.",
    "receivers",
)

RULES = (
    SOAP, VERSION_REMOVED, VERSION_ADDED, ACTION, BLOCK_ADDED, BLOCK_REQUIRED, BLOCK_OPTIONAL, BLOCK_REMOVED,
    RESPONSE_BLOCK_REQUIRED, RESPONSE_BLOCK_OPTIONAL, RESPONSE_BLOCK_REMOVED, FAULT_REMOVED, FAULT_ADDED,
)  # fmt: skip


class SoapChange(NamedTuple):
    """One change: its rule, what it is about, and what stands there in either version, empty for nothing."""

    rule: Rule
    subject: str
    before: str
    after: str

    def describe(self, endpoint: str) -> str:
        """Return the sentence about the change of an endpoint."""
        if self.before and self.after:
            return f"The {self.subject} of {endpoint} changed from {self.before} to {self.after}."
        return f"The {self.subject} of {endpoint} was {'removed' if self.before else 'added'}."


def compare(before: SoapFacts | None, after: SoapFacts | None) -> Iterator[SoapChange]:
    """Yield the changes of what SOAP adds to one endpoint."""
    if before is None or after is None:
        if before is not after:
            yield SoapChange(SOAP, "SOAP", _describe_versions(before), _describe_versions(after))
        return
    yield from _compare_names(before.versions, after.versions, "SOAP", VERSION_REMOVED, VERSION_ADDED)
    if before.action != after.action:
        yield SoapChange(ACTION, "SOAP action", before.action, after.action)
    yield from _compare_blocks(
        before.request_headers, after.request_headers, "header block", BLOCK_REQUIRED, BLOCK_OPTIONAL, BLOCK_REMOVED
    )
    yield from _compare_blocks(
        before.response_headers,
        after.response_headers,
        "header block of the response",
        RESPONSE_BLOCK_REQUIRED,
        RESPONSE_BLOCK_OPTIONAL,
        RESPONSE_BLOCK_REMOVED,
    )
    yield from _compare_names(before.faults, after.faults, "fault", FAULT_REMOVED, FAULT_ADDED)


def _describe_versions(soap: SoapFacts | None) -> str:
    return "" if soap is None else " and ".join(soap.versions)


def _compare_names(
    before: tuple[str, ...], after: tuple[str, ...], what: str, removed: Rule, added: Rule
) -> Iterator[SoapChange]:
    for name in before:
        if name not in after:
            yield SoapChange(removed, f"{what} {local_name(name)}", local_name(name), "")
    for name in after:
        if name not in before:
            yield SoapChange(added, f"{what} {local_name(name)}", "", local_name(name))


def _compare_blocks(
    before: tuple[HeaderFacts, ...],
    after: tuple[HeaderFacts, ...],
    what: str,
    required: Rule,
    optional: Rule,
    removed: Rule,
) -> Iterator[SoapChange]:
    old, new = ({header.element: _describe_block(header) for header in headers} for headers in (before, after))
    for element in dict.fromkeys((*old, *new)):
        was, is_ = old.get(element, ""), new.get(element, "")
        if was == is_:
            continue
        if not is_:
            rule = removed
        elif is_ == "required":
            rule = required
        else:
            rule = BLOCK_ADDED if not was else optional
        yield SoapChange(rule, f"{what} {local_name(element)}", was, is_)


def _describe_block(header: HeaderFacts) -> str:
    return "required" if header.required else "optional"
