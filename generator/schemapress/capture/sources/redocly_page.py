"""A Redocly page as drafts of XSDs, one per endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.write.json_types import BUILTIN_BY_FORMAT

from ..ask import ask
from ..ask.captured import CapturedEndpoint
from ..ask.question import Decision
from ..draft import Draft, DraftResult
from ..omission import Omission
from ..plan.schema_plan import plan_schema
from ..read.message_tree import read_message
from ..read.page import Page, PageEndpoint
from ..read.redocly import read_redocly
from ..words import file_stem


def accepts(_: str) -> bool:
    """Whether a text may be a Redocly page. Any text may; the reader reports what is missing."""
    return True


def drafts(text: str, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Draft]:
    """Return a draft for each endpoint with a body.

    Raises:
        SchemapressError: the page has no endpoint or no body with fields, or a field has a name that no element can
            have.
    """
    pages = read_redocly(text, path.name, limits)
    bodiless = [page for page in pages if not page.endpoint.bodies]
    drafts_ = [_draft(page) for page in pages if page.endpoint.bodies]
    left_out = tuple(omission for page in bodiless for omission in (_omit_endpoint(page.endpoint), *page.omissions))
    if not drafts_:
        message = f"Nothing on this page can be captured: {left_out[0].what} has no body with fields."
        hint = "Add a section such as `## Request fields (application/xml):`, with a list of fields."
        raise SchemapressError(message, place=left_out[0].place, hint=hint)
    first, *others = drafts_
    return [replace(first, omissions=(*left_out, *first.omissions)), *others]


def _omit_endpoint(endpoint: PageEndpoint) -> Omission:
    why = "it has no body with fields" if not endpoint.bodies else "it has no request body; the XSD has its responses"
    return Omission(f"the endpoint {endpoint.method} {endpoint.path}", str(endpoint.place), why)


def _omit_details(endpoint: PageEndpoint) -> Iterator[Omission]:
    """Yield the details of an endpoint and its fields that an XSD can't express."""
    if endpoint.version:
        yield Omission(f"the version {endpoint.version!r}", str(endpoint.place), "endpoint facts have none")
    if endpoint.security and "certificate" not in endpoint.security.lower():
        what = f"the security {endpoint.security!r}"
        yield Omission(what, str(endpoint.place), "endpoint facts have only client certificates")
    for field in (field for body in endpoint.bodies for field in body.fields):
        if field.default is not None:
            what = f"the default {field.default!r} of the field `{field.dotted}`"
            yield Omission(what, str(field.place), "an element that is left out has no value")
        if field.format and field.format not in BUILTIN_BY_FORMAT:
            what = f"the format {field.format!r} of the field `{field.dotted}`"
            yield Omission(what, str(field.place), "XSD has no equivalent")


def _draft(page: Page) -> Draft:
    captured = CapturedEndpoint(page.endpoint, tuple(map(read_message, page.endpoint.bodies)))
    omissions = (*page.omissions, *_omit_details(page.endpoint))
    if not captured.has_request:
        omissions = (_omit_endpoint(page.endpoint), *omissions)
    labels = {captured.label(message, element): str(element.field.place) for message, element in captured.elements()}

    def finish(decisions: Iterable[Decision], type_names: Mapping[str, str]) -> DraftResult:
        return plan_schema(captured, decisions, type_names)

    return Draft(
        schema=f"{file_stem(captured.operation)}.xsd",
        questions=tuple(ask(captured)),
        finish=finish,
        omissions=omissions,
        fields=tuple(labels),
        listed=sum(len(body.fields) for body in page.endpoint.bodies),
        places=labels,
        place=str(page.endpoint.place),
    )
