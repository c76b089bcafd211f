"""In class, in slides, by keyboard: what the address asks for and what the keys do."""

from __future__ import annotations

import re
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, expect

from cnnviz import hosts, zoo
from cnnviz.publish.server import Server, serve
from cnnviz.ui.panel import VIEWS
from cnnviz.views import qr
from tests.browser.reader import Reader, reading

pytestmark = pytest.mark.browser

TYPE = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
# Pixels of every text that is seen, in the page and in the components, but for drawings.
LETTERS = """() => {
  const found = [];
  const walk = (node) => {
    for (const e of node.querySelectorAll('*')) {
      if (e.shadowRoot) walk(e.shadowRoot);
      const seen = e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
      if (e.closest('svg') || !seen) continue;
      const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
      const box = e.getBoundingClientRect();
      if (own && box.width > 2 && box.height > 2)
        found.push([parseFloat(getComputedStyle(e).fontSize), e.textContent.trim().slice(0, 40)]);
    }
  };
  walk(document.querySelector('[data-testid="stMain"]'));
  return found;
}"""


def html(reader: Reader) -> Locator:
    return reader.page.locator("html")


def presenting(reader: Reader, on: bool = True) -> None:
    """Wait until the page is in class, or out of it, and the address says the same."""
    if on:
        expect(html(reader)).to_have_attribute("data-present", "")
    else:
        expect(html(reader)).not_to_have_attribute("data-present", "")
    reader.page.wait_for_url(lambda url: ("present=1" in url) == on)
    reader.still()


