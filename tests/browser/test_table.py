"""The table: 5,000 rows drawn as they are scrolled to; sort, filter, groups, keyboard, phone."""

from __future__ import annotations

import random

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cnnviz import engine
from cnnviz.publish.capture import tab
from cnnviz.views import numbers
from cnnviz.views.layers_shown import Choices, shown
from cnnviz.zoo import resolve
from tests.browser.reader import DESKTOP, PHONE, Reader
from tests.browser.tabled import Tabled, table_data

pytestmark = pytest.mark.browser
MANY = 5000
# What axe misses on a page that holds nothing but a table, and has not the app's colours.
OF_THE_EMPTY_PAGE = (
    *("document-title", "html-has-lang", "page-has-heading-one", "landmark-one-main", "region"),
    "color-contrast",
)


def test_figures_are_written_as_python_writes_them(page: Page) -> None:
    Tabled(page, table_data(5))
    rng = random.Random(0)
    figures = [0, 1, 999, 1000, 9999, 99_995, 99_994, 999_949, 999_950, 999_999, 9_999_500, 60_000]
    figures += [rng.randrange(10 ** rng.randrange(1, 15)) for _ in range(400)]
    figures += [-n for n in figures[::7]]
    for digits in (3, 4):
        written = page.evaluate("([ns, d]) => ns.map((n) => module.si(n, d))", [figures, digits])
        assert written == [numbers.si(n, digits=digits) for n in figures]
    assert page.evaluate("(ns) => ns.map(module.figure)", figures) == [
        numbers.figure(n) for n in figures
    ]
    assert page.evaluate("(ns) => ns.map(module.exact)", figures) == [
        numbers.exact(n) for n in figures
    ]


def test_of_many_rows_few_are_in_the_page(page: Page) -> None:
    table = Tabled(page, table_data(MANY))
    assert table.lines().count() < 200
    assert table.names()[0] == "conv0"
    grid = page.get_by_role("grid")
    assert grid.get_attribute("aria-rowcount") == str(MANY + 2)
    for part in (0.5, 1.0, 0.25, 0.0):
        page.evaluate("(p) => { const m = document.querySelector('main');"
                      " m.scrollTop = p * (m.scrollHeight - m.clientHeight); }", part)  # fmt: skip
        at = {0.5: 2500, 1.0: MANY - 1, 0.25: 1250, 0.0: 0}[part]
        row = page.locator(f"[aria-rowindex='{at + 2}']")
        expect(row).to_be_in_viewport()
        assert table.lines().count() < 200
    expect(page.locator(".total")).to_be_in_viewport()
    expect(page.locator("[data-sort=params]")).to_be_in_viewport()


def test_a_row_chosen_elsewhere_is_brought_in_sight_and_stays_when_opened(page: Page) -> None:
    table = Tabled(page, table_data(MANY))
    page.evaluate(
        "() => { window.__cnnviz = {sel: 'conv4000', pending: 'conv4000',"
        " derivation: {id: 'conv4000', label: 'P',"
        " shown: '1', formula: 'a', substitution: 'b', convention: 'c'}};"
        " window.dispatchEvent(new CustomEvent('cnnviz:state')); }"
    )
    row = page.locator(".lines [aria-selected=true]")
    expect(row).to_contain_text("conv4000")
    expect(row).to_be_in_viewport()
    expect(page.locator(".lines .open")).to_contain_text("b")
    assert table.lines().count() < 200


def test_sort_three_clicks_and_what_is_not_known_stands_last(page: Page) -> None:
    table = Tabled(page, table_data(40))
    head = page.locator("[data-sort=macs]")
    table.sort("macs")
    assert head.get_attribute("aria-sort") == "descending"
    assert table.column("macs")[-1] == "–"
    first = table.column("macs")
    table.sort("macs")
    assert head.get_attribute("aria-sort") == "ascending"
    assert table.column("macs")[:20] == first[:20][::-1]
    assert table.column("macs")[-1] == "–"
    table.sort("macs")
    assert head.get_attribute("aria-sort") == "none"
    assert table.names()[:3] == ["conv0", "relu1", "conv2"]
    table.sort("name")
    assert table.names()[:3] == ["conv0", "conv2", "conv4"]  # as people count


