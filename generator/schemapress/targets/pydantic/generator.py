"""Generates the models in the xsdata process: xsdata-pydantic, with names that a model can have."""

from __future__ import annotations

from pydantic import BaseModel
from xsdata.codegen.models import Attr, Class
from xsdata.models.config import GeneratorConfig
from xsdata.utils.text import stop_words
from xsdata_pydantic.generator import PydanticFilters

from schemapress.targets.bindings.generator import Generator

stop_words.update(name for name in dir(BaseModel) if not name.startswith("_"))
stop_words.update({"BaseModel", "ConfigDict"})


class ModelFilters(PydanticFilters):
    """Formats classes and fields as xsdata-pydantic does, corrected where its output is not valid Python."""

    def field_definition(self, obj: Class, attr: Attr, parent_namespace: str | None) -> str:
        """Return the arguments of a field; xsdata-pydantic gives a prohibited one two defaults."""
        definition = super().field_definition(obj, attr, parent_namespace)
        return definition.replace("exclude=True, default=None", "exclude=True") if attr.is_prohibited else definition


class ModelGenerator(Generator):
    """Writes models, as the generator of dataclasses writes those."""

    @classmethod
    def init_filters(cls, config: GeneratorConfig) -> ModelFilters:
        """Return the formatter of classes and fields."""
        return ModelFilters(config)
