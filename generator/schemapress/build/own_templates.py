"""The folder `templates` of a project: which files in it are templates, and that each of them is used."""

from __future__ import annotations

from pathlib import Path

from schemapress.errors import SchemapressError, nearest_of
from schemapress.targets.registry import find_folders

TEMPLATE_FOLDERS = (Path(__file__).parent, *find_folders())
"""The folders of the templates that a project can replace: that of each target, and this one for the package itself."""

REPORT_FOLDER = Path(__file__).parent.parent / "diff" / "report" / "templates"
"""The folder of the templates of reports, which decide on no package."""

_SUFFIX = ".jinja"
_TAKEN_FOR_TEMPLATES = (_SUFFIX, ".jinja2", ".j2", ".py")
"""The suffix of templates, and suffixes that people use by mistake."""


def built_in_names() -> list[str]:
    """Return the names of the templates that a project can replace."""
    return sorted(path.name for folder in (*TEMPLATE_FOLDERS, REPORT_FOLDER) for path in folder.glob(f"*{_SUFFIX}"))


def report_names() -> list[str]:
    """Return the names of the templates of reports and changelogs."""
    return sorted(path.name for path in REPORT_FOLDER.glob(f"*{_SUFFIX}"))


def own_templates(folder: Path, settings_file: Path) -> dict[str, Path]:
    """Return the templates of a project, by their paths inside of `folder`.

    Each has the name of a built-in one, or is included by one that has. Files without the ending of a template are
    none of ours.

    Raises:
        SchemapressError: the folder is not there, or has a template that nothing uses.
    """
    if not folder.is_dir():
        hint = f"Create it, or change `templates` in {settings_file}."
        raise SchemapressError("There is no such folder of templates.", place=str(folder), hint=hint)
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in _TAKEN_FOR_TEMPLATES and path.is_file()]
    templates = {path.relative_to(folder).as_posix(): path for path in files}
    names = built_in_names()
    if unknown := [name for name in templates if name not in names]:
        included = _find_included(templates)
        for name in unknown:
            if name not in included:
                message = "No built-in template has this name, and no template includes this one."
                raise SchemapressError(message, place=str(templates[name]), hint=nearest_of(name, names))
    return templates


def _find_included(templates: dict[str, Path]) -> set[str]:
    """Return the names that templates include, import or extend, directly or by others."""
    from jinja2 import Environment, TemplateSyntaxError
    from jinja2.meta import find_referenced_templates

    included: set[str] = set()
    reached = [name for name in templates if name in built_in_names()]
    while reached:
        name = reached.pop()
        try:
            tree = Environment(autoescape=False).parse(templates[name].read_text("utf-8"))  # it is read, not rendered
        except (TemplateSyntaxError, UnicodeDecodeError):
            return set(templates)  # reported with its line when it is compiled; until then, it may include any
        for referenced in find_referenced_templates(tree):
            if referenced is None:
                return set(templates)  # a name that is computed may be any
            if referenced in templates and referenced not in included:
                included.add(referenced)
                reached.append(referenced)
    return included
