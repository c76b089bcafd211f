"""Cost side by side: each quantity a row of columns, all on one axis of layers or stages.

So one sees at once that AlexNet's parameters sit in its linear layers and its multiply-accumulates
in its convolutions; the stage with the most parameters has a band through all rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cnnviz.content import label, sentences
from cnnviz.picture import Picture
from cnnviz.report import Report
from cnnviz.views.chart import SMALL, TEXT, Scale, linear, logarithmic, room, spread, ticks, wrapped
from cnnviz.views.chart_parts import (
    NARROW,
    drawing,
    kind_legend,
    line,
    text,
)
from cnnviz.views.cost_columns import Bar, Stage, bars, headline, heaviest, shown_rows, stages
from cnnviz.views.cost_plan import GAP, SHARES, Plan, foot
from cnnviz.views.cost_words import caption_of, name_of, shares_of, table_of
from cnnviz.views.layout_text import shorten
from cnnviz.views.numbers import exact, percent, si
from cnnviz.views.svg import el

QUANTITIES: Final = ("params", "macs", "activations", "memory_access")
HEAD: Final = 15  # px of the headline's type
LINE: Final = 21.0  # px of a line of it
PLOT: Final = 42.0  # px of a plot; on a wide page TALL
TALL: Final = 62.0
WIDE: Final = 840
ALONE: Final = 220.0  # px of the plot of a single quantity
DOT: Final = 4.0


def panels(
    report: Report,
    lang: str,
    quantities: Sequence[str] = QUANTITIES,
    by: str = "layer",
    log: bool = False,
    width: float = 1000,
    pinned: Report | None = None,
    differences: Mapping[str, str] | None = None,
) -> Picture:
    """The quantities, one below the other; `by`: of cost_columns.BY.

    Columns carry data-node; a stage's also data-holds. `pinned`: its columns as outlines, layers
    matched by name. `differences`: of the totals, in words, by quantity.
    """
    found = bars(report, quantities, by, lang)
    data = table_of(report, found, quantities, by, lang)
    if not found:
        said = label("views.cost_none", lang, quantity=name_of(quantities[0], lang),
                     name=report.title)  # fmt: skip
        svg = drawing(width, 40, said, text(0, 20, said, "muted"))
        return Picture(data.name, svg, width, 40, said, said, data)
    told = headline(report, lang, shown_rows(report, quantities))
    plan = _plan(report, found, quantities, by, log, width, lang)
    head, top = _headline(told, width)
    legend, top = kind_legend(_kinds(found, quantities, lang), width, top)
    ends = [top + plan.row * (i + 1) - GAP for i in range(len(quantities))]
    scales = {q: _scale(found, q, log, end, plan.plot, pinned) for q, end in
              zip(quantities, ends, strict=True)}  # fmt: skip
    below, height = foot(plan, ends[-1], log)
    caption = caption_of(report, quantities, by, log, lang)
    caption = sentences((told, caption), lang)
    alt = f"{caption}{shares_of(plan.bars, plan.stages, quantities, lang)}".strip()
    svg = drawing(
        width,
        height,
        alt,
        head,
        legend,
        _band(plan, ends[0] - plan.plot - SHARES, ends[-1]),
        *(_row(q, scales[q], plan, (differences or {}).get(q, "")) for q in quantities),
        *(_columns(b, i, quantities, scales, plan) for i, b in enumerate(found)),
        *_ghosts(found, quantities, scales, plan, pinned),
        below,
    )
    return Picture(data.name, svg, width, height, alt, caption, data)


def _plan(
    report: Report, found: tuple[Bar, ...], quantities: Sequence[str], by: str, log: bool,
    width: float, lang: str,
) -> Plan:  # fmt: skip
    rows = shown_rows(report, quantities)
    cut = stages(rows, lang)
    heavy = heaviest(lang, rows)
    if by == "stage":  # each stage is one column
        at = {s.run: i for i, s in enumerate(cut)}
        cut = tuple(_moved(s, i) for i, s in enumerate(cut))
        heavy = _moved(heavy, at[heavy.run]) if heavy else None
    plot = ALONE if len(quantities) == 1 else TALL if width >= WIDE else PLOT
    scales = (_scale(found, q, log, plot, plot, None) for q in quantities)
    left = max(room(si(v)) for s in scales for v in _ticks(s, plot)) + 10
    if width >= NARROW:
        titles = [room(name_of(q, lang), TEXT, bold=True) for q in quantities]
        left += max(*titles, room("+888.8 M")) + 8
    return Plan(found, cut, heavy, left, width, plot, log, lang)


def _moved(stage: Stage, i: int) -> Stage:
    return Stage(type(stage.run)(i, i, stage.run.words), stage.name, stage.rows)


def _scale(
    found: Sequence[Bar], quantity: str, log: bool, bottom: float, plot: float,
    pinned: Report | None,
) -> Scale:  # fmt: skip
    numbers = [b.amount(quantity) for b in found]
    if pinned is not None:
        numbers += [n for b in found if (n := _then(b, quantity, pinned)) is not None]
    if log:
        return logarithmic(numbers, bottom, bottom - plot + DOT)
    return linear(max(numbers), bottom, bottom - plot)


def _ticks(scale: Scale, plot: float) -> tuple[float, ...]:
    return ticks(scale, max(2, int(plot / 24)))


def _headline(words: str, width: float) -> tuple[str, float]:
    lines = wrapped(words, HEAD, width)
    drawn = (text(0, i * LINE + 11, said, "headline strong") for i, said in enumerate(lines))
    return "".join(drawn), len(lines) * LINE + 2


def _kinds(found: Sequence[Bar], quantities: Sequence[str], lang: str) -> list[tuple[str, str]]:
    seen = dict.fromkeys(k for b in found for q in quantities for k in b.kinds(q))
    return [(k, label(f"ops.kind.{k}", lang)) for k in seen]


def _band(plan: Plan, top: float, bottom: float) -> str:
    """Behind the stage with the most parameters, through all rows."""
    if plan.heavy is None:
        return ""
    left, right = plan.x(plan.heavy.run.first), plan.x(plan.heavy.run.last + 1)
    return el("rect", class_="band", x=left, y=top, width=right - left, height=bottom - top)


def _row(quantity: str, scale: Scale, plan: Plan, difference: str) -> str:
    """Title, total, axis and the stages' shares of one quantity."""
    bottom, top = scale.start, scale.start - plan.plot
    total = sum(b.amount(quantity) for b in plan.bars)
    name = name_of(quantity, plan.lang)
    if plan.title:
        parts = [text(0, top - SHARES - 9, name, "small strong")]
        words = f"{si(total)} {difference}".strip()
        parts.append(text(room(name, SMALL, bold=True) + 8, top - SHARES - 9, words, "small muted"))
    else:
        parts = [text(0, top + 2, name, "strong"), text(0, top + 19, si(total), "small muted")]
        if difference:
            parts.append(text(0, top + 35, difference, "small accent"))
    for value in _ticks(scale, plan.plot):
        y = scale(value)
        parts.append(text(plan.left - 8, y, si(value), "small muted", "end"))
        parts.append(line(plan.left, y, plan.width, y, "grid"))
    parts.append(line(plan.left, bottom, plan.width, bottom, "axis"))
    return "".join(parts) + _shares(quantity, total, top - SHARES / 2, plan)


