"""Captures the sources of one command into a specification folder: all of them or, if one is refused, none."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits
from schemapress.load.document_reader import read_documents
from schemapress.load.entries import find_entries
from schemapress.load.loader import load
from schemapress.load.roots import Roots, xsds

from .ask.question import Decision, KeepDecisions
from .decide.decisions import RecordedSource
from .decide.profile import refuse_unused
from .decide.samples import Sample
from .draft import Draft
from .finish import Capture, digest_source, finish_draft, safe_name
from .read.fetching import Fetcher, is_url
from .read.reference_fetcher import ReferenceFetcher, references_in
from .sources.readers import read_source
from .sources.schema_document import Surroundings
from .write.catalog import add_to_catalog
from .write.collision import NamedSource, list_obsolete, refuse_collisions
from .write.folder import Folder, WrittenFile
from .write.staging import add_folder, roots_of_copy

AskAboutDraft = Callable[[Draft, list[Decision], KeepDecisions], list[Decision]]
"""Asks a person about the decisions on a draft that stand on their defaults; returns all decisions."""


@dataclass(frozen=True, slots=True)
class AnswerSources:
    """The sources of answers: the profile of the project, example messages, and a person, if there is one to ask."""

    profile: dict[str, str]
    samples: Sequence[Sample] = ()
    ask_person: AskAboutDraft | None = None


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """The result of one source: its captures, the file written for each, and XSDs that it no longer gives.

    Of the latter, `removed` were unedited copies that nothing refers to; `obsolete` are still in the folder. Copies
    that other documents of the folder refer to are in neither.
    """

    source: NamedSource
    captures: tuple[Capture, ...]
    written: tuple[WrittenFile, ...]
    obsolete: tuple[str, ...]
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """The results of all sources.

    `unmapped` has the files of fetched URLs, as paths in the folder, if a catalog of the publisher does not map them.
    `earlier` is a copy of the folder before the capture; it is empty if there was none.
    """

    outcomes: tuple[SourceOutcome, ...]
    unmapped: Mapping[str, str]
    earlier: Path

    @property
    def conflicts(self) -> int:
        """The number of places in XSDs that both a person and a source changed."""
        return sum(file.conflicts for outcome in self.outcomes for file in outcome.written)

    @property
    def open_questions(self) -> int:
        """The number of questions that stand on their defaults."""
        return sum(len(capture.open) for outcome in self.outcomes for capture in outcome.captures)


@contextmanager
def capture_sources(
    pages: Sequence[str], folder: Path, answers: AnswerSources, known: Roots, limits: SourceLimits, *, fetch: bool
) -> Iterator[Session]:
    """Capture sources, files or URLs, into a folder. The results hold while the context does: it owns the earlier copy.

    The XSDs are written into a copy of the folder and loaded as by a build, which may also read files of the roots
    `known`. With `fetch`, everything that a source refers to by URL is fetched.

    Raises:
        SchemapressError: a source can't be read or is refused; then nothing was written.
    """
    into = Folder(folder)
    with tempfile.TemporaryDirectory(prefix="schemapress-capture-") as name:
        temporary = Path(name).resolve()
        fetcher = ReferenceFetcher(temporary / "fetched", Fetcher(limits), add_folder(known, folder))
        kept = {known_.source.url: schema for schema, known_ in into.decisions.items() if known_.source.url}
        sources = [_read(page, fetch, fetcher, known, limits, kept) for page in pages]
        refuse_collisions(sources, into)
        captures = {
            source.name: [_finish(source, draft, into, answers) for draft in source.drafts] for source in sources
        }
        all_captures = [capture for of_source in captures.values() for capture in of_source]
        refuse_unused(answers.profile, (decision for capture in all_captures for decision in capture.decisions))
        earlier = into.copy(temporary / "earlier")
        staged = into.stage(temporary / "staged")
        written = {
            source.name: [
                staged.write(capture, None if source.is_copy else source.data) for capture in captures[source.name]
            ]
            for source in sources
        }
        all_written = [file for of_source in written.values() for file in of_source]
        urls = _fetched_files(sources, fetcher)
        is_merged = not any(file.conflicts for file in all_written)
        obsolete = {source.name: tuple(list_obsolete(source, into)) for source in sources}
        copies = {schema for source in sources if source.is_copy for schema in obsolete[source.name]}
        needed = _needed(copies, staged, roots_of_copy(staged.path, folder, known, urls), limits)
        edited = [schema for schema in sorted(copies - needed) if staged.is_edited(schema)]
        removed = copies - needed - set(edited) if is_merged else set()
        for schema in sorted(removed):
            staged.remove(schema)
        unmapped = {} if add_to_catalog(staged, urls, removed) else urls
        if is_merged:
            with _rename_in_errors(staged.path, folder):
                roots = roots_of_copy(staged.path, folder, known, unmapped)
                _check(sources, all_written, roots, limits)
                _check_edited(edited, staged, roots, limits)
        into.install(staged)
        outcomes = [
            SourceOutcome(
                source,
                captures=tuple(captures[source.name]),
                written=tuple(
                    replace(file, path=folder / file.path.relative_to(staged.path)) for file in written[source.name]
                ),
                obsolete=tuple(schema for schema in obsolete[source.name] if schema not in removed | needed),
                removed=tuple(schema for schema in obsolete[source.name] if schema in removed),
            )
            for source in sources
        ]
        yield Session(tuple(outcomes), unmapped, earlier)


def _read_bytes(path: Path) -> bytes:
    """Return the bytes of a source.

    Raises:
        SchemapressError: it can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SchemapressError(f"This can't be read: {error.strerror or error}.", place=str(path)) from None


