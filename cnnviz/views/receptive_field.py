"""Receptive field: the pixels that a layer's central unit depends on, drawn to scale."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor, prod
from typing import Final

from cnnviz.content import label
from cnnviz.graph import Graph
from cnnviz.picture import Column, Picture, Table
from cnnviz.report import Field, Report, Row
from cnnviz.views.chart import TEXT, room, wrapped
from cnnviz.views.chart_parts import NARROW, drawing, text
from cnnviz.views.numbers import fraction, percent, square
from cnnviz.views.receptive_field_growth import growth
from cnnviz.views.svg import el

__all__ = ["Span", "field", "growth", "spans"]

TALLEST: Final = 420.0  # px of the plane and what lies outside it
LEAST: Final = 120.0  # px of it, however low the place
MARGIN: Final = 34.0  # px around it, for the dimension lines


@dataclass(frozen=True, slots=True)
class Span:
    """One axis of the central unit's field, in pixels of the input; `last` is inside the field."""

    unit: int
    units: int
    first: int
    last: int
    input: int
    stride: Fraction

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    @property
    def before(self) -> int:
        """Pixels of the field that lie in the padding before the input."""
        return min(self.size, max(0, -self.first))

    @property
    def after(self) -> int:
        return min(self.size, max(0, self.last - self.input + 1))

    @property
    def inside(self) -> int:
        return self.size - self.before - self.after


def spans(found: Field, out_sides: tuple[int, ...], in_sides: tuple[int, ...]) -> tuple[Span, ...]:
    """The central unit's field along each axis: unit ⌊n/2⌋ of n."""
    units = out_sides if len(out_sides) == len(in_sides) else (1,) * len(in_sides)
    axes = zip(found.size, found.stride, found.start, units, in_sides, strict=True)
    made = []
    for size, stride, start, n, side in axes:
        unit = n // 2
        first = start + floor(unit * stride)
        made.append(Span(unit, n, first, first + size - 1, side, stride))
    return tuple(made)


def field(
    graph: Graph,
    report: Report,
    node_id: str,
    lang: str,
    width: float = 1000,
    height: float | None = None,
) -> Picture:
    """The field of the central unit of `node_id` on the plane of the first input that reaches it.

    The figures stand beside the plane, below it where that is narrow. `height`: what the picture
    may take, as far as text and a plane of LEAST px allow. KeyError for a node that the report
    lacks. Of three axes the last two are drawn.
    """
    row = report.by_id[node_id]
    name = f"{report.name}_field_{node_id}"
    if row.receptive_field is None or (not row.receptive_fields and node_id not in graph.inputs):
        said = label("views.field_none", lang, layer=node_id)
        svg = drawing(width, 40, said, text(0, 20, said, "muted"))
        return Picture(name, svg, width, 40, said, said)
    source = next(iter(row.receptive_fields), node_id)
    along = spans(row.receptive_field, row.out_shape[2:], graph.by_id[source].out_shape[2:])
    status = label(f"views.field_{row.receptive_field.status}", lang)
    told = _told(row, row.receptive_field, along, status, lang)
    alt = _alt(node_id, along, status, lang)
    caption = label("views.field_caption", lang, layer=node_id, name=report.title)
    svg, high = _drawn(along, told, (width, height), alt, lang)
    data = _table(name, caption, along, lang)
    return Picture(name, svg, width, high, alt, caption, data)


def _drawn(
    along: tuple[Span, ...],
    told: list[tuple[str, str]],
    place: tuple[float, float | None],
    alt: str,
    lang: str,
) -> tuple[str, float]:
    """The plane, and the figures beside it, or below where it is narrow."""
    width, height = place
    down, across = along[-2:] if len(along) > 1 else (Span(0, 1, 0, 0, 1, Fraction(1)), along[0])
    wide = width >= NARROW
    tallest = TALLEST
    if height is not None:
        below = 0.0 if wide else _figures(told, 0.0, 0.0, width)[1] + 16
        tallest = min(TALLEST, max(LEAST, height - 2 * MARGIN - below))
    box = min(width * 0.55 if wide else width, tallest + 2 * MARGIN)
    plane, high, right = _plane(down, across, (box, tallest), lang)
    left, top = (right + 16, MARGIN) if wide else (0.0, high + 16)
    words, bottom = _figures(told, left, top, width - left)
    total = max(high, bottom) if wide else bottom
    return drawing(width, total, alt, plane, words), total


def _plane(
    down: Span, across: Span, place: tuple[float, float], lang: str
) -> tuple[str, float, float]:
    """The input as a frame, the field upon it, its neighbour's dashed; and how far it reaches."""
    box, tallest = place
    step = float(across.stride) if _neighbour((across,)) else 0.0
    left, right = min(0, across.first), max(across.input, across.last + 1 + step)
    top, bottom = min(0, down.first), max(down.input, down.last + 1)
    scale = min((box - 2 * MARGIN) / (right - left), tallest / (bottom - top))

    def x(pixel: float) -> float:
        return MARGIN + (pixel - left) * scale

    def y(pixel: float) -> float:
        return MARGIN + (pixel - top) * scale

    def rect(style: str, x0: float, y0: float, x1: float, y1: float) -> str:
        return el("rect", class_=style, x=x(x0), y=y(y0), width=(x1 - x0) * scale,
                  height=(y1 - y0) * scale)  # fmt: skip

    x0, x1, y0, y1 = across.first, across.last + 1, down.first, down.last + 1
    seen = (max(x0, 0), max(y0, 0), min(x1, across.input), min(y1, down.input))
    parts = [
        rect("plane", 0, 0, across.input, down.input),
        rect("padding", x0, y0, x1, y1) if seen != (x0, y0, x1, y1) else "",
        rect("seen", *seen) if seen[0] < seen[2] and seen[1] < seen[3] else "",
        rect("next", x0 + step, y0, x1 + step, y1) if step else "",
        rect("field", x0, y0, x1, y1),
        el("circle", class_="unit", cx=x((x0 + x1) / 2), cy=y((y0 + y1) / 2), r=3),
        _dimension(x(x0), x(x1), y(top) - 12, label("views.px", lang, n=x1 - x0), "accent"),
        _dimension(x(0), x(across.input), y(bottom) + 12,
                   label("views.field_input", lang, n=across.input), "muted"),
    ]  # fmt: skip
    return "".join(parts), y(bottom) + MARGIN, x(right) + MARGIN


