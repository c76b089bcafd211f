"""Compare in place and the page's counting, by hand: pin, turn, swap, go back, let go."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.reader import Reader

pytestmark = pytest.mark.browser


def differences(reader: Reader) -> Locator:
    return reader.page.locator("dl.numbers .difference")


def button(reader: Reader, what: str) -> Locator:
    return reader.page.locator(f".st-key-{what} button:visible")


def pin(reader: Reader) -> Locator:
    """The one button of it, at the end of the knobs or, where they are folded, of their line."""
    return reader.page.locator(".st-key-row .pin:visible")


def test_pin_turn_switch_language_back_unpin(reader: Reader) -> None:
    reader.open("vgg?lang=en&sel=conv3_1")
    expect(differences(reader)).to_have_count(0)
    pin(reader).click()
    expect(reader.page.locator(".against")).to_be_visible()
    expect(differences(reader)).to_have_count(0)  # nothing differs yet
    reader.still()
    assert reader.choice("pin") == "vgg16"
    reader.pick("arch", "VGG-19 (E)")
    expect(differences(reader).first).to_have_text("+5.31 M")
    reader.still()
    assert (reader.choice("arch"), reader.choice("pin")) == ("vgg19", "vgg16")
    expect(reader.page.locator(".against")).to_have_text("Differences from VGG-16 (D), 224")
    card = reader.page.locator(".st-key-details .card")
    expect(card.locator(".delta")).to_have_count(0)  # the same layer in both
    reader.page.get_by_text("中文", exact=True).click()
    expect(reader.page.locator(".against")).to_have_text("与 VGG-16 (D)，224 对照之差")
    expect(differences(reader).first).to_have_text("+5.31 M")
    reader.still()
    reader.page.go_back()  # the language
    expect(reader.page.locator(".against")).to_contain_text("Differences")
    reader.page.go_back()  # the network
    expect(differences(reader)).to_have_count(0)
    reader.page.reload()
    reader.still()
    expect(reader.page.locator(".against")).to_be_visible()
    expect(pin(reader)).to_have_text("Unpin")
    pin(reader).click()
    expect(pin(reader)).to_have_text("Pin")
    expect(reader.page.locator(".against")).to_have_count(0)
    reader.still()
    assert reader.choice("pin") is None


def test_swap_shows_what_was_pinned(reader: Reader) -> None:
    reader.open("vgg?lang=en&arch=vgg19&pin=vgg16~input_size-299&sel=conv3_4")
    expect(differences(reader).first).to_be_visible()
    expect(reader.page.locator(".st-key-details .card")).to_contain_text("not in VGG-16 (D)")
    first = differences(reader).first.inner_text()
    button(reader, "pin_swap").click()
    expect(reader.page.locator(".against")).to_have_text("Differences from VGG-19 (E), 224")
    reader.still()
    assert (reader.choice("arch"), reader.choice("input_size")) == (None, "299")
    assert reader.choice("sel") is None
    turned = {"+": "−", "−": "+"}[first[0]]
    expect(differences(reader).first).to_have_text(turned + first[1:])


def test_a_phone_shows_differences_too(phone: Reader) -> None:
    phone.open("vgg?lang=zh&pin=vgg19")
    expect(differences(phone)).to_have_count(5)  # the smallest input is the same
    for i in range(5):
        expect(differences(phone).nth(i)).to_be_visible()
    wide = phone.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_the_page_counts_as_a_tool_does(reader: Reader) -> None:
    reader.open("vgg?lang=en&view=opinion")
    opinion = reader.page.locator(".st-key-opinion, .st-key-view")
    opinion.locator('input[name="count"][value="doubled"]').first.check()
    macs = reader.page.locator("dl.numbers > div").nth(1)
    expect(macs).to_contain_text("30.94 G")
    expect(macs).to_contain_text("2 × MACs")
    reader.still()
    assert reader.choice("count") == "doubled"
    opinion.locator('[data-tool="thop"] button').click()
    expect(opinion.locator("p.said").first).to_contain_text("thop")
    reader.still()
    assert (reader.choice("tool"), reader.choice("count")) == ("thop", "doubled")
    reader.page.go_back()
    reader.page.go_back()
    expect(macs).to_contain_text("15.47 G")
    reader.page.go_forward()
    expect(macs).to_contain_text("30.94 G")
    reader.still()
    button(reader, "count_back").click()
    expect(macs).to_contain_text("15.47 G")
    reader.still()
    assert reader.choice("count") is None


def test_groups_open_and_rows_choose(reader: Reader) -> None:
    reader.open("vgg?lang=en&view=opinion&tool=thop&batch_norm=true")
    view = reader.page.locator(".st-key-view")
    heads = view.locator("button[data-open]")
    first = heads.first
    expect(first).to_have_attribute("aria-expanded", "true")
    rows = view.locator("tr[data-node]:visible")
    before = rows.count()
    first.click()
    expect(first).to_have_attribute("aria-expanded", "false")
    assert rows.count() < before
    row = rows.first
    name = row.get_attribute("data-node") or ""
    row.click()
    expect(reader.page.locator(".st-key-details h2")).to_have_text(name)
    expect(first).to_have_attribute("aria-expanded", "false")  # what was closed stays so
    expect(view.locator("tr[data-sel]")).to_have_count(1)
    row.locator("th button").press("ArrowDown")
    expect(reader.page.locator(".st-key-details h2")).not_to_have_text(name)
