"""What writes the models, in the process of xsdata: xsdata-pydantic, with names that a model can have."""

from __future__ import annotations

import xsdata.formats.dataclass.compat  # noqa: F401  # first: it loads the plug-in, which can't be loaded before it
from pydantic import BaseModel
from xsdata.models.config import GeneratorConfig
from xsdata.utils.text import stop_words
from xsdata_pydantic.generator import PydanticFilters

from schemapress.targets.bindings.generator import Generator

stop_words.update(name for name in dir(BaseModel) if not name.startswith("_"))
stop_words.update({"BaseModel", "ConfigDict"})


class ModelGenerator(Generator):
    """Writes models, as the generator of dataclasses writes those."""

    @classmethod
    def init_filters(cls, config: GeneratorConfig) -> PydanticFilters:
        """Return what xsdata-pydantic makes of classes and fields."""
        return PydanticFilters(config)
