"""One call of the command: sources to a specification folder, all of them or, where anything is refused, none."""

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
from schemapress.load.entries import find_entries
from schemapress.load.loader import load
from schemapress.load.roots import Roots, roots_of, xsds
from schemapress.load.source import read_documents

from .capture import Asked, Capture, capture, digest, safe_name
from .catalog import add_to_catalog
from .collision import Named, no_longer_captured, refuse_collisions
from .decisions import Source
from .draft import Draft
from .fetching import Fetcher, is_url
from .folder import Folder, Outcome
from .following import Following, references_in
from .profile import refuse_unused
from .question import Decision
from .reading import read_source
from .samples import Sample
from .schema_document import Found

AskedOf = Callable[[Draft, Callable[[Sequence[Decision]], None]], Asked]
"""Returns what asks a person about a draft; it is given what keeps answers at once."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What answers questions: the profile of the project, example messages, and a person, if there is one to ask."""

    profile: dict[str, str]
    samples: Sequence[Sample] = ()
    asked_of: AskedOf | None = None


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What became of a source: its captures, what was written of each, and the XSDs that it gives no longer.

    Of these, `removed` were copies that nobody had edited and nothing refers to; `gone` are still there. Copies that
    other documents of the folder refer to are in neither.
    """

    named: Named
    captures: tuple[Capture, ...]
    written: tuple[Outcome, ...]
    gone: tuple[str, ...]
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """What became of all sources.

    `untold` has the files of URLs that were fetched, by their paths in the folder, where the publisher's own catalog
    does not name them. `earlier` is a copy of the folder as it was before, or empty.
    """

    outcomes: tuple[SourceOutcome, ...]
    untold: Mapping[str, str]
    earlier: Path

    @property
    def conflicts(self) -> int:
        """How many places of XSDs a person and a source both changed."""
        return sum(outcome.conflicts for one in self.outcomes for outcome in one.written)

    @property
    def open_questions(self) -> int:
        """How many questions stand on their defaults."""
        return sum(len(made.open) for one in self.outcomes for made in one.captures)


@contextmanager
def captured(
    pages: Sequence[str], folder: Path, answers: Answers, known: Roots, limits: SourceLimits, *, fetch: bool
) -> Iterator[Session]:
    """Capture sources, files or URLs, into a folder, and give what became of them while a copy of the old folder lasts.

    The XSDs are written into a copy of the folder and loaded as a build loads them; what `known` names may be read
    then, too. With `fetch`, what a source refers to by URL is fetched.

    Raises:
        SchemapressError: a source can't be read or is refused; nothing was written then.
    """
    into = Folder(folder)
    with tempfile.TemporaryDirectory(prefix="schemapress-capture-") as name:
        temporary = Path(name).resolve()
        following = Following(temporary / "fetched", Fetcher(limits), also_from(folder, known))
        kept = {one.source.url: schema for schema, one in into.decisions.items() if one.source.url}
        sources = [_read(page, fetch, following, known, limits, kept) for page in pages]
        refuse_collisions(sources, into)
        captures = [(one, [_captured(one, draft, into, answers) for draft in one.drafts]) for one in sources]
        refuse_unused(answers.profile, (decision for _, made in captures for one in made for decision in one.decisions))
        earlier = into.copied(temporary / "earlier")
        staged = into.staged(temporary / "staged")
        written = [(one, made, [_write(staged, one, each) for each in made]) for one, made in captures]
        urls = _fetched_files(sources, following)
        is_merged = not any(outcome.conflicts for *_, outcomes in written for outcome in outcomes)
        gone = {one.name: tuple(no_longer_captured(one, into)) for one in sources}
        copies = {schema for one in sources if one.is_copy for schema in gone[one.name]}
        needed = _needed(copies, staged, _roots_of_copy(staged.path, folder, known, urls), limits)
        edited = [schema for schema in sorted(copies - needed) if staged.is_edited(schema)]
        removed = copies - needed - set(edited) if is_merged else set()
        for schema in sorted(removed):
            staged.remove(schema)
        untold = {} if add_to_catalog(staged, urls, removed) else urls
        if is_merged:
            with _named_as(staged.path, folder):
                roots = _roots_of_copy(staged.path, folder, known, untold)
                _check(written, roots, limits)
                _check_edited(edited, staged, roots, limits)
        into.install(staged)
        outcomes = [
            SourceOutcome(
                one,
                tuple(made),
                tuple(replace(each, path=folder / each.path.relative_to(staged.path)) for each in of_one),
                tuple(schema for schema in gone[one.name] if schema not in removed | needed),
                tuple(schema for schema in gone[one.name] if schema in removed),
            )
            for one, made, of_one in written
        ]
        yield Session(tuple(outcomes), untold, earlier)


def _bytes_of(path: Path) -> bytes:
    """Return what a source has.

    Raises:
        SchemapressError: it can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SchemapressError(f"This can't be read: {error.strerror or error}.", place=str(path)) from None


