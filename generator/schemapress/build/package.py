"""The package around the targets' modules: its `__init__`, its runtime, the check of its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemapress.targets.target import Api, File

from . import runtime


def package_files(api: Api, targets: tuple[str, ...], modules: Sequence[File]) -> Iterator[File]:
    """Yield the files that every generated package has, beside the modules of its targets."""
    context = {"api": api, "targets": targets, "is_vendored": api.placement == "vendored"}
    init = File("__init__.py", api.render("package.py.jinja", context))
    yield init
    yield File("py.typed", "", format=False)
    yield runtime.verification()
    if api.placement == "installed":
        yield runtime.requirement()
    else:
        yield from runtime.copied([init, *modules])
