"""Guesses the endpoints of an API: one per root element, or per operation of a WSDL."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from schemapress.load.key_path import find_key_paths
from schemapress.load.schema import Schema
from schemapress.targets.emitted_names import snake
from schemapress_runtime.names import clark, local_name, namespace_of
from schemapress_runtime.xsd.components import ComplexType

from ..read.wsdl_operations import Operation

_ANSWERS = (
    ("Request", ("Response", "Reply", "Result", "Answer", "Delivery")),
    ("RQ", ("RS",)),
    ("Rq", ("Rs",)),
    ("Req", ("Res", "Resp", "Rsp")),
    ("", ("Response", "Reply")),
)
"""The ends of the names of requests, and those of their responses: `OrderRequest` and `OrderResponse`."""

_ANSWER_ENDS = tuple(sorted({end for _, ends in _ANSWERS for end in ends}, key=len, reverse=True))

_MESSAGE_ID = re.compile(r"(?:message|request|event|correlation)[_-]?id(?:entifier)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DraftEndpoint:
    """One endpoint as it is guessed. `responses` have the status and the element of the body, or None.

    `checks` say by fact what is to be checked; `keys` are elements that might be the idempotency key.
    """

    name: str
    method: str
    path: str
    request: str
    responses: tuple[tuple[int, str | None], ...]
    checks: Mapping[str, str]
    summary: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An operation of a WSDL that can't be an endpoint, with its line, and the reason."""

    operation: Operation
    reason: str


def list_roots(schema: Schema) -> list[str]:
    """Return the elements that messages plausibly have as their roots, and that no endpoint of the schema names yet."""
    taken = {endpoint.request for endpoint in schema.endpoints}
    taken |= {response.element for endpoint in schema.endpoints for response in endpoint.responses}
    roots = [name for name in schema.documents if name not in taken]
    return [name for name in roots if isinstance(schema.elements[name].type, ComplexType)] or roots


def draft_from_roots(schema: Schema, roots: Sequence[str]) -> list[DraftEndpoint]:
    """Return an endpoint per root element; one that is named as the response to another is not a request."""
    answers = {root: _find_answer(root, schema.elements) for root in roots}
    answering = {found[0] for found in answers.values() if found is not None}
    drafts = []
    for root in roots:
        if root in answering:
            continue
        found = answers[root]
        checks = {"path": "from the name of the element"}
        responses: tuple[tuple[int, str | None], ...] = ((204, None),)
        stem = local_name(root)
        if found is not None:
            responses, stem = ((200, found[0]),), found[1]
            checks["response"] = "paired by name"
        elif any(stem.lower().endswith(end.lower()) and stem != end for end in _ANSWER_ENDS[:3]):
            checks["request"] = "it has the name of a response, but no request has its name"
        drafts.append(_draft(schema, _join_words(stem), root, responses, checks))
    return list(_make_unique(drafts, schema))


def draft_from_operations(schema: Schema, operations: Iterable[Operation]) -> tuple[list[DraftEndpoint], list[LeftOut]]:
    """Return an endpoint per operation of a WSDL, and the operations that can't be one."""
    drafts, left_out = [], []
    for operation in operations:
        missing = [name for name in operation.elements if name not in schema.elements]
        if operation.request is None:
            left_out.append(LeftOut(operation, operation.reason or "it has no input with one element"))
        elif missing:
            left_out.append(LeftOut(operation, f"no XSD declares the element {missing[0]}"))
        else:
            responses: list[tuple[int, str | None]] = [(204 if operation.response is None else 200, operation.response)]
            responses += [(500, fault) for fault in dict.fromkeys(operation.faults)]
            checks = {} if operation.path else {"path": "a WSDL has one address for all operations"}
            if operation.faults:
                checks["response"] = "the status of faults is a guess"
            draft = _draft(schema, operation.name, operation.request, tuple(responses), checks)
            draft = replace(draft, summary=operation.documentation, method=operation.method or draft.method)
            drafts.append(replace(draft, path=operation.path or draft.path))
    return list(_make_unique(drafts, schema)), left_out


def _draft(
    schema: Schema,
    name: str,
    request: str,
    responses: tuple[tuple[int, str | None], ...],
    checks: Mapping[str, str],
) -> DraftEndpoint:
    keys = find_key_paths(schema.elements[request], lambda name: _MESSAGE_ID.fullmatch(name) is not None)
    return DraftEndpoint(name, "POST", f"/{_kebab(name)}", request, responses, checks, keys=tuple(keys))


def _find_answer(request: str, elements: Collection[str]) -> tuple[str, str] | None:
    """Return the element that is named as the response to another, and what both names begin with."""
    namespace, local = namespace_of(request), local_name(request)
    for end, answers in _ANSWERS:
        for spelled, spell in ((end, str), (end.lower(), str.lower)):
            stem = local.removesuffix(spelled)
            if not stem or (spelled and stem == local):
                continue
            for answer in answers:
                name = clark(namespace, stem + spell(answer))
                if name in elements and name != request:
                    return name, stem.rstrip("_-.") or stem
    return None


def _make_unique(drafts: Iterable[DraftEndpoint], schema: Schema) -> Iterator[DraftEndpoint]:
    """Yield the endpoints; a name that was there before gets the prefix of its namespace, or a number."""
    names: set[str] = set()
    paths: set[tuple[str, str]] = set()
    for draft in drafts:
        prefix = schema.prefixes.get(namespace_of(draft.request), "")
        tries = [draft.name, *([f"{prefix}-{draft.name}"] if prefix else [])]
        tries += [f"{draft.name}-{number}" for number in range(2, len(names) + 3)]
        for name in tries:
            path = draft.path if name == draft.name else f"/{_kebab(name)}"
            if snake(name) not in names and (draft.method, path) not in paths:
                names.add(snake(name))
                paths.add((draft.method, path))
                yield replace(draft, name=name if name == draft.name else _join_words(name), path=path)
                break


def _kebab(name: str) -> str:
    return snake(name).strip("_").replace("_", "-") or "message"


def _join_words(name: str) -> str:
    """Return a name in camel case: `OTA_AirAvail` gives `otaAirAvail`."""
    first, *others = snake(name).strip("_").split("_")
    return first + "".join(word.capitalize() for word in others) or "message"
