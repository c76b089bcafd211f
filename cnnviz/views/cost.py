"""Cost by layer: one bar an operation, and above them the shares of the kinds of operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cnnviz.content import label
from cnnviz.graph import OPS
from cnnviz.picture import Column, Picture, Table
from cnnviz.report import Report, Row
from cnnviz.views.chart import SMALL, TEXT, Scale, axis_words, linear, logarithmic, room
from cnnviz.views.chart_parts import (
    NARROW,
    drawing,
    kind_legend,
    kinds,
    node_group,
    runs,
    share_strip,
    text,
    x_axis,
)
from cnnviz.views.cost_columns import Bar, bars, differing, pinned_words, places
from cnnviz.views.cost_words import then_name
from cnnviz.views.layout_text import shorten
from cnnviz.views.numbers import column, exact, percent, si
from cnnviz.views.quantity import quantity as named
from cnnviz.views.svg import el

QUANTITIES: Final = (
    "params", "macs", "flops", "activations", "memory_access", "connections", "buffers",
)  # fmt: skip
PITCH: Final = 20.0  # px a row
CROWDED: Final = 60  # rows; beyond, they stand closer and only the longest bars are named
DOT: Final = 5.0  # px: radius on a logarithmic axis, where a bar's length would mean nothing
AXIS: Final = 44.0
READOUT: Final = 18.0  # px below the axis for the name of the selected bar, where few have one
NAMED: Final = 24  # longest bars named where rows are crowded
SHARE: Final = 52.0  # px of the column of shares


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand, in px."""

    top: float
    pitch: float
    left: float  # edge of the names; brackets stand before it
    names: float  # their width
    scale: Scale
    width: float
    named: frozenset[int]
    quantity: str
    shown: tuple[str, ...]  # the amounts as written
    differences: Mapping[str, str] = field(default_factory=dict)  # from what is pinned, in words

    def y(self, i: int) -> float:
        """The upper edge of row i."""
        return self.top + i * self.pitch


def cost(
    report: Report,
    quantity: str,
    lang: str,
    selected: str | None = None,
    log: bool = False,
    width: float = 1000,
    pinned: Report | None = None,
    differences: Mapping[str, str] | None = None,
) -> Picture:
    """One of QUANTITIES by layer, in execution order; layers that have none are left out.

    Bars carry data-node. `selected` is marked where it has a bar. `log`: dots over powers of ten.
    `pinned`: its bars as outlines where they differ, layers matched by name; one that only it has
    has its row too. The `differences` in words, by id, stand in place of the shares.
    """
    at = places(report, (quantity,), pinned)
    layers = bars(at, (quantity,), "layer", lang)
    rows = [b.rows[0] for b in layers if b.rows and b.amount(quantity)]
    numbers = [int(getattr(r, quantity)) for r in rows]
    data = _table(report, rows, numbers, quantity, lang)
    caption = _caption(report, rows, numbers, quantity, lang, log)
    then = then_name(report, pinned, lang)
    caption += pinned_words(at, layers, (quantity,), then, lang)
    alt = caption + _more_alt(rows, numbers, lang, selected)
    if not rows:
        svg = drawing(width, 40, alt, text(0, 20, caption, "muted"))
        return Picture(data.name, svg, width, 40, alt, caption, data)
    strip, top = share_strip(kinds(rows, numbers), width, lang)
    legend = ""
    if differing(layers, (quantity,)):
        legend, top = kind_legend([("then", label("cost.dashed", lang, name=then))], width, top)
    plan = _plan(layers, quantity, log, width, top + 10, selected, differences or {})
    bottom = plan.y(len(layers))
    height = bottom + AXIS + (0 if len(plan.named) == len(layers) else READOUT)
    svg = drawing(
        width,
        height,
        alt,
        strip,
        legend,
        x_axis(plan.scale, plan.top, bottom, title(report, quantity, lang), axis_words(plan.scale)),
        _stages([p.shaped for p in at], plan, lang),
        *(_bar(b, i, plan, sum(numbers), bool(b.node) and b.node == selected)
          for i, b in enumerate(layers)),
    )  # fmt: skip
    return Picture(data.name, svg, width, height, alt, caption, data)


