"""Files saved from the page: each format of a picture and a table opened and checked."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import struct
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pygraphviz
import pytest
from playwright.sync_api import Browser, Download, Locator, expect

from cnnviz import engine
from cnnviz.publish.capture import Theme
from cnnviz.publish.server import Server
from tests.browser.reader import Reader, reading, workers
from tests.browser.test_accessibility import violations
from tests.views.pdftext import pdf_text

pytestmark = pytest.mark.browser

SPACE = {"s": "http://www.w3.org/2000/svg"}
GRAPH, TABLE = ".st-key-structure", ".st-key-layers"


def opened(reader: Reader, place: str) -> Locator:
    """The save menu of a place, opened."""
    where = reader.page.locator(place)
    where.locator("button.save").click()
    menu = where.locator(".save-sheet")
    expect(menu).to_be_visible()
    return menu


def choose(menu: Locator, fmt: str, what: str) -> None:
    menu.locator(f'[data-format="{fmt}"][data-what="{what}"]').click()


def saved(reader: Reader, place: str, fmt: str, what: str) -> tuple[str, bytes]:
    """Name and content of the file that a choice in the menu brings."""
    menu = opened(reader, place)
    with reader.page.expect_download() as coming:
        choose(menu, fmt, what)
    expect(menu).to_be_hidden()
    download: Download = coming.value
    return download.suggested_filename, Path(download.path()).read_bytes()


def test_svg_holds_caption_and_the_link_that_reopens_the_view(reader: Reader) -> None:
    reader.open("vgg?arch=vgg11&input_size=128&sel=conv3_1&lang=zh")
    name, data = saved(reader, GRAPH, "svg", "picture")
    assert name == "vgg11_structure_input_size_128.svg"
    root = ElementTree.fromstring(data)
    assert "输入尺寸：128" in (root.findtext("s:title", namespaces=SPACE) or "")
    link = root.find(".//s:a", SPACE)
    assert link is not None
    address = link.get("href") or ""
    assert address.startswith(reader.home)
    seen = reader.numbers()
    reader.page.goto(address)
    reader.still()
    assert reader.numbers() == seen
    expect(reader.page.locator(".st-key-details h2")).to_have_text("conv3_1")


def test_png_has_the_asked_pixels_a_unit(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    root = ElementTree.fromstring(saved(reader, GRAPH, "svg", "picture")[1])
    units = [float(root.get(side, 0)) for side in ("width", "height")]
    for scale in (1, 2):
        name, data = saved(reader, GRAPH, f"png{scale}", "picture")
        assert name == "lenet5_structure.png"
        pixels = struct.unpack(">II", data[16:24])
        assert all(abs(p - scale * u) <= 1 for p, u in zip(pixels, units, strict=True))


def test_pdf_has_chinese_that_can_be_searched(reader: Reader) -> None:
    reader.open("alexnet?view=cost&chart=macs&lang=zh")
    name, data = saved(reader, ".st-key-cost", "pdf", "picture")
    assert name == "alexnet_macs.pdf"
    said = pdf_text(data)
    assert "乘加次数" in said and "全连接" in said and "计数采用" in said
    assert b"/URI" in data


def test_dot_is_read_by_graphviz(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    name, data = saved(reader, GRAPH, "dot", "picture")
    assert name.endswith(".dot")
    assert data.decode().startswith("// LeNet-5")
    assert len(pygraphviz.AGraph(string=data.decode())) > 5


def test_the_table_in_four_formats(reader: Reader) -> None:
    reader.open("lenet?view=layers&lang=en")
    params = engine.report("lenet5").totals.params
    name, data = saved(reader, TABLE, "csv", "data")
    assert name == "lenet5_layers.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert sum(int(r["params"] or 0) for r in rows) == params
    found = json.loads(saved(reader, TABLE, "json", "data")[1])
    assert found["totals"]["params"] == params
    assert found["link"].startswith(reader.home) and "view=layers" in found["link"]
    words = saved(reader, TABLE, "md", "data")[1].decode()
    assert f"<{found['link']}>" in words and re.search(r"^\| `C3` ", words, re.MULTILINE)
    name, data = saved(reader, TABLE, "latex", "data")
    assert name.endswith(".tex")
    assert r"\caption{" in data.decode() and f"% {found['link']}" in data.decode()


def test_a_picture_brings_its_data(reader: Reader) -> None:
    reader.open("lenet?lang=en&view=volumes")
    name, data = saved(reader, ".st-key-volumes", "csv", "data")
    assert name == "lenet5_volumes.csv"
    assert data.decode("utf-8-sig").startswith("name,")


def test_the_table_is_copied(reader: Reader) -> None:
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.open("lenet?view=layers&lang=en")
    menu = opened(reader, TABLE)
    choose(menu, "md", "copy")
    expect(menu.get_by_role("status")).to_have_text("Copied.")
    assert "| `C3` " in reader.page.evaluate("navigator.clipboard.readText()")


def test_where_the_page_may_not_copy_the_text_is_selected(reader: Reader) -> None:
    reader.page.add_init_script(
        "delete Navigator.prototype.clipboard; document.execCommand = () => false;"
    )
    reader.open("lenet?view=layers&lang=zh")
    menu = opened(reader, TABLE)
    choose(menu, "latex", "copy")
    expect(menu.get_by_role("status")).to_contain_text("文字已选中")
    assert r"\begin{tabular}" in menu.locator("textarea").input_value()


def test_the_menu_by_keyboard(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    button = reader.page.locator(f"{GRAPH} button.save")
    button.focus()
    button.press("Enter")
    menu = reader.page.locator(f"{GRAPH} .save-sheet")
    first, second = (menu.get_by_role("menuitem").nth(i) for i in (0, 1))
    expect(first).to_be_focused()
    first.press("ArrowDown")
    expect(second).to_be_focused()
    second.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    assert reader.choice("sel") is None


def test_a_phone_s_menu_lies_on_the_screen_and_fits_a_finger(phone: Reader) -> None:
    phone.open("vgg?view=cost&lang=zh")
    menu = opened(phone, ".st-key-cost")
    box = menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert box["y"] >= 0 and box["y"] + box["height"] <= 844
    for i in range(menu.get_by_role("menuitem").count()):
        item = menu.get_by_role("menuitem").nth(i).bounding_box()
        assert item is not None and min(item["width"], item["height"]) >= 44
    phone.page.mouse.click(5, 5)
    expect(menu).to_be_hidden()


def test_the_menu_works_in_full_screen(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    reader.page.locator(f"{GRAPH} .root").evaluate("root => root.requestFullscreen()")
    reader.page.wait_for_function("document.fullscreenElement !== null")
    name, _ = saved(reader, GRAPH, "svg", "picture")
    assert name == "lenet5_structure.svg"
    reader.page.evaluate("document.exitFullscreen()")


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the worker in Linux's /proc")
def test_a_worker_that_ends_is_one_sentence(reader: Reader, server: Server) -> None:
    reader.open("lenet?view=cost&chart=macs&lang=en")
    saved(reader, ".st-key-cost", "png1", "picture")  # the workers are there
    menu = opened(reader, ".st-key-cost")
    status = menu.get_by_role("status")
    for pid in workers(server):
        os.kill(pid, signal.SIGSTOP)  # what is on its way to one stays there
    choose(menu, "png3", "picture")
    expect(status).to_have_text("Making the file …")
    while menu.get_attribute("aria-busy") == "true":  # the one that has it now, or gets it yet
        for pid in workers(server):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    expect(status).to_contain_text("ended unexpectedly")
    reader.page.keyboard.press("Escape")
    name, _ = saved(reader, ".st-key-cost", "png3", "picture")
    assert name == "lenet5_macs.png"


# The next event that the picture in a place sends gets lost.
DEAF = """place => {
    const find = n => n._view ?? [...(n.shadowRoot?.children ?? []), ...n.children]
        .map(find).find(Boolean);
    const view = find(document.querySelector(place));
    const send = view.send;
    view.send = () => { view.send = send; };
}"""


def test_a_choice_that_got_lost_is_said_again(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    reader.page.evaluate(DEAF, GRAPH)
    name, _ = saved(reader, GRAPH, "svg", "picture")
    assert name == "lenet5_structure.svg"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_menu(
    chromium: Browser, server: Server, theme: Theme
) -> None:
    with reading(chromium, server.address, theme) as reader:
        reader.open("lenet?view=layers&lang=zh")
        opened(reader, TABLE)
        assert violations(reader) == []