def test_filter_says_how_many_and_sums_them(page: Page) -> None:
    data = table_data(MANY)
    table = Tabled(page, data)
    page.get_by_role("searchbox").fill("conv49 -conv4999")
    expect(page.locator(".bar output")).to_have_text(f"55 of {MANY}")
    assert table.names()[0] == "conv490" or table.names()[0] == "conv49"
    found = [r for r in data["rows"] if r["id"].startswith("conv49")]
    total = numbers.exact(sum(r["cells"][2] for r in found))
    sums = page.locator(".total").first
    expect(sums).to_contain_text("these 55")
    assert sums.locator(".c-params").get_attribute("title") == total
    expect(page.locator(".total").last).to_contain_text("Total")
    opened = page.locator(".foot .open")
    sums.locator("[data-q=params]").click()
    expect(opened).to_contain_text(total)
    page.locator(".total").last.locator("[data-q=params]").click()
    expect(opened).to_contain_text(numbers.exact(data["totals"][2]))
    page.get_by_role("searchbox").fill("no such thing")
    expect(page.locator(".none")).to_be_visible()


def test_a_hidden_selection_is_said(page: Page) -> None:
    Tabled(page, table_data(40))
    page.locator(".lines [data-line]").first.click()
    page.get_by_role("searchbox").fill("relu")
    expect(page.locator(".said")).to_contain_text("conv0 is hidden")
    page.locator(".said button").click()
    expect(page.locator(".said")).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_groups_open_and_their_numbers_are_sums_of_their_rows(page: Page) -> None:
    inner = {"name": "inner", "times": 2, "what": "Block", "parts": [2, 3]}
    tree = [{"name": "outer", "times": 1, "what": "", "parts": [0, 1, inner]}, *range(4, 40)]
    data = table_data(40, {"fold": tree})
    table = Tabled(page, data)
    page.get_by_role("combobox").select_option("fold")
    assert table.names()[:2] == ["outer", "conv4"]
    outer = page.locator("[aria-expanded]").first
    total = sum(data["rows"][i]["cells"][2] for i in range(4))
    assert outer.locator(".c-params").get_attribute("title") == numbers.exact(total)
    outer.locator("[data-q=params]").click()
    opened = page.locator(".lines .open")
    expect(opened).to_contain_text(numbers.exact(total))
    expect(opened).to_contain_text(f"conv0 {numbers.exact(data['rows'][0]['cells'][2])} + inner")
    outer.locator(".name").click()
    assert table.names()[:4] == ["outer", "conv0", "relu1", "inner"]
    expect(page.get_by_role("treegrid")).to_be_visible()
    assert page.locator("[aria-level='2']").count() == 3
    page.locator(".bar .all").click()
    assert table.names()[:6] == ["outer", "conv0", "relu1", "inner", "conv2", "relu3"]


def test_columns_are_chosen(page: Page) -> None:
    table = Tabled(page, {**table_data(40), "columns": [
        *table_data(1)["columns"],
        {"key": "a", "label": "A", "number": True, "first": False},
        {"key": "b", "label": "B", "number": True, "first": False},
    ]})  # fmt: skip
    assert table.column("a") == []
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("B", exact=True).check()
    page.get_by_role("checkbox", name="Operation").uncheck()
    heads = page.get_by_role("columnheader").all_inner_texts()
    assert [h.strip() for h in heads] == ["Layer", "Parameters", "MACs", "B"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Columns")).to_be_focused()


def test_keyboard(page: Page) -> None:
    table = Tabled(page, table_data(MANY))
    page.get_by_role("searchbox").focus()
    page.keyboard.press("ArrowDown")
    grid = page.get_by_role("grid")
    expect(grid).to_be_focused()
    active = page.locator(".lines [aria-selected=true]")
    expect(active).to_contain_text("conv0")
    page.keyboard.press("ArrowDown")
    expect(active).to_contain_text("relu1")
    page.keyboard.press("End")
    expect(active).to_contain_text(f"relu{MANY - 1}")
    expect(active).to_be_in_viewport()
    page.keyboard.press("PageUp")
    expect(active).not_to_contain_text(f"relu{MANY - 1}")
    page.keyboard.press("Home")
    expect(active).to_contain_text("conv0")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".cursor")).to_have_text("1,000")
    page.keyboard.press("Enter")
    assert table.events()[-1] == {"kind": "number", "value": "conv0", "quantity": "params"}
    page.keyboard.press("ArrowUp")
    assert grid.get_attribute("aria-activedescendant") == "cell"
    page.keyboard.press("Enter")
    assert page.locator("[data-sort=params]").get_attribute("aria-sort") == "descending"


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_axe_on_a_table_rolled_up(chromium: Browser, size: tuple[int, int]) -> None:
    with tab(chromium, "light", size) as page:
        tree = [{"name": "outer", "times": 2, "what": "B", "parts": [0, 1]}, *range(2, 400)]
        Tabled(page, table_data(400, {"fold": tree}))
        page.get_by_role("combobox").select_option("fold")
        found = Axe().run(page).response["violations"]
        ours = [v for v in found if v["id"] not in OF_THE_EMPTY_PAGE]
        assert [f"{v['id']} {v['nodes'][0]['html'][:200]}" for v in ours] == []


