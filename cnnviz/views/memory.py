"""Memory over the execution order: what is in use while each operation runs, and the peak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cnnviz.content import label, listed
from cnnviz.graph import OPS
from cnnviz.picture import Column, Picture, Table
from cnnviz.report import Moment, Report
from cnnviz.views.chart import Scale, axis_words, linear, room, ticks
from cnnviz.views.chart_parts import (
    NARROW,
    TITLE,
    axis_left,
    brackets,
    drawing,
    kind_legend,
    line,
    node_group,
    readout,
    runs,
    stage_names,
    text,
    y_axis,
)
from cnnviz.views.numbers import bytes_
from cnnviz.views.svg import el, polygon

MODES: Final = ("inference", "training")
TOP: Final = 50.0  # px from the legend of kinds to the plot
HIGH: Final = 170.0  # px of the plot
BELOW: Final = 84.0
ROW: Final = 17.0  # px from the floor to the row of dots
BAND: Final = 24.0  # px of what is there throughout, below a break of the axis
BREAK: Final = 5.0  # px
TOOTH: Final = 6.0  # px, of the break's edge
TICK: Final = 3.5  # px: an operation's mark, in its colour, at the level while it runs


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is drawn, and where."""

    ids: tuple[str, ...]
    levels: tuple[int, ...]  # bytes above what is there throughout
    base: int  # bytes that are there throughout
    scale: Scale
    left: float
    right: float
    top: int  # the operation that has the peak

    @property
    def pitch(self) -> float:
        return (self.right - self.left) / len(self.ids)

    @property
    def floor(self) -> float:
        """The lower edge of the plot and of the band below it."""
        return self.scale.start + (BREAK + BAND if self.base else 0.0)

    def x(self, i: float) -> float:
        return self.left + i * self.pitch


def memory(
    report: Report,
    mode: str,
    lang: str,
    selected: str | None = None,
    width: float = 1000,
    optimizer: str = "sgd",
    peak: str = "",
) -> Picture:
    """Bytes in use while each operation runs; `mode` is one of MODES.

    What is there throughout (the weights; in training their gradients and the state of the
    `optimizer` too) stands below a break of the axis, so that what changes has the whole height;
    it is part of every number here. Marks carry data-node. The peak is marked, and below the axis
    the tensors alive at it. `peak`: which operation has it, where several come to the same.
    """
    moments = report.totals.memory.timeline
    name = f"{report.name}_memory_{mode}"
    caption = _caption(report, mode, lang, optimizer)
    data = _table(report, mode, name, lang)
    if not moments:
        svg = drawing(width, 40, caption, text(0, 20, caption, "muted"))
        return Picture(name, svg, width, 40, caption, caption, data)
    seen = dict.fromkeys(OPS[report.by_id[m.id].op] for m in moments)
    legend, end = kind_legend([(k, label(f"ops.kind.{k}", lang)) for k in seen], width, 0)
    plan = _plan(report, mode, lang, width, end + TOP, peak)
    alt = caption + _alt(plan, lang, selected)
    height = plan.floor + BELOW
    svg = drawing(width, height, alt, legend, _plot(report, plan, mode, lang, selected, optimizer))
    return Picture(name, svg, width, height, alt, caption, data)


def _plan(report: Report, mode: str, lang: str, width: float, top: float, peak: str) -> _Plan:
    found = report.totals.memory
    # a moment of training counts the gradients and the optimiser's state, never the weights
    own = found.weight_state if mode == "training" else 0
    levels = tuple(_bytes(m, mode) - own for m in found.timeline)
    scale = linear(max(levels) * 1.02, top + HIGH, top)
    base = found.weight_bytes + own
    row = label("views.memory_row" if width >= NARROW else "views.memory_row_short", lang)
    left = max(axis_left(ticks(scale, 6), _written(scale, base)), room(row) + 6)
    ids = tuple(m.id for m in found.timeline)
    first = max(range(len(ids)), key=lambda i: (levels[i], ids[i] == peak, -i))
    return _Plan(ids, levels, base, scale, left, width, first)


def _bytes(moment: Moment, mode: str) -> int:
    return moment.training if mode == "training" else moment.inference


def whole_peak(report: Report, mode: str) -> int:
    """Bytes at the peak, the weights with them."""
    found = report.totals.memory
    peak = found.peak_training if mode == "training" else found.peak_inference
    return peak + found.weight_bytes


def alive(report: Report, mode: str) -> tuple[str, ...]:
    """Ids of the operations whose outputs are alive at the peak."""
    found = report.totals.memory
    if mode == "training":
        return found.alive_at_training_peak
    return found.alive_at_inference_peak


def _written(scale: Scale, base: int) -> Callable[[float], str]:
    """Ticks: amounts above what is there throughout."""
    plain = axis_words(scale, "B")
    return (lambda value: f"+{plain(value)}") if base else plain


def _plot(
    report: Report, plan: _Plan, mode: str, lang: str, selected: str | None, optimizer: str
) -> str:
    ids, scale, floor = plan.ids, plan.scale, plan.floor
    rows = [report.by_id[i] for i in ids]
    weighted = [i for i, r in enumerate(rows) if OPS[r.op] in ("convolution", "linear")]
    stages = runs(rows, lang)
    row = label("views.memory_row" if plan.right >= NARROW else "views.memory_row_short", lang)
    title = label("views.memory_axis_more" if plan.base else "views.memory_axis", lang,
                  value=bytes_(plan.base))  # fmt: skip
    write = _written(scale, plan.base)
    return "".join(
        (
            y_axis(scale, ticks(scale, 6), plan.right, title, write, plan.left),
            _area(plan),
            *(_mark(i, OPS[r.op], plan, r.id == selected) for i, r in enumerate(rows)),
            line(plan.left, scale.start, plan.right, scale.start, "axis"),
            _band(plan, mode, lang, optimizer) if plan.base else "",
            text(0, floor + ROW, row, "small muted"),
            _dots(set(alive(report, mode)), plan),
            _peak_mark(whole_peak(report, mode), plan, lang),
            stage_names(ids, weighted, stages, plan.x, floor + 34),
            brackets(stages, plan.x, floor + 46),
        )
    )