def title(report: Report, quantity: str, lang: str) -> str:
    """The axis title: the quantity's name, and its unit where it has one."""
    name, unit = (
        named(report, quantity, "name", lang),
        named(report, quantity, "unit", lang),
    )
    return label("views.chart_axis", lang, name=name, unit=unit) if unit else name


def _plan(
    rows: Sequence[Bar], quantity: str, log: bool, width: float, top: float, selected: str | None,
    differences: Mapping[str, str],
) -> _Plan:  # fmt: skip
    numbers = [b.amount(quantity) for b in rows]
    pitch = PITCH if len(rows) <= CROWDED else max(4.0, CROWDED * PITCH / len(rows))
    named = _named(rows, numbers, pitch, selected)
    left = 56.0 if width >= NARROW else 0.0
    names = min(max(room(rows[i].name, TEXT, bold=True) for i in named), 0.28 * width)
    shown = column(numbers)
    amounts = max(room(words, SMALL, bold=True) for words in shown)
    start = left + names + 8
    most = [*numbers, *(b.then(quantity) for b in rows)]
    share = SHARE + 14 if any(differences.values()) else SHARE
    end = width - amounts - 10 - (share if width >= NARROW else 0)
    scale = logarithmic(most, start, end - DOT) if log else linear(max(most), start, end)
    return _Plan(top, pitch, left, names, scale, width, named, quantity, shown, differences)


def _named(
    rows: Sequence[Bar], numbers: list[int], pitch: float, selected: str | None
) -> frozenset[int]:
    """Rows whose name is written: all, or the selected and the longest with room for a line."""
    if pitch >= SMALL + 2:
        return frozenset(range(len(rows)))
    first = [i for i, r in enumerate(rows) if r.node and r.node == selected]
    order = first + sorted(range(len(rows)), key=lambda i: -numbers[i])
    taken: list[int] = []
    for i in order:
        if len(taken) < NAMED and all(abs(i - j) * pitch >= SMALL + 2 for j in taken):
            taken.append(i)
    return frozenset(taken)


def _bar(bar: Bar, i: int, plan: _Plan, total: int, selected: bool) -> str:
    n, name = bar.amount(plan.quantity), bar.name
    inner = el("rect", class_="hit", x=plan.left, y=plan.y(i), width=plan.width - plan.left,
               height=plan.pitch)  # fmt: skip
    inner += _lengths(bar, n, plan.y(i), plan)
    difference, compared = plan.differences.get(name, ""), any(plan.differences.values())
    if i in plan.named:
        inner += _written(bar, i, plan, difference if compared else percent(n, total))
    else:
        words = shorten(f"{si(n)} ({percent(n, total)}) · {name}", SMALL, plan.width, bold=True)
        inner += text(0, plan.y(len(plan.shown)) + AXIS + 4, words, "small readout")
    told = f"{name} · {exact(n)} ({percent(n, total)}) {difference}".strip()
    if bar.rows:
        return node_group(name, OPS[bar.rows[0].op], told, selected, inner)
    return el("g", el("title", text=f"{name} · {difference}"), inner)


def _lengths(bar: Bar, n: int, y: float, plan: _Plan) -> str:
    """The bar, or on a logarithmic axis the dot; and the outline of what is pinned."""
    scale, parts = plan.scale, ""
    gap = 3 if plan.pitch > 10 else 0.5
    if scale.log and n:
        parts += el("circle", class_="shape", cx=scale(n), cy=y + plan.pitch / 2,
                    r=min(DOT, plan.pitch / 2))  # fmt: skip
    elif bar.rows and not scale.log:
        long = max(scale(n) - scale.start, 0.5)
        parts += el("rect", class_="shape", x=scale.start, y=y + gap, width=long,
                    height=plan.pitch - 2 * gap)  # fmt: skip
    if (then := bar.then(plan.quantity)) and then != n:
        long = max(scale(then) - scale.start, 0.5)
        parts += el("rect", class_="then", x=scale.start, y=y + gap - 1, width=long,
                    height=plan.pitch - 2 * gap + 2)  # fmt: skip
    return parts


