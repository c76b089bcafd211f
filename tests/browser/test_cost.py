"""Cost and memory under a real hand: a column selects, batch and precision change the numbers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.reader import PHONE, Reader

pytestmark = pytest.mark.browser


def chart(reader: Reader) -> Locator:
    return reader.page.locator(".st-key-cost svg.chart")


def needed(reader: Reader) -> Locator:
    """The sentence above the bar of parts."""
    return reader.page.locator(".st-key-memory_parts svg text.headline").first


def choose(reader: Reader, place: int, words: str) -> None:
    """An option of one of the memory's lists: batch, precision, optimiser."""
    box = reader.page.locator(".st-key-memory_knobs .stSelectbox input").nth(place)
    box.click()
    reader.page.get_by_role("option", name=words, exact=True).click()
    reader.still()


def test_a_column_selects_its_layer_in_every_row(reader: Reader) -> None:
    reader.open("alexnet?lang=en&view=cost")
    expect(chart(reader)).to_contain_text("96.2% of the parameters")
    chart(reader).locator('[data-node="fc6"] .shape').first.click()
    expect(reader.page.locator(".st-key-details h2")).to_have_text("fc6")
    assert reader.choice("sel") == "fc6"
    expect(chart(reader).locator('[data-node="fc6"]')).to_have_class(re.compile("selected"))
    expect(chart(reader).locator('[data-node="fc6"] .readout')).to_be_visible()


def test_stage_and_logarithm_are_ticks_and_stand_in_the_address(reader: Reader) -> None:
    reader.open("vgg?lang=en&view=cost")
    columns = chart(reader).locator("[data-node]")
    expect(columns.first).to_be_visible()
    many = columns.count()
    reader.page.locator(".st-key-cost_knobs .stCheckbox label").first.click()
    expect(columns).to_have_count(7)
    assert many > 20 and reader.choice("by") == "stage"
    reader.page.locator(".st-key-cost_knobs .stCheckbox label").last.click()
    expect(chart(reader).locator("circle.shape").first).to_be_visible()
    assert reader.choice("scale") == "log"


def test_batch_precision_and_optimiser_change_the_numbers(reader: Reader) -> None:
    reader.open("vgg?lang=en&view=cost&chart=training")
    expect(needed(reader)).to_contain_text("batch 1, float32, SGD with momentum")
    choose(reader, 0, "8")
    expect(needed(reader)).to_contain_text("needs 2.249 GB in training (batch 8")
    choose(reader, 1, "bfloat16")
    expect(needed(reader)).to_contain_text("batch 8, bfloat16")
    choose(reader, 2, "Adam")
    expect(needed(reader)).to_contain_text("bfloat16, Adam")
    asked = {n: reader.choice(n) for n in ("batch", "dtype", "optimizer")}
    assert asked == {"batch": "8", "dtype": "bfloat16", "optimizer": "adam"}
    said = needed(reader).text_content() or ""
    reader.page.reload()
    reader.still()
    expect(needed(reader)).to_have_text(said)


def test_a_tensor_at_the_peak_selects_its_layer(reader: Reader) -> None:
    reader.open("alexnet?lang=en&view=cost&chart=training&batch=4")
    row = reader.page.locator(".st-key-memory_held [data-node]").first
    name = row.get_attribute("data-node") or ""
    row.locator("text").first.click()
    expect(reader.page.locator(".st-key-details h2")).to_have_text(name)


def test_on_a_phone_nothing_overflows(phone: Reader) -> None:
    for where in ("alexnet?lang=en&view=cost", "vgg?lang=zh&view=cost&chart=training&batch=8"):
        phone.open(where)
        expect(chart(phone)).to_have_attribute("width", re.compile(r"^3[0-9]0$"))
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        box = phone.page.locator(".st-key-cost .root")
        assert box.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    assert not phone.errors
