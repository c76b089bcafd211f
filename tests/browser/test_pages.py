"""The served app in real Chromium: links, language, history, themes, phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from cnnviz.publish.server import Server, serve
from tests.browser.reader import PHONE, Reader, reading

pytestmark = pytest.mark.browser

PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 20, 27)"}
FAMILIES = ("lenet", "alexnet", "vgg")


def test_home_leads_to_every_family(reader: Reader) -> None:
    reader.open()
    for slug in FAMILIES:
        expect(reader.page.locator(f".st-key-card_{slug}")).to_be_visible()
    reader.page.locator(".st-key-card_vgg a").click()
    expect(reader.page.locator("h1")).to_contain_text("VGG")
    assert "/vgg" in reader.page.url


def test_deep_link_on_a_fresh_server(chromium: Browser) -> None:
    with serve() as fresh, reading(chromium, fresh.address) as reader:
        reader.open("vgg?arch=vgg19&view=layers&lang=zh")
        expect(reader.page.locator("html")).to_have_attribute("lang", "zh-CN")
        expect(reader.page.locator("dl.numbers")).to_contain_text("143.7 M")
        assert reader.view("layers").get_attribute("aria-checked") == "true"
        assert reader.errors == []


def test_language_switch_keeps_page_and_choices(reader: Reader) -> None:
    reader.open("vgg?arch=vgg11&lang=en")
    title = reader.page.locator("p.idea").inner_text()
    reader.page.locator(".st-key-lang button").nth(1).click()
    expect(reader.page.locator("p.idea")).not_to_have_text(title)
    expect(reader.page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert (reader.choice("lang"), reader.choice("arch")) == ("zh", "vgg11")


def test_first_visit_speaks_the_browser_s_language(chromium: Browser, server: Server) -> None:
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(server.address)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    context.close()


def test_back_and_forward(reader: Reader) -> None:
    reader.open("lenet?lang=en")
    reader.page.get_by_role("link", name="AlexNet").click()
    expect(reader.page.locator("h1")).to_contain_text("AlexNet")
    reader.still()
    reader.page.go_back()
    expect(reader.page.locator("h1")).to_contain_text("LeNet")
    reader.page.go_forward()
    expect(reader.page.locator("h1")).to_contain_text("AlexNet")


def test_unknown_page_is_not_a_trace(chromium: Browser, server: Server) -> None:
    with reading(chromium, server.address) as reader:
        reader.open("nonsense?lang=en")
        expect(reader.page.locator("body")).not_to_contain_text("Traceback")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_follows_the_system(chromium: Browser, server: Server, theme: str) -> None:
    with reading(chromium, server.address, "dark" if theme == "dark" else "light") as reader:
        reader.open("vgg")
        expect(reader.page.get_by_test_id("stApp")).to_have_css("background-color", PAPER[theme])


@pytest.mark.parametrize("where", ["", "vgg", "vgg?view=layers", "alexnet?view=cost&lang=zh"])
def test_phone_scrolls_in_one_direction(phone: Reader, where: str) -> None:
    phone.open(where)
    wide = phone.page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
                 .map(e => e.scrollWidth)"""
    )
    assert max(wide) <= PHONE[0]


def test_bad_address_is_one_sentence_and_the_page_works(reader: Reader) -> None:
    reader.open("vgg?arch=vgg99&input_size=-5&view=nonsense&lang=en")
    expect(reader.page.locator(".notice").first).to_contain_text(re.compile("vgg99|-5|nonsense"))
    assert len(reader.numbers()) == 6


def test_an_unknown_page_is_said_in_the_reader_s_language(reader: Reader) -> None:
    """By a notice on home, and not by Streamlit's dialog, which is in English."""
    reader.page.goto(f"{reader.home}/nosuch?lang=zh")
    expect(reader.page.locator(".notice")).to_contain_text("没有“nosuch”这个页面")
    expect(reader.page.get_by_role("dialog")).to_have_count(0)
    reader.errors.clear()  # Streamlit asks for what it needs below that page first


def test_a_chinese_browser_s_language_is_marked_on_every_page(
    chromium: Browser, server: Server
) -> None:
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(server.address)
    page.locator(".st-key-cards a").first.click()
    expect(page.locator(".st-key-row")).to_be_visible()
    expect(page.locator(".st-key-lang [role=radio]").last).to_have_attribute("aria-checked", "true")
    context.close()