def test_the_address_opens_the_class_mode(reader: Reader) -> None:
    reader.open("vgg?present=1&lang=en")
    presenting(reader)
    expect(reader.page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(reader.page.locator("h1")).to_be_visible()
    assert reader.page.evaluate(TYPE) >= 22.5
    small = [found for found in reader.page.evaluate(LETTERS) if found[0] < 18 - 0.01]
    assert small == []


def test_p_enters_and_leaves(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    before = reader.page.evaluate(TYPE)
    reader.page.keyboard.press("p")
    presenting(reader)
    assert reader.page.evaluate(TYPE) > before
    reader.page.keyboard.press("p")
    presenting(reader, False)
    assert reader.page.evaluate(TYPE) == before


def test_escape_leaves_but_first_clears_a_selection_in_the_graph(reader: Reader) -> None:
    reader.open("lenet?present=1&lang=en")
    reader.layer(1).click()
    expect(reader.page.locator(".st-key-details h2")).to_be_visible()
    reader.page.locator(".st-key-structure [role=application]").focus()
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator(".st-key-sheet")).to_have_count(0)
    presenting(reader)
    reader.page.keyboard.press("Escape")
    presenting(reader, False)


def test_a_button_does_the_same(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    reader.page.locator("button.mode.start").click()
    presenting(reader)
    reader.page.locator("button.mode.leave").click()
    presenting(reader, False)


def test_p_in_a_text_box_is_a_letter(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    reader.page.evaluate(
        """() => { const box = document.createElement('input'); box.id = 'box';
                   document.querySelector('.st-key-view').append(box); box.focus(); }"""
    )
    reader.page.keyboard.type("p?1")
    assert reader.page.locator("#box").input_value() == "p?1"
    presenting(reader, False)


def test_the_class_mode_is_kept_by_view_and_language(reader: Reader) -> None:
    reader.open("vgg?present=1&lang=en")
    reader.view("layers").click()
    reader.still()
    reader.page.locator(".st-key-lang button").nth(1).click()
    expect(html(reader)).to_have_attribute("lang", "zh-CN")
    presenting(reader)
    assert (reader.choice("view"), reader.choice("lang")) == ("layers", "zh")


def test_the_class_mode_is_kept_by_links(reader: Reader) -> None:
    reader.open("?present=1&lang=en")
    reader.page.locator(".st-key-card_vgg a").click()
    expect(reader.page.locator("h1")).to_contain_text("VGG")
    presenting(reader)


@pytest.mark.parametrize(
    ("size", "last"), [((1280, 720), ".st-key-structure"), ((1920, 1080), ".st-key-flow")]
)
def test_in_class_the_graph_fills_the_window(
    chromium: Browser, server: Server, size: tuple[int, int], last: str
) -> None:
    """With the volumes below it where there is room for both."""
    with reading(chromium, server.address, size=size) as reader:
        reader.open("vgg?present=1&lang=en")
        if last == ".st-key-flow":  # drawn anew for the width that its place turned out to have
            first = reader.page.locator(f'{last} svg.cv[viewBox^="0 0 676 "]')
            expect(first).to_have_count(0)
        box = reader.page.locator(".st-key-structure [role=application]").bounding_box()
        end = reader.page.locator(f"{last} [role=application]").bounding_box()
        assert box is not None
        assert end is not None
        assert box["width"] > 0.95 * size[0]
        assert end["y"] + end["height"] - box["y"] > 0.6 * size[1]
        assert end["y"] + end["height"] <= size[1] + 1
        tall = reader.page.get_by_test_id("stMain").evaluate("e => e.scrollHeight")
        assert tall <= size[1] + 2


def test_an_embedded_view_stands_alone(reader: Reader) -> None:
    reader.open("vgg?embed=1&arch=vgg19&view=layers&lang=en")
    expect(html(reader)).to_have_attribute("data-embed", "")
    for gone in ("[data-testid=stSidebar]", "h1", ".st-key-view_switch", "footer", ".st-key-row"):
        expect(reader.page.locator(gone).first).to_be_hidden()
    expect(reader.page.locator(".st-key-layers [role=grid]")).to_be_visible()
    line = reader.page.locator(".open-line a")
    expect(line).to_have_text("cnnviz · VGG-19 (E) · open")
    to = line.get_attribute("href") or ""
    assert "embed" not in to
    assert "arch=vgg19" in to
    assert "view=layers" in to


def test_a_frame_may_hold_it(chromium: Browser, server: Server) -> None:
    """No header forbids it, and a choice inside keeps it embedded."""
    with reading(chromium, server.address) as reader:
        reader.page.set_content(f'<iframe src="{server.address}/lenet?embed=1&lang=en"></iframe>')
        frame = reader.page.frame_locator("iframe")
        expect(frame.locator(".open-line a")).to_be_visible()
        expect(frame.locator(".st-key-structure")).to_be_visible()


def test_question_mark_lists_the_keys(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    dialog = reader.page.locator("dialog.keys")
    reader.page.keyboard.press("?")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("choose a view")
    expect(dialog).to_contain_text("takes one network apart")
    assert dialog.evaluate("d => d.contains(document.activeElement)")
    for _ in range(4):  # the focus stays inside
        reader.page.keyboard.press("Tab")
        assert reader.page.evaluate(
            "!document.querySelector('[data-testid=stMain]').contains(document.activeElement)"
        )
    reader.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    reader.page.locator("button.mode.help").click()
    expect(dialog).to_be_visible()
    dialog.locator("button").click()
    expect(dialog).to_have_count(0)


def test_the_keys_are_listed_in_chinese_too(reader: Reader) -> None:
    reader.open("lenet?lang=zh")
    reader.page.keyboard.press("?")
    expect(reader.page.locator("dialog.keys")).to_contain_text("选择视图")


def test_digits_choose_views(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    for digit, view in enumerate(VIEWS, 1):
        reader.page.keyboard.press(str(digit))
        expect(reader.view(view)).to_have_attribute("aria-checked", "true")
        expect(reader.view(view)).to_be_focused()
    reader.page.keyboard.press("9")
    reader.still()
    expect(reader.view(list(VIEWS)[-1])).to_have_attribute("aria-checked", "true")


def test_the_first_stop_of_tab_skips_to_the_view(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    reader.page.keyboard.press("Tab")
    skip = reader.page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator(".st-key-view")).to_be_focused()
    assert "#" not in reader.page.url


def test_a_server_for_this_machine_alone_says_how_to_open_it(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    reader.page.locator(".st-key-phone button").click()
    dialog = reader.page.get_by_role("dialog")
    expect(dialog).to_contain_text("make app HOST=0.0.0.0")
    expect(dialog.locator("img.qr")).to_have_count(0)


def test_language_switch_in_mid_state_keeps_everything(reader: Reader) -> None:
    reader.open("vgg?arch=vgg19&input_size=256&open=none&sel=conv3_2&number=macs&lang=en")
    was = reader.page.url.replace("lang=en", "")
    numbers = [n.split()[0] for n in reader.numbers()]
    reader.page.locator(".st-key-lang button").nth(1).click()
    expect(html(reader)).to_have_attribute("lang", "zh-CN")
    reader.still()
    assert reader.page.url.replace("lang=zh", "") == was
    expect(reader.page.locator(".st-key-details h2")).to_have_text("conv3_2")
    assert [n.split()[0] for n in reader.numbers()] == numbers
    expect(reader.view("structure")).to_have_attribute("aria-checked", "true")


def test_in_a_network_the_menu_has_the_qr_code_of_what_is_shown(chromium: Browser) -> None:
    if not hosts.addresses():
        return  # a machine without a network has no address to show
    everywhere = ["--server.address=0.0.0.0"]
    with serve(everywhere) as server, reading(chromium, server.address) as reader:
        reader.open("lenet?view=layers&lang=en")
        reader.page.locator(".st-key-phone button").click()
        link = reader.page.get_by_role("dialog").locator(".qr_address a")
        to = link.get_attribute("href") or ""
        assert urlsplit(to).hostname == hosts.reachable("0.0.0.0")[0]
        assert urlsplit(to).port == urlsplit(server.address).port
        assert parse_qs(urlsplit(to).query) == {"view": ["layers"], "lang": ["en"]}
        source = reader.page.locator("img.qr").get_attribute("src") or ""
        assert b64decode(source.partition(",")[2]).decode() == qr.svg(to)


@pytest.mark.parametrize("where", ["vgg?sel=conv3_1", "alexnet?view=volumes&lang=zh"])
def test_a_view_prints_on_one_sheet_lying_down(
    chromium: Browser, server: Server, where: str
) -> None:
    with reading(chromium, server.address, "dark") as reader:
        reader.open(where)
        sheet = reader.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
        box = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheet)[0]
        assert float(box[0]) > float(box[1])


def test_home_draws_its_cards_without_a_touch(chromium: Browser) -> None:
    with serve() as fresh, reading(chromium, fresh.address) as reader:
        reader.open()
        expect(reader.page.locator('[class*="st-key-sketch_"] .stBidiComponent')).to_have_count(
            len(zoo.families())
        )
