"""The files generated for one API, and the facts that a build reports of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemapress.project import ApiSource

if TYPE_CHECKING:
    from schemapress.targets.class_shapes import Lost

_MODULE = re.compile(r"(?!_runtime)(\w+)(?:\.py|/__init__\.py)")

ReportStep = Callable[[str], None]
"""Takes the name of the step that begins."""


@dataclass(frozen=True, slots=True)
class Emission:
    """The generated files of one API: their bytes by their paths inside the package, the manifest included.

    `lost` has what objects lose because of the configuration.
    `passes` has the name of each root that a module reads, and why the fastest one does not, or None where it does.
    `compound_fields` is how many fields of its classes hold elements of several names in the order in which they came.
    `extension_modules` are the modules of the project that the package imports.
    `lacks_endpoints` is true if targets that need endpoint facts made nothing, for want of any.
    """

    source: ApiSource
    files: dict[str, bytes]
    compound_fields: int
    lost: Lost
    passes: Sequence[tuple[str, str | None]] = ()
    extension_modules: frozenset[str] = frozenset()
    lacks_endpoints: bool = False

    @property
    def modules(self) -> list[str]:
        """The modules of the package itself, without those of its runtime."""
        return sorted(match[1] for path in self.files if (match := _MODULE.fullmatch(path)))
