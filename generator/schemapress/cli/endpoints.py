"""`schemapress endpoints`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.cli import PROJECT_OPTION, warn
from schemapress.errors import SchemapressError, nearest_of, writing
from schemapress_runtime.report.amount import counted

if TYPE_CHECKING:
    from schemapress.capture.plan.endpoint_draft import DraftEndpoint, LeftOut
    from schemapress.load.schema import Schema
    from schemapress.project import ApiSource, Project

_MOST_LISTED = 10
"""Endpoints that are listed; more are counted."""


_MOST_LEFT_OUT = 3
"""Operations that are left out and named; more are counted."""


@click.command("endpoints")
@click.argument("api", required=False)
@click.option(
    "--root",
    "roots",
    multiple=True,
    metavar="NAME",
    help="Make an endpoint only of this element; may be repeated. Any global element can be named.",
)
@click.option(
    "--from",
    "wsdl",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Make an endpoint per operation of this WSDL. Default: the WSDL in the folder of the API, if it has just one.",
)
@click.option("--force", is_flag=True, help="Replace an endpoints.toml that is there.")
@PROJECT_OPTION
def command(api: str | None, roots: tuple[str, ...], wsdl: Path | None, force: bool, start: str) -> None:
    """Write a first endpoints.toml for an API: method, path and responses of its messages.

    Handlers, a client and the OpenAPI document are made of these facts, which no XSD has. Each root element becomes an
    endpoint; a pair such as OrderRequest and OrderResponse becomes one. Guesses have a comment that says what to
    check. Without a name, the project must have one API.
    """
    from schemapress.capture.write.endpoint_file import write_draft
    from schemapress.load.loader import load
    from schemapress.load.roots import ENDPOINT_FILE
    from schemapress.project import load_project

    if roots and wsdl is not None:
        raise click.UsageError("--root and --from can't be combined. Pass one of them.")
    project = load_project(Path(start))
    source = _find_api(project, api)
    file = source.folder / ENDPOINT_FILE
    shown = project.show(file)
    if file.exists() and not force:
        hint = "Edit it, or pass --force to replace it."
        raise SchemapressError("There are endpoint facts already.", place=shown, hint=hint)
    schema = load(source.sources, roots=project.roots, limits=project.settings.limits)
    drafts, origin = _make_drafts(project, source, schema, roots, wsdl)
    with writing(file):
        file.write_text(write_draft(source.name, origin, drafts, schema), "utf-8")
    click.echo(f"{shown}: {counted(len(drafts), 'endpoint')}, made from {origin}")
    width = max(len(draft.path) for draft in drafts[:_MOST_LISTED])
    for draft in drafts[:_MOST_LISTED]:
        click.echo(f"  {draft.method} {draft.path:{width}}  {_describe(draft)}")
    if len(drafts) > _MOST_LISTED:
        click.echo(f"  and {len(drafts) - _MOST_LISTED:,} more; --root NAME picks elements")
    click.echo(f'Check the lines that say "check", then run `schemapress build {source.name}`.')


def _find_api(project: Project, name: str | None) -> ApiSource:
    apis = project.apis(() if name is None else (name,))
    if len(apis) > 1:
        hint = f"Name one: {', '.join(api.name for api in apis)}."
        raise SchemapressError("The project has several APIs.", place=str(project.root), hint=hint)
    return apis[0]


def _make_drafts(
    project: Project, source: ApiSource, schema: Schema, roots: Sequence[str], wsdl: Path | None
) -> tuple[list[DraftEndpoint], str]:
    """Return the endpoints, and what they were made from.

    Raises:
        SchemapressError: there is nothing to make an endpoint of.
    """
    from schemapress.capture.plan.endpoint_draft import draft_from_operations, draft_from_roots, list_roots
    from schemapress.load.roots import files_below

    found = files_below(source.folder, ".wsdl") if wsdl is None and not roots else ()
    if len(found) == 1:
        (wsdl,) = found
    elif found:
        shown = project.show(source.folder)
        warn(f"{shown} has {len(found)} WSDLs; --from takes the operations of one, such as {project.show(found[0])}")
    if wsdl is not None:
        from schemapress.capture.read.wsdl_operations import read_operations

        drafts, left_out = draft_from_operations(schema, read_operations(wsdl))
        for line in _describe_left_out(left_out, wsdl):
            warn(line)
        if not drafts:
            hint = (
                f"The XSDs must have its elements. Capture it (`schemapress capture {wsdl} --into …`), or name the "
                f"XSDs that have them in [tool.schemapress.entries]; now named: {', '.join(schema.sources[:3])}."
            )
            raise SchemapressError("No operation of this WSDL can be an endpoint.", place=str(wsdl), hint=hint)
        return drafts, f"the operations of {wsdl.name}"
    listed = [_find_element(schema, root) for root in roots] if roots else list_roots(schema)
    if not listed:
        hint = "Add other endpoints beside those, or pass --root with an element."
        message = "Each root element has endpoint facts in an XSD." if schema.endpoints else "There is no root element."
        raise SchemapressError(message, place=project.show(source.folder), hint=hint)
    return draft_from_roots(schema, list(dict.fromkeys(listed))), "root elements"


def _describe_left_out(left_out: Sequence[LeftOut], wsdl: Path) -> Iterator[str]:
    for one in left_out[:_MOST_LEFT_OUT]:
        yield f"{wsdl}:{one.operation.line}: the operation {one.operation.name!r} is left out: {one.reason}"
    if len(left_out) > _MOST_LEFT_OUT:
        yield f"{len(left_out) - _MOST_LEFT_OUT} more operations are left out"


def _find_element(schema: Schema, wanted: str) -> str:
    """Return the global element of a local name, or of one with a prefix of the schema.

    Raises:
        SchemapressError: there is none, or there are several.
    """
    from schemapress_runtime.names import local_name, namespace_of

    prefix, colon, local = wanted.rpartition(":")
    named = [
        name
        for name in schema.elements
        if local_name(name) == local and (not colon or schema.prefixes.get(namespace_of(name)) == prefix)
    ]
    roots = [name for name in named if name in schema.documents]
    named = roots if len(named) > 1 and len(roots) == 1 else named
    if len(named) == 1:
        return named[0]
    if not named:
        hint = nearest_of(local, map(local_name, schema.documents))
        raise SchemapressError(f"The schema declares no global element {wanted!r}.", hint=hint)
    choices = ", ".join(f"{schema.prefixes.get(namespace_of(name), '')}:{local}" for name in named)
    raise SchemapressError(f"Several namespaces have the element {wanted!r}.", hint=f"Name one of {choices}.")


def _describe(draft: DraftEndpoint) -> str:
    from schemapress_runtime.names import local_name

    answers = [f"<{local_name(element)}>" for _, element in draft.responses if element is not None]
    return f"<{local_name(draft.request)}>" + (f" → {', '.join(answers)}" if answers else "")
