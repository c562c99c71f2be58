"""The page in Debian's Chromium: for axe, at the width of a telephone, by the keyboard, live, and without scripts."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import Browser
from tests.support.chromium import CHROMIUM
from tests.support.receiver import ReceiverProcess, message
from tests.support.receiver_page import PageClient, start_with_page, wait_for

NARROW, WIDE = 375, 1280
PATHS = (
    *("messages", "messages?state=dead", "messages?text=nothing", "messages/2", "messages/99"),
    *("quarantine", "quarantine/2", "quarantine/3", "outbox", "messages/2?notice=retried"),
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)")


@pytest.fixture(scope="module")
def shared_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def browser(shared_browser: Browser) -> Browser:
    shared_browser.resize(WIDE)
    shared_browser.complaints.clear()
    return shared_browser


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[ReceiverProcess, PageClient]]:
    receiver, page = start_with_page(tmp_path, "--attempts", "1")
    receiver.post(message("m-1"))
    receiver.post(message("broken-1"))
    wait_for(lambda: page.metric("schemapress_dead_messages") == 1)
    yield receiver, page
    receiver.stop()


def axe_script() -> str:
    spec = importlib.util.find_spec("axe_core_python")
    assert spec is not None, "axe-core-python is not installed; run `make build`"
    assert spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say(page: PageClient, browser: Browser, width: int, scheme: str) -> None:
    browser.resize(width, scheme)
    script = (
        f"{axe_script()}; document.querySelectorAll('details').forEach(each => each.open = true);"
        "const {violations, passes} = await window.axe.run();"
        "return [passes.length > 12, violations.map(each => [each.id, each.nodes.slice(0, 3).map(node => node.html)])]"
    )

    for path in PATHS:
        browser.open(f"{page.url}/{path}")
        assert browser.evaluate(script) == [True, []], path


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_no_page_is_wider_than_the_screen(page: PageClient, browser: Browser, width: int) -> None:
    browser.resize(width)
    script = (
        "document.querySelectorAll('details').forEach(each => each.open = true);"
        "const {scrollWidth, clientWidth} = document.documentElement; return scrollWidth - clientWidth"
    )

    for path in PATHS:
        browser.open(f"{page.url}/{path}")
        assert browser.evaluate(script) == 0, path


def test_the_security_policy_blocks_nothing_of_the_page(page: PageClient, browser: Browser) -> None:
    for path in ("messages", "messages/2", "quarantine/2", "outbox"):
        browser.open(f"{page.url}/{path}")
        assert (
            browser.evaluate("return getComputedStyle(document.querySelector('.badge, .empty')).borderTopWidth")
            == "1px"
        )

    assert browser.complaints == []


def test_the_security_policy_blocks_a_script_in_the_page(page: PageClient, browser: Browser) -> None:
    browser.open(f"{page.url}/messages")

    browser.evaluate("const image = new Image(); image.src = 'data:,x'; document.body.append(image)")
    browser.evaluate("document.body.insertAdjacentHTML('beforeend', '<b onclick=\"window.ran = 1\">x</b>')")
    browser.evaluate(
        "document.querySelector('b:last-child').click(); await new Promise(resolve => setTimeout(resolve, 200))"
    )

    assert browser.evaluate("return window.ran ?? 0") == 0
    assert len(browser.complaints) == 2


def test_everything_is_reached_with_the_keyboard(page: PageClient, browser: Browser) -> None:
    browser.open(f"{page.url}/messages")
    reached = []
    for _ in range(40):
        browser.press("Tab", 9)
        name = browser.evaluate(
            "const each = document.activeElement; const style = getComputedStyle(each);"
            "return each === document.body ? null : [each.textContent.trim() || each.id, style.outlineStyle]"
        )
        if name is None:
            break
        reached.append(name)

    names = [name for name, _ in reached]
    assert names[0] == "Skip to the content"
    assert [name for name in ("text", "Search", "all", "Live", "2", "1") if name not in names] == []
    assert {outline for _, outline in reached} == {"solid"}


def test_enter_opens_the_message_that_has_the_focus(page: PageClient, browser: Browser) -> None:
    browser.open(f"{page.url}/messages")
    browser.evaluate("document.querySelector('tbody a').focus()")

    browser.press("Enter", 13)

    browser.wait_until("location.pathname.startsWith('/messages/2')")


def test_a_new_message_appears_by_itself_and_the_focus_stays(
    own: tuple[ReceiverProcess, PageClient], browser: Browser
) -> None:
    receiver, page = own
    browser.open(f"{page.url}/messages")
    browser.evaluate("document.querySelector('a[href=\"/messages/1\"]').focus()")

    receiver.post(message("m-2"))

    browser.wait_until("document.querySelector('tr[data-number=\"3\"]') !== null")
    assert browser.evaluate("return document.activeElement.getAttribute('href')") == "/messages/1"
    assert browser.evaluate("return document.getElementById('news').textContent") == "1 new message"
    assert browser.evaluate("return document.querySelector('[aria-current=page] .amount').textContent") == "3"
    assert browser.complaints == []


def test_a_list_that_is_paused_stays_as_it_is(own: tuple[ReceiverProcess, PageClient], browser: Browser) -> None:
    receiver, page = own
    browser.open(f"{page.url}/messages")
    browser.evaluate("document.getElementById('live').click()")
    assert browser.evaluate("return document.getElementById('live').getAttribute('aria-pressed')") == "false"

    receiver.post(message("m-2"))

    browser.evaluate("await new Promise(resolve => setTimeout(resolve, 3000))")
    assert browser.evaluate("return document.querySelectorAll('tbody tr').length") == 2
    browser.evaluate("document.getElementById('live').click()")
    browser.wait_until("document.querySelectorAll('tbody tr').length === 3")


def test_a_dead_message_is_retried_and_a_search_made_without_scripts(
    own: tuple[ReceiverProcess, PageClient], browser: Browser, tmp_path: Path
) -> None:
    _, page = own
    (tmp_path / "repaired").touch()
    with Browser(tmp_path / "browser") as plain:
        plain.without_scripts()
        plain.open(f"{page.url}/messages")
        assert plain.evaluate("return document.getElementById('live').hidden")
        plain.evaluate("document.getElementById('text').value = 'broken'")
        plain.follow("document.querySelector('.search').requestSubmit()")
        assert plain.evaluate("return document.querySelectorAll('tbody tr').length") == 1
        plain.follow("document.querySelector('tbody a').click()")
        plain.follow("document.querySelector('form[action$=retry]').requestSubmit()")
        assert plain.evaluate("return document.querySelector('.notice').textContent") == "It will be delivered again."
        assert plain.complaints == []
    wait_for(lambda: page.metric("schemapress_dead_messages") == 0)


def test_personal_data_is_shown_by_a_button_and_hidden_by_another(page: PageClient, browser: Browser) -> None:
    browser.open(f"{page.url}/messages/1")
    assert browser.evaluate("return document.body.innerText.includes('noc@buyer.example')") is False

    browser.follow("document.querySelector('form[action$=reveal]').requestSubmit()")
    assert browser.evaluate("return document.body.innerText.includes('noc@buyer.example')") is True

    browser.follow("document.querySelector('a.button').click()")
    assert browser.evaluate("return document.body.innerText.includes('noc@buyer.example')") is False
    assert browser.complaints == []
