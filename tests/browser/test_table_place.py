"""The table in its place: beside what is pinned, where room is short, what scrolls and what not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reader import Reader
from tests.browser.tabled import Tabled, table_data

pytestmark = pytest.mark.browser


def test_a_layer_that_only_the_pinned_network_has(page: Page) -> None:
    data = table_data(40, {"fold": [{"name": "g", "times": 1, "what": "", "parts": [0, 1]}]})
    for row in data["rows"]:
        row["then"] = ["", "", *row["cells"][2:]]
    cells = ["conv9b", "convolution", 0, 0]
    gone = {"id": "conv9b", "kind": "convolution", "only": "only in B", "after": 1, "gone": True}
    data["rows"].append({**gone, "cells": cells, "then": ["", "", 590_080, 0]})
    totals = data["totals"]
    data["pinned"] = ["Total", "", totals[2] + 590_080, totals[3]]
    table = Tabled(page, data)
    assert [n.split("\n")[0] for n in table.names()[:4]] == ["conv0", "relu1", "conv9b", "conv2"]
    row = page.locator(".lines .gone")
    expect(row).to_contain_text("only in B")
    assert [t for t in table.column("params") if "\n" in t] == []  # equal ones are silent
    expect(row.locator(".c-params")).to_have_text("−590 k")
    expect(page.locator(".total .c-params small")).to_have_text("−590 k")
    row.click()
    assert table.events() == []
    page.get_by_role("searchbox").fill("conv9")
    expect(page.locator(".bar output")).to_have_text("0 of 40")
    expect(page.locator(".total").first.locator(".c-params small")).to_have_text("−590 k")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("combobox").select_option("fold")
    expect(page.locator(".lines .group .c-params small")).to_have_text("−590 k")


def test_opening_with_a_chosen_layer_scrolls_no_page(reader: Reader) -> None:
    reader.open("vgg?view=layers&lang=en&sel=conv5_1")
    main = reader.page.locator('[data-testid="stMain"]')
    expect(reader.page.locator(".lines [aria-selected=true]")).to_have_count(1)
    assert main.evaluate("(m) => m.scrollTop") == 0
    reader.page.get_by_role("grid").focus()
    reader.page.keyboard.press("ArrowDown")
    expect(reader.page.locator(".lines [aria-selected=true]")).to_be_in_viewport()
    assert main.evaluate("(m) => m.scrollTop") > 0


def test_in_class_the_lines_scroll_and_the_page_stands(reader: Reader) -> None:
    reader.open("vgg?view=layers&lang=en&sel=conv5_1&present=1")
    expect(reader.page.locator(".lines [aria-selected=true]")).to_be_in_viewport()
    assert reader.page.locator('[data-testid="stMain"]').evaluate("(m) => m.scrollTop") == 0


def test_no_column_is_cut_on_a_desk(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 1280, "height": 720})
    for family in ("lenet", "alexnet", "vgg", "googlenet"):
        reader.open(f"{family}?view=layers&lang=en")
        over = "(b) => b.scrollWidth - b.clientWidth"
        assert reader.page.locator(".body").evaluate(over) == 0, family
