"""axe finds nothing to complain about: names, roles, headings, contrast, in both themes."""

from __future__ import annotations

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from cnnviz.publish.capture import Theme
from cnnviz.publish.server import Server
from cnnviz.ui.panel import VIEWS
from tests.browser.reader import DESKTOP, PHONE, reading

pytestmark = pytest.mark.browser

QUICK = [("", "light"), ("vgg?sel=conv3_1", "dark"), ("lenet?view=layers&lang=zh", "light")]
PAGES = ["", *(f"alexnet?sel=conv2&view={v}" for v in VIEWS)]
WIDE = [
    (f"{where}{'&' if '?' in where else '?'}lang={lang}", theme, size)
    for where, lang, theme, size in product(
        PAGES, ("en", "zh"), ("light", "dark"), (DESKTOP, PHONE)
    )
]


def violations(
    browser: Browser, server: Server, where: str, theme: Theme, size: tuple[int, int]
) -> list[str]:
    """What axe says, a line an offence, with the first element that it means."""
    with reading(browser, server.address, theme, size) as reader:
        reader.open(where)
        found = Axe().run(reader.page).response["violations"]
        return [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found]


@pytest.mark.parametrize(("where", "theme"), QUICK)
def test_axe(chromium: Browser, server: Server, where: str, theme: Theme) -> None:
    assert violations(chromium, server, where, theme, DESKTOP) == []


@pytest.mark.slow
@pytest.mark.parametrize(("where", "theme", "size"), WIDE)
def test_axe_on_every_view(
    chromium: Browser, server: Server, where: str, theme: Theme, size: tuple[int, int]
) -> None:
    assert violations(chromium, server, where, theme, size) == []


def test_axe_would_see_an_offence(chromium: Browser, server: Server) -> None:
    with reading(chromium, server.address) as reader:
        reader.open()
        reader.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"\">')")
        found = {v["id"] for v in Axe().run(reader.page).response["violations"]}
        assert "image-alt" in found
