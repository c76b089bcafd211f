"""The graph under a real hand: fold, search, edges, shapes, dot's layout, touch, a dead worker."""

from __future__ import annotations

import os
import re
import signal

import pytest
from playwright.sync_api import Browser, Locator, expect

from cnnviz.publish.server import Server
from tests.browser.reader import Reader, reading, workers

pytestmark = pytest.mark.browser


def graph(reader: Reader) -> Locator:
    return reader.page.locator(".st-key-structure [role=application]")


def box(reader: Reader, key: str) -> Locator:
    return graph(reader).locator(f'svg .item[data-key="{key}"]')


def tool(reader: Reader, name: str) -> Locator:
    return graph(reader).get_by_role("button", name=name, exact=True)


def chosen(reader: Reader) -> Locator:
    return reader.page.locator(".st-key-details h2")


def middle(at: Locator) -> tuple[float, float]:
    b = at.bounding_box()
    assert b
    return b["x"] + b["width"] / 2, b["y"] + b["height"] / 2


def test_a_group_opens_where_it_was_clicked_and_closes_again(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    before = middle(box(reader, "conv3_1*"))
    box(reader, "conv3_1*").click()
    expect(box(reader, "conv3_2")).to_be_visible()
    reader.still()
    frame = graph(reader).locator('.frame[data-open="conv3_1*"] .edge').bounding_box()
    assert frame
    assert frame["x"] <= before[0] <= frame["x"] + frame["width"]
    assert frame["y"] <= before[1] <= frame["y"] + frame["height"]
    assert reader.choice("open") == "conv3_1*"
    graph(reader).locator('.tool[data-fold="conv3_1*"]').click()
    expect(box(reader, "conv3_2")).to_have_count(0)
    reader.still()
    assert reader.choice("open") is None


def test_motion_leaves_nothing_behind(chromium: Browser, server: Server) -> None:
    with reading(chromium, server.address) as reader:
        reader.page.emulate_media(reduced_motion="no-preference")
        reader.open("vgg?lang=en")
        box(reader, "conv2_1*").click()
        expect(box(reader, "conv2_2")).to_be_visible()
        expect(graph(reader).locator(".box > svg")).to_have_count(1)
        reader.page.wait_for_function(
            "root => !root.getAnimations({subtree: true}).length",
            arg=graph(reader).element_handle(),
        )
        assert reader.errors == []


def test_all_open_all_closed_and_as_at_first(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    first = graph(reader).locator("svg .item").count()
    tool(reader, "Open all").click()
    expect(graph(reader).locator("svg .item[data-fold]")).to_have_count(0)
    assert tool(reader, "Open all").get_attribute("aria-pressed") == "true"
    tool(reader, "Close all").click()
    expect(box(reader, "fc6*")).to_be_visible()
    tool(reader, "As at first").click()
    expect(graph(reader).locator("svg .item")).to_have_count(first)
    reader.still()
    assert reader.choice("open") is None


def test_search_opens_what_hides_the_hit(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    reader.page.keyboard.press("/")
    search = graph(reader).get_by_role("combobox", name="Search")
    expect(search).to_be_focused()
    search.fill("conv3")
    expect(graph(reader).locator(".finder [role=option]")).to_have_count(3)
    expect(box(reader, "conv3_1*")).to_have_class(re.compile("found"))
    search.press("Enter")
    expect(chosen(reader)).to_have_text("conv3_1")
    expect(box(reader, "conv3_1")).to_have_class(re.compile("selected"))
    search.press("Enter")
    expect(chosen(reader)).to_have_text("conv3_2")
    search.fill("pooling")
    expect(graph(reader).locator(".finder [role=option]")).to_have_count(5)
    search.fill("attention")
    expect(graph(reader).locator(".finder p")).to_contain_text("attention")
    search.press("Escape")
    expect(search).to_be_hidden()
    expect(graph(reader)).to_be_focused()


def test_arrows_walk_the_wires_and_enter_opens(reader: Reader) -> None:
    reader.open("vgg?lang=en&sel=pool2")
    graph(reader).focus()
    reader.page.keyboard.press("ArrowRight")
    expect(box(reader, "conv3_1*")).to_have_class(re.compile("selected"))
    tip = graph(reader).locator(".tip")
    expect(tip).to_have_text("pool2 → conv3_1: 128·56²")
    reader.page.keyboard.press("Enter")
    expect(box(reader, "conv3_1")).to_have_class(re.compile("selected"))
    reader.page.keyboard.press("ArrowRight")
    expect(chosen(reader)).to_have_text("conv3_2")
    lit = graph(reader).locator("svg .wire.lit")
    expect(lit).to_have_count(2)
    reader.page.keyboard.press("ArrowLeft")
    reader.page.keyboard.press("ArrowLeft")
    expect(chosen(reader)).to_have_text("pool2")
    reader.page.keyboard.press("ArrowRight")
    expect(chosen(reader)).to_have_text("conv3_1")
    reader.page.keyboard.press("Enter")  # inside an opened group: closes it
    expect(box(reader, "conv3_1*")).to_have_class(re.compile("selected"))
    reader.page.keyboard.press("Escape")
    expect(chosen(reader)).to_have_text("VGG-16 (D)")
    reader.still()
    assert reader.choice("sel") is None


def test_shapes_stand_on_the_wires_on_demand(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    words = graph(reader).locator("svg .wire .size")
    expect(words).not_to_contain_text(["1·32²"])
    reader.page.keyboard.press("s")
    expect(words.first).to_have_text("1·32²")
    wires = graph(reader).locator("svg .wire[data-shape]").count()
    expect(words).to_have_count(wires)
    reader.still()
    assert reader.choice("shapes") == "1"
    tool(reader, "Shapes on the wires").click()
    expect(words).not_to_have_count(wires)


def test_a_wire_says_its_tensor_under_the_pointer(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    wire = graph(reader).locator('svg .wire[data-from="pool1"]')
    reader.page.mouse.move(*middle(wire))
    expect(graph(reader).locator(".tip")).to_have_text("pool1 → conv2_1: 64·112²")


def test_dot_lays_it_out_and_rows_come_back(reader: Reader) -> None:
    reader.open("vgg?lang=en")
    layout = graph(reader).get_by_role("combobox", name=re.compile("^Layout"))
    layout.select_option("tb")
    expect(graph(reader).locator('.box > svg[data-flow="tb"]')).to_be_visible()
    boxes = [box(reader, key) for key in ("input", "conv1_1*", "pool1")]
    heights = [middle(b)[1] for b in boxes]
    assert heights == sorted(heights) and heights[0] < heights[2]
    reader.still()
    assert reader.choice("layout") == "tb"
    graph(reader).focus()
    box(reader, "pool1").click()
    expect(chosen(reader)).to_have_text("pool1")
    reader.page.keyboard.press("ArrowUp")
    expect(box(reader, "conv1_1*")).to_have_class(re.compile("selected"))
    layout.select_option("rows")
    expect(graph(reader).locator('.box > svg[data-flow="lr"]')).to_be_visible()
    reader.still()
    assert reader.choice("layout") is None


def test_a_dead_worker_costs_its_picture_alone(reader: Reader, server: Server) -> None:
    reader.open("alexnet?lang=en&layout=tb")  # workers are there now
    expect(graph(reader).locator('.box > svg[data-flow="tb"]')).to_be_visible()
    held = workers(server)
    assert held
    for pid in held:
        os.kill(pid, signal.SIGSTOP)
    try:
        reader.page.goto(f"{reader.home}/alexnet?lang=en&layout=lr&shapes=1")
        place = reader.page.locator(".st-key-graph_place")
        expect(place).to_contain_text("in its own process")
        reader.page.locator(".st-key-flow [data-node=conv3]").click()
        expect(chosen(reader)).to_have_text("conv3")  # the rest of the page works
    finally:
        for pid in held:
            os.kill(pid, signal.SIGKILL)
    expect(place).to_contain_text("ended unexpectedly")
    place.get_by_role("button", name="Try again").click()
    expect(graph(reader).locator('.box > svg[data-flow="lr"]')).to_be_visible()


# Pixels of the smallest text on the screen, hidden ones left out.
SMALLEST_TEXT = """root => Math.min(...[...root.querySelectorAll('.box > svg text')]
  .filter(t => getComputedStyle(t).visibility === 'visible')
  .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))"""


@pytest.mark.parametrize("where", ["vgg?open=all&shapes=1", "alexnet?layout=lr", "lenet?layout=tb"])
@pytest.mark.parametrize("size", [(390, 844), (1280, 720)])
def test_text_is_never_small(
    chromium: Browser, server: Server, where: str, size: tuple[int, int]
) -> None:
    with reading(chromium, server.address, size=size) as reader:
        reader.open(where)
        assert graph(reader).evaluate(SMALLEST_TEXT) >= 10.5
        reader.open(f"{where}&present=1")
        assert graph(reader).evaluate(SMALLEST_TEXT) >= (14 if size[0] > 900 else 10.5)
        assert reader.errors == []


def test_the_graph_is_seen_without_scrolling(chromium: Browser, server: Server) -> None:
    with reading(chromium, server.address, size=(1280, 720)) as reader:
        for where in ("vgg?lang=en", "alexnet?lang=zh", "lenet?lang=zh"):
            reader.open(where)
            expect(graph(reader)).to_be_in_viewport(ratio=1)


def test_two_fingers_zoom_the_graph_and_one_scrolls_the_page(phone: Reader) -> None:
    phone.open("vgg?lang=en&open=all")
    page, area = phone.page, graph(phone).bounding_box()
    assert area
    scale = "root => root.querySelector('.box > svg').getScreenCTM().a"
    before = graph(phone).evaluate(scale)
    x, y = area["x"] + area["width"] / 2, area["y"] + 150
    cdp = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        dots = [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(points)]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": dots})

    touch("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 9):
        touch("touchMove", (x - 20 - 8 * step, y), (x + 20 + 8 * step, y))
    touch("touchEnd")
    assert graph(phone).evaluate(scale) > 1.5 * before
    assert page.evaluate("visualViewport.scale") == 1, "the page itself is not zoomed"
    main = page.locator('[data-testid="stMain"]')
    top = main.evaluate("e => e.scrollTop")
    touch("touchStart", (x, y))
    for step in range(1, 13):
        touch("touchMove", (x, y - 20 * step))
    touch("touchEnd")
    page.wait_for_function(
        "top => document.querySelector('[data-testid=stMain]').scrollTop > top + 100", arg=top
    )


def test_a_tap_selects_and_the_sheet_hides_it_not(phone: Reader) -> None:
    phone.open("vgg?lang=en&open=all")
    box(phone, "conv5_2").scroll_into_view_if_needed()
    box(phone, "conv5_2").tap()
    sheet = phone.page.locator(".st-key-sheet")
    expect(sheet.locator("h2")).to_have_text("conv5_2")
    phone.page.wait_for_function(
        """() => {
          const find = (r) => { for (const e of r.querySelectorAll('*')) {
            const hit = e.matches('.item.selected[data-key="conv5_2"]') ? e
              : e.shadowRoot && find(e.shadowRoot);
            if (hit) return hit; } };
          const chosen = find(document), sheet = document.querySelector('.st-key-sheet');
          return chosen && sheet && chosen.getBoundingClientRect().bottom
            <= sheet.getBoundingClientRect().top;
        }"""
    )


def test_a_phone_s_bar_keeps_the_rest_in_a_menu(phone: Reader) -> None:
    phone.open("vgg?lang=en")
    expect(tool(phone, "Open all")).to_be_hidden()
    tool(phone, "More").tap()
    tool(phone, "Open all").tap()
    expect(graph(phone).locator("svg .item[data-fold]")).to_have_count(0)
    expect(tool(phone, "Open all")).to_be_hidden()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
