"""Types that elements have from the heads of their substitution groups (XML Schema 1.0 Part 1 §3.3.2).

An element without a type has that of the head, which may be an anonymous one. xsdata takes it for xs:anyType, whose
class holds no attributes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from xsdata.codegen.models import Class
from xsdata.models import xsd
from xsdata.models.enums import Tag
from xsdata.utils.namespaces import build_qname


def without_type(schema: xsd.Schema) -> Iterator[str]:
    """Yield the elements of a schema document that have their types from heads, in Clark notation."""
    for element in schema.elements:
        has_type = element.type is not None or element.simple_type is not None or element.complex_type is not None
        if element.substitution_group is not None and not has_type:
            yield build_qname(schema.target_namespace, element.name or "")


def take_types_of_heads(classes: Iterable[Class], untyped: Collection[str]) -> None:
    """Give classes of elements the content of those of their heads, as they were read and before they are processed."""
    elements = {class_.qname: class_ for class_ in classes if class_.tag == Tag.ELEMENT}
    for name in untyped:
        head = element = elements[name]
        passed = {name}
        while head.qname in untyped and (above := elements.get(head.substitutions[0])) and above.qname not in passed:
            head = above
            passed.add(head.qname)
        typed = head.clone()
        element.attrs, element.extensions, element.inner = typed.attrs, typed.extensions, typed.inner
        element.mixed = typed.mixed
        element.ns_map = {**typed.ns_map, **element.ns_map}
        for inner in element.inner:
            inner.parent = element
