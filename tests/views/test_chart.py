"""Scales and ticks: round values, inside the axis, never touching."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.views import palette
from cnnviz.views.chart import fitting, linear, logarithmic, nice, room, spread, ticks, wrapped
from cnnviz.views.chart_style import SHEET
from cnnviz.views.layout_text import text_width
from cnnviz.views.numbers import si

AMOUNTS = st.integers(1, 10**13)


def test_no_text_is_smaller_than_twelve_pixels() -> None:
    sizes = [int(n) for n in re.findall(r"font-size:(\d+)px", SHEET)]
    assert sizes and min(sizes) == 12
    assert SHEET.replace("\n", "") in palette.css()


def test_a_linear_scale_is_proportional() -> None:
    scale = linear(200, 100, 500)
    assert [scale(v) for v in (0, 50, 200)] == [100, 200, 500]
    assert linear(0, 0, 10)(0) == 0


def test_a_logarithmic_scale_has_equal_decades() -> None:
    scale = logarithmic([2_000, 5_000_000], 0, 400)
    assert scale.low == 1_000
    assert scale(10_000) - scale(1_000) == pytest.approx(scale(10**6) - scale(10**5))
    assert scale(0) == 0 and scale(5_000_000) == 400


def test_a_single_power_of_ten_still_has_a_bar() -> None:
    scale = logarithmic([1_000], 0, 100)
    assert scale.low == 100 and scale(1_000) == 100


@pytest.mark.parametrize(("step", "round_"), [(1, 1), (1.2, 2), (3, 5), (7, 10), (0.03, 0.05)])
def test_steps_are_one_two_or_five(step: float, round_: float) -> None:
    assert nice(step) == pytest.approx(round_)


@given(AMOUNTS, st.integers(2, 10))
def test_ticks_are_few_round_and_inside(high: int, most: int) -> None:
    values = ticks(linear(high, 0, 100), most)
    assert values[0] == 0 and 2 <= len(values) <= most
    assert high / 5 <= values[-1] <= high * (1 + 1e-9)
    assert len(values) == 2 or high < values[-1] + values[1]


@given(AMOUNTS, st.floats(60, 1000), st.booleans())
def test_labels_of_ticks_never_touch(high: int, wide: float, log: bool) -> None:
    scale = logarithmic([high, max(1, high // 7919)], 0, wide) if log else linear(high, 0, wide)
    values = fitting(scale, si)
    ends = [(scale(v) - room(si(v)) / 2, scale(v) + room(si(v)) / 2) for v in values]
    assert len(values) <= 2 or all(b[0] > a[1] for a, b in pairwise(ends))


@given(st.lists(st.tuples(st.floats(0, 500), st.text("ab12_", max_size=9)), max_size=20), st.data())
def test_spread_keeps_words_apart_and_the_kept_first(
    items: list[tuple[float, str]], data: st.DataObject
) -> None:
    items.sort()
    places, words = [i[0] for i in items], [i[1] for i in items]
    keep = data.draw(st.integers(0, len(items) - 1)) if items else None
    shown = spread(places, words, keep=[] if keep is None else [keep], gap=4)
    assert keep is None or keep in shown
    for a, b in pairwise(shown):
        half = (text_width(words[a], 12) + text_width(words[b], 12)) / 2
        assert places[b] - places[a] >= half + 4 - 1e-9


@pytest.mark.parametrize(
    "words",
    [
        "Hull: branches differ in stride or centre, and this is the smallest rectangle.",
        "包络：各支路的步距或中心不同，这是包住它们的最小矩形（见 conv3_3）。",
    ],
)
def test_wrapping_keeps_every_word_and_the_width(words: str) -> None:
    lines = wrapped(words, 13, 150)
    assert len(lines) > 2
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    for line in lines:
        assert text_width(line, 13) <= 150
        assert line[0] not in "，。：）"
