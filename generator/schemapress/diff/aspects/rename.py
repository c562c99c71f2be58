"""An element or attribute that has another name: one of the same type stands in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.diff.rule import document_rule
from schemapress.diff.similar_names import list_similar
from schemapress.inclusion.content import Possible
from schemapress.inclusion.separation import Separation, find_separations
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import AttributeUse, BasicTerm, ElementDeclaration, Type
from schemapress_runtime.xsd.content_model import ContentModel
from schemapress_runtime.xsd.model_tree import ModelNode
from schemapress_runtime.xsd.simple_type import Restriction


def _describe(side: Side, _: Side) -> str:
    return local_name(side.subject)


_RULE = document_rule(
    "renamed",
    "An element or attribute probably has another name: one of the same type stands in its place.",
    "Accept both names for a while: keep the old one, optional, beside the new one.",
)

ASPECT = Aspect("rename", narrowed=_RULE, widened=_RULE, describe=_describe)


def find_element_renames(
    narrow: ContentModel[BasicTerm],
    wide: ContentModel[BasicTerm],
    differences: Iterable[Separation],
    names: Iterable[str],
    possible: Possible[BasicTerm],
) -> tuple[dict[str, str], tuple[Separation, ...]]:
    """Return the new names of children by their old ones, and the differences that remain.

    A child that `wide` does not know has the name of one that `narrow` does not know, where both have the same type and
    the content models differ less once the first has that name.
    """
    renames: dict[str, str] = {}
    remaining = tuple(differences)
    known = list(names)
    renamed = narrow
    lost_children = {
        difference.child: term
        for difference in remaining
        if difference.cause == "unknown"
        and isinstance(term := narrow.declared.get(difference.child), ElementDeclaration)
    }
    for lost, declaration in lost_children.items():
        rivals = sum(_is_same_type(declaration.type, other.type) for other in lost_children.values()) - 1
        same = [
            tag
            for tag, term in wide.declared.items()
            if isinstance(term, ElementDeclaration)
            and tag not in narrow.declared
            and tag not in renames.values()
            and _is_same_type(declaration.type, term.type)
        ]
        for tag in list_similar(lost, same, rivals):
            trial = ContentModel(_rename(renamed.root, lost, tag))
            left = find_separations(trial, wide, known, possible).differences
            kinds = {(difference.cause, difference.child) for difference in left}
            if not kinds & {("unknown", tag), ("missing", tag), ("order", ""), ("repeated", tag)}:
                renames[lost], renamed = tag, trial
                remaining = tuple(
                    difference for difference in remaining if (difference.cause, difference.child) in kinds
                )
                break
    return renames, remaining


def find_attribute_renames(narrow: Mapping[str, AttributeUse], wide: Mapping[str, AttributeUse]) -> dict[str, str]:
    """Return the new names of attributes by their old ones: an attribute of the same type, required as the other is."""
    renames: dict[str, str] = {}
    lost_attributes = {name: use for name, use in narrow.items() if name not in wide}
    for lost, use in lost_attributes.items():
        rivals = sum(_is_same_use(use, other) for other in lost_attributes.values()) - 1
        same = [
            name
            for name, other in wide.items()
            if name not in narrow and name not in renames.values() and _is_same_use(use, other)
        ]
        for name in list_similar(lost, same, rivals)[:1]:
            renames[lost] = name
    return renames


def _is_same_use(one: AttributeUse, other: AttributeUse) -> bool:
    same = (one.required, one.fixed, one.default) == (other.required, other.fixed, other.default)
    return same and _is_same_type(one.type, other.type)


def _is_same_type(one: Type, other: Type) -> bool:
    """Whether two types have one name; or are simple, anonymous, and have the same facets."""
    if one is other or (one.source.name is not None and one.source.name == other.source.name):
        return True
    if not isinstance(one, Restriction) or not isinstance(other, Restriction):
        return False
    if one.source.name is not None or other.source.name is not None or one.base is None or other.base is None:
        return False
    return _facets_of(one) == _facets_of(other) and _is_same_type(one.base, other.base)


def _facets_of(type_: Restriction) -> list[tuple[str, str]]:
    return sorted((facet.name, facet.value) for facet in type_.facets)


def _rename(node: ModelNode[BasicTerm], old: str, new: str) -> ModelNode[BasicTerm]:
    """Return a copy of a content model in which an element has another name."""
    declarations = {new if tag == old else tag: term for tag, term in node.declarations.items()}
    children = tuple(_rename(child, old, new) for child in node.children)
    return ModelNode(node.kind, node.minimum, node.maximum, children, declarations, node.admits)
