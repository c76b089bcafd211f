"""Receptive fields under a real hand: on the map, on the photograph, by keys; on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from cnnviz import engine
from cnnviz.views.receptive_field_spans import sight
from cnnviz.views.receptive_field_words import alt
from tests.browser.reader import Reader

pytestmark = pytest.mark.browser

VGG = "vgg?lang=en&view=receptive_field&sel=conv4_3"  # 28 × 28 units, 8 px apart


def photo(reader: Reader) -> Locator:
    return reader.page.locator(".st-key-field .photo")


def units(reader: Reader) -> Locator:
    return reader.page.locator(".st-key-field .map")


def said(node: str, unit: tuple[int, int], arch: str = "vgg16") -> str:
    """What the server's own words are."""
    found = sight(engine.graph(arch), engine.report(arch), node)
    assert found is not None
    return alt(found, unit, "en")


def drawn(box: Locator) -> list[int]:
    """First column and row of the outline that is drawn, and what lies behind the last ones."""
    d = box.locator('[data-role="field"]').get_attribute("d") or ""
    xs, ys = re.findall(r"H([-\d.]+)", d), re.findall(r"M[-\d.]+,([-\d.]+)H", d)
    left = re.findall(r"M([-\d.]+),[-\d.]+H", d)[0]
    border = box.locator(".border")
    x, y, wide = (float(border.get_attribute(k) or 0) for k in ("x", "y", "width"))
    places = [(float(left), x), (float(ys[0]), y), (float(xs[0]), x), (float(ys[1]), y)]
    return [round((place - origin) * 224 / wide) for place, origin in places]


def cell(box: Locator, row: int, column: int, of: int) -> tuple[float, float]:
    """Where a unit of the map lies on the screen."""
    b = box.locator(".cells").bounding_box()
    assert b is not None
    return b["x"] + (column + 0.5) * b["width"] / of, b["y"] + (row + 0.5) * b["height"] / of


def test_an_address_opens_its_unit(reader: Reader) -> None:
    reader.open(f"{VGG}&unit=2,20&photo=coffee")
    expect(photo(reader)).to_have_attribute("aria-label", said("conv4_3", (2, 20)))
    expect(reader.page.locator(".st-key-field select")).to_have_value("coffee")
    reader.page.reload()
    reader.still()
    expect(photo(reader)).to_have_attribute("aria-label", said("conv4_3", (2, 20)))


def test_a_touch_on_the_map_moves_the_field_at_once_and_the_address_after(reader: Reader) -> None:
    reader.open(VGG)
    expect(photo(reader)).to_have_attribute("aria-label", said("conv4_3", (14, 14)))
    x, y = cell(units(reader), 3, 24, 28)
    reader.page.mouse.move(x, y)
    reader.page.mouse.down()  # nothing is sent before the button is up, or some time has passed
    assert photo(reader).get_attribute("aria-label") == said("conv4_3", (3, 24))
    column, row = 24 * 8 - 42, 3 * 8 - 42
    assert drawn(photo(reader)) == [column, row, column + 92, row + 92]
    reader.page.mouse.up()
    reader.page.wait_for_url(re.compile("unit=3(,|%2C)24"))
    reader.still()
    assert photo(reader).get_attribute("aria-label") == said("conv4_3", (3, 24))


def test_a_drag_over_the_map_ends_where_it_ends(reader: Reader) -> None:
    reader.open(VGG)
    start, end = (cell(units(reader), *at, 28) for at in ((14, 14), (27, 0)))
    reader.page.mouse.move(*start)
    reader.page.mouse.down()
    reader.page.mouse.move(*end, steps=12)
    reader.page.mouse.up()
    reader.page.wait_for_url(re.compile("unit=27(,|%2C)0"))
    reader.still()
    assert photo(reader).get_attribute("aria-label") == said("conv4_3", (27, 0))


