"""The page of `--format html` in a browser: at the width of a telephone, by its filters, and for axe."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import find_version
from schemapress.diff.report.html import render
from schemapress.diff.review import Review
from tests.conftest import REPOSITORY
from tests.support.chromium import CHROMIUM, evaluate

GOLDEN = REPOSITORY / "tests" / "golden" / "review"
NARROW, WIDE = 375, 1280

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)")


@pytest.fixture(scope="module")
def page() -> str:
    old, new = (find_version(f"{name}.xsd", GOLDEN / f"{name}.xsd", f"{name}.xsd") for name in ("old", "new"))
    return render(Review((compare("faults", old, new),)))


def axe_script() -> str:
    spec = importlib.util.find_spec("axe_core_python")
    assert spec is not None, "axe-core-python is not installed; run `make build`"
    assert spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say(page: str, width: int, scheme: str, tmp_path: Path) -> None:
    scheme_of_all = {"light": "(min-width: 99999px)", "dark": "all"}[scheme]
    page = page.replace("(prefers-color-scheme: dark)", scheme_of_all)
    script = (
        f"{axe_script()}; document.querySelectorAll('details').forEach(each => each.open = true);"
        "const {violations, passes} = await window.axe.run(document, {iframes: false});"
        "return {passes: passes.length, violations: violations.map(each => "
        "[each.id, each.nodes.slice(0, 3).map(node => node.html)])};"
    )

    result = evaluate(page, script, width, tmp_path)

    assert isinstance(result, dict)
    assert result["violations"] == []
    assert result["passes"] > 20


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_page_is_never_wider_than_the_screen(page: str, width: int, tmp_path: Path) -> None:
    long_path = page.replace("/fault/status", "/fault" + "/averyverylongnamewithoutanyspace" * 20)
    script = (
        "document.querySelectorAll('details').forEach(each => each.open = true);"
        "const {scrollWidth, clientWidth} = document.documentElement; return [innerWidth, scrollWidth - clientWidth]"
    )

    assert evaluate(long_path, script, width, tmp_path) == [width, 0]


def test_the_filters_hide_what_is_not_chosen(page: str, tmp_path: Path) -> None:
    script = """
        const shown = () => [...document.querySelectorAll("article")].filter(each => !each.hidden)
            .map(each => each.querySelector("h4").textContent);
        const output = () => document.querySelector("output").textContent;
        const set = (name, value, checked) => {
            const box = document.querySelector(`input[name=${name}][value=${value}]`);
            box.focus();
            if (document.activeElement !== box || !box.labels.length) throw Error(`${name} is out of reach`);
            if (box.checked !== checked) box.click();
        };
        const results = [shown().length, output()];
        set("severity", "breaking", false);
        results.push(shown());
        set("severity", "breaking", true); set("kind", "python", false); set("role", "all", false);
        set("role", "receivers", false);
        results.push(shown());
        document.querySelector("button[type=reset]").click();
        await new Promise(resolve => setTimeout(resolve, 50));
        const search = document.querySelector("input[type=search]");
        search.value = "HEARTBEAT"; search.dispatchEvent(new Event("input", {bubbles: true}));
        results.push(shown(), output());
        location.hash = document.querySelector("article[hidden]").id;
        await new Promise(resolve => setTimeout(resolve, 50));
        results.push(shown().length);
        return results;
    """

    assert evaluate(page, script, WIDE, tmp_path) == [
        12,
        "12 of 12 shown",
        ["range-widened", "enumeration-widened", "python-member-added", "documentation-changed"],
        ["range-widened", "enumeration-widened"],
        ["message-removed", "python-class-removed"],
        "2 of 12 shown",
        12,
    ]


def test_every_link_of_the_page_leads_to_a_place_on_it(page: str, tmp_path: Path) -> None:
    script = (
        "const links = [...document.querySelectorAll('a[href]')].map(each => each.getAttribute('href'));"
        "return [links.length > 15, links.filter(each => each[0] !== '#' || !document.querySelector(each))]"
    )

    assert evaluate(page, script, WIDE, tmp_path) == [True, []]


def test_the_printed_page_has_no_filters_and_black_text(page: str, tmp_path: Path) -> None:
    printed = page.replace("@media print", "@media all")
    script = (
        "const style = selector => getComputedStyle(document.querySelector(selector));"
        "return [style('form').display, style('nav').display, style('body').color, style('article').display]"
    )

    assert evaluate(printed, script, WIDE, tmp_path) == ["none", "none", "rgb(0, 0, 0)", "block"]
