"""Classes that are equal, which xsdata merges: found by their names, where xsdata compares each with all others."""

from __future__ import annotations

from xsdata.codegen import container
from xsdata.codegen.handlers import MergeDuplicateClasses
from xsdata.codegen.models import Class


class MergeEqualClasses(MergeDuplicateClasses):
    """Merges what xsdata merges: equal classes have equal names, so that only those of one name are compared."""

    __slots__ = ()

    def group_duplicate_classes(self) -> list[list[Class]]:
        """Return all classes, the equal ones in one group, in the order of the first of each group."""
        groups: list[list[Class]] = []
        by_name: dict[str, list[list[Class]]] = {}
        for class_ in self.container:
            of_name = by_name.setdefault(class_.qname, [])
            group = next((group for group in of_name if group[0] == class_), None)
            if group is None:
                group = []
                of_name.append(group)
                groups.append(group)
            group.append(class_)
        return groups


def merge_by_name() -> None:
    """Let containers of classes merge this way from now on; they take their handler by its name."""
    setattr(container, MergeDuplicateClasses.__name__, MergeEqualClasses)
