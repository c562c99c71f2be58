"""`schemapress capture`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.runtime.amount import agreeing, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemapress.capture.capture import Asked, Capture
    from schemapress.capture.collision import Named
    from schemapress.capture.draft import Draft
    from schemapress.capture.folder import Folder, Outcome
    from schemapress.capture.following import Following
    from schemapress.capture.question import Decision
    from schemapress.capture.samples import Sample
    from schemapress.limits import SourceLimits
    from schemapress.schema.roots import Roots


@click.command("capture")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE|URL...")
@click.option(
    "--into", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder: spec/NAME."
)
@click.option(
    "--fetch",
    is_flag=True,
    help="Fetch what an XSD or a WSDL includes and imports by URL, and write a catalog.xml that says where it is.",
)
@click.option(
    "--interactive", is_flag=True, help="Ask at the terminal what a page leaves open; each answer is kept at once."
)
@click.option("--strict", is_flag=True, help="Exit with 1 while any question stands on its default.")
@click.option(
    "--profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file with answers for a whole family of pages.",
)
@click.option(
    "--samples",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of example messages (*.xml), which settle what they can.",
)
def command(
    pages: tuple[str, ...],
    folder: Path,
    fetch: bool,
    interactive: bool,
    strict: bool,
    profile: Path | None,
    samples: Path | None,
) -> None:
    """Write an XSD from each page of documentation, and record every question that it leaves open.

    A page is a Redocly page in Markdown, an OpenAPI document (YAML or JSON), an XSD or a WSDL: a file, or a URL of http
    or https, which is fetched; decisions.toml has its digest and the day. What a page says and an XSD does not is
    listed as "not captured".

    Without a flag each question takes its default, and is listed. Captured again, a page keeps the answers that
    a person gave, and edits of the XSD are merged with. Nothing is written where anything is refused.
    """
    from schemapress.capture.catalog import add_to_catalog
    from schemapress.capture.collision import refuse_collisions
    from schemapress.capture.fetching import Fetcher
    from schemapress.capture.folder import Folder
    from schemapress.capture.following import Following
    from schemapress.capture.profile import read_profile, refuse_unused
    from schemapress.capture.samples import read_samples
    from schemapress.limits import DEFAULT_LIMITS
    from schemapress.project import project_here
    from schemapress.schema.roots import NOTHING, roots_of

    into, project = Folder(folder), project_here()
    limits, known = (DEFAULT_LIMITS, NOTHING) if project is None else (project.settings.limits, project.roots)
    answers = read_profile(Path("pyproject.toml"), profile)
    messages = [] if samples is None else read_samples(samples, limits)
    with tempfile.TemporaryDirectory(prefix="schemapress-capture-") as name:
        temporary = Path(name).resolve()
        following = Following(temporary / "fetched", Fetcher(limits), _with(known, folder))
        named = [_read(page, fetch, following, known, limits) for page in pages]
        refuse_collisions(named, into)
        captures = [
            (one, [_captured(one, draft, into, answers, messages, interactive) for draft in one.drafts])
            for one in named
        ]
        refuse_unused(answers, (decision for _, made in captures for one in made for decision in one.decisions))
        earlier = into.copied(_made(temporary / "earlier"))
        staged = into.staged(temporary / "staged")
        outcomes = [(one, made, [_write(staged, one, capture) for capture in made]) for one, made in captures]
        urls = _fetched_files(named, following)
        has_catalog = add_to_catalog(staged, urls) if urls else True
        conflicts = sum(outcome.conflicts for *_, written in outcomes for outcome in written)
        with _named_as(staged.path, folder):
            if not conflicts:
                told = {} if has_catalog else {url: folder / file for url, file in urls.items()}
                locations = _in_staged({**dict(known.locations), **told}, folder, staged.path)
                roots = roots_of([staged.path, *known.folders], locations, known.catalogs)
                _check(outcomes, roots, limits)
        into.install(staged)
        _tell_all(into, staged, outcomes)
        if not has_catalog:
            _tell_locations(folder, urls)
        if not conflicts:
            _tell_changes(folder, earlier, known)
    open_questions = sum(len(one.open) for _, made in captures for one in made)
    sys.exit(bool(conflicts or (strict and open_questions)))


def _read(page: str, fetch: bool, following: Following, known: Roots, limits: SourceLimits) -> Named:
    """Return a source as it was read; with `fetch`, what it refers to by URL is fetched first."""
    from schemapress.capture.capture import safe_name
    from schemapress.capture.collision import Named
    from schemapress.capture.fetching import is_url
    from schemapress.capture.reading import read_source
    from schemapress.capture.schema_document import Found
    from schemapress.errors import SchemapressError

    path = following.page(page) if is_url(page) else _file(page)
    if fetch:
        following.follow(path)
    fetched, data = following.fetched, path.read_bytes()
    with _named_as(fetched.host(path.resolve()) or path, _origin_of(page, path, following)):
        try:
            drafts = read_source(data, path, limits, Found(fetched, known))
        except SchemapressError as error:
            if not is_url(page) or fetch:
                raise
            hint = f"{error.hint or ''} With --fetch, what it refers to is fetched, too.".strip()
            raise SchemapressError(error.message, place=error.place, hint=hint) from None
    url = page if is_url(page) else ""
    return Named(safe_name(path.name), page, tuple(drafts), path.suffix.lower() == ".xsd", data, url)


def _file(page: str) -> Path:
    """Return the file that somebody named.

    Raises:
        click.BadParameter: there is none.
    """
    path = click.Path(exists=True, dir_okay=False, path_type=Path).convert(page, None, None)
    assert isinstance(path, Path)
    return path


def _origin_of(page: str, path: Path, following: Following) -> str:
    """Return what messages call the folder of a host, or the path of a file that was not fetched."""
    from urllib.parse import urlsplit

    download = following.fetched.downloads.get(path.resolve())
    if download is None:
        return str(path)
    parts = urlsplit(download.final_url)
    return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def _named_as(path: Path, name: Path | str) -> Iterator[None]:
    """Let errors name a file or a folder as somebody knows it, instead of the copy that is read."""
    from schemapress.errors import SchemapressError

    try:
        yield
    except SchemapressError as error:
        texts = (text and text.replace(str(path), str(name)) for text in (error.message, error.place, error.hint))
        message, place, hint = texts
        raise SchemapressError(message or "", place=place, hint=hint) from None


def _captured(
    named: Named,
    draft: Draft,
    folder: Folder,
    profile: dict[str, str],
    samples: list[Sample],
    interactive: bool,
) -> Capture:
    from schemapress.capture.capture import capture, digest
    from schemapress.capture.decisions import Source

    sha256 = digest(named.data) if draft.download is None else draft.download.sha256
    url = named.url if draft.download is None or not named.is_copy else draft.download.url
    source = Source(named.name, sha256, date.today().isoformat(), draft.schema, url)
    known = folder.known(draft.schema)

    def ask(decisions: list[Decision]) -> list[Decision]:
        from .asking import ask

        type_names = {} if known is None else known.type_names
        return ask(decisions, lambda now: folder.keep(source, now, type_names, draft.omissions), draft.schema)

    asked: Asked = ask if interactive else list
    return capture(draft, source, known, profile, asked, samples if draft.questions else ())


def _write(staged: Folder, named: Named, made: Capture) -> Outcome:
    return staged.write(made, None if named.is_copy else named.data)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _fetched_files(named: Sequence[Named], following: Following) -> dict[str, str]:
    """Return the file below the folder of the specification for each URL that was fetched because it is referred to."""
    files = {draft.download.url: draft.schema for one in named for draft in one.drafts if draft.download is not None}
    return {
        url: files[one.url]
        for url, path in following.fetched.locations.items()
        if (one := following.fetched.downloads[path]).url in files
    }


def _in_staged(locations: dict[str, Path], folder: Path, staged: Path) -> dict[str, Path]:
    """Return the files of locations, those in the folder of the specification as they are in its copy."""
    real = folder.resolve()
    files = {uri: file.resolve() for uri, file in locations.items()}
    return {uri: staged / file.relative_to(real) if file.is_relative_to(real) else file for uri, file in files.items()}


def _check(
    outcomes: Sequence[tuple[Named, Sequence[Capture], Sequence[Outcome]]], roots: Roots, limits: SourceLimits
) -> None:
    """Check the XSDs that were written, as a build will.

    Raises:
        SchemapressError: a build would refuse them, or a page gave no element that a message could have as its root.
    """
    from schemapress.errors import SchemapressError
    from schemapress.schema.entries import find_entries
    from schemapress.schema.load import load

    schemas = [outcome.path for *_, written in outcomes for outcome in written if outcome.path.suffix.lower() == ".xsd"]
    schema = load(find_entries(schemas, roots), roots=roots, limits=limits)
    pages = [named.origin for named, *_ in outcomes if not named.is_copy]
    if pages and not schema.elements:
        message = "What this source refers to declares no element, so there is no message to capture."
        raise SchemapressError(message, place=pages[0], hint="Capture what it refers to, if that has more.")


def _tell_all(
    folder: Folder, staged: Folder, outcomes: Sequence[tuple[Named, Sequence[Capture], Sequence[Outcome]]]
) -> None:
    """Say what became of each source, and what is there of it no longer."""
    from schemapress.capture.collision import no_longer_captured

    for named, made, written in outcomes:
        _tell_source(named, made, [_installed(outcome, staged, folder.path) for outcome in written], folder.path)
        for schema in no_longer_captured(named, folder):
            path = folder.path / schema
            click.echo(f"  {path} was captured from {named.name}, and is not any more: delete it, if it is gone.")


def _installed(outcome: Outcome, staged: Folder, folder: Path) -> Outcome:
    return replace(outcome, path=folder / outcome.path.relative_to(staged.path))


def _tell_source(named: Named, made: Sequence[Capture], written: Sequence[Outcome], folder: Path) -> None:
    if named.is_copy:
        _tell_copies(folder, named.name, written)
        return
    for capture, outcome in zip(made, written, strict=True):
        _tell(capture, outcome)


def _tell_locations(folder: Path, urls: dict[str, str]) -> None:
    """Say which locations a project needs for what was fetched, where the publisher has a catalog of its own."""
    click.echo(f"  {folder / 'catalog.xml'} is the publisher's, and stays as it is. Add to pyproject.toml:")
    click.echo("  [tool.schemapress.locations]")
    for url, file in sorted(urls.items()):
        click.echo(f'  "{url}" = "{(folder / file).as_posix()}"')


def _tell_copies(folder: Path, page: str, copied: Sequence[Outcome]) -> None:
    """Say what a schema has that was copied with all that it refers to."""
    from lxml import etree

    from schemapress.runtime.document import xml_parser
    from schemapress.schema.source import XSD

    files = [outcome.path for outcome in copied if outcome.path.suffix.lower() == ".xsd"]
    roots = [etree.fromstring(file.read_bytes(), xml_parser(doctype=True)) for file in files]
    elements = sum(len(root.findall(f"{XSD}element")) for root in roots)
    types = sum(len(root.findall(f"{XSD}{kind}")) for root in roots for kind in ("complexType", "simpleType"))
    counts = counted(len(copied), "file"), counted(elements, "element"), counted(types, "type")
    click.echo(f"{folder} from {page}: {', '.join(counts)}")
    for outcome in copied:
        for line in outcome.diff:
            click.echo(f"  {line}")
        if outcome.conflicts:
            _tell_conflicts(outcome)


def _with(named: Roots, folder: Path) -> Roots:
    """Return what the project names, with a folder more that may be read."""
    return replace(named, folders=(folder.resolve(), *named.folders))


def _tell_changes(folder: Path, earlier: tuple[Path, ...], named: Roots) -> None:
    """Say what the new XSDs of a folder break that the earlier ones did not; `named` is what the project names."""
    from schemapress.diff.comparison import compare
    from schemapress.diff.report.text import printed
    from schemapress.diff.review import Review
    from schemapress.diff.versions.version import Reading, Version
    from schemapress.errors import SchemapressError

    now = tuple(folder / file.name for file in earlier)
    if earlier and [file.read_bytes() for file in earlier] != [file.read_bytes() for file in now]:
        readings = Reading(roots=_with(named, earlier[0].parent)), Reading(roots=_with(named, folder))
        before = Version(f"{folder} before", earlier, str(folder), readings[0])
        after = Version(str(folder), now, str(folder), readings[1])
        try:
            comparison = compare(folder.name, before, after, kinds=("documents", "endpoint"))
        except SchemapressError as error:
            click.echo(f"  {error.message}")
        else:
            click.echo(printed(Review((comparison,))), nl=False)


def _tell(made: Capture, outcome: Outcome) -> None:
    counts = counted(made.fields, "field"), counted(len(made.decisions), "question")
    defaults = agreeing(len(made.open), "on its default", "on their defaults")
    click.echo(f"{outcome.path} from {made.source.page}: {', '.join(counts)}, {len(made.open)} of them {defaults}")
    for omission in made.omissions:
        click.echo(f"  {click.style('not captured:', fg='yellow')} {omission}")
    for decision in made.decisions:
        if decision.answered_by == "samples":
            mark, answer = click.style("settled", fg="green"), click.style(decision.answer, bold=True)
            click.echo(f"  {mark} {decision.question.text} → {answer} ({decision.why})")
    for decision in made.open:
        mark, answer = click.style("open", fg="cyan"), click.style(decision.answer, bold=True)
        click.echo(f"  {mark} {decision.question.text} → {answer}")
    for key, answered in made.dropped:
        mark = click.style("not asked any more", fg="yellow")
        click.echo(f"  {mark} {key}, which {answered.answered_by} answered with {answered.answer!r}")
    for line in outcome.diff:
        click.echo(f"  {line}")
    if outcome.conflicts:
        _tell_conflicts(outcome)
    elif outcome.merged:
        click.echo("  Your edits of the XSD were kept.")


def _tell_conflicts(outcome: Outcome) -> None:
    mark = click.style("conflict:", fg="red", bold=True)
    click.echo(f"{mark} the page changed in {counted(outcome.conflicts, 'place')} that you edited.", err=True)
    click.echo(f"  The XSD is as it was; {outcome.path.name} has both. Settle it there, and move it over.", err=True)
