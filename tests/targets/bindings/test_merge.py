"""Equal classes, which xsdata merges."""

from __future__ import annotations

from xsdata.codegen.container import ClassContainer
from xsdata.codegen.handlers import MergeDuplicateClasses
from xsdata.codegen.models import Class
from xsdata.models.config import GeneratorConfig

from schemapress.targets.bindings.xsdata_merge import MergeEqualClasses
from tests.support.growth import grows_linearly


def _container(count: int) -> ClassContainer:
    """Return `count` classes: of each three one has its own name, and two are called alike, some of them equal."""
    container = ClassContainer(GeneratorConfig())
    for number in range(count):
        kind = "element" if number % 5 == 0 else "complexType"
        container.add(Class(qname=f"{{urn:x}}C{number - number % 3 // 2}", tag=kind, location="x.xsd"))
    return container


def test_groups_are_those_of_xsdata() -> None:
    container = _container(60)

    groups = MergeEqualClasses(container).group_duplicate_classes()

    assert groups == MergeDuplicateClasses(container).group_duplicate_classes()
    assert {len(group) for group in groups} == {1, 2}


def test_work_grows_with_the_number_of_classes() -> None:
    grows_linearly(
        lambda count: MergeEqualClasses(_container(count)), lambda handler: handler.group_duplicate_classes(), 100
    )
