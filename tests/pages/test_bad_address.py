"""Whatever stands in the address, the page works and says in a sentence what it left out."""

from __future__ import annotations

import pytest

from cnnviz.content import LANGS, label
from tests.pages.conftest import Visit, html
from tests.pages.knobs import knobs, numbers, told, turn, values
from tests.pages.test_pages import whole

HUGE = "9" * 100_000
MARKUP = "<script>alert(1)</script>"

BAD = (
    {"arch": "resnext9000"},
    {"arch": ""},
    {"arch": "alexnet"},  # a network of another page
    {"arch": MARKUP},
    {"arch": "x" * 100_000},
    {"input_size": "nan"},
    {"input_size": "inf"},
    {"input_size": "-1"},
    {"input_size": "0"},
    {"input_size": "3.5"},
    {"input_size": "1e999"},
    {"input_size": HUGE},
    {"input_size": "abc"},
    {"input_size": "1024.0001"},
    {"input_size": "1"},  # in range, but too small for five poolings
    {"width": "-0.5"},
    {"width": "1e6"},
    {"width": MARKUP},
    {"batch_norm": "maybe"},
    {"head": "\x00\n"},
    {"num_classes": "10; drop table"},
    {"view": "nothing"},
    {"view": MARKUP},
    {"sel": "no_such_layer"},
    {"sel": MARKUP},
    {"sel": "x" * 100_000},
    {"sel": "conv3_1", "number": "speed"},
    {"open": "no/such/block"},
    {"view": "cost", "chart": "price"},
    {"view": "cost", "scale": "cubic"},
    {"lang": "fr"},
    {"lang": MARKUP},
)


def short(query: dict[str, str]) -> str:
    return "-".join(f"{k}={v[:12]!r}" for k, v in query.items())


@pytest.mark.parametrize("wrong", BAD, ids=short)
def test_a_notice_and_the_page_works(visit: Visit, wrong: dict[str, str]) -> None:
    query = {"lang": "zh"} | wrong
    at = visit("vgg", **query)
    whole(at)
    shown = html(at)
    assert 'class="notice"' in shown
    assert "<script>" not in shown
    assert len(shown) < 40_000
    assert numbers(at)[0] == "138.4 M"  # the network as printed


@pytest.mark.parametrize("lang", LANGS)
def test_too_small_an_input_names_what_works(visit: Visit, lang: str) -> None:
    at = visit("vgg", lang=lang, input_size="16")
    whole(at)
    assert "32" in html(at).partition('class="notice"')[2]
    size = knobs(at)["input_size"]
    assert size["value"] == "224"
    assert "32" in size["wrong"]


def test_only_what_works_is_offered(visit: Visit) -> None:
    at = visit("vgg", lang="en")
    smallest = min(int(o) for o in values(at, "input_size"))
    assert smallest == 32


def test_a_value_in_range_need_not_be_offered(visit: Visit) -> None:
    at = visit("vgg", lang="en", input_size="100")
    whole(at)
    assert 'class="notice"' not in html(at)
    assert knobs(at)["input_size"]["value"] == "100"


def test_an_unknown_parameter_is_left_alone(visit: Visit) -> None:
    at = visit("vgg", lang="en", utm_source="mail")
    whole(at)
    assert 'class="notice"' not in html(at)


def test_a_name_that_means_settings_is_written_out(visit: Visit) -> None:
    at = visit("vgg", lang="en", arch="vgg16_bn")
    whole(at)
    assert knobs(at)["batch_norm"]["value"] == "true"
    assert "arch" not in at.query_params  # vgg16 is the default
    alias = visit("vgg", arch="VGG_E")
    assert knobs(alias)["arch"]["value"] == "vgg19"


def test_another_network_drops_what_it_lacks(visit: Visit) -> None:
    """The layer chosen and a knob of LeNet-5 go without a word when LeNet-1 is chosen."""
    at = visit("lenet", lang="en", sel="C3", output="linear")
    whole(at)
    turn(at, ("arch", "lenet_300_100"))
    whole(at)
    assert "sel" not in at.query_params
    assert 'class="notice"' not in html(at)


def test_a_version_takes_its_settings_along(visit: Visit) -> None:
    at = visit("alexnet", lang="en", towers="1")
    turn(at, ("variant", "library"))
    whole(at)
    assert knobs(at)["lrn"]["value"] == "false"
    assert "towers" not in at.query_params
    turn(at, ("", ""))
    assert knobs(at)["towers"]["value"] == "2"
    assert set(at.query_params) == {"lang"}


def test_the_accuracy_goes_when_a_knob_moves(visit: Visit) -> None:
    """What it was published for is said."""
    before, after = (
        told(visit("vgg", lang="en", **query))["figures"][4] for query in ({}, {"width": "0.5"})
    )
    assert (before["shown"], after["shown"]) == ("74.4%", "—")
    assert "74.4%" in after["note"]


@pytest.mark.parametrize("lang", LANGS)
def test_settings_that_do_not_go_together(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """A builder that refuses two settings leaves the page, its knobs and Reset, and says which."""
    from cnnviz.ui import knobs

    real = knobs.of_zoo

    def picky(choice: knobs.Choice, family: knobs.Family) -> knobs.Study:
        if choice.knobs["width"] == 0.5 and choice.knobs["batch_norm"]:
            raise ValueError("groups must divide the channels")
        return real(choice, family)

    monkeypatch.setattr(knobs, "of_zoo", picky)
    at = visit("vgg", lang=lang, width="0.5", batch_norm="true")
    assert not at.exception
    notice = html(at).partition('class="notice"')[2].partition("</p>")[0]
    assert label("ui.conflict", lang) in notice
    assert label("knobs.width", lang) in notice
    assert told(at)["reset"]
    turn(at, ("", ""))
    whole(at)
    assert 'class="notice"' not in html(at)


@pytest.mark.parametrize("lang", LANGS)
def test_an_unknown_network_says_what_is_shown(visit: Visit, lang: str) -> None:
    at = visit("vgg", lang=lang, arch="vgg99")
    notice = html(at).partition('class="notice"')[2].partition("</p>")[0]
    assert "vgg99" in notice
    assert "VGG-16 (D)" in notice


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Width = 99", "Head cannot be", "global average", "View cannot be", "Lesson")),
        ("zh", ("“宽度倍率”的值 99", "“分类头”不能取", "全局平均池化", "“视图”不能取", "讲解")),
    ],
)
def test_wrong_words_are_said_as_the_page_says_them(
    visit: Visit, lang: str, words: tuple[str, ...]
) -> None:
    """All of them in one banner."""
    shown = html(visit("vgg", lang=lang, width="99", head="foo", view="foo"))
    assert shown.count('class="notice"') == 1
    notice = shown.partition('class="notice"')[2].partition("</p>")[0]
    for word in words:
        assert word in notice
