"""The plan of the test kit: the sample messages and responses of each endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.targets.client.plan import plan_client
from schemapress.targets.code import Code, bytes_on_lines
from schemapress.targets.emitted_names import NameAllocator, snake
from schemapress.targets.endpoints.root_class import class_of_root
from schemapress.targets.target import EmitContext
from schemapress_runtime.names import local_name

from .sample import SampleDocuments, SampleTexts


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """The sample of a message or a response of one endpoint, and the names of its two documents."""

    name: Code
    message: Code
    smallest: Code
    full: Code


@dataclass(frozen=True, slots=True)
class TestingPlan:
    """Everything that the template prints: the documents, each once, and the samples that have them."""

    documents: tuple[tuple[Code, Code], ...]
    samples: tuple[SamplePlan, ...]
    responses: tuple[SamplePlan, ...]
    is_served: bool


def plan_testing(context: EmitContext) -> TestingPlan:
    """Return the plan of all endpoints; a message or a response that has no sample is left out.

    Raises:
        SchemapressError: an endpoint has a root without a class.
    """
    calls = plan_client(context).calls
    documents = _Documents(context)
    samples: list[SamplePlan] = []
    responses: list[SamplePlan] = []
    names = NameAllocator("RESPONSES")
    for planned in calls:
        endpoint = planned.endpoint
        if endpoint.request is not None:
            samples += documents.plan(planned.method, planned.message, endpoint.request)
        for response in endpoint.responses:
            if response.element is not None:
                is_alone = [other.status for other in endpoint.responses].count(response.status) == 1
                what = f"{response.status}" if is_alone else f"{response.status}_{snake(local_name(response.element))}"
                name = names.unique(f"{planned.method}_{what}")
                class_ = class_of_root(context, endpoint, response.element)
                responses += documents.plan(name, class_, response.element)
    return TestingPlan(
        documents=tuple((name, bytes_on_lines(text)) for text, name in documents.names.items()),
        samples=tuple(samples),
        responses=tuple(responses),
        is_served=any(endpoint.direction == "receive" for endpoint in context.schema.endpoints),
    )


class _Documents:
    """Makes sample documents; those of one element are made once, and equal ones have one name."""

    def __init__(self, context: EmitContext) -> None:
        self._maker = SampleDocuments(context.schema.declarations)
        self._allocator = NameAllocator("SAMPLES", "RESPONSES")
        self._made: dict[str, SampleTexts | None] = {}
        self.names: dict[str, Code] = {}

    def plan(self, name: Code, class_: Code, element: str) -> Iterator[SamplePlan]:
        """Yield the sample of an element; nothing where no valid document was found."""
        if element not in self._made:
            self._made[element] = self._maker.make(element)
        texts = self._made[element]
        if texts is not None:
            for text, size in zip(texts, ("SMALLEST", "FULL"), strict=True):
                if text not in self.names:
                    self.names[text] = self._allocator.unique(f"_{name.upper()}_{size}")
            yield SamplePlan(name, class_, self.names[texts.smallest], self.names[texts.full])
