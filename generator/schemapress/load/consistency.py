"""Element Declarations Consistent: elements of one name in a content model have one type (XSD 1.0 Part 1 §3.8.6).

The members of a substitution group count wherever their head is referred to. libxml2 does not check this rule.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemapress_runtime.xsd.components import ElementDeclaration, ModelGroup, Particle

Substitutes = dict[Particle, list[ElementDeclaration]]
"""The declarations that each reference contains; content models share those that they inherit."""


def find_inconsistent(
    root: Particle, known: Substitutes | None = None
) -> tuple[ElementDeclaration, ElementDeclaration] | None:
    """Return two declarations in a content model that have the same name and different types, or None.

    `known` keeps what one call finds for the next.
    """
    known = {} if known is None else known
    declarations: dict[str, ElementDeclaration] = {}
    waiting = [root]
    while waiting:
        particle = waiting.pop()
        if isinstance(particle.term, ModelGroup):
            waiting += reversed(particle.term.particles)
        elif isinstance(particle.term, ElementDeclaration):
            for declaration in _contained(particle, particle.term, known):
                first = declarations.setdefault(declaration.name, declaration)
                if first.type is not declaration.type:
                    return first, declaration
    return None


def _contained(particle: Particle, element: ElementDeclaration, known: Substitutes) -> Sequence[ElementDeclaration]:
    """Return the declarations that a particle contains: its own, and the substitution group of a reference."""
    if particle.declarations is None:
        return (element,)
    contained = known.get(particle)
    if contained is None:
        contained = known[particle] = list(particle.declarations.substitutes(element.name).values())
    return contained