def _read(
    page: str, fetch: bool, following: Following, known: Roots, limits: SourceLimits, kept: Mapping[str, str]
) -> Named:
    """Return a source as it was read; with `fetch`, what it refers to by URL is fetched first.

    `kept` has where files of URLs are in the folder already.
    """
    path = following.page(page) if is_url(page) else _file(page)
    if fetch:
        following.follow(path)
    fetched, data = following.fetched, _bytes_of(path)
    with _named_as(fetched.host(path.resolve()) or path, _origin_of(page, path, following)):
        try:
            drafts = read_source(data, path, limits, Found(fetched, known, kept))
        except SchemapressError as error:
            if not is_url(page):
                raise
            place, hint = error.place, error.hint
            if place is not None and (place == path.name or place.startswith((f"{path.name}:", f"{path.name}#"))):
                place = page + place.removeprefix(path.name)
            if not fetch and any(True for _ in references_in(path)):
                hint = f"{hint or ''} With --fetch, what it refers to is fetched, too.".strip()
            raise SchemapressError(error.message, place=place, hint=hint) from None
    url = page if is_url(page) else ""
    return Named(safe_name(path.name), page, tuple(drafts), path.suffix.lower() == ".xsd", data, url)


def _file(page: str) -> Path:
    """Return the file that somebody named.

    Raises:
        SchemapressError: there is none; it is a folder, or a URL that is not fetched.
    """
    path = Path(page)
    if path.is_file():
        return path
    if path.is_dir():
        raise SchemapressError("This is a folder.", place=page, hint="Name the files in it that are to be captured.")
    scheme, separator, rest = page.partition("://")
    if separator:
        nearest = get_close_matches(scheme.lower(), ("http", "https"), n=1, cutoff=0.8)
        hint = f"Did you mean {nearest[0]}://{rest}?" if nearest else "Save it, and capture the file."
        raise SchemapressError("Only http and https URLs are fetched.", place=page, hint=hint)
    if re.match(r"[\w.\-]+:[0-9]+(?:/|$)", page):
        message = "There is no such file, and a URL begins with http:// or https://."
        raise SchemapressError(message, place=page, hint=f"Did you mean http://{page}?")
    raise SchemapressError("There is no such file.", place=page)


def _origin_of(page: str, path: Path, following: Following) -> str:
    """Return what messages call the folder of a host, or the path of a file that was not fetched."""
    download = following.fetched.downloads.get(path.resolve())
    if download is None:
        return str(path)
    parts = urlsplit(download.final_url)
    return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def _named_as(path: Path, name: Path | str) -> Iterator[None]:
    """Let errors name a file or a folder as somebody knows it."""
    try:
        yield
    except SchemapressError as error:
        texts = (text and text.replace(str(path), str(name)) for text in (error.message, error.place, error.hint))
        message, place, hint = texts
        raise SchemapressError(message or "", place=place, hint=hint) from None


