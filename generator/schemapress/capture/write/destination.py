"""Whether a build of the project reads the folder that a capture writes into."""

from __future__ import annotations

from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.project import Project


def warn_if_not_built(folder: Path, project: Project) -> str | None:
    """Return a warning if a build of the project will not read a folder, else None.

    Raises:
        SchemapressError: the folder is `spec` itself or above it: each API has its own folder in `spec`.
    """
    named = project.settings.spec
    spec, real = (project.root / named).resolve(), folder.resolve()
    if spec.is_relative_to(real):
        role = (
            f"the folder of all APIs, `spec` = {named!r}" if spec == real else f"above {spec}, the folder of all APIs"
        )
        raise SchemapressError(
            f"This is {role}.", place=str(folder), hint=f"Name a folder for this API: --into {named}/NAME."
        )
    if not real.is_relative_to(spec):
        return f"{folder} is outside {named}, so `build` will not read it."
    if any(part.startswith(".") for part in real.relative_to(spec).parts):
        return f"{folder} is hidden, so `build` will not read it."
    return None