def _shares(quantity: str, total: int, y: float, plan: Plan) -> str:
    """Each stage's share, above its columns, where there is room; the band's first."""
    words = [percent(s.amount(quantity), total) for s in plan.stages]
    places = [_held((plan.x(s.run.first) + plan.x(s.run.last + 1)) / 2, w, plan)
              for s, w in zip(plan.stages, words, strict=True)]  # fmt: skip
    heavy = [i for i, s in enumerate(plan.stages) if plan.heavy and s.run == plan.heavy.run]
    order = heavy + sorted(range(len(words)), key=lambda i: -plan.stages[i].amount(quantity))
    parts = []
    for i in spread(places, words, keep=order, gap=6):
        style = "small accent strong" if i in heavy else "small muted"
        parts.append(text(places[i], y, words[i], style, "middle"))
    return "".join(parts)


def _held(middle: float, words: str, plan: Plan) -> float:
    half = room(words, bold=True) / 2
    return min(max(middle, plan.left + half), plan.width - half)


def _columns(
    bar: Bar, i: int, quantities: Sequence[str], scales: Mapping[str, Scale], plan: Plan
) -> str:
    """One layer or stage through all rows: its columns by kind, and what it says when chosen."""
    left, right = plan.x(i), plan.x(i + 1)
    gap = min(2.0, 0.12 * (right - left))
    first, last = scales[quantities[0]], scales[quantities[-1]]
    inner = el("rect", class_="hit", x=left, y=first.start - plan.plot, width=right - left,
               height=last.start - first.start + plan.plot)  # fmt: skip
    for q in quantities:
        inner += _marks(bar.kinds(q), (left + gap, right - gap), scales[q])
    amounts = [f"{name_of(q, plan.lang)} {exact(bar.amount(q))}" for q in quantities]
    told = label("cost.told", plan.lang, name=bar.name,
                 amounts=label("cost.dot", plan.lang).join(amounts))  # fmt: skip
    short = " · ".join(si(bar.amount(q)) for q in quantities)
    long = " · ".join(f"{name_of(q, plan.lang)} {si(bar.amount(q))}" for q in quantities)
    said = next((w for w in (f"{bar.name}: {long}", f"{bar.name}: {short}")
                 if room(w, SMALL, bold=True) <= plan.width), bar.name)  # fmt: skip
    at = last.start + 60
    inner += text(0, at, shorten(said, SMALL, plan.width, bold=True), "small readout")
    holds = None if len(bar.rows) == 1 else " ".join(r.id for r in bar.rows)
    return el("g", el("title", text=told), inner, data_node=bar.node, data_holds=holds)