def _captured(named: Named, draft: Draft, folder: Folder, answers: Answers) -> Capture:
    sha256 = digest(named.data) if draft.download is None else draft.download.sha256
    url = named.url if draft.download is None or not named.is_copy else draft.download.url
    source = Source(named.name, sha256, date.today().isoformat(), draft.schema, url)
    known = folder.known(draft.schema)

    def keep(decisions: Sequence[Decision]) -> None:
        folder.keep(source, decisions, {} if known is None else known.type_names, draft.omissions)

    asked: Asked = list if answers.asked_of is None else answers.asked_of(draft, keep)
    return capture(draft, source, known, answers.profile, asked, answers.samples if draft.questions else ())


def _write(staged: Folder, named: Named, made: Capture) -> Outcome:
    return staged.write(made, None if named.is_copy else named.data)


def _fetched_files(named: Sequence[Named], following: Following) -> dict[str, str]:
    """Return the file below the folder of the specification for each URL that was fetched because it is referred to."""
    files = {draft.download.url: draft.schema for one in named for draft in one.drafts if draft.download is not None}
    return {
        url: files[one.url]
        for url, path in following.fetched.locations.items()
        if (one := following.fetched.downloads[path]).url in files
    }


def _roots_of_copy(copy: Path, folder: Path, known: Roots, urls: Mapping[str, str]) -> Roots:
    """Return where the schemas in a copy of a folder may be read from; `urls` has files of the folder by their URLs."""
    locations = {**dict(known.locations), **{url: folder / file for url, file in urls.items()}}
    return roots_of([copy, *known.folders], in_copy(locations, folder, copy), known.catalogs)


def in_copy(locations: dict[str, Path], folder: Path, copy: Path) -> dict[str, Path]:
    """Return the files of locations, those in the folder of the specification as they are in its copy."""
    real = folder.resolve()
    files = {uri: file.resolve() for uri, file in locations.items()}
    return {uri: copy / file.relative_to(real) if file.is_relative_to(real) else file for uri, file in files.items()}


def _check(
    outcomes: Sequence[tuple[Named, Sequence[Capture], Sequence[Outcome]]], roots: Roots, limits: SourceLimits
) -> None:
    """Check the XSDs that were written, as a build will.

    Raises:
        SchemapressError: a build would refuse them, or a page gave no element that a message could have as its root.
    """
    schemas = [outcome.path for *_, written in outcomes for outcome in written if outcome.path.suffix.lower() == ".xsd"]
    schema = load(find_entries(schemas, roots), roots=roots, limits=limits)
    pages = [named.origin for named, *_ in outcomes if not named.is_copy]
    if pages and not schema.elements:
        message = "What this source refers to declares no element, so there is no message to capture."
        raise SchemapressError(message, place=pages[0], hint="Capture what it refers to, if that has more.")


def _needed(copies: Collection[str], staged: Folder, roots: Roots, limits: SourceLimits) -> set[str]:
    """Return those of the copies that other documents of the folder refer to; all of them, if one can't be read."""
    path = staged.path.resolve()
    others = tuple(file for file in xsds(path) if file.relative_to(path).as_posix() not in copies)
    if not copies or not others:
        return set()
    try:
        read = read_documents(others, strict=False, roots=roots, limits=limits).documents
    except SchemapressError:
        return set(copies)
    real = {document.real for document in read}
    return {schema for schema in copies if path / schema in real}


def _check_edited(schemas: Sequence[str], staged: Folder, roots: Roots, limits: SourceLimits) -> None:
    """Check the whole folder, if copies stay in it that their source does not have any more.

    Raises:
        SchemapressError: a build would refuse it, with what to do about these copies.
    """
    if not schemas:
        return
    try:
        load(find_entries(xsds(staged.path), roots), roots=roots, limits=limits)
    except SchemapressError as error:
        listed = ", ".join(schemas)
        hint = (
            f"The source does not refer to {listed} any more, and somebody edited the copy. Carry the edits over, "
            "delete it, and capture again."
        )
        raise SchemapressError(error.message, place=error.place, hint=hint) from None


def also_from(folder: Path, named: Roots) -> Roots:
    """Return what a project names, with a folder more that may be read."""
    return replace(named, folders=(folder.resolve(), *named.folders))