def _read(
    page: str, fetch: bool, fetcher: ReferenceFetcher, known: Roots, limits: SourceLimits, kept: Mapping[str, str]
) -> NamedSource:
    """Read a source; with `fetch`, everything that it refers to by URL is fetched first.

    `kept` has the paths of files in the folder, by URL.
    """
    path = fetcher.fetch_page(page) if is_url(page) else _find_file(page)
    if fetch:
        fetcher.fetch_references(path)
    fetched, data = fetcher.files, _read_bytes(path)
    with _rename_in_errors(fetched.host(path.resolve()) or path, _origin_of(path, fetcher)):
        try:
            drafts = read_source(data, path, limits, Surroundings(fetched, known, kept))
        except SchemapressError as error:
            if not is_url(page):
                raise
            place, hint = error.place, error.hint
            if place is not None and (place == path.name or place.startswith((f"{path.name}:", f"{path.name}#"))):
                place = page + place.removeprefix(path.name)
            if not fetch and any(True for _ in references_in(path)):
                hint = f"{hint or ''} --fetch fetches everything that it refers to.".strip()
            raise SchemapressError(error.message, place=place, hint=hint) from None
    url = page if is_url(page) else ""
    is_copy = path.suffix.lower() == ".xsd"
    return NamedSource(safe_name(path.name), page, tuple(drafts), is_copy=is_copy, data=data, url=url)


def _find_file(page: str) -> Path:
    """Return the file of a name on the command line.

    Raises:
        SchemapressError: it does not exist, is a folder, or is a URL that can't be fetched.
    """
    path = Path(page)
    if path.is_file():
        return path
    if path.is_dir():
        raise SchemapressError("This is a folder.", place=page, hint="Name the files to capture in it.")
    scheme, separator, rest = page.partition("://")
    if separator:
        nearest = get_close_matches(scheme.lower(), ("http", "https"), n=1, cutoff=0.8)
        hint = f"Did you mean {nearest[0]}://{rest}?" if nearest else "Save it, and capture the file."
        raise SchemapressError("Only http and https URLs are fetched.", place=page, hint=hint)
    if re.match(r"[\w.\-]+:[0-9]+(?:/|$)", page):
        message = "There is no such file. A URL begins with http:// or https://."
        raise SchemapressError(message, place=page, hint=f"Did you mean http://{page}?")
    raise SchemapressError("There is no such file.", place=page)


