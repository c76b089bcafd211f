"""Knobs and the six numbers: what they say is the engine's, ahead of a touch and after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cnnviz import engine, zoo
from cnnviz.content import LANGS
from cnnviz.ui import ahead, header, knobs, row
from cnnviz.ui.study import Study, of_zoo
from cnnviz.views.numbers import exact
from cnnviz.zoo import Arch, token
from tests.archs import DEFAULTS, OTHERS
from tests.pages.conftest import Visit, html
from tests.pages.knobs import few, numbers, send, told, turn, values
from tests.pages.knobs import knobs as shown
from tests.pages.test_pages import whole

FAMILIES = tuple(f.slug for f in zoo.families())
# Knobs that change what is computed, and no number in the head.
SILENT = {("lenet", "activation")}


def first(slug: str) -> Study:
    family = zoo.family(slug)
    return of_zoo(zoo.resolve(family.default), family)


@pytest.mark.parametrize("page", FAMILIES)
def test_the_six_numbers_are_the_reports(visit: Visit, page: str) -> None:
    totals = engine.report(zoo.family(page).default).totals
    figures = told(visit(page, lang="en"))["figures"]
    for figure, value in zip(figures, (totals.params, totals.macs), strict=False):
        assert exact(value) in figure["hover"]
    assert figures[3]["shown"] == str(totals.depth)
    assert figures[5]["shown"] == f"{totals.smallest_input} px"


@pytest.mark.parametrize("page", FAMILIES)
def test_every_knob_moves_something(visit: Visit, page: str) -> None:
    """Each knob, turned to another value that it offers, changes address, head and numbers."""
    for knob in zoo.find(zoo.family(page).default).knobs:
        at = visit(page, lang="en")
        before, now = numbers(at), shown(at)[knob.name]["value"]
        other = next(v for v in few(values(at, knob.name), knob.name)[::-1] if v != now)
        turn(at, (knob.name, other))
        whole(at)
        assert at.query_params[knob.name] in (other, [other])
        assert shown(at)[knob.name]["value"] == other
        assert shown(at)[knob.name]["changed"]
        moved = told(at)["figures"] != told(visit(page, lang="en"))["figures"]
        expected = zoo.resolve(zoo.family(page).default, {knob.name: other})
        assert numbers(at) == [
            f.shown for f in header.figures(of_zoo(expected, zoo.family(page)), "en")
        ]
        assert (
            moved or numbers(at) != before or (page, knob.name) in SILENT or knob.name == "variant"
        )


def offered(arch: Arch, most: int | None) -> Iterator[tuple[str, str]]:
    """The knobs and values that the page of a network offers, of `most` knobs only a few values."""
    yield knobs.RESET, ""
    smallest = engine.report(arch.name).totals.smallest_input
    for knob in arch.knobs[:most]:
        tokens = [token(v) for v in knobs.offered(knob, smallest)]
        yield from ((knob.name, v) for v in (few(tokens, knob.name) if most else tokens[:8]))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", DEFAULTS)
def test_ahead_is_what_the_page_then_says(name: str, lang: str) -> None:
    _test_ahead(zoo.find(name), lang, 6)


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_ahead_is_what_the_page_then_says_of_all(name: str) -> None:
    _test_ahead(zoo.find(name), "zh", None)


def _test_ahead(arch: Arch, lang: str, most: int | None) -> None:
    """For each offered value: the words sent ahead, and those of the address after the turn."""
    family, name = zoo.family(arch.family), arch.name
    query = {} if name == family.default else {"arch": name}
    study = of_zoo(zoo.resolve(name), family)
    choices = ahead.turns(family, query, study.report.totals.smallest_input)
    for knob, value in offered(arch, most):
        ahead.compute(study, [choices[knob][value]], lang)
        said = ahead.known(study, {knob: {value: choices[knob][value]}}, lang)
        texts = [said["texts"][i] for i in said["of"][knob][value]]
        found = knobs.turn(family, query, knob, value)
        after = {k: v for k, v in {**query, **found.changes}.items() if v is not None}
        asked = after.pop("arch", family.default)
        then = header.figures(of_zoo(zoo.resolve(asked, after), family), lang)
        assert texts == [t for part in ahead.words(then) for t in part], (name, knob, value)


def test_the_work_ahead_at_the_start_is_small() -> None:
    """Deep networks are left to the hand that comes near them."""
    for family in zoo.families():
        choices = ahead.turns(family, {}, None)
        steps = [c for knob in ahead.FIRST for c in choices[knob].values()]
        assert len([c for c in steps if ahead.quick(c)]) <= 40
    assert not ahead.quick(zoo.resolve("resnet1202_cifar"))
    assert ahead.quick(zoo.resolve("resnet50"))


PAIRS = (
    ("vgg", "input_size", "96"),
    ("alexnet", "variant", "library"),
    ("lenet", "arch", "lenet1"),
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("page", "knob", "value"), PAIRS)
def test_a_hand_near_a_knob_brings_its_numbers(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, page: str, knob: str, value: str, lang: str
) -> None:
    """They come with the row and are what the row says after the turn, pinned or counted too."""
    query = {"count": "torchinfo", "pin": zoo.family(page).default}
    at = visit(page, lang=lang, **query)
    ahead._words.clear()
    monkeypatch.setattr(row, "AHEAD", 60)  # all of them, on a slow machine too
    send(at, {"kind": "ahead", "knob": knob, "n": 0})
    whole(at)
    found = told(at)["next"]
    words = [found["texts"][i] for i in found["of"][knob][value]]
    figures = told(turn(at, (knob, value)))["figures"]
    assert words[1::6] == [f["shown"] for f in figures]
    assert words[2::6] == [f["note"] for f in figures]
    assert words[3::6] == [f.get("difference", "") for f in figures]


@pytest.mark.parametrize("lang", LANGS)
def test_two_turns_in_one_event_come_in_their_order(visit: Visit, lang: str) -> None:
    at = turn(visit("alexnet", lang=lang), ("towers", "1"), ("variant", "library"), ("lrn", "true"))
    whole(at)
    assert shown(at)["lrn"]["value"] == "true"
    assert "towers" not in at.query_params, "the library's is one tower anyway"
    assert told(at)["n"] == 1


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "turn"},
        {"kind": "turn", "n": "x", "turns": "arch"},
        {"kind": "turn", "n": 1, "turns": [["arch", "resnet"], ["nothing", "1"], [1]]},
        {"kind": "ahead", "knob": "nothing"},
        {"kind": "ahead"},
        {"kind": "nonsense"},
    ],
)
def test_an_event_that_cannot_be_changes_nothing(visit: Visit, event: dict[str, object]) -> None:
    at = visit("vgg", lang="en")
    before = told(at)
    send(at, event)
    whole(at)
    after = told(at)
    assert after["figures"] == before["figures"]
    assert after["knobs"] == before["knobs"]


TYPED = ("100", "31", "0", "-3", "1e9", "many", " 64 ", "64.0")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("text", TYPED)
def test_a_typed_value_works_or_says_why(visit: Visit, text: str, lang: str) -> None:
    at = turn(visit("vgg", lang=lang), ("input_size", text))
    whole(at)
    size = shown(at)["input_size"]
    if text.strip() in ("100", "64", "64.0"):
        assert not size["wrong"]
        assert float(size["value"]) == float(text)
        assert 'class="notice"' not in html(at)
    else:
        assert size["wrong"] and size["value"] == "224"
        assert html(at).count('class="notice"') == 1


@pytest.mark.parametrize(
    ("lang", "query", "said"),
    [
        ("en", {}, "VGG-16 (D), 224 × 224"),
        ("zh", {}, "VGG-16 (D)，224 × 224"),
        ("en", {"batch_norm": "true", "width": "2"}, "VGG-16 (D) · Width: × 2 · Batch norm: with"),
        ("zh", {"arch": "vgg11", "batch_norm": "true"}, "VGG-11 (A) · 批量归一化：有"),
    ],
)
def test_the_folded_row_says_what_is_not_by_default(
    visit: Visit, lang: str, query: dict[str, str], said: str
) -> None:
    assert told(visit("vgg", lang=lang, **query))["line"] == said
