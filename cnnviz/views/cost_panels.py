"""Cost side by side: each quantity a row of columns, all on one axis of layers or stages.

So one sees at once that AlexNet's parameters sit in its linear layers and its multiply-accumulates
in its convolutions; the stage with the most parameters has a band through all rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cnnviz.content import label
from cnnviz.picture import Picture
from cnnviz.report import Report
from cnnviz.views.chart import (
    SMALL,
    TEXT,
    Scale,
    axis_words,
    linear,
    logarithmic,
    room,
    spread,
    ticks,
    wrapped,
)
from cnnviz.views.chart_parts import (
    drawing,
    kind_legend,
    line,
    text,
)
from cnnviz.views.cost_columns import (
    Bar,
    Place,
    Stage,
    bars,
    differing,
    headline,
    heaviest,
    pinned_words,
    places,
    stages,
)
from cnnviz.views.cost_plan import GAP, GUTTER, READOUT, SHARES, Plan, foot
from cnnviz.views.cost_words import caption_of, name_of, shares_of, table_of, then_name
from cnnviz.views.layout_text import shorten
from cnnviz.views.numbers import exact, percent, si
from cnnviz.views.svg import el

QUANTITIES: Final = ("params", "macs", "activations", "memory_access")
HEAD: Final = 15  # px of the headline's type
LINE: Final = 21.0  # px of a line of it
PLOT: Final = 36.0  # px of a plot; on a wide page TALL
LOW: Final = 25.0
TALL: Final = 54.0
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
    low: bool = False,
) -> Picture:
    """The quantities, one below the other; `by`: of cost_columns.BY.

    Columns carry data-node; a stage's also data-holds. `pinned`: its columns as outlines, layers
    matched by name, where they differ; a layer that only it has has its place too.
    `differences`: of the totals, in words, by quantity. `low`: for a window that is not high.
    """
    at = places(report, quantities, pinned)
    found = bars(at, quantities, by, lang)
    data = table_of(report, found, quantities, by, lang)
    if not found:
        said = label("views.cost_none", lang, quantity=name_of(quantities[0], lang, report),
                     name=report.title)  # fmt: skip
        svg = drawing(width, 40, said, text(0, 20, said, "muted"))
        return Picture(data.name, svg, width, 40, said, said, data)
    told = headline(report, lang, at)
    plan = _plan(report, at, found, quantities, by, log, width, lang, low)
    then = then_name(report, pinned, lang)
    head, top = _headline(told, width)
    legend, top = kind_legend(_named(plan, quantities, then), width, top)
    ends = [top + plan.row * (i + 1) - GAP for i in range(len(quantities))]
    scales = {q: _scale(found, q, log, ends[i], plan.plot) for i, q in enumerate(quantities)}
    below, height = foot(plan, ends[-1], log)
    caption = caption_of(report, quantities, by, log, lang)
    caption += pinned_words(at, found, quantities, then, lang)
    alt = told + (" " if told and lang != "zh" else "") + caption
    alt += shares_of(report, plan.bars, plan.stages, quantities, lang)
    svg = drawing(
        width,
        height,
        alt,
        head,
        legend,
        _band(plan, ends[0] - plan.plot - SHARES, ends[-1]),
        *(_row(q, scales[q], plan, (differences or {}).get(q, "")) for q in quantities),
        *(_columns(b, i, quantities, scales, plan) for i, b in enumerate(found)),
        *_ghosts(quantities, scales, plan),
        below,
    )
    return Picture(data.name, svg, width, height, alt, caption, data)


def _plan(
    report: Report, layers: Sequence[Place], found: tuple[Bar, ...], quantities: Sequence[str],
    by: str, log: bool, width: float, lang: str, low: bool,
) -> Plan:  # fmt: skip
    cut = stages(layers, lang)
    heavy = heaviest(lang, layers)
    if by == "stage":  # each stage is one column
        at = {s.run: i for i, s in enumerate(cut)}
        cut = tuple(_moved(s, i) for i, s in enumerate(cut))
        heavy = _moved(heavy, at[heavy.run]) if heavy else None
    plot = ALONE if len(quantities) == 1 else TALL if width >= WIDE else LOW if low else PLOT
    scales = (_scale(found, q, log, plot, plot) for q in quantities)
    left = max(room(axis_words(s)(v)) for s in scales for v in _ticks(s, plot)) + 10
    names = {q: name_of(q, lang, report) for q in quantities}
    if width >= GUTTER:
        titles = [room(w, TEXT, bold=True) for w in names.values()]
        left += max(*titles, room("+888.8 M")) + 8
    return Plan(found, cut, heavy, left, width, plot, log, lang, names)


def _moved(stage: Stage, i: int) -> Stage:
    return Stage(type(stage.run)(i, i, stage.run.words), stage.name, stage.rows, stage.pinned)


def _scale(found: Sequence[Bar], quantity: str, log: bool, bottom: float, plot: float) -> Scale:
    numbers = [n for b in found for n in (b.amount(quantity), b.then(quantity))]
    if log:
        return logarithmic(numbers, bottom, bottom - plot + DOT)
    return linear(max(numbers), bottom, bottom - plot)


def _ticks(scale: Scale, plot: float) -> tuple[float, ...]:
    return ticks(scale, max(2, int(plot / 24)))


def _headline(words: str, width: float) -> tuple[str, float]:
    lines = wrapped(words, HEAD, width)
    drawn = (text(0, i * LINE + 11, said, "headline strong") for i, said in enumerate(lines))
    return "".join(drawn), len(lines) * LINE + 2


def _named(plan: Plan, quantities: Sequence[str], then: str) -> list[tuple[str, str]]:
    """The kinds whose colour is seen: a column of at least a pixel; and the dashed outlines."""
    bars = plan.bars
    least = {q: 0 if plan.log else max(b.amount(q) for b in bars) / plan.plot for q in quantities}
    seen = dict.fromkeys(k for b in bars for q in quantities for k, n in b.kinds(q).items()
                         if n >= least[q])  # fmt: skip
    named = [(k, label(f"ops.kind.{k}", plan.lang)) for k in seen]
    if differing(bars, quantities):
        named.append(("then", label("cost.dashed", plan.lang, name=then)))
    return named


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
    name, write = plan.titles[quantity], axis_words(scale)
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
        parts.append(text(plan.left - 8, y, write(value), "small muted", "end"))
        parts.append(line(plan.left, y, plan.width, y, "grid"))
    parts.append(line(plan.left, bottom, plan.width, bottom, "axis"))
    return "".join(parts) + _shares(quantity, total, top - SHARES / 2 - 1, plan)


def _shares(quantity: str, total: int, y: float, plan: Plan) -> str:
    """Each stage's share, above its columns, where there is room; the band's first."""
    words = [percent(s.amount(quantity), total) for s in plan.stages]
    places = [_held((plan.x(s.run.first) + plan.x(s.run.last + 1)) / 2, w, plan)
              for s, w in zip(plan.stages, words, strict=True)]  # fmt: skip
    heavy = [i for i, s in enumerate(plan.stages) if plan.heavy and s.run == plan.heavy.run]
    rest = sorted(range(len(words)), key=lambda i: -plan.stages[i].amount(quantity))
    rest = [i for i in rest if i not in heavy and plan.stages[i].rows
            and not _touches_band(places[i], words[i], plan)]  # fmt: skip
    order = heavy + rest
    parts = []
    for j in spread([places[i] for i in order], [words[i] for i in order], gap=6):
        i = order[j]
        style = "small accent strong" if i in heavy else "small muted"
        parts.append(text(places[i], y, words[i], style, "middle"))
    return "".join(parts)


def _touches_band(middle: float, words: str, plan: Plan) -> bool:
    if plan.heavy is None:
        return False
    half, run = room(words) / 2, plan.heavy.run
    return middle + half > plan.x(run.first) and middle - half < plan.x(run.last + 1)


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
    key = "cost.told" if bar.rows else "cost.told_then"

    def told(amounts: Sequence[str]) -> str:
        joined = label("cost.dot", plan.lang).join(amounts)
        return label(key, plan.lang, name=bar.name, amounts=joined)

    amount = bar.amount if bar.rows else bar.then
    title = el("title", text=told([f"{plan.titles[q]} {exact(amount(q))}" for q in quantities]))
    if not bar.node:
        return el("g", title, inner)
    numbers = {q: si(amount(q)) for q in quantities}
    long, short = told([f"{plan.titles[q]} {n}" for q, n in numbers.items()]), [*numbers.values()]
    said = next((w for w in (long, told(short)) if room(w, SMALL, bold=True) <= plan.width),
                bar.name)  # fmt: skip
    at = last.start + READOUT
    inner += text(0, at, shorten(said, SMALL, plan.width, bold=True), "small readout")
    holds = None if len(bar.rows) == 1 else " ".join(r.id for r in bar.rows)
    return el("g", title, inner, data_node=bar.node, data_holds=holds)


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


def _ghosts(quantities: Sequence[str], scales: Mapping[str, Scale], plan: Plan) -> list[str]:
    """The pinned network's columns as outlines, where they differ."""
    parts = []
    for i, bar in enumerate(plan.bars):
        for q in quantities:
            n, y = bar.then(q), scales[q](bar.then(q))
            if not bar.pinned or n == bar.amount(q) or (plan.log and not n):
                continue
            if plan.log:
                parts.append(line(plan.x(i), y, plan.x(i + 1), y, "then"))
            else:
                parts.append(el("rect", class_="then", x=plan.x(i) + 0.5, y=y,
                                width=plan.x(i + 1) - plan.x(i) - 1,
                                height=scales[q].start - y))  # fmt: skip
    return parts