def test_a_touch_on_the_photograph_takes_the_nearest_unit(reader: Reader) -> None:
    reader.open(VGG)
    b = photo(reader).locator(".border").bounding_box()
    assert b is not None
    # pixel 60, 180: centres lie at 3.5 + 8·u, so the nearest are 7 and 22
    pixel = b["width"] / 224
    reader.page.mouse.click(b["x"] + 60 * pixel, b["y"] + 180 * pixel)
    reader.page.wait_for_url(re.compile("unit=22(,|%2C)7"))
    assert photo(reader).get_attribute("aria-label") == said("conv4_3", (22, 7))


def test_arrows_walk_the_map_and_home_leads_back(reader: Reader) -> None:
    reader.open(VGG)
    box = units(reader)
    box.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowLeft"):
        box.press(key)
    assert photo(reader).get_attribute("aria-label") == said("conv4_3", (13, 12))
    reader.page.wait_for_url(re.compile("unit=13(,|%2C)12"))
    expect(box).to_be_focused()
    box.press("Home")
    expect(photo(reader)).to_have_attribute("aria-label", said("conv4_3", (14, 14)))
    reader.page.wait_for_url(lambda url: "unit=" not in url)


def test_another_photograph_is_in_the_address(reader: Reader) -> None:
    reader.open("lenet?lang=en&view=receptive_field&sel=C3")
    choice = reader.page.locator(".st-key-field select")
    expect(choice).to_have_value("digit")
    choice.select_option("astronaut")
    reader.page.wait_for_url(re.compile("photo=astronaut"))
    expect(reader.page.locator(".st-key-field small")).to_contain_text("NASA")
    choice.select_option("digit")
    reader.page.wait_for_url(lambda url: "photo=" not in url)


def test_another_layer_begins_at_its_central_unit(reader: Reader) -> None:
    reader.open(f"{VGG}&unit=2,20")
    reader.page.locator('.st-key-steps [data-node="pool3"]').click()
    expect(photo(reader)).to_have_attribute("aria-label", said("pool3", (14, 14)))
    reader.still()
    assert (reader.choice("sel"), reader.choice("unit")) == ("pool3", None)


def test_a_layer_chosen_elsewhere_is_marked_in_the_table_at_once(reader: Reader) -> None:
    reader.open(VGG)
    chosen = reader.page.locator(".st-key-steps tr.chosen")
    expect(chosen).to_contain_text("conv4_3")
    tell = "window.__cnnviz.sel = 'pool3'; dispatchEvent(new CustomEvent('cnnviz:state'))"
    reader.page.evaluate(tell)  # as a component does; the server has not heard of it
    expect(chosen).to_contain_text("pool3")


def test_a_unit_that_there_is_not_is_said(reader: Reader) -> None:
    reader.open(f"{VGG}&unit=28,3")
    expect(reader.page.locator(".notice").first).to_contain_text("unit=14,14")
    expect(photo(reader)).to_have_attribute("aria-label", said("conv4_3", (14, 14)))


def test_a_phone_has_both_and_scrolls_over_the_photograph(phone: Reader) -> None:
    phone.open(VGG)
    picture, grid = photo(phone).bounding_box(), units(phone).bounding_box()
    assert picture is not None and grid is not None
    assert picture["y"] + picture["height"] <= grid["y"] + 1
    assert picture["x"] + picture["width"] <= 390
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert photo(phone).evaluate("e => getComputedStyle(e).touchAction") == "pan-y"
    units(phone).scroll_into_view_if_needed()
    phone.page.touchscreen.tap(*cell(units(phone), 5, 6, 28))
    expect(photo(phone)).to_have_attribute("aria-label", said("conv4_3", (5, 6)))
    phone.page.wait_for_url(re.compile("unit=5(,|%2C)6"))


def test_on_a_phone_nothing_lies_over_map_and_curve_and_the_start_is_seen(phone: Reader) -> None:
    phone.open("resnet?lang=zh&view=receptive_field&sel=conv4_2.relu")
    sheet = phone.page.locator(".st-key-split > :has(.st-key-sheet)")
    assert sheet.evaluate("e => getComputedStyle(e).position") == "static"
    start = phone.page.locator(".st-key-steps table").last.locator("th").last.bounding_box()
    assert start is not None and start["x"] + start["width"] <= 390