def _marks(kinds: Mapping[str, int], across: tuple[float, float], scale: Scale) -> str:
    """A column, its parts by kind; on a logarithmic axis, where parts would not add up, a dot."""
    left, right = across
    if scale.log and kinds:
        radius = max(0.7, min(DOT, (right - left) / 2))
        dot = el("circle", class_="shape", cx=(left + right) / 2, cy=scale(sum(kinds.values())),
                 r=radius)  # fmt: skip
        return el("g", dot, class_=f"k-{max(kinds, key=kinds.__getitem__)}")
    parts, below = "", 0
    for kind, n in kinds.items():
        high = max(scale(below) - scale(below + n), 0.6)
        part = el("rect", class_="shape", x=left, y=scale(below) - high, width=right - left,
                  height=high)  # fmt: skip
        parts += el("g", part, class_=f"k-{kind}")
        below += n
    return parts


def _then(bar: Bar, quantity: str, pinned: Report) -> int | None:
    """The pinned network's amount in the layers of the same names; None where it has none."""
    same = [pinned.by_id[r.id] for r in bar.rows if r.id in pinned.by_id]
    return sum(int(getattr(r, quantity)) for r in same) if same else None


def _ghosts(
    found: Sequence[Bar], quantities: Sequence[str], scales: Mapping[str, Scale], plan: Plan,
    pinned: Report | None,
) -> list[str]:  # fmt: skip
    """The pinned network's columns as outlines."""
    if pinned is None:
        return []
    parts = []
    for i, bar in enumerate(found):
        for q in quantities:
            n = _then(bar, q, pinned)
            if n and not plan.log:
                y = scales[q](n)
                parts.append(el("rect", class_="then", x=plan.x(i) + 0.5, y=y,
                                width=plan.x(i + 1) - plan.x(i) - 1,
                                height=scales[q].start - y))  # fmt: skip
            elif n:
                parts.append(line(plan.x(i), scales[q](n), plan.x(i + 1), scales[q](n), "then"))
    return parts
