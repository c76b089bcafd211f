"""Compare in place: what is pinned stands in the address, and every number says its difference."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import zoo
from cnnviz.content import LANGS, sentence
from cnnviz.errors import ReaderError
from cnnviz.ui import compared, header
from cnnviz.ui.pin import name, pack, unpack
from cnnviz.ui.study import Study, of_zoo
from tests.archs import every
from tests.pages.conftest import Visit, html
from tests.pages.knobs import send, told

VGG = zoo.family("vgg")


def chosen(at: AppTest, choice: str) -> str:
    """What the address holds; AppTest gives a list where the test itself had set it."""
    value = at.query_params[choice]
    return value if isinstance(value, str) else value[0]


def study(now: str, then: str | None = None) -> Study:
    """Two tokens compared, as the address would have it."""
    from dataclasses import replace

    shown = of_zoo(unpack(now), VGG)
    pinned = of_zoo(unpack(then), VGG) if then else None
    return replace(shown, pinned=pinned)


@pytest.mark.parametrize(
    "token",
    ["vgg19", "vgg16~input_size-299", "vgg16~width-0.5~batch_norm-true", "vgg11~variant-library"],
)
def test_a_token_reads_back(token: str) -> None:
    assert pack(unpack(token)) == token
    assert re.fullmatch(r"[\w.~-]+", token), "nothing that an address would escape"


@pytest.mark.parametrize("arch", every())
def test_every_network_can_be_pinned(arch: str) -> None:
    for knob in zoo.find(arch).knobs:
        for value in knob.choices or (knob.low, knob.high, *knob.offered):
            choice = zoo.resolve(arch, {knob.name: value})
            assert unpack(pack(choice)).key == choice.key


def test_the_six_numbers_say_their_differences() -> None:
    plain = header.figures(study("vgg16"), "en")
    assert [f.difference for f in plain] == [""] * 6
    found = header.figures(study("vgg16", "vgg19"), "en")
    assert [f.difference for f in found][:4] == ["−5.31 M", "−4.16 G", "−56", "−3"]
    assert "(−5,309,696)" in found[0].hover
    assert found[5].difference == "", "where nothing differs, nothing is said"
    assert [f.shown for f in found] == [f.shown for f in plain]
    moved = header.figures(study("vgg16~input_size-256", "vgg16"), "zh")
    assert [f.difference for f in moved][:2] == ["+31.5 M", "+4.73 G"], "fc6 reads 8 × 8 maps"
    assert moved[4].difference == "—", "nothing was published for 256"


@pytest.mark.parametrize("lang", LANGS)
def test_accuracies_differ_by_points(lang: str) -> None:
    found = header.figures(study("vgg16", "vgg11"), lang)[4]
    assert re.fullmatch(r"\+[\d.]+", found.difference)
    assert re.search(rf"\({re.escape(found.difference)} (points|个百分点)\)\n", found.hover)


def test_words_of_differences() -> None:
    assert compared.difference(5, 5, "en") == compared.sizes((3, 3), (3, 3), "en") == ""
    assert compared.difference(7, None, "zh") == compared.difference(None, 7, "zh") == "—"
    assert compared.difference(1_000, 3_500_000, "en") == "−3.50 M"
    assert compared.exactly(1_000, 3_500_000, "en") == "−3,499,000"
    assert compared.exactly(2, 2, "en") == "" and compared.exactly(2, None, "en") == "—"
    assert compared.sizes((16, 16), (14, 14), "en") == "+2"
    assert compared.sizes((16, 8), (14, 14), "en") == "+2 × −6"
    assert compared.sizes((16, 14), (14, 14), "en") == "+2 × ±0"
    assert compared.sizes((16, 16), (14,), "en") == compared.sizes(None, (1,), "en") == "—"


def test_layers_that_only_the_pinned_network_has() -> None:
    found = [r.id for r in compared.only_pinned(study("vgg16", "vgg19"))]
    assert found == ["conv3_4", "relu3_4", "conv4_4", "relu4_4", "conv5_4", "relu5_4"]
    assert (
        compared.only_pinned(study("vgg19", "vgg16")) == () == compared.only_pinned(study("vgg16"))
    )


def test_what_is_pinned_is_named_by_what_sets_it_apart() -> None:
    assert name(study("vgg16", "vgg19"), "en") == "VGG-19 (E), 224"
    assert name(study("vgg16", "vgg16~input_size-299"), "zh") == "VGG-16 (D)，299"
    named = name(study("vgg16~batch_norm-true", "vgg16"), "en")
    assert named.startswith("VGG-16 (D), 224, ") and len(named.split(", ")) == 3
    assert name(study("vgg16"), "en") == ""


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("token", "key"),
    [
        ("vgg99", "unknown_arch"),
        ("vgg16~depth-3", "unknown_knob"),
        ("vgg16~input_size-big", "knob_whole"),
        ("vgg16~input_size-8", "input_below_smallest"),
        ("", "unknown_arch"),
        ("~~-", "unknown_arch"),
    ],
)
def test_a_bad_pin_is_one_sentence(visit: Visit, lang: str, token: str, key: str) -> None:
    at = visit("vgg", lang=lang, pin=token)
    assert not at.exception
    page = html(at)
    assert page.count('class="notice"') == 1
    with pytest.raises(ReaderError) as raised:
        of_zoo(unpack(token), VGG)
    assert raised.value.key == key
    said = sentence(ReaderError("bad_pin", why=raised.value), lang)
    assert said.split('"')[0].split("“")[0] in page


@pytest.mark.parametrize("lang", LANGS)
def test_pin_swap_unpin(visit: Visit, lang: str) -> None:
    at = visit("vgg", lang=lang, input_size="256", sel="conv3_1")
    send(at, {"kind": "pin", "n": 0})
    at.run()
    assert chosen(at, "pin") == "vgg16~input_size-256"
    at.query_params["arch"] = "vgg19"
    at.run()
    at.button(key="pin_swap").click().run()
    assert not at.exception
    assert chosen(at, "pin") == "vgg19~input_size-256"
    assert "arch" not in at.query_params and chosen(at, "input_size") == "256"
    assert chosen(at, "sel") == "conv3_1"
    send(at, {"kind": "pin", "n": 0})
    at.run()
    assert "pin" not in at.query_params and not at.exception


def test_a_layer_that_is_not_in_the_other_is_let_go_by_a_swap(visit: Visit) -> None:
    at = visit("vgg", lang="en", arch="vgg19", sel="conv3_4", pin="vgg16")
    at.button(key="pin_swap").click().run()
    assert "sel" not in at.query_params
    assert chosen(at, "pin") == "vgg19"


def test_another_family_can_be_pinned_but_not_swapped(visit: Visit) -> None:
    at = visit("vgg", lang="en", pin="alexnet")
    assert "AlexNet" in html(at)
    assert "pin_swap" not in {b.key for b in at.button}


def test_the_pin_can_be_replaced_and_follows_to_another_family(visit: Visit) -> None:
    at = visit("vgg", lang="en", arch="vgg19", pin="vgg16~input_size-299")
    links = [e.proto for e in at.sidebar if e.type == "page_link"]
    assert links and all(
        "pin=vgg16%7Einput_size-299" in p.query_string.replace("~", "%7E") for p in links
    )
    assert told(at)["pin"]["word"] == "Unpin"
    at.button(key="pin_instead").click().run()
    assert chosen(at, "pin") == "vgg19"
    assert {b.key for b in at.button} & {"pin_swap", "pin_instead"} == set(), "nothing differs"