def _origin_of(path: Path, fetcher: ReferenceFetcher) -> str:
    """Return the origin of a fetched file for messages, or the path of a file that was not fetched."""
    download = fetcher.files.downloads.get(path.resolve())
    if download is None:
        return str(path)
    parts = urlsplit(download.final_url)
    return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def _rename_in_errors(path: Path, name: Path | str) -> Iterator[None]:
    """Replace a path in errors by the name that the user knows."""
    try:
        yield
    except SchemapressError as error:
        texts = (text and text.replace(str(path), str(name)) for text in (error.message, error.place, error.hint))
        message, place, hint = texts
        raise SchemapressError(message or "", place=place, hint=hint) from None


def _finish(source: NamedSource, draft: Draft, folder: Folder, answers: AnswerSources) -> Capture:
    sha256 = digest_source(source.data) if draft.download is None else draft.download.sha256
    url = source.url if draft.download is None or not source.is_copy else draft.download.url
    provenance = RecordedSource(source.name, sha256, date.today().isoformat(), draft.schema, url)
    known = folder.known(draft.schema)

    def keep(decisions: Sequence[Decision]) -> None:
        folder.keep(provenance, decisions, {} if known is None else known.type_names, draft.omissions)

    def ask_person(decisions: list[Decision]) -> list[Decision]:
        return decisions if answers.ask_person is None else answers.ask_person(draft, decisions, keep)

    samples = answers.samples if draft.questions else ()
    return finish_draft(draft, provenance, known, answers.profile, ask_person, samples)


def _fetched_files(sources: Sequence[NamedSource], fetcher: ReferenceFetcher) -> dict[str, str]:
    """Return the file in the folder of the specification for each URL that was fetched for a reference."""
    drafts = [draft for source in sources for draft in source.drafts]
    files = {draft.download.url: draft.schema for draft in drafts if draft.download is not None}
    downloads = {url: fetcher.files.downloads[path] for url, path in fetcher.files.locations.items()}
    return {url: files[download.url] for url, download in downloads.items() if download.url in files}


def _check(sources: Sequence[NamedSource], written: Sequence[WrittenFile], roots: Roots, limits: SourceLimits) -> None:
    """Check the XSDs that were written, as a build will.

    Raises:
        SchemapressError: a build would refuse them, or a page gave no root element.
    """
    schemas = [file.path for file in written if file.path.suffix.lower() == ".xsd"]
    schema = load(find_entries(schemas, roots), roots=roots, limits=limits)
    pages = [source.origin for source in sources if not source.is_copy]
    if pages and not schema.elements:
        message = "The documents that this source refers to declare no element, so there is no message to capture."
        raise SchemapressError(message, place=pages[0], hint="Capture those documents directly if they have more.")


def _needed(copies: Collection[str], staged: Folder, roots: Roots, limits: SourceLimits) -> set[str]:
    """Return the copies that other documents of the folder refer to; all copies, if a document can't be read."""
    path = staged.path.resolve()
    others = tuple(file for file in xsds(path) if file.relative_to(path).as_posix() not in copies)
    if not copies or not others:
        return set()
    try:
        documents = read_documents(others, strict=False, roots=roots, limits=limits).documents
    except SchemapressError:
        return set(copies)
    real = {document.real for document in documents}
    return {schema for schema in copies if path / schema in real}


def _check_edited(schemas: Sequence[str], staged: Folder, roots: Roots, limits: SourceLimits) -> None:
    """Check the whole folder, if edited copies stay in it that their source no longer has.

    Raises:
        SchemapressError: a build would refuse the folder because of these copies.
    """
    if not schemas:
        return
    try:
        load(find_entries(xsds(staged.path), roots), roots=roots, limits=limits)
    except SchemapressError as error:
        listed = ", ".join(schemas)
        hint = (
            f"The source no longer refers to {listed}, but somebody edited the copy. Move the edits elsewhere, delete "
            "the copy, and capture again."
        )
        raise SchemapressError(error.message, place=error.place, hint=hint) from None
