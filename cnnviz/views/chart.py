"""Scales and ticks of the charts: values to pixels, round values with units, labels that fit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cnnviz.views.layout_text import text_width
from cnnviz.views.numbers import PREFIXES, si

TEXT: Final = 13  # px
SMALL: Final = 12  # px; no text in a chart is smaller
OVER: Final = 4.0  # px that a label may reach beyond the end of its axis
SLACK: Final = 1.1  # the reader's font may be wider than the measured one
WIDE: Final = "\u2e80-\u9fff\uff00-\uffef"  # Chinese characters and full-width signs
OPENING: Final = "（“「"  # never at the end of one
CLOSING: Final = "，。、；：！？）」”"  # never at the beginning of a line


@dataclass(frozen=True, slots=True)
class Scale:
    """Values to pixels. With `log`, the axis starts at the power of ten `low` (> 0)."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The pixel of a value; on a logarithmic axis what lies below it is at its start."""
        if self.log:
            value = max(value, self.low)
            part = math.log10(value / self.low) / math.log10(self.high / self.low)
        else:
            part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


def linear(highest: float, start: float, end: float) -> Scale:
    """From zero to the highest value, or to one where all are zero."""
    return Scale(0, highest if highest > 0 else 1, start, end)


def logarithmic(values: Iterable[float], start: float, end: float) -> Scale:
    """From a power of ten below the lowest positive value to the highest: every bar has length."""
    positive = [float(v) for v in values if v > 0] or [1.0]
    low = 10.0 ** (math.ceil(math.log10(min(positive))) - 1)
    return Scale(low, max(*positive, low * 10), start, end, log=True)


def ticks(scale: Scale, most: int) -> tuple[float, ...]:
    """At most `most` round values on the scale: 0, 20, 40 … or powers of ten."""
    if scale.log:
        low, high = round(math.log10(scale.low)), math.floor(math.log10(scale.high) + 1e-9)
        decades = max(1, math.ceil((high - low + 1) / max(1, most)))
        return tuple(10.0**p for p in range(low, high + 1, decades))
    step = nice((scale.high - scale.low) / max(1, most - 1))
    if step > scale.high:  # so few that only zero would do: zero and the largest round value
        return 0.0, max(m * step for m in (0.1, 0.2, 0.5) if m * step <= scale.high)
    return tuple(i * step for i in range(math.floor(scale.high / step + 1e-9) + 1))


def nice(step: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not smaller than `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= step * (1 - 1e-9))


def axis_words(scale: Scale, unit: str = "") -> Callable[[float], str]:
    """How an axis writes its values: with one prefix, "0.5 G", "1 G"; decades each with its own."""
    step = min(max(0, math.floor(math.log10(scale.high) / 3 + 1e-9)), len(PREFIXES) - 1)

    def one(value: float) -> str:
        if scale.log:
            return si(round(value) if value >= 1 else value, unit)
        prefix = PREFIXES[step] + unit
        return f"{value / 1000**step:g} {prefix}".rstrip() if value else "0"

    return one


def fitting(scale: Scale, write: Callable[[float], str], gap: float = 14) -> tuple[float, ...]:
    """As many ticks of a horizontal axis as fit with their labels: never two that touch."""
    for most in range(10, 2, -1):
        values = ticks(scale, most)
        places = [inside(scale, scale(v), write(v)) for v in values]
        if len(spread(places, [write(v) for v in values], gap=gap)) == len(values):
            return values
    return ticks(scale, 2)


def inside(scale: Scale, middle: float, words: str) -> float:
    """The middle of a label that does not reach beyond the end of its axis."""
    return min(middle, scale.end + OVER - room(words) / 2)


def room(words: str, size: float = SMALL, *, bold: bool = False) -> float:
    """Width in px to keep free for a line of text."""
    return SLACK * text_width(words, size, bold=bold)


def spread(
    places: Sequence[float], words: Sequence[str], *, keep: Iterable[int] = (), gap: float = 8
) -> tuple[int, ...]:
    """Which of the words, centred at the places, to write so that no two come nearer than `gap`.

    Those in `keep` come first, then the others in order. Returns indices in ascending order.
    """
    taken: dict[int, tuple[float, float]] = {}
    for i in (*keep, *range(len(words))):
        half = room(words[i]) / 2 + gap / 2
        left, right = places[i] - half, places[i] + half
        if i not in taken and all(right <= a or left >= b for a, b in taken.values()):
            taken[i] = (left, right)
    return tuple(sorted(taken))


def wrapped(words: str, size: float, most: float) -> tuple[str, ...]:
    """The text in lines of at most `most` px: broken at spaces, and between Chinese characters."""
    lines, current = [], ""
    amount = r"\d[\d.,]* [kMGT]?B\b"  # stays in one piece
    pieces = rf"[{OPENING}]*(?:{amount}|[{WIDE}]|[^\s{WIDE}]+)[{CLOSING}]*\s*|\s+"
    for piece in re.findall(pieces, words):
        if current and room((current + piece).rstrip(), size) > most:
            lines.append(current.rstrip())
            current = ""
        current += piece
    return (*lines, current.rstrip()) if current.strip() else tuple(lines)
