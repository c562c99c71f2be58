"""Writes a first `endpoints.toml`. Each guess has a comment that says what to check."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from schemapress.documentation import find_page
from schemapress.load.schema import Schema
from schemapress_runtime.names import local_name, namespace_of

from ..plan.endpoint_draft import DraftEndpoint


def write_draft(api: str, source: str, drafts: Sequence[DraftEndpoint], schema: Schema) -> str:
    """Return the text of `endpoints.toml`; `source` says what the endpoints were made from."""
    namer = _Namer(schema)
    blocks = ["\n".join(_write_endpoint(draft, namer)) for draft in drafts]
    prefixes = [f"{prefix} = {_quote(namespace)}" for prefix, namespace in namer.used.items()]
    table = "\n".join(["[prefixes]", *prefixes]) + "\n\n" if prefixes else ""
    head = _HEAD.format(api=api, source=source, page=find_page("endpoint-facts"))
    return f"{head}\n{table}" + "\n\n".join(blocks) + "\n"


_HEAD = """\
# The endpoints of {api}: what HTTP adds to the XSDs. All keys are listed in
# {page}
#
# This is a first version, made from {source}. Lines with "check" are guesses.
# - Remove the endpoints that do not exist, and fix methods, paths and statuses.
# - Add direction = "send" where you send the message; without it, you receive it.
# - Add security = "certificate" where the sender has a client certificate.
# - idempotency-key, ordering-key and sender-key name elements of the message, such as "header/messageId".
"""


def _write_endpoint(draft: DraftEndpoint, namer: _Namer) -> Iterator[str]:
    def check(fact: str) -> str:
        return f"  # check: {draft.checks[fact]}" if fact in draft.checks else ""

    yield "[[endpoint]]"
    yield f"name = {_quote(draft.name)}"
    if draft.summary:
        yield f"summary = {_quote(draft.summary)}"
    yield f"method = {_quote(draft.method)}"
    yield f"path = {_quote(draft.path)}{check('path')}"
    for key in draft.keys[:1]:
        yield f"# idempotency-key = {_quote(key)}  # check: is it the same only if the message is sent again?"
    yield f"request = {{ element = {_quote(namer.name(draft.request))} }}{check('request')}"
    responses = ", ".join(_write_response(status, element, namer) for status, element in draft.responses)
    yield f"response = [{responses}]{check('response')}"


def _write_response(status: int, element: str | None, namer: _Namer) -> str:
    body = "" if element is None else f", element = {_quote(namer.name(element))}"
    return f"{{ status = {status}{body} }}"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


class _Namer:
    """Names elements as the file does: by the local name or, where several elements have it, with a prefix."""

    def __init__(self, schema: Schema) -> None:
        self._prefixes = schema.prefixes
        self._counts: dict[str, int] = {}
        for name in schema.elements:
            self._counts[local_name(name)] = self._counts.get(local_name(name), 0) + 1
        self.used: dict[str, str] = {}

    def name(self, element: str) -> str:
        local, namespace = local_name(element), namespace_of(element)
        if self._counts[local] == 1:
            return local
        prefix = self._prefixes.get(namespace, "none")
        self.used[prefix] = namespace
        return f"{prefix}:{local}"
