"""The row of knobs under a real hand: mouse, keys, touch, a typed value, Reset, the link, Back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from cnnviz.publish.server import Server
from tests.browser.reader import PHONE, Reader

pytestmark = pytest.mark.browser

# The numbers before and right after a change, in one task of the page: no frame lies between.
AT_ONCE = """([knob, value]) => {
  const all = [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean);
  const root = all.find(r => r.querySelector('dl.numbers'));
  const shown = () => root.querySelector('dl.numbers dd').innerText;
  const box = root.querySelector(`[data-k="${knob}"] select`);
  const before = shown();
  box.value = value;
  box.dispatchEvent(new Event('change'));
  return [before, shown()];
}"""


def params(reader: Reader, shown: str) -> None:
    expect(reader.page.locator("dl.numbers dd").first).to_have_text(shown)


def test_a_list_by_keyboard(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    box = reader.knob("arch")
    box.focus()
    box.press("ArrowDown")
    params(reader, "143.7 M")
    expect(box).to_have_value("vgg19")
    expect(box).to_be_focused()
    reader.still()
    assert reader.choice("arch") == "vgg19"


def test_a_tick_by_mouse(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    reader.page.locator('[data-k="batch_norm"]').click()
    expect(reader.page.locator('[data-k="batch_norm"]')).to_contain_text("with")
    expect(reader.knob("batch_norm")).to_be_checked()
    reader.page.wait_for_url("**batch_norm=true**")
    reader.knob("batch_norm").press(" ")
    expect(reader.knob("batch_norm")).not_to_be_checked()
    reader.still()
    assert reader.choice("batch_norm") is None


def test_what_is_known_ahead_shows_in_the_frame_of_the_touch(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    reader.knob("arch").focus()  # a hand is near: its numbers come
    reader.page.wait_for_function(
        """() => [...document.querySelectorAll('*')].some(e =>
             e.shadowRoot?.querySelector('.root')?._view?.data.next?.of?.arch?.vgg19)"""
    )
    assert reader.page.evaluate(AT_ONCE, ["arch", "vgg19"]) == ["138.4 M", "143.7 M"]
    reader.page.wait_for_url("**arch=vgg19**")
    reader.still()
    params(reader, "143.7 M")


def test_a_value_is_typed(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    reader.knob("input_size").select_option(label="other …")
    field = reader.page.locator('[data-k="input_size"] input')
    expect(field).to_be_focused()
    field.fill("100")
    field.press("Enter")
    expect(reader.knob("input_size")).to_have_value("100")
    expect(field).to_have_count(0)
    reader.still()
    assert reader.choice("input_size") == "100"


def test_an_impossible_value_says_why(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    reader.knob("input_size").select_option(label="other …")
    reader.page.locator('[data-k="input_size"] input').fill("16")
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator(".notice")).to_contain_text("32")
    box = reader.knob("input_size")
    expect(box).to_have_attribute("aria-invalid", "true")
    assert "32" in (box.get_attribute("aria-description") or "")
    params(reader, "138.4 M")


def test_escape_leaves_the_value(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    reader.knob("width").select_option(label="other …")
    reader.page.keyboard.type("3")
    reader.page.keyboard.press("Escape")
    expect(reader.knob("width")).to_have_value("1")
    expect(reader.knob("width")).to_be_focused()
    assert reader.choice("width") is None


def test_reset_is_there_when_something_is_changed(reader: Reader) -> None:
    reader.open("vgg?lang=en&arch=vgg19")
    reset = reader.page.get_by_role("button", name="Reset")
    expect(reset).to_be_hidden()
    reader.pick("head", "global average")
    expect(reset).to_be_visible()
    expect(reader.page.locator('[data-k="head"]')).to_contain_class("changed")
    reset.click()
    params(reader, "143.7 M")
    expect(reset).to_be_hidden()
    reader.still()
    assert (reader.choice("head"), reader.choice("arch")) == (None, "vgg19")


def test_more_opens_and_keeps_open(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    more = reader.page.get_by_role("button", name="More")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.click()
    reader.pick("num_classes", "10")
    params(reader, "134.3 M")
    reader.page.wait_for_url("**num_classes=10**")
    reader.still()
    expect(reader.knob("num_classes")).to_be_visible()


def test_the_link_is_copied(reader: Reader) -> None:
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.open("vgg?lang=en&arch=vgg11")
    reader.page.get_by_role("button", name="Copy link").click()
    expect(reader.page.locator(".st-key-row [aria-live]")).to_have_text("Copied")
    assert reader.page.evaluate("navigator.clipboard.readText()") == reader.page.url


def test_a_refused_clipboard_shows_the_address(reader: Reader) -> None:
    reader.open("vgg?lang=en&arch=vgg11")
    reader.page.evaluate(
        """() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no'));
                   document.execCommand = () => false; }"""
    )
    reader.page.get_by_role("button", name="Copy link").click()
    expect(reader.page.locator(".st-key-row .end input")).to_have_value(reader.page.url)


def test_back_takes_a_turn_back(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    reader.pick("arch", "VGG-11 (A)")
    params(reader, "132.9 M")
    reader.page.wait_for_url("**arch=vgg11**")
    reader.still()
    reader.page.go_back()
    params(reader, "138.4 M")
    expect(reader.knob("arch")).to_have_value("vgg16")
    reader.still()
    reader.page.go_forward()
    params(reader, "132.9 M")
    expect(reader.knob("arch")).to_have_value("vgg11")


def test_quick_turns_end_at_the_last(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    box = reader.knob("arch")
    box.focus()
    for _ in range(4):
        box.press("ArrowUp")
    reader.knob("batch_norm").press(" ")
    reader.page.wait_for_url("**batch_norm=true**")
    reader.still()
    expect(box).to_have_value("vgg11")
    assert (reader.choice("arch"), reader.choice("batch_norm")) == ("vgg11", "true")
    params(reader, "132.9 M")


def test_a_number_says_how_it_is_counted(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    number = reader.page.get_by_role("button", name="138.4 M")
    number.focus()
    number.press("Enter")
    tip = reader.page.locator("dl.numbers .tip")
    expect(tip).to_contain_text("138,357,544")
    reader.page.keyboard.press("ArrowRight")
    expect(reader.page.get_by_role("button", name="15.47 G")).to_be_focused()
    reader.page.keyboard.press("Escape")
    expect(tip).to_have_count(0)


def test_what_is_pinned_shows_as_differences(reader: Reader) -> None:
    reader.open("vgg?lang=en&arch=vgg19&pin=vgg16")
    expect(reader.page.locator("dl.numbers .difference").first).to_have_text("+5.31 M")


def test_on_a_phone_by_touch(chromium: Browser, server: Server) -> None:
    width, height = PHONE
    context = chromium.new_context(
        viewport={"width": width, "height": height}, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    page = context.new_page()
    reader = Reader(page, server.address)
    reader.open("vgg")
    line = page.locator(".st-key-row .line [aria-expanded]")
    expect(line).to_have_attribute("aria-expanded", "false")
    expect(reader.knob("width")).to_be_hidden()
    line.tap()
    expect(reader.knob("width")).to_be_visible()
    page.locator('[data-k="batch_norm"]').tap()
    page.wait_for_url("**batch_norm=true**")
    expect(reader.knob("batch_norm")).to_be_checked()
    page.locator("dl.numbers button").first.tap()
    expect(page.locator("dl.numbers .tip")).to_be_in_viewport()
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= width
    context.close()
