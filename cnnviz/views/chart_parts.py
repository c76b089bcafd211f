"""What the charts draw alike: the frame, texts, axes, brackets under stages, shares by kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from cnnviz.content import label
from cnnviz.graph import OPS, Shape
from cnnviz.report import Row
from cnnviz.views.chart import SMALL, TEXT, Scale, fitting, inside, room, spread
from cnnviz.views.layout_text import shorten
from cnnviz.views.numbers import percent, size
from cnnviz.views.svg import el

NARROW: Final = 560  # px; below, a chart drops what a phone has no room for
TITLE: Final = 34.0  # px from the title of a vertical axis down to the plot
BASELINE: Final = 4.5  # px from the middle of a line of text down to its baseline


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring rows whose maps have one size: indices first … last, and the size as text."""

    first: int
    last: int
    words: str


def drawing(width: float, height: float, alt: str, *parts: str) -> str:
    """The chart as one svg element, with its text alternative as its name."""
    return el(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_="cv chart",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_label=alt,
    )


def text(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> str:
    """A line of text; `y` is its middle."""
    at = None if anchor == "start" else anchor
    return el("text", text=words, x=x, y=y + BASELINE, class_=style or None, text_anchor=at)


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return el("path", class_=style, d=f"M{x1:.2f},{y1:.2f}L{x2:.2f},{y2:.2f}")


def node_group(
    row_id: str, kind: str, title: str, selected: bool, *inner: str, holds: Sequence[str] = ()
) -> str:
    """What stands for one operation: coloured by kind, clickable, exact numbers on hover.

    `holds`: others without a mark of their own, for which this one is marked.
    """
    style = f"k-{kind} selected" if selected else f"k-{kind}"
    more = " ".join(holds) or None
    head = el("title", text=title)
    return el("g", head, *inner, class_=style, data_node=row_id, data_holds=more)


def readout(right: float, y: float, words: str) -> str:
    """A node's number and name in a corner, shown while the node is selected."""
    shown = shorten(words, SMALL, 0.6 * right, bold=True)
    return text(right, y, shown, "small readout", "end")


def x_axis(
    scale: Scale, top: float, bottom: float, title: str, write: Callable[[float], str]
) -> str:
    """Grid lines, ticks below, the title (with its unit) below them at the right. 40 px high."""
    parts = []
    for value in fitting(scale, write):
        x = scale(value)
        parts.append(line(x, top, x, bottom, "grid"))
        at = inside(scale, x, write(value))
        parts.append(text(at, bottom + 12, write(value), "small muted", "middle"))
    parts.append(line(scale.start, top, scale.start, bottom, "axis"))
    parts.append(text(scale.end, bottom + 30, title, "small muted", "end"))
    return "".join(parts)


def y_axis(
    scale: Scale,
    values: Sequence[float],
    right: float,
    title: str,
    write: Callable[[float], str],
    left: float | None = None,
) -> str:
    """Grid lines from `left` on, ticks left of them, the title (with its unit) above them."""
    left = axis_left(values, write) if left is None else left
    parts = [text(0, scale.end - TITLE, title, "small muted")]
    for value in values:
        parts.append(text(left - 8, scale(value), write(value), "small muted", "end"))
        parts.append(line(left, scale(value), right, scale(value), "grid"))
    return "".join(parts)


def axis_left(values: Sequence[float], write: Callable[[float], str]) -> float:
    """Room for the labels of a vertical axis."""
    return max(room(write(v)) for v in values) + 10


def map_words(shape: Shape, lang: str) -> str:
    """The size of a map: "224²", "17 × 35"; a vector in words."""
    sides = shape[2:]
    if not sides:
        return label("views.chart_vector", lang)
    if len(set(sides)) == 1:
        return f"{sides[0]}{'²³'[len(sides) - 2]}" if 2 <= len(sides) <= 3 else str(sides[0])
    return size(sides)


def runs(rows: Sequence[Row], lang: str) -> tuple[Run, ...]:
    """The stages: neighbouring rows whose maps have the same size."""
    found, at = [], 0
    for words, group in groupby(map_words(r.out_shape, lang) for r in rows):
        length = len(list(group))
        found.append(Run(at, at + length - 1, words))
        at += length
    return tuple(found)


def brackets(stages: Sequence[Run], x: Callable[[float], float], y: float) -> str:
    """A bracket under each stage; its size below where there is room. 24 px high.

    `x` is the left edge of the row with that index.
    """
    parts, free = [], float("-inf")
    for run in stages:
        left, right = x(run.first) + 1.5, x(run.last + 1) - 1.5
        parts.append(el("path", class_="bracket", d=f"M{left:.2f},{y}v4H{right:.2f}v-4"))
        half = room(run.words) / 2
        middle = min((left + right) / 2, x(stages[-1].last + 1) - half)
        if middle - half >= free:
            parts.append(text(middle, y + 14, run.words, "small muted", "middle"))
            free = middle + half + 6
    return "".join(parts)


def kinds(rows: Sequence[Row], numbers: Sequence[int]) -> dict[str, int]:
    """Sums by kind of operation, in order of appearance, zeros left out."""
    sums: dict[str, int] = {}
    for row, n in zip(rows, numbers, strict=True):
        if n:
            sums[OPS[row.op]] = sums.get(OPS[row.op], 0) + n
    return sums


def share_strip(sums: dict[str, int], width: float, lang: str) -> tuple[str, float]:
    """One bar divided by kind, each part named with its share; and the height it takes."""
    total, left, parts, below = sum(sums.values()), 0.0, [], []
    for kind, n in sums.items():
        wide = width * n / total
        words = f"{label(f'ops.kind.{kind}', lang)} {percent(n, total)}"
        inner = el("rect", class_="shape", x=left, y=1, width=max(wide - 1, 0.5), height=28)
        if room(words, TEXT, bold=True) + 14 <= wide:
            inner += text(left + 8, 15, words, "on strong")
        else:
            below.append((kind, words))
        parts.append(el("g", inner, class_=f"k-{kind}"))
        left += wide
    legend, height = kind_legend(below, width, 36)
    return "".join(parts) + legend, height


def kind_legend(items: Sequence[tuple[str, str]], width: float, y: float) -> tuple[str, float]:
    """Named squares in rows from `y` down, items as (kind, words); and where they end.

    The kind "then" is what is pinned: a dashed square.
    """
    parts, x = [], 0.0
    for kind, words in items:
        wide = room(words) + 30
        if x and x + wide > width:
            x, y = 0.0, y + 20
        style, of = ("then", None) if kind == "then" else ("shape", f"k-{kind}")
        square = el("rect", class_=style, x=x, y=y + 3, width=11, height=11)
        parts.append(el("g", square, text(x + 17, y + 9, words, "small"), class_=of))
        x += wide
    return "".join(parts), y + (24 if items else 0)


def stage_names(
    ids: Sequence[str], weighted: Sequence[int], stages: Sequence[Run], x: Callable[[int], float],
    y: float, also: Sequence[int] = (),
) -> str:  # fmt: skip
    """Names of the weighted columns: of all where they fit, else of each stage's first, and of
    those in `also` that fit beside them.
    """
    every = [i for i in weighted if ids[i]] or [i for i, words in enumerate(ids) if words]
    firsts = (next((i for i in every if s.first <= i <= s.last), None) for s in stages)
    few = dict.fromkeys((*(i for i in firsts if i is not None), *(i for i in also if i in every)))
    for chosen in (every, [*few]):
        places = [_held(ids[i], i, x, len(ids)) for i in chosen]
        words = [ids[i] for i in chosen]
        shown = spread(places, words)
        if len(shown) == len(chosen):
            break
    return "".join(text(places[i], y, words[i], "small", "middle") for i in shown)


def _held(words: str, i: int, x: Callable[[int], float], n: int) -> float:
    """The middle of a column's name, inside the chart."""
    return min(max((x(i) + x(i + 1)) / 2, room(words) / 2), x(n) - room(words) / 2)


def name_words(
    ids: Sequence[str], chosen: Sequence[int], x: Callable[[int], float], y: float
) -> str:
    """Names under a row of columns, as many as fit; those in `chosen` first, "" never."""
    held = [_held(w, i, x, len(ids)) for i, w in enumerate(ids)]
    named = [i for i, words in enumerate(ids) if words]
    order = [named.index(i) for i in chosen if ids[i]]
    found = spread([held[i] for i in named], [ids[i] for i in named], keep=order)
    shown = [named[i] for i in found]
    return "".join(text(held[i], y, ids[i], "small", "middle") for i in shown)
