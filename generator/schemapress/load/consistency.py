"""Element Declarations Consistent: elements of one name in a content model have one type (XSD 1.0 Part 1 §3.8.6).

The members of a substitution group count wherever their head is referred to. libxml2 does not check this rule.
"""

from __future__ import annotations

from schemapress_runtime.xsd.components import ElementDeclaration, ModelGroup, Particle


def find_inconsistent(root: Particle) -> tuple[ElementDeclaration, ElementDeclaration] | None:
    """Return two declarations in a content model that have the same name and different types, or None."""
    declarations: dict[str, ElementDeclaration] = {}
    waiting = [root]
    while waiting:
        particle = waiting.pop()
        if isinstance(particle.term, ModelGroup):
            waiting += reversed(particle.term.particles)
        elif isinstance(particle.term, ElementDeclaration):
            for declaration in _contained(particle, particle.term):
                first = declarations.setdefault(declaration.name, declaration)
                if first.type is not declaration.type:
                    return first, declaration
    return None


def _contained(particle: Particle, element: ElementDeclaration) -> list[ElementDeclaration]:
    """Return the declarations that a particle contains: its own, and the substitution group of a reference."""
    if particle.declarations is None:
        return [element]
    return list(particle.declarations.substitutes(element.name).values())
