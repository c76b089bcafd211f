"""Rows: where a long chain of text of one size is broken into lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

ROW: Final = 2.0  # cost of one more row: a row is never worth a smoother edge
PREMIUM: Final = 0.35  # for a row that begins with a stage
PENALTY: Final = 0.7  # for one that begins in the head: no row with a lonely "1000"


@dataclass(frozen=True, slots=True)
class Unit:
    """What stays together in a row: width, first cell in it, and how good a start it is."""

    w: float
    rank: int
    start: int


def break_rows(
    units: Sequence[Unit],
    gap: float,
    width: float,
    anchors: Collection[int],
    most: float = 0.0,
) -> list[list[int]]:
    """Units by row. At an anchor (the rank with which a row began before) a row always begins.

    What was one row stays one while it is no wider than `most`: something opened in it then stays
    where it was. Else, between anchors: as few rows as fit, their widths even in the sense of least
    squares.
    """
    spans: list[list[int]] = [[]]
    for i, unit in enumerate(units):
        if i and any(units[i - 1].rank < a <= unit.rank for a in anchors):
            spans.append([])
        spans[-1].append(i)
    rows: list[list[int]] = []
    for span in spans:
        whole = sum(units[i].w + gap for i in span) - gap
        rows += [span] if whole <= most else _fit(units, span, gap, width)
    return rows


def _fit(units: Sequence[Unit], span: list[int], gap: float, width: float) -> list[list[int]]:
    n = len(span)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * n  # cost, where it began
    for i in range(n):
        if best[i][0] == float("inf"):
            continue
        unit = units[span[i]]
        entry = best[i][0] + (-PREMIUM * unit.start if unit.start > 0 and i else 0.0)
        entry += PENALTY if unit.start < 0 and i else 0.0
        w = -gap
        for j in range(i, n):
            w += gap + units[span[j]].w
            over = w > width and j > i
            lonely = units[span[j]].start < 0 and units[span[i]].w > width
            if over and not lonely:  # a head stays behind what is too wide anyhow
                break
            cost = entry + ROW + (w / width) ** 2
            if cost < best[j + 1][0]:
                best[j + 1] = (cost, i)
    rows: list[list[int]] = []
    end = n
    while end:
        start = best[end][1]
        rows.append(span[start:end])
        end = start
    return rows[::-1]
