"""The messages of a package: the classes of their root elements, and the tables built once from all classes."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from types import ModuleType
from typing import Any, Generic, TypeVar

from ..binding.class_kinds import is_object
from ..binding.prefixes import MOST_KEPT, Prefixes
from ..binding.table_decoder import Binders
from ..binding.table_encoder import Writers
from ..xsd.components import Declarations

Message = TypeVar("Message")


@dataclass(frozen=True, eq=False)
class Messages(Generic[Message]):
    """The messages of a package: the class of each root element, the module that has all classes, and the declarations.

    Several packages may share a process and this runtime, and have types and elements of the same names. Each has
    tables of its own, made when they are first needed. `keeps_prefixes` where there are texts that are names with their
    prefixes: objects remember the prefixes of their documents then. `class_type` is
    xsdata's name for the kind of the classes.
    """

    classes: Mapping[str, type[Message]]
    bindings: ModuleType
    declarations: Declarations
    keeps_prefixes: bool = False
    class_type: str = "dataclasses"

    def __post_init__(self) -> None:
        """Load xsdata's part for another kind of classes, which these need to be made."""
        if self.class_type != "dataclasses":
            from xsdata.formats.dataclass.compat import class_types

            class_types.get_type(self.class_type)

    def owns(self, class_: type) -> bool:
        """Whether a class is of the package: of its module, of one inside, or of one that it takes classes from."""
        name = self.bindings.__name__
        return class_.__module__ in self._modules or f"{class_.__module__}.".startswith(f"{name}.")

    @cached_property
    def tags(self) -> Mapping[type, str]:
        """The root element of each class; the first one of a class that has several."""
        return {class_: tag for tag, class_ in reversed(tuple(self.classes.items()))}

    @cached_property
    def context(self) -> Any:  # XmlContext, which is imported only when it is needed
        """The metadata that xsdata has of the classes, gathered once."""
        return _context_class()(self)

    @cached_property
    def binders(self) -> Binders:
        """The binders of the classes."""
        return Binders(self.context)

    @cached_property
    def streams(self) -> dict[str, Any]:  # `stream.py` says of what; it needs this module
        """What was made for the elements that `iter_decode` was asked for."""
        return {}

    @cached_property
    def writers(self) -> Callable[[Prefixes], Writers]:
        """A function from prefixes to the writers of the classes."""
        return lru_cache(MOST_KEPT)(lambda prefixes: Writers(self.binders, self.declarations, prefixes))

    @cached_property
    def _modules(self) -> frozenset[str]:
        classes = (value for value in vars(self.bindings).values() if isinstance(value, type) and is_object(value))
        modules = (class_.__module__ for class_ in classes)
        return frozenset(module for module in modules if not module.startswith("xsdata."))


@cache
def _context_class() -> Callable[[Messages[Any]], Any]:
    from xsdata.formats.dataclass.context import XmlContext

    class PackageContext(XmlContext):
        """Finds the classes of one package by their names, where xsdata finds those of all that is imported."""

        __slots__ = ("_messages",)

        def __init__(self, messages: Messages[Any]) -> None:
            super().__init__(class_type=messages.class_type)
            self._messages = messages

        def is_binding_model(self, clazz: type) -> bool:
            return super().is_binding_model(clazz) and self._messages.owns(clazz) and not _is_replaced(clazz)

        def build_xsi_cache(self) -> None:
            """Index the classes again where modules were imported; another thread sees a whole index meanwhile."""
            imported = len(sys.modules)
            if imported == self.sys_modules:
                return
            classes: dict[str, list[type]] = defaultdict(list)
            builder = self.get_builder()
            for class_ in filter(self.is_binding_model, self.get_subclasses(object)):
                name = builder.build_class_meta(class_).target_qname
                if name:
                    classes[name].append(class_)
            self.xsi_cache = classes
            self.sys_modules = imported

    return PackageContext


def _is_replaced(class_: type) -> bool:
    """Whether its module has another class by the name of one, as of a dataclass with slots, which is made twice."""
    current: object = sys.modules.get(class_.__module__)
    for name in class_.__qualname__.split("."):
        current = getattr(current, name, None)
    return current is not None and current is not class_
