"""The panel under a real hand: a click in the graph, keys, a knob, a view, one selection."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from cnnviz.publish.server import Server
from cnnviz.ui.panel import VIEWS
from tests.browser.reader import Reader, reading

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


def test_a_phone_s_knobs_fold_into_one_line(phone: Reader) -> None:
    phone.open("vgg?lang=en")
    knob = phone.knob("width")
    expect(knob).to_be_hidden()
    phone.page.locator(".st-key-row .line [aria-expanded]").click()
    expect(knob).to_be_visible()


def test_a_phone_s_card_lies_where_it_is_seen_and_closes(phone: Reader) -> None:
    phone.open("vgg?lang=en")
    phone.layer(1).click()
    card = phone.page.locator(".st-key-sheet .card")
    expect(card).to_be_in_viewport()
    phone.still()
    phone.page.locator(".st-key-close button").click()
    expect(card).to_have_count(0)
    phone.still()
    assert phone.choice("sel") is None


def test_a_phone_s_card_opens_small_and_grows(phone: Reader) -> None:
    phone.open("vgg?lang=en&sel=conv5_1&view=cost")
    card = phone.page.locator(".st-key-sheet .card")
    expect(card).to_contain_text("2,359,808")
    expect(card.locator(".math").first).to_be_hidden()
    box = card.bounding_box()
    assert box is not None and box["height"] < 0.4 * 844
    phone.page.locator(".st-key-sheet .grow").tap()
    expect(card.locator(".math").first).to_be_visible()
    phone.page.locator(".st-key-sheet .shrink").tap()
    expect(card.locator(".math").first).to_be_hidden()
    assert phone.choice("sel") == "conv5_1"


# Pixels that a drawing's 11 px letters measure on the screen, for each drawing.
LETTERS = """() => [...document.querySelectorAll('[class*="st-key-lesson_"]')].map(e => {
    const find = n => n.shadowRoot?.querySelector('.box svg') ?? n.querySelector?.('.box svg');
    const svg = [e, ...e.querySelectorAll('*')].map(find).find(Boolean);
    return svg ? 11 * svg.getScreenCTM().a : 0;
})"""


def test_a_phone_s_lesson_is_drawn_for_it(phone: Reader) -> None:
    phone.open("lenet?lang=en&view=lesson")
    letters = phone.page.evaluate(LETTERS)
    assert letters
    assert min(letters) >= 10.4


def test_a_projector_has_larger_type_in_drawings_too(chromium: Browser, server: Server) -> None:
    with reading(chromium, server.address, size=(1920, 1080)) as reader:
        reader.open("lenet?lang=en&view=lesson")
        assert reader.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
        assert min(reader.page.evaluate(LETTERS)) >= 14
