"""The panel under a real hand: a click in the graph, keys, a knob, a view, one selection."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cnnviz.ui.panel import VIEWS
from tests.browser.reader import Reader

pytestmark = pytest.mark.browser


def test_click_in_the_graph_shows_the_layer(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    layer = reader.layer()
    name = layer.get_attribute("data-node") or ""
    layer.click()
    expect(reader.page.locator(".st-key-details h2")).to_have_text(name)
    assert reader.choice("sel") == name


def test_one_selection_runs_through_all_views(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    layer = reader.layer(1)
    name = layer.get_attribute("data-node") or ""
    layer.click()
    expect(reader.page.locator(".st-key-details h2")).to_have_text(name)
    assert reader.page.locator(".st-key-view_switch button").count() == len(VIEWS)
    for view in VIEWS:
        reader.view(view).click()
        reader.still()
        expect(reader.page.locator(".st-key-details h2")).to_have_text(name)
        assert reader.choice("sel") == name


def test_arrow_keys_walk_the_graph(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    graph = reader.page.locator(".st-key-view [role=application]").first
    graph.focus()
    graph.press("ArrowRight")
    graph.press("ArrowRight")
    graph.press("ArrowRight")
    expect(reader.page.locator(".st-key-details h2")).to_be_visible()
    reader.still()
    assert reader.choice("sel")


def test_knob_moves_the_numbers_and_the_address(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    before = reader.numbers()
    reader.pick("arch", "VGG-19 (E)")
    expect(reader.page.locator("dl.numbers dd").first).not_to_have_text(before[0])
    reader.still()
    assert reader.choice("arch") == "vgg19"
    assert reader.numbers()[0] == "143.7 M"


def test_reload_shows_the_same(reader: Reader) -> None:
    reader.open("vgg?arch=vgg13&input_size=128&view=cost&lang=en")
    seen = reader.numbers(), reader.page.locator("h1").inner_text()
    reader.page.reload()
    reader.still()
    assert (reader.numbers(), reader.page.locator("h1").inner_text()) == seen


def test_back_undoes_a_knob(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    before = reader.numbers()
    reader.pick("arch", "VGG-11 (A)")
    expect(reader.page.locator("dl.numbers dd").first).not_to_have_text(before[0])
    reader.still()
    reader.page.go_back()
    expect(reader.page.locator("dl.numbers dd").first).to_have_text(before[0])
