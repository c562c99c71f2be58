"""The plan of the test kit: the sample messages of each endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from schemapress.targets.client.plan import plan_client
from schemapress.targets.code import Code, docstring, fill
from schemapress.targets.emitted_names import NameAllocator
from schemapress.targets.target import EmitContext

from .sample import SampleDocuments


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """The sample of one endpoint, and the names of its two documents."""

    name: Code
    message: Code
    smallest: Code
    full: Code


@dataclass(frozen=True, slots=True)
class TestingPlan:
    """Everything that the template prints: the documents, each once, and the samples that have them."""

    documents: tuple[tuple[Code, Code], ...]
    samples: tuple[SamplePlan, ...]
    is_served: bool


def plan_testing(context: EmitContext) -> TestingPlan:
    """Return the plan of all endpoints; one whose message has no sample is left out.

    Raises:
        SchemapressError: an endpoint has a root without a class.
    """
    calls = plan_client(context).calls
    maker = SampleDocuments(context.schema.declarations)
    allocator = NameAllocator("SAMPLES")
    names: dict[str, Code] = {}
    samples = []
    for planned in calls:
        root = planned.endpoint.request
        texts = None if root is None else maker.make(root)
        if texts is None:
            continue
        for text, size in zip(texts, ("SMALLEST", "FULL"), strict=True):
            names.setdefault(text, allocator.unique(f"_{planned.method.upper()}_{size}"))
        samples.append(SamplePlan(planned.method, planned.message, names[texts.smallest], names[texts.full]))
    return TestingPlan(
        documents=tuple((name, _bytes_of(text)) for text, name in names.items()),
        samples=tuple(samples),
        is_served=any(endpoint.direction == "receive" for endpoint in context.schema.endpoints),
    )


def _bytes_of(document: str) -> Code:
    """Return the bytes of a document, on the lines that it has."""
    return fill("b{}", docstring(document)) if document.isascii() else fill("{}.encode()", docstring(document))
