"""The plan of a package's `__init__`: what it imports and exports, by the targets of the package."""

from __future__ import annotations

from dataclasses import replace

from schemapress.build.package import PackagePlan, plan_package
from schemapress.targets.code import fill
from schemapress.targets.target import File
from schemapress.targets.validators.target import ValidatorsTarget
from tests.support.emit_context import code, emit_context


def test_a_package_exports_what_its_targets_have() -> None:
    context = emit_context()

    assert plan_package(context, [*ValidatorsTarget().emit(context), File("more.py", "")]) == PackagePlan(
        documentation="Messages of shipment.xsd.\n\n"
        "`validate` reports every problem of a document, `validate_file` of one in a file.\n",
        first_use=code("._runtime.first_use"),
        first=(),
        imports=(
            (code("._runtime.limits"), (code("DocumentLimits"),)),
            (code("._runtime.report.problem"), (code("InvalidDocument"), code("Problem"), code("Report"))),
            (code(".validators"), (code("NAMESPACES"), code("validate"), code("validate_file"))),
        ),
        modules=("more", "validators"),
        exports=("NAMESPACES", "DocumentLimits", "InvalidDocument", "Problem", "Report", "validate", "validate_file"),
    )


def test_an_installed_runtime_is_required_before_anything_is_imported_from_it() -> None:
    context = replace(emit_context(), placement="installed")

    plan = plan_package(context, [*ValidatorsTarget().emit(context)])

    assert plan.first == ((code("._runtime"), (fill("RUNTIME as RUNTIME"),)),)
    assert plan.first_use == "schemapress_runtime.first_use"
    assert plan.imports[0][0] == "schemapress_runtime.limits"