def _area(plan: _Plan) -> str:
    """The level step by step, as one surface."""
    steps = "".join(f"V{plan.scale(n):.2f}H{plan.x(i + 1):.2f}" for i, n in enumerate(plan.levels))
    path = f"M{plan.left:.2f},{plan.scale.start:.2f}{steps}V{plan.scale.start:.2f}Z"
    return el("path", class_="area", d=path)


def _mark(i: int, kind: str, plan: _Plan, selected: bool) -> str:
    """An operation: a tick in its colour at the level while it runs."""
    node, n, top = plan.ids[i], plan.levels[i], plan.scale.end
    x, y = plan.x(i), plan.scale(n)
    words = f"{bytes_(plan.base + n)} · {node}"
    inner = el("rect", class_="hit", x=x, y=top, width=plan.pitch, height=HIGH)
    inner += el("rect", class_="shape", x=x, y=y, width=plan.pitch, height=TICK)
    inner += readout(plan.right, top - TITLE, words)
    return node_group(node, kind, words, selected, inner)


def _dots(held: set[str], plan: _Plan) -> str:
    """A dot under each operation whose output is alive at the peak."""
    radius = min(3.5, plan.pitch / 2)
    return "".join(
        el("circle", class_="alive", cx=plan.x(i + 0.5), cy=plan.floor + ROW, r=radius)
        for i, node in enumerate(plan.ids)
        if node in held
    )


def _band(plan: _Plan, mode: str, lang: str, optimizer: str) -> str:
    """What is there throughout, below a jagged edge that says: not to scale; with its amount."""
    left, right = plan.left, plan.right
    top, bottom = plan.scale.start + BREAK, plan.floor
    teeth = max(2, round((right - left) / TOOTH / 2)) * 2
    points = [(right - (right - left) * i / teeth, top + (3 if i % 2 else 0))
              for i in range(teeth + 1)]  # fmt: skip
    edge = polygon([(left, bottom), (right, bottom), *points])
    amount = bytes_(plan.base)
    own = optimizer if mode == "training" else "inference"
    said = [label(key, lang, value=amount) for key in
            (f"cost.base_{own}", f"cost.base_{own}_short", "views.memory_state_short")]  # fmt: skip
    words = next((w for w in said if room(w) + 16 <= right - left), amount)
    return (
        el("polygon", class_="state", points=edge)
        + line(left, bottom, right, bottom, "axis")
        + text(left + 8, (top + bottom) / 2 + 1.5, words, "small")
    )


def _peak_mark(peak: int, plan: _Plan, lang: str) -> str:
    """A dashed level at the peak, and the words above it, near the operation that has it."""
    words = label("views.memory_peak", lang, value=bytes_(peak), layer=plan.ids[plan.top])
    half = room(words, bold=True) / 2
    at = min(max(plan.x(plan.top + 0.5), plan.left + half), plan.right - half)
    y = plan.scale(plan.levels[plan.top])
    level = line(plan.left, y, plan.right, y, "guide")
    return level + text(at, y - 10, words, "small strong", "middle")


def _caption(report: Report, mode: str, lang: str, optimizer: str) -> str:
    found = report.totals.memory
    own = optimizer if mode == "training" else "inference"
    said = label(f"cost.timeline_{own}", lang, name=report.title,
                 peak=bytes_(whole_peak(report, mode)), weights=bytes_(found.weight_bytes),
                 state=bytes_(found.weight_state))  # fmt: skip
    batch = report.inputs[0][0] if report.inputs and len(report.inputs[0]) > 1 else 1
    said += label("views.memory_batch", lang, n=batch)
    held = alive(report, mode)
    if not held:
        return said
    few = held if len(held) <= 6 else (*held[:5],)
    names = listed(few, lang)
    more = label("views.memory_more", lang, n=len(held) - len(few)) if len(few) < len(held) else ""
    return said + label("views.memory_alive", lang, names=names + more)


def _alt(plan: _Plan, lang: str, selected: str | None) -> str:
    whole = [plan.base + n for n in plan.levels]
    said = label("views.memory_alt", lang, layer=plan.ids[plan.top], first=bytes_(whole[0]),
                 last=bytes_(whole[-1]))  # fmt: skip
    for node, n in zip(plan.ids, whole, strict=True):
        if node == selected:
            said += label("views.chart_selected", lang, layer=node, value=bytes_(n))
    return said


def _table(report: Report, mode: str, name: str, lang: str) -> Table:
    columns = (
        Column("name", label("views.chart_layer", lang), "code"),
        Column("op", label("views.chart_op", lang)),
        Column("bytes", label("views.memory_column_bytes", lang), "int", "B"),
        Column("alive_at_peak", label("views.memory_column_alive", lang)),
    )
    weights = report.totals.memory.weight_bytes
    held = set(alive(report, mode))
    yes, no = label("views.yes", lang), label("views.no", lang)
    lines = tuple(
        (m.id, label(f"ops.op.{report.by_id[m.id].op}", lang), weights + _bytes(m, mode),
         yes if m.id in held else no)
        for m in report.totals.memory.timeline
    )  # fmt: skip
    return Table(name, label("views.memory_table", lang, name=report.title), columns, lines)
