"""Numbers as they are written: rounding, grouping, shapes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.views.numbers import (
    PREFIXES,
    bytes_,
    column,
    exact,
    figure,
    grouped,
    map_size,
    percent,
    si,
    size,
    square,
)


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1 k"),  # nothing is rounded away, so no zeros
        (60_000, "60 k"),
        (61_706, "61.71 k"),
        (999_999, "1.000 M"),  # rounding moves up a prefix
        (9_999_960, "10.00 M"),
        (138_357_544, "138.4 M"),
        (15_470_264_320, "15.47 G"),
        (4_000_123_456, "4.000 G"),  # the zeros say that something was rounded away
        (-1500, "−1.5 k"),
        (0.5, "0.5"),
        (4_089_184_256_000, "4.089 T"),
    ],
)
def test_si(n: float, shown: str) -> None:
    assert si(n) == shown


def test_si_digits_and_unit() -> None:
    assert si(4_089_184_256, digits=3) == "4.09 G"
    assert si(25_557_032, digits=3) == "25.6 M"
    assert si(1234, "FLOP") == "1.234 kFLOP"
    assert bytes_(553_430_176) == "553.4 MB"
    assert bytes_(500) == "500 B"


@given(st.integers(min_value=1, max_value=10**18))
def test_si_is_within_half_a_unit_of_its_last_digit(n: int) -> None:
    number, _, prefix = si(n).partition(" ")
    value = Fraction(number) * 1000 ** PREFIXES.index(prefix)
    assert 1 <= Fraction(number) < 1000
    assert abs(value - n) * 2 * 1000 <= n


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_exact_keeps_every_digit(n: int) -> None:
    shown = exact(n)
    assert int(shown.replace(",", "").replace("−", "-")) == n
    groups = shown.lstrip("−").split(",")
    assert all(len(g) == 3 for g in groups[1:]) and 1 <= len(groups[0]) <= 3


def test_a_figure_in_a_column_is_as_exact_as_its_neighbours() -> None:
    found = [figure(n) for n in (0, 999, 2_000, 60_000, 99_999, 100_000, 150_000, 4_704_000)]
    assert found == ["0", "999", "2,000", "60,000", "99,999", "100.0 k", "150.0 k", "4.704 M"]
    assert figure(999_999) == "1.000 M" and figure(-150_000) == "−150.0 k"
    assert figure(10**9) == "1.000 G" and figure(15_470_264_320) == "15.47 G"


def test_digits_in_a_text_are_grouped() -> None:
    assert grouped("25088") == "25,088" and grouped("512 × 7 × 7") == "512 × 7 × 7"


def test_shapes() -> None:
    assert size((64, 112, 112)) == "64 × 112 × 112"
    assert map_size((1, 64, 112, 112)) == "64 × 112 × 112"
    assert map_size((2, 64)) == "2 × 64"
    assert map_size((1,)) == "1"
    assert square((3, 3)) == "3"
    assert square((1, 7)) == "1 × 7"
    assert size((Fraction(1, 2), Fraction(2))) == "1/2 × 2"
    assert percent(1, 3) == "33.3%"
    assert percent(0, 0) == "–"


def test_percent_says_nothing_and_all_only_of_what_is() -> None:
    assert percent(0, 5) == "0"
    assert percent(3, 10_000) == "<0.1%"
    assert percent(6, 10_000) == "0.1%"
    assert percent(5, 5) == "100.0%"
    assert percent(99_999, 100_000) == ">99.9%"
    assert percent(-1, 10) == "-10.0%"


def test_a_column_has_one_prefix_and_aligned_points() -> None:
    assert column((1792, 102_764_544, 0)) == ("0.002 M", "102.765 M", "0")
    assert column((86_704_128, 1_849_688_064)) == ("0.087 G", "1.850 G")
    assert column((1, 2_000_000)) == ("<0.001 M", "2.000 M")
    assert column((12, 999)) == ("12", "999")
    assert column((156, 48_120)) == ("0.16 k", "48.12 k")
    assert column(()) == ()
