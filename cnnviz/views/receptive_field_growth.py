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
    kind_legend,
    line,
    name_words,
    node_group,
    readout,
    runs,
    text,
    y_axis,
)
from cnnviz.views.numbers import fraction, square
from cnnviz.views.receptive_field_spans import bringer
from cnnviz.views.svg import el

TOP: Final = 50.0
HIGH: Final = 240.0  # px of the plot
LOWEST: Final = 80.0
BELOW: Final = 62.0
ROOMY: Final = 330.0  # px from which the readout says that a map is the last


def growth(
    report: Report,
    lang: str,
    selected: str | None = None,
    width: float = 1000,
    height: float | None = None,
) -> Picture:
    """Field size in pixels by layer, up to where the whole input is seen by construction.

    Marks the input's size and half of it. Where the axes differ the larger field is drawn. A layer
    without a point is held by the last point before it (data-holds): selected, it marks that one.
    `height` is what the picture may take.
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
    kinds = [(k, label(f"ops.kind.{k}", lang)) for k in dict.fromkeys(OPS[r.op] for r in rows)]
    under = kind_legend(kinds, width, 0)[1]
    high = HIGH if height is None else max(LOWEST, height - TOP - BELOW - under)
    scale = linear(max(side, *sizes) * 1.04, TOP + high, TOP)
    total = TOP + high + BELOW + under
    legend = kind_legend(kinds, width, TOP + high + BELOW)[0]
    held = _held(report, rows)
    svg = drawing(
        width, total, alt, _plot(report, rows, held, side, scale, width, lang, selected), legend
    )
    return Picture(name, svg, width, total, alt, caption, _table(name, caption, rows, lang))


def _drawn(row: Row) -> bool:
    found = row.receptive_field
    return found is not None and found.status != "whole" and len(row.out_shape) > 2


def _size(row: Row) -> int:
    assert row.receptive_field is not None
    return max(row.receptive_field.size)


def _held(report: Report, rows: list[Row]) -> dict[str, tuple[str, ...]]:
    """For each point the layers behind it that have none."""
    drawn, last = {r.id for r in rows}, ""
    held: dict[str, list[str]] = {r.id: [] for r in rows}
    for row in report.rows:
        if row.id in drawn:
            last = row.id
        elif last:
            held[last].append(row.id)
    return {k: tuple(v) for k, v in held.items()}


def _plot(
    report: Report,
    rows: list[Row],
    held: dict[str, tuple[str, ...]],
    side: int,
    scale: Scale,
    width: float,
    lang: str,
    selected: str | None,
) -> str:
    sizes = [_size(r) for r in rows]
    values = ticks(scale, 6)
    left = axis_left(values, _pixels)
    pitch = (width - left) / len(rows)

    def x(i: float) -> float:
        return left + i * pitch

    points = [(x(i + 0.5), scale(n)) for i, n in enumerate(sizes)]
    plot = (scale.start, pitch, width)
    last = rows[-1].id
    marks = "".join(
        _mark(r, held[r.id], p, plot, (r.id == selected or selected in held[r.id], r.id == last),
              lang)
        for r, p in zip(rows, points, strict=True)
    )  # fmt: skip
    top = [r.id for r in rows].index(bringer(report, last))
    curve = "M" + "L".join(f"{px:.2f},{py:.2f}" for px, py in points)
    return "".join(
        (
            y_axis(scale, values, width, label("views.growth_axis", lang), _pixels),
            line(left, scale(side), width, scale(side), "guide"),
            line(left, scale(side / 2), width, scale(side / 2), "guide half"),
            el("path", class_="curve", d=curve),
            marks,
            _level(left, scale(side), label("views.growth_input", lang, n=side), ""),
            _level(left, scale(side / 2), label("views.growth_half", lang, n=fraction_of(side)),
                   "muted"),
            _final(rows[top], points[top], [scale(side), scale(side / 2)], width, lang),
            name_words(*_names(rows, sizes, top, selected), x, scale.start + 14),
            brackets(runs(rows, lang), x, scale.start + 28),
        )
    )  # fmt: skip


def _names(
    rows: list[Row], sizes: list[int], top: int, selected: str | None
) -> tuple[list[str], list[int]]:
    """The layers worth a name, and which come first: selected, last, poolings, then growth."""
    grows = [i for i, n in enumerate(sizes) if i and n > sizes[i - 1]]
    chosen = [i for i, r in enumerate(rows) if r.id == selected] + [top]
    chosen += [i for i in grows if OPS[rows[i].op] == "pooling"] + grows
    return [r.id if i in chosen else "" for i, r in enumerate(rows)], chosen


def _final(row: Row, at: tuple[float, float], levels: list[float], right: float, lang: str) -> str:
    """The size that the field ends with, at the layer that brings it; off the marked levels."""
    words = f"{label('views.px', lang, n=_size(row))} · {row.id}"
    y = at[1] - 13
    for level in sorted(levels, reverse=True):
        y = level - 10 if abs(y - level) < 9 else y
    return text(min(at[0] + 6, right), y, words, "small strong halo", "end")


def fraction_of(side: int) -> str:
    """Half the side: 112, or 113.5."""
    return fraction(side // 2) if side % 2 == 0 else f"{side / 2:g}"


def _pixels(value: float) -> str:
    return f"{value:g}"


def _level(left: float, y: float, words: str, style: str) -> str:
    """The words over a marked level, at its left; points that they meet stand behind them."""
    return text(left + 6, y - 9, words, f"small halo {style}".strip())


def _mark(
    row: Row,
    held: tuple[str, ...],
    at: tuple[float, float],
    plot: tuple[float, float, float],
    state: tuple[bool, bool],
    lang: str,
) -> str:
    """A point; `plot`: the plot's bottom, the pitch, the right edge; `state`: selected, last."""
    selected, last = state
    bottom, pitch, right = plot
    hit = el("rect", class_="hit", x=at[0] - pitch / 2, y=TOP, width=pitch, height=bottom - TOP)
    dot = el("circle", class_="shape", cx=at[0], cy=at[1], r=min(5.0, max(2.0, pitch / 3)))
    value = label("views.px", lang, n=_size(row))
    words = f"{value} · {row.id}"
    if held and last and right >= ROOMY:
        words = label("views.growth_behind", lang, value=value, layer=row.id)
    inner = hit + dot + readout(right, TOP - TITLE, words)
    return node_group(row.id, OPS[row.op], words, selected, inner, holds=held)


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
