"""Whether the content of a complex type is certainly a valid restriction of its base's (XSD 1.0 Part 1 §3.9.6).

libxml2 does not check that, and xmlschema takes a hundred times as long. These are the rules for the restrictions that
people write. Where they do not show that a restriction is valid, xmlschema decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from schemapress_runtime.xsd.components import (
    ANY_TYPE,
    ComplexType,
    ElementDeclaration,
    ModelGroup,
    Particle,
    Type,
    is_derived_from,
)
from schemapress_runtime.xsd.wildcard import Wildcard, intersection

_STRICTNESS = {"skip": 0, "lax": 1, "strict": 2}

_MOST_LEVELS = 50
"""Levels of groups in a content model that are looked at; more are left to xmlschema."""


def surely_restrict(types: Iterable[Type]) -> bool:
    """Whether all types that restrict the content of another one certainly do so validly."""
    return all(_surely_restricts_base(type_) for type_ in types if isinstance(type_, ComplexType))


def _surely_restricts_base(type_: ComplexType) -> bool:
    base = type_.base
    if type_.derivation != "restriction" or base is ANY_TYPE or not isinstance(base, ComplexType):
        return True
    if type_.simple is not None or base.simple is not None:
        return type_.simple is not None and base.simple is not None  # whose simple types libxml2 compares
    if type_.mixed and not base.mixed:
        return False
    if type_.particle is None:
        return base.particle is None or _is_emptiable(base.particle)
    if base.particle is None or type_.particle is base.particle:
        return type_.particle is base.particle
    return _restricts(_simplify(type_.particle, 0), _simplify(base.particle, 0))


def _simplify(particle: Particle, depth: int) -> Particle:
    """Return a particle without pointless groups (§3.9.6): those of one particle, and those inside of their like."""
    term = particle.term
    if not isinstance(term, ModelGroup) or depth > _MOST_LEVELS:
        return particle
    particles: list[Particle] = []
    for child in term.particles:
        simple = _simplify(child, depth + 1)
        inner = simple.term
        if simple.maximum == 0 or (isinstance(inner, ModelGroup) and not inner.particles and inner.kind != "choice"):
            continue
        is_alike = isinstance(inner, ModelGroup) and inner.kind == term.kind and term.kind != "all"
        if is_alike and isinstance(inner, ModelGroup) and (simple.minimum, simple.maximum) == (1, 1):
            particles += inner.particles
        else:
            particles.append(simple)
    if len(particles) == 1 and (particle.minimum, particle.maximum) == (1, 1):
        return particles[0]
    return replace(particle, term=ModelGroup(term.kind, tuple(particles)))


def _is_within(inner: tuple[int, int | None], outer: tuple[int, int | None]) -> bool:
    """Whether a range of occurrences is within another one (Occurrence Range OK)."""
    return inner[0] >= outer[0] and (outer[1] is None or (inner[1] is not None and inner[1] <= outer[1]))


def _range(particle: Particle) -> tuple[int, int | None]:
    return particle.minimum, particle.maximum


def _is_emptiable(particle: Particle) -> bool:
    """Whether a particle admits that there is nothing (Particle Emptiable)."""
    return _effective_range(particle)[0] == 0


def _effective_range(particle: Particle) -> tuple[int, int | None]:
    """Return the least and the most elements that a particle admits (Effective Total Range)."""
    term = particle.term
    least, most = 1, 1 if not isinstance(term, ModelGroup) else 0
    total: int | None = most
    if isinstance(term, ModelGroup):
        ranges = [_effective_range(child) for child in term.particles]
        combine = min if term.kind == "choice" else sum
        least = combine([low for low, _ in ranges]) if ranges else 0
        tops = [top for _, top in ranges if top is not None]
        total = None if len(tops) < len(ranges) else (max(tops, default=0) if term.kind == "choice" else sum(tops))
    if total == 0 or particle.maximum == 0:
        top: int | None = 0
    else:
        top = None if total is None or particle.maximum is None else total * particle.maximum
    return least * particle.minimum, top


def _restricts(derived: Particle, base: Particle) -> bool:
    """Whether a particle certainly is a valid restriction of another one (Particle Valid (Restriction))."""
    term, of = derived.term, base.term
    if isinstance(of, Wildcard):
        if isinstance(term, ElementDeclaration):
            return _is_within(_range(derived), _range(base)) and _admits_each(of, derived)
        if isinstance(term, Wildcard):
            return _is_within(_range(derived), _range(base)) and _narrows(term, of)
        return _is_within(_effective_range(derived), _range(base)) and _admits_each(of, derived)
    if isinstance(of, ElementDeclaration):
        return (
            isinstance(term, ElementDeclaration)
            and _is_within(_range(derived), _range(base))
            and _restricts_element(derived, base)
        )
    if isinstance(term, Wildcard):
        return False
    if isinstance(term, ElementDeclaration):
        derived = Particle(ModelGroup(of.kind, (derived,)), 1, 1)
        term = ModelGroup(of.kind, derived.term.particles if isinstance(derived.term, ModelGroup) else ())
    return _restricts_group(derived, term, base, of)


def _restricts_group(derived: Particle, term: ModelGroup, base: Particle, of: ModelGroup) -> bool:
    if (term.kind, of.kind) == ("sequence", "choice"):
        count = len(term.particles)
        most = None if derived.maximum is None else derived.maximum * count
        return _is_within((derived.minimum * count, most), _range(base)) and all(
            any(_restricts(child, other) for other in of.particles) for child in term.particles
        )
    if not _is_within(_range(derived), _range(base)):
        return False
    if (term.kind, of.kind) == ("sequence", "all"):
        return _maps_in_any_order(term.particles, of.particles)
    return term.kind == of.kind and _maps_in_order(term.particles, of.particles, may_skip=of.kind == "choice")


def _maps_in_order(derived: Sequence[Particle], base: Sequence[Particle], *, may_skip: bool) -> bool:
    """Whether each particle restricts one of the base's, in their order; those left out are emptiable (Recurse)."""
    rest = iter(base)
    for child in derived:
        for other in rest:
            if _restricts(child, other):
                break
            if not may_skip and not _is_emptiable(other):
                return False
        else:
            return False
    return may_skip or all(map(_is_emptiable, rest))


