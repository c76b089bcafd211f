"""QR codes: what is drawn is, module for module, what segno computed; quiet zone; too long."""

from __future__ import annotations

import re

import pytest
import segno

from cnnviz.views import qr

ADDRESSES = ("http://192.168.1.20:8501", "http://10.0.0.5:8501/vgg?arch=vgg19&view=cost&lang=zh")


def wanted(address: str) -> list[list[int]]:
    return [[int(m) for m in row] for row in segno.make_qr(address, error="m").matrix]


def inner(rows: list[list[int]], quiet: int) -> list[list[int]]:
    """Without the quiet zone, which must be light."""
    core = [row[quiet:-quiet] for row in rows[quiet:-quiet]]
    assert sum(map(sum, rows)) == sum(map(sum, core))
    return core


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_svg_draws_the_matrix(address: str) -> None:
    drawn = qr.svg(address)
    n = int(re.findall(r'viewBox="0 0 (\d+) \1"', drawn)[0])
    rows = [[0] * n for _ in range(n)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn):
        for i in range(int(length)):
            rows[int(y)][int(x) + i] = 1
    assert inner(rows, qr.QUIET) == wanted(address)
    assert 'fill="#ffffff"' in drawn
    assert 'fill="#000000"' in drawn


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_text_draws_the_matrix(address: str, colour: bool) -> None:
    """In colour ink is dark; without, what is printed is light, as a dark screen shows it."""
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    rows: list[list[int]] = []
    for line in re.sub(r"\x1b\[[\d;]*m", "", qr.text(address, colour=colour)).splitlines():
        for half in (0, 1):
            marks = [halves[mark][half] for mark in line]
            rows.append(marks if colour else [1 - m for m in marks])
    size = len(wanted(address)) + 4
    assert sum(map(sum, rows[size:])) == 0
    assert inner(rows[:size], 2) == wanted(address)


def test_what_is_too_long_has_none() -> None:
    assert qr.svg("http://a/?open=" + 3000 * "x") == ""
    assert qr.text("http://a/?open=" + 3000 * "x", colour=True) == ""
