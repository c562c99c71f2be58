"""A real schema: Factur-X (EN 16931), where a folder has it; another shape than the ticketing message.

`make bench FACTURX=FOLDER` names a folder with the XSDs of one profile; without it this part is passed over.
"""

from __future__ import annotations

import importlib
import io
import shutil
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import xmlschema
from lxml import etree
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser

import schemapress
from schemapress.emit.bindings import Bindings
from schemapress.emit.install import install
from schemapress.emit.pipeline import emit
from schemapress.project import load_project

from .timing import microseconds

INVOICE = (Path(__file__).parent / "data" / "invoice.xml").read_bytes()


def invoices(folder: Path) -> dict[str, float]:
    """Measure one invoice; return ratios: validation against libxml2, decoding against xsdata, the walk alone."""
    (main,) = [path for path in folder.glob("*.xsd") if "urn_un" not in path.name]
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary)
        shutil.copytree(folder, project / "spec" / "facturx")
        (project / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
        loaded = load_project(project)
        (api,) = loaded.apis()
        with Bindings(api.sources, api.package) as bindings:
            install(emit(loaded, api, bindings).files, loaded.output / api.package)
        sys.path.insert(0, str(loaded.output))
        package = importlib.import_module("facturx")
        started = time.perf_counter()
        judge = xmlschema.XMLSchema10(str(main))
        theirs = time.perf_counter() - started
        started = time.perf_counter()
        schemapress.compile(main)
        ours = time.perf_counter() - started
        libxml2 = etree.XMLSchema(etree.parse(str(main)))
        parser = XmlParser(context=XmlContext())
        parse = importlib.import_module("facturx.runtime.document").parse
        validate_tree = importlib.import_module("facturx.runtime.validator").validate_tree
        declarations = package.validators.DECLARATIONS
        times = microseconds(
            {
                "ElementTree, parse only": lambda: ElementTree.XML(INVOICE),
                "lxml parse + XMLSchema": lambda: libxml2.validate(etree.fromstring(INVOICE)),
                "schemapress validate": lambda: package.validate(INVOICE),
                "schemapress validate, the walk alone": lambda: validate_tree(INVOICE, parse(INVOICE), declarations),
                "xmlschema is_valid": lambda: judge.is_valid(io.BytesIO(INVOICE)),
                "schemapress decode": lambda: package.decode(INVOICE),
                "xsdata XmlParser": lambda: parser.from_bytes(INVOICE, package.bindings.CrossIndustryInvoice),
            },
            rounds=5,
        )
    taken = "takes" if package.scanner.accepts(INVOICE) else "does not take"
    print(f"\nFactur-X EN 16931, an invoice of {len(INVOICE):,} bytes, which the scanner {taken}")
    for name, value in sorted(times.items(), key=lambda item: item[1]):
        print(
            f"  {name:<44}{value:>11,.1f} us  {value / times['lxml parse + XMLSchema']:>8.2f} x lxml parse + XMLSchema"
        )
    base = times["lxml parse + XMLSchema"]
    return {
        "validate": times["schemapress validate"] / base,
        "walk": times["schemapress validate, the walk alone"] / base,
        "decode": times["xsdata XmlParser"] / times["schemapress decode"],
        "xmlschema": times["xmlschema is_valid"] / times["schemapress validate, the walk alone"],
        "compile": ours / theirs,
    }
