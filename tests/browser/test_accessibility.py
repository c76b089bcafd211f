"""axe finds nothing serious that is ours: names, roles, headings, contrast, in every mode."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from cnnviz.publish.capture import Theme
from cnnviz.publish.server import Server
from cnnviz.ui.panel import VIEWS
from tests.browser.reader import DESKTOP, PHONE, Reader, reading

pytestmark = pytest.mark.browser

# What is Streamlit's own and not ours to mend: (rule, part of the element), and why.
STREAMLIT: dict[tuple[str, str], str] = {}
PROJECTOR = (1920, 1080)

QUICK: list[tuple[str, Theme, tuple[int, int]]] = [
    ("", "light", DESKTOP),
    ("vgg?sel=conv3_1", "dark", DESKTOP),
    ("lenet?view=layers&lang=zh", "light", DESKTOP),
    ("vgg?sel=conv3_1&lang=zh", "light", PHONE),
    ("alexnet?view=cost&present=1", "dark", PROJECTOR),
    ("vgg?embed=1&view=volumes", "light", DESKTOP),
    ("vgg?embed=1&view=receptive_field&sel=conv3_1", "dark", DESKTOP),
]
PAGES = ["", *(f"alexnet?sel=conv2&view={v}" for v in VIEWS)]
MODES = ("", "present=1", "embed=1")
WIDE = [
    (f"{where}{'&' if '?' in where else '?'}lang={lang}&{mode}", theme, size)
    for where, lang, theme, size, mode in product(
        PAGES, ("en", "zh"), ("light", "dark"), (DESKTOP, PHONE), MODES
    )
    if not (where == "" and mode == "embed=1")
]


def violations(reader: Reader) -> list[str]:
    """What axe calls serious or critical, a line an offence, with the first element it means."""
    found = Axe().run(reader.page).response["violations"]
    return [
        f"{v['id']}: {v['help']}: {node['html'][:200]}"
        for v in found
        if v["impact"] in ("serious", "critical", "moderate")
        for node in v["nodes"]
        if not streamlits(v, node)
    ]


def streamlits(violation: dict[str, Any], node: dict[str, Any]) -> bool:
    return any(v == violation["id"] and part in node["html"] for v, part in STREAMLIT)


@pytest.mark.parametrize(("where", "theme", "size"), QUICK)
def test_axe(
    chromium: Browser, server: Server, where: str, theme: Theme, size: tuple[int, int]
) -> None:
    with reading(chromium, server.address, theme, size) as reader:
        reader.open(where)
        assert violations(reader) == []


@pytest.mark.slow
@pytest.mark.parametrize(("where", "theme", "size"), WIDE)
def test_axe_on_every_view(
    chromium: Browser, server: Server, where: str, theme: Theme, size: tuple[int, int]
) -> None:
    with reading(chromium, server.address, theme, size) as reader:
        reader.open(where)
        assert violations(reader) == []


def keys(reader: Reader) -> None:
    reader.page.keyboard.press("?")
    expect(reader.page.locator("dialog.keys")).to_be_visible()


def phone_dialog(reader: Reader) -> None:
    reader.page.locator(".st-key-phone button").click()
    expect(reader.page.get_by_role("dialog")).to_be_visible()
    reader.still()


def skip_link(reader: Reader) -> None:
    reader.page.keyboard.press("Tab")
    expect(reader.page.locator("a.skip")).to_be_focused()


@pytest.mark.parametrize("above", [keys, phone_dialog, skip_link])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_with_something_open(
    chromium: Browser, server: Server, theme: Theme, above: Callable[[Reader], None]
) -> None:
    with reading(chromium, server.address, theme) as reader:
        reader.open("lenet?lang=en")
        above(reader)
        assert violations(reader) == []


def test_axe_would_see_an_offence(chromium: Browser, server: Server) -> None:
    with reading(chromium, server.address) as reader:
        reader.open()
        reader.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"\">')")
        assert any(line.startswith("image-alt") for line in violations(reader))
