"""Generates the classes in the xsdata process: xsdata's generator of dataclasses, restricted to one package."""

from __future__ import annotations

import re

from xsdata.formats.dataclass.generator import DataclassGenerator
from xsdata.models.config import StructureStyle

from .xsdata_order import PACKAGE

PACKAGE_NAME = ".".join(PACKAGE.parts)


class Generator(DataclassGenerator):
    """Writes the classes without importing them: nothing is executed before it was checked.

    What stands around the modules has the names that are expected, whatever the conventions for names are.
    """

    def validate_imports(self) -> None:
        pass

    def module_name(self, name: str) -> str:
        return name if self._is_one_module else super().module_name(name)

    def package_name(self, name: str) -> str:
        if self._is_one_module or name == PACKAGE_NAME:
            return name
        return f"{PACKAGE_NAME}.{super().package_name(name.removeprefix(f'{PACKAGE_NAME}.'))}"

    @property
    def _is_one_module(self) -> bool:
        return self.config.output.structure_style is StructureStyle.SINGLE_PACKAGE

    def render_header(self) -> str:
        """Return the header that is asked for, without the time: same sources, same bytes."""
        return re.sub(r", on [-0-9: ]+", "", super().render_header())