def _written(bar: Bar, i: int, plan: _Plan, last: str) -> str:
    """The name, the amount, and the share of the whole or the difference."""
    middle = plan.y(i) + plan.pitch / 2
    style = "" if bar.rows else "muted"
    name = shorten(bar.name, TEXT, plan.names, bold=True)
    parts = text(plan.scale.start - 8, middle, name, style, "end")
    wide = SHARE + 14 if any(plan.differences.values()) else SHARE
    share = wide if plan.width >= NARROW else 0
    if bar.rows:
        parts += text(plan.width - share, middle, plan.shown[i], "small", "end")
    if share:
        parts += text(plan.width, middle, last, "small", "end")
    return parts


def _stages(rows: Sequence[Row], plan: _Plan, lang: str) -> str:
    """Brackets along the left edge, one for each size of map."""
    if not plan.left:
        return ""
    parts, free = [], float("-inf")
    for run in runs(rows, lang):
        top, bottom = plan.y(run.first) + 3, plan.y(run.last + 1) - 3
        x = plan.left - 6
        parts.append(el("path", class_="bracket", d=f"M{x},{top:.1f}h-4V{bottom:.1f}h4"))
        if (top + bottom) / 2 >= free:
            words = shorten(run.words, SMALL, x - 8)
            parts.append(text(x - 8, (top + bottom) / 2, words, "small muted", "end"))
            free = (top + bottom) / 2 + SMALL + 4
    return "".join(parts)


def _table(report: Report, rows: list[Row], numbers: list[int], quantity: str, lang: str) -> Table:
    columns = (
        Column("name", label("views.chart_layer", lang), "code"),
        Column("op", label("views.chart_op", lang)),
        Column(quantity, title(report, quantity, lang), "int"),
        Column("share", label("views.chart_share", lang)),
    )
    total = sum(numbers)
    lines = tuple(
        (r.id, label(f"ops.op.{r.op}", lang), n, percent(n, total))
        for r, n in zip(rows, numbers, strict=True)
    )
    caption = label(
        "views.cost_table", lang, quantity=title(report, quantity, lang), name=report.title
    )
    sums = (label("views.chart_total", lang), "", total, percent(total, total))
    return Table(f"{report.name}_{quantity}", caption, columns, lines, sums)


def _caption(
    report: Report, rows: list[Row], numbers: list[int], quantity: str, lang: str, log: bool
) -> str:
    name = named(report, quantity, "name", lang)
    if not rows:
        return label("views.cost_none", lang, quantity=name, name=report.title)
    said = label("views.cost_caption", lang, quantity=name, name=report.title,
                 total=si(sum(numbers)), layers=len(rows))  # fmt: skip
    if report.not_counted and quantity in ("macs", "flops"):
        said += label("views.cost_not_counted", lang, count=len(report.not_counted))
    return said + (label("views.cost_log", lang) if log else "")


def _more_alt(rows: list[Row], numbers: list[int], lang: str, selected: str | None) -> str:
    """What the bars show: the shares of the kinds, the longest bar, the selected one."""
    if not rows:
        return ""
    total, most = sum(numbers), max(range(len(rows)), key=lambda i: numbers[i])
    shares = label("views.chart_and", lang).join(
        f"{label(f'ops.kind.{kind}', lang)} {percent(n, total)}"
        for kind, n in kinds(rows, numbers).items()
    )
    said = label("views.cost_alt", lang, shares=shares, layer=rows[most].id,
                 value=si(numbers[most]), share=percent(numbers[most], total))  # fmt: skip
    for row, n in zip(rows, numbers, strict=True):
        if row.id == selected:
            said += label("views.chart_selected", lang, layer=row.id, value=si(n))
    return said