def _maps_in_any_order(derived: Sequence[Particle], base: Sequence[Particle]) -> bool:
    """Whether each particle restricts another one of the base's; those left out are emptiable (RecurseUnordered)."""
    left = list(base)
    for child in derived:
        match = next((other for other in left if _restricts(child, other)), None)
        if match is None:
            return False
        left.remove(match)
    return all(map(_is_emptiable, left))


def _restricts_element(derived: Particle, base: Particle) -> bool:
    """Whether an element declaration restricts another one of its name (Restriction OK (Elt:Elt -- NameAndTypeOK))."""
    element, of = derived.term, base.term
    assert isinstance(element, ElementDeclaration)
    assert isinstance(of, ElementDeclaration)
    if element is of:
        return derived.is_reference or not base.is_reference
    return (
        element.name == of.name
        and not derived.is_reference
        and not base.is_reference
        and (of.nillable or not element.nillable)
        and (of.fixed is None or element.fixed == of.fixed)
        and not element.constraints
        and set(of.block) <= set(element.block)
        and is_derived_from(element.type, of.type, {"extension"})
    )


def _admits_each(wildcard: Wildcard, derived: Particle) -> bool:
    """Whether a wildcard admits all elements of a particle, and nothing in it is a wildcard (NSCompat)."""
    if isinstance(derived.term, Wildcard):
        return _narrows(derived.term, wildcard)
    if isinstance(derived.term, ElementDeclaration):
        return wildcard.admits(derived.term.name) and not derived.is_reference
    return all(_admits_each(wildcard, child) for child in derived.term.particles)


def _narrows(wildcard: Wildcard, base: Wildcard) -> bool:
    """Whether a wildcard admits no more than another one, and is as strict (NSSubset)."""
    return (
        intersection(wildcard.constraint, base.constraint) == wildcard.constraint
        and _STRICTNESS[wildcard.process] >= _STRICTNESS[base.process]
    )
