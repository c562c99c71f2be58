"""Names that xsdata would give twice: to two fields of one class, or to two classes inside of one.

xsdata compares names by their ASCII letters and digits alone, and tells those apart that it finds equal. A name that it
makes up for one of them can be that of a third; a field that is called like one of a base class is taken for the same
field, whatever its element is called, and so is one that is called like one of a class whose fields are copied, such as
the text of a simple type and an attribute `value`; and classes inside of a class are not told apart at all, and may be
derived from the class around them, which Python does not know yet. Only such names and places are changed here: what
xsdata writes for all other schemas is its output, unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator

from xsdata.codegen.container import ClassContainer, Steps
from xsdata.codegen.handlers import (
    CalculateAttributePaths,
    CreateCompoundFields,
    DisambiguateChoices,
    FlattenClassExtensions,
    MergeAttributes,
    ProcessAttributeTypes,
    RenameDuplicateAttributes,
    RenameDuplicateClasses,
    UnnestInnerClasses,
    ValidateAttributesOverrides,
)
from xsdata.codegen.models import Attr, AttrType, Class, Extension, get_slug
from xsdata.codegen.utils import ClassUtils
from xsdata.models.config import GeneratorConfig
from xsdata.utils import text
from xsdata.utils.namespaces import build_qname

from schemapress.targets.bindings.xsdata_compound import (
    CalculateAndKeepOptional,
    ChoicesOfDistinctClasses,
    CompoundFieldsForOrder,
    FieldKey,
    MergeAndKeepPaths,
    Paths,
    share_fields_with_bases,
)
from schemapress.targets.bindings.xsdata_order import Compound
from schemapress.targets.class_shapes import Lost


class DistinctNames(ClassContainer):
    """The classes of a schema, which xsdata brings into their final form."""

    def __init__(self, config: GeneratorConfig, compound: Compound) -> None:
        """Take the configuration, and put the handlers below in the places of xsdata's own.

        `lost` will have what objects lose because of it.
        """
        super().__init__(config)
        self.lost = Lost()
        paths: Paths = {}
        optional: set[FieldKey] = set()
        for handlers in self.processors.values():
            for place, handler in enumerate(handlers):
                if type(handler) is RenameDuplicateAttributes:
                    handlers[place] = _DistinctInAClass()
                elif type(handler) is ValidateAttributesOverrides:
                    handlers[place] = _DistinctFromBases(self)
                elif type(handler) is CreateCompoundFields:
                    handlers[place] = CompoundFieldsForOrder(self, compound, self.lost, paths, optional)
                elif type(handler) is FlattenClassExtensions:
                    handlers[place] = _CopiesOfAllFields(self)
                elif type(handler) is UnnestInnerClasses:
                    handlers[place] = _InnerClassesBehindTheirBases(self)
                elif type(handler) is CalculateAttributePaths:
                    handlers[place] = CalculateAndKeepOptional(optional)
                elif type(handler) is DisambiguateChoices:
                    handlers[place] = ChoicesOfDistinctClasses(self)
                elif type(handler) is ProcessAttributeTypes:
                    handlers[place] = _NillableOfAnyType(self)
                elif type(handler) is MergeAttributes:
                    handlers[place] = MergeAndKeepPaths(paths)

    def process(self) -> None:
        """Bring the classes into their final form."""
        super().process()
        for class_ in self:
            _tell_inner_classes_apart(class_)

    def process_classes(self, step: int) -> None:
        """Take all classes a step further."""
        if step == Steps.RESOLVE:  # which compares the fields of each class with those of its bases
            share_fields_with_bases(self, list(self))
        super().process_classes(step)

    def designate_classes(self) -> None:
        """Give each class its module, once those are told apart that only their names in Python make equal.

        A name that is reserved gets `type` behind it, which may be the name of another class: `Any` and `AnyType`.
        """
        handler = RenameDuplicateClasses(self)
        taken = {text.alnum(class_.name) for class_ in self}
        for class_ in list(self):
            if text.is_reserved(text.pascal_case(class_.name)) and text.alnum(f"{class_.name}type") in taken:
                handler.add_numeric_suffix(class_)
        for class_ in self if handler.renames else ():
            handler.update_references(class_)
        super().designate_classes()


class _CopiesOfAllFields(FlattenClassExtensions):
    __slots__ = ()

    def process_dependency_extension(self, target: Class, extension: Extension) -> None:
        """Copy the fields of a base, if xsdata does so, also those called like a field that binds something else."""
        source = self.find_dependency(extension.type)
        own = {(attr.name, attr.xml_type) for attr in target.attrs}
        names = {name for name, _ in own}
        hidden = [
            attr
            for attr in (() if source is None or source is target or target.is_enumeration else source.attrs)
            if attr.name in names and (attr.name, attr.xml_type) not in own
        ]
        for attr in hidden:
            attr.name += _COPIED
        super().process_dependency_extension(target, extension)
        for attr in (*hidden, *target.attrs):
            attr.name = attr.name.removesuffix(_COPIED)


_COPIED = "\0"
"""Behind the name of a field while it is copied: no name has it."""


class _InnerClassesBehindTheirBases(UnnestInnerClasses):
    __slots__ = ()

    def process(self, target: Class) -> None:
        """Take those inner classes out of a class that are derived from it, itself or through others."""
        super().process(target)
        references: dict[int, list[AttrType]] = {}
        moved: dict[int, Class] = {}
        for type_, holder in self.find_forward_refs(target):
            inner = ClassUtils.find_nested(holder, type_.qname)
            if inner.ref in moved or self._is_derived(inner, target):
                moved[inner.ref] = inner
                references.setdefault(inner.ref, []).append(type_)
        for ref, inner in moved.items():
            name = "_".join((*inner.parent_names(), inner.name))
            self.update_inner_class(inner)
            inner.qname = build_qname(inner.target_namespace, name)
            self.update_types(references[ref], inner)
            self.container.add(inner)

    def _is_derived(self, inner: Class, outer: Class) -> bool:
        """Whether an inner class needs the class around it, as a base or for a class inside of a base."""
        waiting, met = [extension.type.qname for extension in inner.extensions], set[str]()
        while waiting:
            name = waiting.pop()
            for base in () if name in met else self.container.data.get(name, ()):
                if base is outer:
                    return True
                waiting += [extension.type.qname for part in _with_inner(base) for extension in part.extensions]
            met.add(name)
        return False


def _with_inner(outer: Class) -> Iterator[Class]:
    """Yield a class, and the classes inside of it."""
    yield outer
    for inner in outer.inner:
        yield from _with_inner(inner)


class _NillableOfAnyType(ProcessAttributeTypes):
    """Keeps an element nillable whose type xsdata replaces by that which it is made of."""

    __slots__ = ()

    @classmethod
    def copy_attribute_properties(cls, source: Class, target: Class, attr: Attr, attr_type: AttrType) -> None:
        nillable = attr.restrictions.nillable
        super().copy_attribute_properties(source, target, attr, attr_type)
        attr.restrictions.nillable = attr.restrictions.nillable or nillable


class _DistinctInAClass(RenameDuplicateAttributes):
    __slots__ = ()

    def process(self, target: Class) -> None:
        super().process(target)
        if not target.is_enumeration:
            _number(target.attrs, {})


class _DistinctFromBases(ValidateAttributesOverrides):
    __slots__ = ()

    def process(self, target: Class) -> None:
        inherited: dict[str, list[Attr]] = self.base_attrs_map(target)
        if not target.is_restricted:
            for attr in target.attrs:
                base = next(iter(inherited.get(attr.slug, ())), None)
                if base is not None and self.overrides(attr, base) and attr.local_name != base.local_name:
                    attr.name = ClassUtils.unique_name(attr.name, {*inherited, *map(get_slug, target.attrs)})
        super().process(target)
        for class_ in (*self._bases(target), target):  # for it may have renamed fields of bases
            _number(class_.attrs, self.base_attrs_map(class_))

    def _bases(self, target: Class) -> Iterator[Class]:
        """Yield the classes that one is derived from, those that others are derived from first."""
        for extension in target.extensions:
            base = self.container.find(extension.type.qname)
            if base is not None:
                yield from self._bases(base)
                yield base


def _number(attrs: list[Attr], inherited: dict[str, list[Attr]]) -> None:
    """Number the fields whose names others of their class have, or inherited ones that bind something else."""
    taken: set[str] = set()
    for attr in attrs:
        base = next(iter(inherited.get(attr.slug, ())), None)
        is_another = base is not None and (base.local_name, base.xml_type) != (attr.local_name, attr.xml_type)
        if attr.slug in taken or (is_another and attr.slug):
            attr.name = ClassUtils.unique_name(attr.name, {*taken, *inherited, *map(get_slug, attrs)})
        taken.add(attr.slug)


def _tell_inner_classes_apart(outer: Class) -> None:
    """Number the classes inside of a class, and of those inside of it, whose names others there have."""
    taken: set[str] = set()
    names = {inner.slug for inner in outer.inner}
    for inner in outer.inner:
        if inner.slug in taken:
            name = ClassUtils.unique_name(inner.name, names)
            renamed = build_qname(inner.target_namespace, name)
            for _, type_ in outer.types_with_parents():
                if type_.reference == inner.ref:
                    type_.qname = renamed
            inner.qname = renamed
            names.add(inner.slug)
        taken.add(inner.slug)
        _tell_inner_classes_apart(inner)
