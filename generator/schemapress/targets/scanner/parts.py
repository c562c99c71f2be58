"""References between the parts of a scanner: which parts are used, and the total size of an expression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .steps import Call, ExpressionSource, Method, ScannedRoot


@dataclass
class Weights:
    """Counts the pieces of methods and expressions; each counts once, however often it is referred to."""

    expressions: Mapping[str, ExpressionSource]
    methods: Mapping[str, Method]
    _methods: dict[str, int] = field(default_factory=dict)
    _pieces: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._constants: dict[str, ExpressionSource] = {
            expression.constant: expression for expression in self.expressions.values()
        }

    def of_method(self, name: str) -> int:
        """Count the pieces of one expression for all that a method matches."""
        if name not in self._methods:
            count = 0
            for step in self.methods[name].steps:
                if isinstance(step, Call):
                    count += 2 + self.of_method(step.method)
                else:
                    count += self.of_constant(self.expressions[step.expression].constant)
            self._methods[name] = count
        return self._methods[name]

    def groups(self, name: str) -> int:
        """Count the groups of all the expressions that a method leads to, those of each method once."""
        methods = used_methods([name], self.methods.values())
        return sum(len(step.variables) for method in methods for step in method.steps if not isinstance(step, Call))

    def of_constant(self, constant: str) -> int:
        """Count the pieces of an expression, with those of all that it names."""
        if constant not in self._pieces:
            expression = self._constants.get(constant)
            pieces = () if expression is None else expression.pieces
            self._pieces[constant] = len(pieces) + sum(
                self.of_constant(name) for piece in pieces for name in piece.references
            )
        return self._pieces[constant]


def used_methods(names: Iterable[str], methods: Iterable[Method]) -> list[Method]:
    """Return the methods of the given names, and all that they lead to."""
    by_name: dict[str, Method] = {method.name: method for method in methods}
    used: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = None
            waiting += [step.method for step in by_name[name].steps if isinstance(step, Call)]
    return [method for name, method in by_name.items() if name in used]


def used_expressions(
    messages: Iterable[ScannedRoot], methods: Iterable[Method], expressions: list[ExpressionSource]
) -> tuple[ExpressionSource, ...]:
    """Return the expressions that methods and messages use, and the parts that those are made of."""
    steps = [step for method in methods for step in method.steps]
    used: set[str | None] = {step.expression for step in steps if not isinstance(step, Call)}
    used |= {name for step in steps if isinstance(step, Call) for name in (step.before, step.after)}
    used |= {message.accept for message in messages if message.accept}
    named: set[str] = set()
    kept: list[ExpressionSource] = []
    for expression in reversed(expressions):
        if expression.attribute in used or expression.constant in named:
            kept.append(expression)
            named.update(name for piece in expression.pieces for name in piece.references)
    return tuple(reversed(kept))
