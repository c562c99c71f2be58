"""XSD files to Schema, through the component model of the xmlschema library."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import xmlschema
from xmlschema.validators import (
    XsdAnyAttribute,
    XsdAnyElement,
    XsdAttribute,
    XsdComplexType,
    XsdComponent,
    XsdElement,
    XsdGroup,
    XsdList,
    XsdSimpleType,
    XsdUnion,
)
from xmlschema.validators.schemas import XMLSchemaBase

from schemapress.errors import SchemapressError, UnsupportedConstruct

from .endpoint_facts import endpoints
from .model import (
    XSD_NAMESPACE,
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    Facet,
    ModelGroup,
    Particle,
    Place,
    Schema,
    SimpleType,
    clark,
    local_name,
)
from .source import SourceFiles, check_files

_XSD = f"{{{XSD_NAMESPACE}}}"
_ANY_TYPE = _XSD + "anyType"
_UNSUPPORTED_BUILTINS = {_XSD + name for name in ("ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "NOTATION")}


def load(paths: tuple[Path, ...]) -> Schema:
    """Return the schema of XSD files of one folder, and of all files that they include or import.

    Raises:
        SchemapressError: a file is missing or is not an XSD, or the schema is invalid.
        UnsupportedConstruct: the model can't hold a construct yet.
    """
    for path in paths:
        check_files(path)
    folder = paths[0].resolve().parent
    sources = SourceFiles(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", xmlschema.XMLSchemaIncludeWarning)
        warnings.simplefilter("ignore", xmlschema.XMLSchemaImportWarning)
        try:
            compiled = xmlschema.XMLSchema10(
                [str(path.resolve()) for path in paths] if paths[1:] else str(paths[0].resolve())
            )
        except xmlschema.XMLSchemaValidatorError as error:
            raise _invalid(error, paths[0]) from None
        except (xmlschema.XMLSchemaException, OSError) as error:
            raise SchemapressError(f"The schema can't be loaded: {error}", place=str(paths[0])) from None
    documents = [schema for schema in compiled.maps.iter_schemas() if schema.url and not schema.is_meta()]
    documents = [schema for schema in documents if schema.target_namespace != XSD_NAMESPACE and _is_local(schema.url)]
    for document in documents:
        sources.add(str(document.url), document.root)
    return _Loader(compiled, documents, sources).schema()


def _is_local(url: str | None) -> bool:
    return url is not None and "/xmlschema/schemas/" not in url


def _invalid(error: xmlschema.XMLSchemaValidatorError, path: Path) -> SchemapressError:
    place = str(path)
    root = error.root
    url = getattr(getattr(error, "source", None), "url", None)
    if root is not None and error.elem is not None:
        files = SourceFiles(path.resolve().parent)
        files.add(url or str(path.resolve()), root)
        found = files.place(error.elem)
        place = str(path.parent / found.file) + f":{found.line}" if found else place
    return SchemapressError(f"The schema is invalid: {error.message}.", place=place, hint="Mend the XSD.")


class _Loader:
    def __init__(self, compiled: xmlschema.XMLSchema10, documents: list[XMLSchemaBase], sources: SourceFiles) -> None:
        self.compiled = compiled
        self.documents = documents
        self.sources = sources
        self.types: dict[str, SimpleType | ComplexType] = {}
        self.keys: dict[int, str] = {}

    def schema(self) -> Schema:
        elements: dict[str, ElementDeclaration] = {}
        for document in self.documents:
            for child in document.root:
                name = child.get("name")
                if name is None:
                    continue
                full = clark(document.target_namespace, name)
                if child.tag == _XSD + "element":
                    elements[full] = self._element(self.compiled.maps.elements[full], "")
                elif child.tag in (_XSD + "complexType", _XSD + "simpleType"):
                    self._type(self.compiled.maps.types[full], full)
        for substituted in self.compiled.maps.substitution_groups:
            raise self._unsupported("A substitution group", self.compiled.maps.elements[substituted])
        places = {
            id(element): place
            for document in self.documents
            for element in document.root.iter()
            if (place := self.sources.place(element)) is not None
        }
        roots = [(document.root, document.target_namespace) for document in self.documents]
        return Schema(
            elements=elements,
            types=self.types,
            prefixes=self._prefixes(),
            endpoints=endpoints(roots, elements, places),
            files=tuple(sorted(self.sources.relative(str(document.url)) for document in self.documents)),
            documentation=_documentation(self.compiled.root),
            target_namespaces=tuple(dict.fromkeys(document.target_namespace for document in self.documents)),
        )

    def _prefixes(self) -> dict[str, str]:
        """Choose the prefix of each namespace: the one that the source uses, or `tns`, `tns2`…"""
        chosen: dict[str, str] = {}
        for document in self.documents:
            for prefix, namespace in document.namespaces.items():
                if prefix and namespace not in chosen and prefix not in chosen.values():
                    chosen[namespace] = prefix
        for document in self.documents:
            namespace = document.target_namespace
            if namespace and namespace not in chosen:
                taken = set(chosen.values())
                chosen[namespace] = next(
                    name for name in ("tns", *(f"tns{n}" for n in range(2, 999))) if name not in taken
                )
        used = {document.target_namespace for document in self.documents} - {""}
        return {namespace: prefix for namespace, prefix in sorted(chosen.items()) if namespace in used}

    # Types

    def _type(self, type_: XsdSimpleType | XsdComplexType, key: str, user: XsdComponent | None = None) -> str:
        """Put a type into the model, and return its key; `user` is what refers to it."""
        if type_.name is not None and type_.name.startswith(_XSD):
            if type_.name in _UNSUPPORTED_BUILTINS or type_.name == _ANY_TYPE:
                raise self._unsupported(f"The type xs:{local_name(type_.name)}", type_ if user is None else user)
            return str(type_.name)
        known = self.keys.get(id(type_))
        if known is not None:
            return known
        key = str(type_.name) if type_.name is not None else key
        while key in self.types and type_.name is None:
            key += "'"
        self.keys[id(type_)] = key
        if isinstance(type_, XsdComplexType):
            self.types[key] = self._complex(type_, key)
        else:
            self.types[key] = self._simple(type_, key)
        return key

    def _simple(self, type_: XsdSimpleType, key: str) -> SimpleType:
        place, documentation = self._place(type_), _documentation(type_.elem)
        name = type_.name
        if isinstance(type_, XsdUnion):
            members = tuple(self._type(member, f"{key}/{n}", type_) for n, member in enumerate(type_.member_types, 1))
            return SimpleType(key, name, place, documentation, "union", members=members)
        if isinstance(type_, XsdList):
            item = self._type(type_.item_type, f"{key}/item", type_)
            return SimpleType(key, name, place, documentation, "list", item=item)
        assert type_.base_type is not None
        base = self._type(type_.base_type, f"{key}/base", type_)
        facets = []
        restriction: ElementTree.Element | None = type_.elem
        if restriction is not None and restriction.tag == _XSD + "simpleType":
            restriction = restriction.find(_XSD + "restriction")
        for child in restriction if restriction is not None else ():
            value = child.get("value")
            if isinstance(child.tag, str) and value is not None:
                facets.append(Facet(local_name(child.tag), value, self.sources.place(child) or place))
        return SimpleType(key, name, place, documentation, "restriction", base=base, facets=tuple(facets))

    def _complex(self, type_: XsdComplexType, key: str) -> ComplexType:
        if type_.abstract:
            raise self._unsupported("An abstract type", type_)
        if type_.mixed:
            raise self._unsupported("Mixed content", type_)
        base = type_.base_type
        base_key = None if base is None or base.name == _ANY_TYPE else self._type(base, f"{key}/base", type_)
        particle, simple = None, None
        content = type_.content
        if isinstance(content, XsdSimpleType):
            simple = self._type(content, f"{key}/content", type_)
        elif isinstance(content, XsdGroup) and not content.is_empty():
            particle = self._particle(content, key)
        return ComplexType(
            key=key,
            name=type_.name,
            place=self._place(type_),
            documentation=_documentation(type_.elem),
            base=base_key,
            particle=particle,
            simple=simple,
            attributes=self._attributes(type_, key),
        )

    def _attributes(self, type_: XsdComplexType, key: str) -> tuple[AttributeUse, ...]:
        uses = []
        for attribute in type_.attributes.values():
            if isinstance(attribute, XsdAnyAttribute):
                raise self._unsupported("An attribute wildcard (xs:anyAttribute)", attribute)
            assert isinstance(attribute, XsdAttribute)
            if attribute.use == "prohibited":
                continue
            name = str(attribute.name)
            uses.append(
                AttributeUse(
                    name=name,
                    type=self._type(attribute.type, f"{key}/@{local_name(name)}", attribute),
                    place=self._place(attribute),
                    documentation=_documentation(attribute.elem),
                    required=attribute.use == "required",
                    fixed=attribute.fixed,
                    default=attribute.default,
                )
            )
        return tuple(uses)

    # Particles

    def _particle(self, particle: XsdElement | XsdGroup | XsdAnyElement, key: str) -> Particle:
        if isinstance(particle, XsdAnyElement):
            raise self._unsupported("An element wildcard (xs:any)", particle)
        if isinstance(particle, XsdElement):
            return Particle(self._element(particle, key), particle.min_occurs, particle.max_occurs)
        children = tuple(self._particle(child, key) for child in particle if child.max_occurs != 0)
        group = ModelGroup(_kind(particle.model), children)
        return Particle(group, particle.min_occurs, particle.max_occurs)

    def _element(self, element: XsdElement, owner: str) -> ElementDeclaration:
        if element.ref is not None:
            element = element.ref
            owner = ""
        if element.abstract:
            raise self._unsupported("An abstract element", element)
        if element.identities:
            raise self._unsupported("An identity constraint (xs:key, xs:unique, xs:keyref)", element)
        name = str(element.name)
        return ElementDeclaration(
            name=name,
            type=self._type(element.type, f"{owner}/{local_name(name)}" if owner else f"{name}/type", element),
            place=self._place(element),
            documentation=_documentation(element.elem),
            nillable=element.nillable,
            fixed=element.fixed,
            default=element.default,
        )

    def _place(self, component: XsdComponent) -> Place:
        return self.sources.place(component.elem) or Place(self.sources.relative(str(component.schema.url)), 1)

    def _unsupported(self, construct: str, component: XsdComponent) -> UnsupportedConstruct:
        place = self._place(component)
        return UnsupportedConstruct(construct, str(place))


def _kind(model: str) -> Literal["sequence", "choice", "all"]:
    if model == "choice":
        return "choice"
    return "all" if model == "all" else "sequence"


def _documentation(element: ElementTree.Element | None) -> str:
    """Return the text of the first xs:documentation of a component, on one line."""
    if element is None:
        return ""
    found = element.find(f"{_XSD}annotation/{_XSD}documentation")
    return "" if found is None else " ".join("".join(found.itertext()).split())