def _dimension(left: float, right: float, y: float, words: str, style: str) -> str:
    """A dimension line between two verticals, its words outside the drawing."""
    above = style == "accent"
    ends = f"M{left:.2f},{y - 4:.2f}v8m0,-4H{right:.2f}m0,-4v8"
    bar = el("path", class_="outline" if above else "axis", d=ends)
    middle, at = (left + right) / 2, y - 12 if above else y + 13
    return bar + text(middle, at, words, f"small {style}", "middle")


def _figures(
    told: list[tuple[str, str]], left: float, top: float, width: float
) -> tuple[str, float]:
    """Names and figures in two columns, what is longer wrapped; and where they end."""
    tab = max(room(name, TEXT) for name, _ in told) + 14
    parts, y = [], top
    for name, words in told:
        lead = "strong" if not name else ""
        at = left + tab if name else left
        if name:
            parts.append(text(left, y, name, "muted"))
        for said in wrapped(words, TEXT, width - (at - left)):
            parts.append(text(at, y, said, lead))
            y += 20
        y += 4
    return "".join(parts), y + 4


def _told(
    row: Row, found: Field, along: tuple[Span, ...], status: str, lang: str
) -> list[tuple[str, str]]:
    """The figures beside the plane: (name, words); a title has no name."""

    def say(key: str, **values: object) -> str:
        return label(f"views.field_{key}", lang, **values)

    def pixels(values: tuple[int, ...]) -> str:
        return label("views.px", lang, n=square(values))

    seen, area = prod(s.inside for s in along), prod(s.input for s in along)
    sees = say("size_of", size=pixels(found.size), share=percent(seen, area))
    lines = [("", f"{row.id} · {label(f'ops.op.{row.op}', lang)}"), (say("size"), sees)]
    if found.status != "whole":
        lines += _placed(found, along, lang)
    if any(s.before or s.after for s in along):
        before, after = tuple(s.before for s in along), tuple(s.after for s in along)
        said = say("padding_of", before=square(before), after=square(after))
        lines.append((say("padding"), said))
    if found.without_gate:
        lines.append((say("gate"), pixels(found.without_gate.size)))
    return [*lines, (say("status"), status)]


def _placed(found: Field, along: tuple[Span, ...], lang: str) -> list[tuple[str, str]]:
    """Where the unit stands, and where its neighbours' fields are."""

    def say(key: str, **values: object) -> str:
        return label(f"views.field_{key}", lang, **values)

    first, last = _signed(tuple(s.first for s in along)), _signed(tuple(s.last for s in along))
    unit, units = square(tuple(s.unit for s in along)), square(tuple(s.units for s in along))
    step = say("step_of" if _neighbour(along) else "step_alone", n=square(found.stride))
    start = "start_padding" if min(found.start) < 0 else "start_of"
    return [
        (say("unit"), say("unit_of", unit=unit, units=units, first=first, last=last)),
        (say("step"), step + say(start, n=_signed(found.start))),
    ]


def _neighbour(along: tuple[Span, ...]) -> bool:
    """Whether there is a next unit, whose field is drawn dashed."""
    return along[-1].units > 1 and along[-1].stride > 0


def _signed(values: tuple[int, ...]) -> str:
    shown = [fraction(v).replace("-", "−") for v in values]
    return shown[0] if len(set(shown)) == 1 else ", ".join(shown)


def _alt(node_id: str, along: tuple[Span, ...], status: str, lang: str) -> str:
    said = label("views.field_alt", lang, layer=node_id,
                 size=square(tuple(s.size for s in along)),
                 input=square(tuple(s.input for s in along)),
                 step=square(tuple(s.stride for s in along)))  # fmt: skip
    outside = max(s.before + s.after for s in along)
    if outside:
        said += label("views.field_alt_padding", lang, n=outside)
    return said + status


def _table(name: str, caption: str, along: tuple[Span, ...], lang: str) -> Table:
    keys = ("axis", "input", "size", "stride", "unit", "first", "last", "before", "after")
    columns = tuple(
        Column(k, label(f"views.field_column_{k}", lang), "text" if k == "axis" else "int")
        for k in keys
    )
    names = {1: ("w",), 2: ("h", "w"), 3: ("d", "h", "w")}[len(along)]
    rows = tuple(
        (n, s.input, s.size, float(s.stride), s.unit, s.first, s.last, s.before, s.after)
        for n, s in zip(names, along, strict=True)
    )
    return Table(name, caption, columns, rows)
