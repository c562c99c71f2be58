"""A Redocly page as the draft of an XSD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.write.json_types import FORMATS

from .captured import Captured
from .draft import Draft, Written
from .endpoint import Endpoint, Page
from .message import read_message
from .omission import Omission
from .plan import plan_schema
from .question import Decision
from .questions import ask
from .redocly import read_redocly
from .words import hyphenated


def accepts(_: str) -> bool:
    """Whether a text may be a Redocly page: any may, and the reader says what is missing."""
    return True


def drafts(text: str, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Draft]:
    """Return a draft for each endpoint of a page that has a body.

    Raises:
        SchemapressError: this is no such page, no body of it has a field, or a field has a name that no element can
            have.
    """
    pages = read_redocly(text, path.name, limits)
    bodiless = [page for page in pages if not page.endpoint.bodies]
    found = [_draft(page) for page in pages if page.endpoint.bodies]
    left_out = tuple(omission for page in bodiless for omission in (_endpoint(page.endpoint), *page.omissions))
    if not found:
        message = f"Nothing of this page can be captured: {left_out[0].what} has no body with fields."
        hint = "Expected is a section such as `## Request fields (application/xml):`, with a list of fields."
        raise SchemapressError(message, place=left_out[0].place, hint=hint)
    return [replace(found[0], omissions=(*left_out, *found[0].omissions)), *found[1:]]


def _endpoint(endpoint: Endpoint) -> Omission:
    why = "it has no body with fields" if not endpoint.bodies else "it has no request body; the XSD has its responses"
    return Omission(f"the endpoint {endpoint.method} {endpoint.path}", str(endpoint.place), why)


def _details(endpoint: Endpoint) -> Iterator[Omission]:
    """Yield what the page says of an endpoint and its fields that no XSD says."""
    if endpoint.version:
        yield Omission(f"the version {endpoint.version!r}", str(endpoint.place), "endpoint facts have none")
    for field in (field for body in endpoint.bodies for field in body.fields):
        if field.default is not None:
            what = f"the default {field.default!r} of the field `{field.dotted}`"
            yield Omission(what, str(field.place), "an element that is left out has no value")
        if field.format and field.format not in FORMATS:
            what = f"the format {field.format!r} of the field `{field.dotted}`"
            yield Omission(what, str(field.place), "XSD has no equal of it")


def _draft(page: Page) -> Draft:
    captured = Captured(page.endpoint, tuple(map(read_message, page.endpoint.bodies)))
    omissions = (*page.omissions, *_details(page.endpoint))
    if not captured.has_request:
        omissions = (_endpoint(page.endpoint), *omissions)
    labels = {captured.label(message, element): str(element.field.place) for message, element in captured.elements()}

    def finish(decisions: Iterable[Decision], type_names: Mapping[str, str]) -> Written:
        plan = plan_schema(captured, decisions, type_names)
        return Written(plan.file, plan.placed)

    return Draft(
        f"{hyphenated(captured.operation)}.xsd",
        tuple(ask(captured)),
        finish,
        omissions,
        tuple(labels),
        sum(len(body.fields) for body in page.endpoint.bodies),
        labels,
        str(page.endpoint.place),
    )