DEEP_LINK = "sort=-params&filter=-relu&columns=input.params.flops&rollup=fold.0.3"


def test_deep_link_shows_what_a_file_of_it_holds(reader: Reader) -> None:
    reader.open(f"vgg?view=layers&lang=en&{DEEP_LINK}")
    choice = resolve("vgg16", {})
    graph, report = engine.graph_of(choice), engine.report_of(choice)
    choices = Choices("-params", "-relu", "input.params.flops", "fold.0.3")
    table = shown(graph, report, "en", choices)
    names = reader.page.locator(".lines .name span").all_inner_texts()
    assert names == [str(r[0]).split(" (×")[0] for r in table.rows]
    for at, key in ((2, "params"), (3, "flops")):
        cells = reader.page.locator(f".lines .c-{key}")
        told = [c.get_attribute("title") for c in cells.all()]
        assert told == [numbers.exact(int(r[at] or 0)) for r in table.rows]
    heads = reader.page.locator(".head [role=columnheader]").all_inner_texts()
    assert [h.strip() for h in heads] == [c.label for c in table.columns]


def test_choices_reach_the_address_and_come_back(reader: Reader) -> None:
    reader.open("vgg?view=layers&lang=en")
    page = reader.page
    page.locator("[data-sort=macs]").click()
    page.wait_for_url("**sort=-macs**")
    page.locator(".bar input").fill("conv")
    page.wait_for_url("**filter=conv**")
    page.locator(".bar select").select_option("stage")
    page.wait_for_url("**rollup=stage**")
    reader.still()
    before = page.locator(".lines .name span").all_inner_texts()
    page.reload()
    reader.still()
    assert page.locator(".lines .name span").all_inner_texts() == before
    page.go_back()
    expect(page.locator(".bar select")).to_have_value("")
    expect(page.locator("[data-sort=macs]")).to_have_attribute("aria-sort", "descending")


def test_a_number_opens_in_a_sorted_and_filtered_table(reader: Reader) -> None:
    reader.open("vgg?view=layers&lang=en&sort=-macs&filter=conv3")
    row = reader.page.locator(".lines [data-line]", has_text="conv3_1")
    row.locator("[data-q=params]").click()
    opened = reader.page.locator(".lines .open")
    expect(opened).to_contain_text("295,168")
    expect(opened).to_contain_text("Trainable numbers")
    row.locator("[data-q=params]").click()
    expect(opened).to_have_count(0)


def test_bad_choices_are_sentences(reader: Reader) -> None:
    reader.open("vgg?view=layers&lang=en&sort=size&columns=x&rollup=rows")
    said = reader.page.locator(".notice")
    for name in ("sort", "columns", "rollup"):
        expect(said.filter(has_text=f"{name} cannot be")).to_have_count(1)
    expect(reader.page.locator(".lines [data-line]")).to_have_count(40)


def test_phone(phone: Reader) -> None:
    phone.open("vgg?view=layers&lang=zh")
    page = phone.page
    wide = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= PHONE[0]
    boxes = [row.bounding_box() for row in page.locator(".lines [data-line]").all()[:5]]
    assert min(b["height"] for b in boxes if b) >= 36
    name = page.locator(".lines .name").first
    before = name.bounding_box()
    scrolled = page.locator(".body").evaluate("(b) => { b.scrollLeft = 90; return b.scrollLeft; }")
    assert scrolled > 0
    after = name.bounding_box()
    assert before is not None and after is not None and after["x"] == before["x"]
    expect(page.locator(".head")).to_have_js_property("scrollLeft", scrolled)
