"""How the receptive field grows from layer to layer, against the size of the input."""

from __future__ import annotations

from typing import Final

from cnnviz.content import label
from cnnviz.graph import OPS
from cnnviz.picture import Column, Picture, Table
from cnnviz.report import Report, Row
from cnnviz.views.chart import Scale, linear, ticks
from cnnviz.views.chart_parts import (
    TITLE,
    axis_left,
    brackets,
    drawing,
    line,
    name_words,
    node_group,
    readout,
    runs,
    text,
    y_axis,
)
from cnnviz.views.numbers import fraction, square
from cnnviz.views.svg import el

TOP: Final = 50.0
HIGH: Final = 260.0  # px of the plot
BELOW: Final = 62.0


def growth(report: Report, lang: str, selected: str | None = None, width: float = 1000) -> Picture:
    """Field size in pixels by layer, up to where the whole input is seen by construction.

    Marks the input's size and half of it. Where the axes differ the larger field is drawn.
    """
    rows = [r for r in report.rows if _drawn(r)]
    side = max(report.inputs[0][2:], default=1) if report.inputs else 1
    sizes = [_size(r) for r in rows]
    name = f"{report.name}_field_growth"
    if not rows:
        said = label("views.growth_none", lang, name=report.title)
        svg = drawing(width, 40, said, text(0, 20, said, "muted"))
        return Picture(name, svg, width, 40, said, said)
    caption = label("views.growth_caption", lang, name=report.title)
    alt = _alt(report, rows, sizes, side, lang, selected)
    scale = linear(max(side, *sizes) * 1.04, TOP + HIGH, TOP)
    svg = drawing(
        width, TOP + HIGH + BELOW, alt, _plot(rows, sizes, side, scale, width, lang, selected)
    )
    return Picture(
        name, svg, width, TOP + HIGH + BELOW, alt, caption, _table(name, caption, rows, lang)
    )


def _drawn(row: Row) -> bool:
    found = row.receptive_field
    return found is not None and found.status != "whole" and len(row.out_shape) > 2


def _size(row: Row) -> int:
    assert row.receptive_field is not None
    return max(row.receptive_field.size)


def _plot(
    rows: list[Row],
    sizes: list[int],
    side: int,
    scale: Scale,
    width: float,
    lang: str,
    selected: str | None,
) -> str:
    values = ticks(scale, 6)
    left = axis_left(values, _pixels)
    pitch = (width - left) / len(rows)

    def x(i: float) -> float:
        return left + i * pitch

    points = [(x(i + 0.5), scale(n)) for i, n in enumerate(sizes)]
    marks = "".join(
        _mark(r, n, p, pitch, r.id == selected, lang, width)
        for r, n, p in zip(rows, sizes, points, strict=True)
    )
    curve = "M" + "L".join(f"{px:.2f},{py:.2f}" for px, py in points)
    chosen = [i for i, r in enumerate(rows) if r.id == selected]
    chosen += [i for i, r in enumerate(rows) if OPS[r.op] == "convolution"]
    return "".join(
        (
            y_axis(scale, values, width, label("views.growth_axis", lang), _pixels),
            _guide(scale(side), left, width, label("views.growth_input", lang, n=side)),
            _guide(
                scale(side / 2), left, width, label("views.growth_half", lang, n=fraction_of(side))
            ),
            el("path", class_="curve", d=curve),
            marks,
            name_words([r.id for r in rows], x, TOP + HIGH + 14, chosen),
            brackets(runs(rows, lang), x, TOP + HIGH + 28),
        )
    )


def fraction_of(side: int) -> str:
    """Half the side: 112, or 113.5."""
    return fraction(side // 2) if side % 2 == 0 else f"{side / 2:g}"


def _pixels(value: float) -> str:
    return f"{value:g}"


def _guide(y: float, left: float, right: float, words: str) -> str:
    """A marked level, its words above it at the left."""
    return line(left, y, right, y, "guide") + text(left + 6, y - 9, words, "small")


def _mark(
    row: Row,
    n: int,
    at: tuple[float, float],
    pitch: float,
    selected: bool,
    lang: str,
    width: float,
) -> str:
    hit = el("rect", class_="hit", x=at[0] - pitch / 2, y=TOP, width=pitch, height=HIGH)
    dot = el("circle", class_="shape", cx=at[0], cy=at[1], r=min(5.0, max(2.0, pitch / 3)))
    words = f"{label('views.px', lang, n=n)} · {row.id}"
    inner = hit + dot + readout(width, TOP - TITLE, words)
    return node_group(row.id, OPS[row.op], words, selected, inner)


def _alt(
    report: Report, rows: list[Row], sizes: list[int], side: int, lang: str, selected: str | None
) -> str:
    said = label("views.growth_alt", lang, name=report.title, first=sizes[0], last=sizes[-1],
                 layer=rows[-1].id, input=side)  # fmt: skip
    over = [(r.id, key) for key, level in (("half", side / 2), ("input", side))
            for r, n in list(zip(rows, sizes, strict=True)) if n > level]  # fmt: skip
    for key in ("half", "input"):
        first = next((layer for layer, k in over if k == key), None)
        if first:
            said += label(f"views.growth_over_{key}", lang, layer=first)
    if selected in {r.id for r in rows}:
        n = sizes[[r.id for r in rows].index(str(selected))]
        said += label(
            "views.chart_selected", lang, layer=selected, value=label("views.px", lang, n=n)
        )
    return said


def _table(name: str, caption: str, rows: list[Row], lang: str) -> Table:
    columns = (
        Column("name", label("views.chart_layer", lang), "code"),
        Column("op", label("views.chart_op", lang)),
        Column("size", label("views.field_size", lang), unit="px"),
        Column("stride", label("views.field_step", lang), unit="px"),
        Column("start", label("views.field_start", lang), unit="px"),
    )
    lines = tuple(
        (r.id, label(f"ops.op.{r.op}", lang), square(f.size), square(f.stride), square(f.start))
        for r in rows
        if (f := r.receptive_field)
    )
    return Table(name, caption, columns, lines)
