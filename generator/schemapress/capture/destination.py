"""Whether a folder is one that captures go into: a folder of the project's `spec`, which a build sees."""

from __future__ import annotations

from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.project import Project


def unseen(folder: Path, project: Project) -> str | None:
    """Return why a build of the project won't see a folder, or None where it will.

    Raises:
        SchemapressError: it is `spec` itself, or has it inside: each API has a folder of its own there.
    """
    named = project.settings.spec
    spec, real = (project.root / named).resolve(), folder.resolve()
    if spec.is_relative_to(real):
        what = (
            f"the folder of all APIs, `spec` = {named!r}" if spec == real else f"above {spec}, the folder of all APIs"
        )
        raise SchemapressError(f"This is {what}.", place=str(folder), hint=f"Name one of its own: --into {named}/NAME.")
    if not real.is_relative_to(spec):
        return f"{folder} is outside of {named}: `build` won't see it."
    if any(part.startswith(".") for part in real.relative_to(spec).parts):
        return f"{folder} is hidden: `build` won't see it."
    return None
