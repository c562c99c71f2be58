"""The walk over a document that records what governs each element, and its problems with the document as a whole."""

from __future__ import annotations

from lxml import etree

from schemapress.inclusion.pair import Pair
from schemapress_runtime.validation.identity import TypedNodes
from schemapress_runtime.validation.problems import UnlocatedProblem
from schemapress_runtime.validation.tree_walk import Walk
from schemapress_runtime.xsd.components import Declarations

WHOLE_DOCUMENT_RULES = ("cvc-identity-constraint", "cvc-id")
"""The rules about a whole document."""


def is_about_whole_document(problem: UnlocatedProblem) -> bool:
    """Whether a problem is about a document-wide constraint."""
    return problem.code.startswith(WHOLE_DOCUMENT_RULES)


class RecordingWalk(Walk):
    """A walk that records what governs each element, whether the schema has constraints or not."""

    nodes: TypedNodes

    def __init__(self, declarations: Declarations) -> None:
        """Take the declarations of the schema."""
        super().__init__(declarations)
        self.nodes = TypedNodes(declarations)
        self._visits_all = True


def walk_element(element: etree._Element, pair: Pair, declarations: Declarations, *, of_wide: bool) -> RecordingWalk:
    """Return the walk over an element, and all inside of it, as if it were a document."""
    walk = RecordingWalk(declarations)
    walk.validate_element(element, pair.wide if of_wide else pair.narrow)
    walk.finish()
    return walk
