"""What writes the models, in the process of xsdata: xsdata-pydantic, with names that a model can have."""

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
    """What xsdata-pydantic makes of classes and fields, in a form that is Python."""

    def field_definition(self, obj: Class, attr: Attr, parent_namespace: str | None) -> str:
        """Return what a field is given; xsdata-pydantic gives one that is prohibited two defaults."""
        definition = super().field_definition(obj, attr, parent_namespace)
        return definition.replace("exclude=True, default=None", "exclude=True") if attr.is_prohibited else definition


class ModelGenerator(Generator):
    """Writes models, as the generator of dataclasses writes those."""

    @classmethod
    def init_filters(cls, config: GeneratorConfig) -> ModelFilters:
        """Return what makes texts of classes and fields."""
        return ModelFilters(config)
