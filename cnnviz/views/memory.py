"""Memory over the execution order: what is alive while each operation runs, and the peak."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cnnviz.content import label
from cnnviz.graph import OPS
from cnnviz.picture import Column, Picture, Table
from cnnviz.report import Moment, Report
from cnnviz.views.chart import Scale, linear, room, ticks
from cnnviz.views.chart_parts import (
    NARROW,
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
from cnnviz.views.numbers import bytes_
from cnnviz.views.svg import el, polygon

MODES: Final = ("inference", "training")
TOP: Final = 56.0
HIGH: Final = 170.0  # px of the plot
BELOW: Final = 84.0
ROW: Final = 17.0  # px from the floor to the row of dots
BAND: Final = 24.0  # px of what is there throughout, below a break of the axis
BREAK: Final = 5.0  # px
TOOTH: Final = 6.0  # px, of the break's edge


def memory(
    report: Report,
    mode: str,
    lang: str,
    selected: str | None = None,
    width: float = 1000,
    optimizer: str = "sgd",
) -> Picture:
    """Bytes alive while each operation runs, weights apart; `mode` is one of MODES.

    Columns carry data-node. The peak is marked, and below the axis the tensors alive at it. What
    is there throughout in training (gradients and momentum of the weights) stands below a break
    of the axis, so that what changes has the whole height. `optimizer`: whose state it is.
    """
    moments = report.totals.memory.timeline
    name = f"{report.name}_memory_{mode}"
    caption = _caption(report, mode, lang, optimizer)
    data = _table(report, mode, name, lang)
    if not moments:
        svg = drawing(width, 40, caption, text(0, 20, caption, "muted"))
        return Picture(name, svg, width, 40, caption, caption, data)
    numbers = [_bytes(m, mode) for m in moments]
    alt = caption + _alt(report, numbers, lang, selected)
    state = _state(report, mode)
    scale = linear((max(_peak(report, mode), *numbers) - state) * 1.02, TOP + HIGH, TOP)
    height = _floor(state) + BELOW
    svg = drawing(
        width, height, alt, _plot(report, numbers, mode, scale, width, lang, selected, optimizer)
    )
    return Picture(name, svg, width, height, alt, caption, data)


def _bytes(moment: Moment, mode: str) -> int:
    return moment.training if mode == "training" else moment.inference


def _peak(report: Report, mode: str) -> int:
    found = report.totals.memory
    return found.peak_training if mode == "training" else found.peak_inference


def alive(report: Report, mode: str) -> tuple[str, ...]:
    """Ids of the operations whose outputs are alive at the peak."""
    found = report.totals.memory
    if mode == "training":
        return found.alive_at_training_peak
    return found.alive_at_inference_peak


def _plot(
    report: Report,
    numbers: list[int],
    mode: str,
    scale: Scale,
    width: float,
    lang: str,
    selected: str | None,
    optimizer: str,
) -> str:
    ids = [m.id for m in report.totals.memory.timeline]
    state = _state(report, mode)
    values = ticks(scale, 6)
    write = _more if state else _amount
    row = label("views.memory_row" if width >= NARROW else "views.memory_row_short", lang)
    left = max(axis_left(values, write), room(row) + 6)
    pitch = (width - left) / len(ids)

    def x(i: float) -> float:
        return left + i * pitch

    top = max(range(len(ids)), key=lambda i: numbers[i])
    rows = [report.by_id[i] for i in ids]
    chosen = [i for i, node in enumerate(ids) if node == selected] + [top]
    chosen += [i for i, r in enumerate(rows) if OPS[r.op] in ("convolution", "linear")]
    columns = "".join(
        _column(node, OPS[rows[i].op], (state, numbers[i]), (x(i), pitch, width), scale,
                node == selected)
        for i, node in enumerate(ids)
    )  # fmt: skip
    floor = _floor(state)
    return "".join(
        (
            y_axis(scale, values, width, _axis(state, lang), write, left),
            columns,
            line(left, TOP + HIGH, width, TOP + HIGH, "axis"),
            _band(state, left, width, lang, optimizer) if state else "",
            text(0, floor + ROW, row, "small muted"),
            _dots(ids, set(alive(report, mode)), x, floor + ROW, min(3.5, pitch / 2)),
            _peak_mark(ids[top], _peak(report, mode), state, x(top + 0.5), (left, width), scale,
                       lang),
            name_words(ids, chosen, x, floor + 34),
            brackets(runs(rows, lang), x, floor + 48),
        )
    )  # fmt: skip


def _axis(state: int, lang: str) -> str:
    if state:
        return label("views.memory_axis_more", lang, value=bytes_(state))
    return label("views.memory_axis", lang)


def _floor(state: int) -> float:
    """The lower edge of the plot and of the band below it."""
    return TOP + HIGH + (BREAK + BAND if state else 0.0)


def _dots(
    ids: list[str], held: set[str], x: Callable[[float], float], y: float, radius: float
) -> str:
    """A dot under each operation whose output is alive at the peak."""
    return "".join(
        el("circle", class_="alive", cx=x(i + 0.5), cy=y, r=radius)
        for i, node in enumerate(ids)
        if node in held
    )


def _amount(value: float) -> str:
    return bytes_(round(value))


def _more(value: float) -> str:
    """A tick above the break."""
    return f"+{bytes_(round(value))}" if value else "+0"


def _state(report: Report, mode: str) -> int:
    """Bytes that are there throughout: in training the weights' gradients and momentum."""
    return report.totals.memory.weight_state if mode == "training" else 0


def _band(state: int, left: float, right: float, lang: str, optimizer: str) -> str:
    """What is there throughout, below a jagged edge that says: not to scale; with its amount."""
    top, bottom = TOP + HIGH + BREAK, _floor(state)
    teeth = max(2, round((right - left) / TOOTH / 2)) * 2
    points = [(right - (right - left) * i / teeth, top + (3 if i % 2 else 0))
              for i in range(teeth + 1)]  # fmt: skip
    edge = polygon([(left, bottom), (right, bottom), *points])
    words = next(
        (
            w
            for key in (f"cost.state_{optimizer}", "views.memory_state_short")
            if room(w := label(key, lang, value=bytes_(state))) + 16 <= right - left
        ),
        bytes_(state),
    )
    return (
        el("polygon", class_="state", points=edge)
        + line(left, bottom, right, bottom, "axis")
        + text(left + 8, (top + bottom) / 2 + 1.5, words, "small")
    )


def _column(
    node: str,
    kind: str,
    ends: tuple[int, int],
    across: tuple[float, float, float],
    scale: Scale,
    selected: bool,
) -> str:
    """From what is there throughout up to what is alive, in bytes; left edge, width, right end."""
    x, pitch, right = across
    gap = 0.5 if pitch > 4 else 0.0
    low, high = ends
    y = scale(high - low)
    words = f"{bytes_(high)} · {node}"
    inner = el("rect", class_="hit", x=x, y=TOP, width=pitch, height=HIGH)
    inner += el("rect", class_="shape", x=x + gap, y=y, width=max(pitch - 2 * gap, 0.5),
                height=scale.start - y)  # fmt: skip
    inner += readout(right, TOP - TITLE, words)
    return node_group(node, kind, words, selected, inner)


def _peak_mark(
    node: str,
    n: int,
    state: int,
    x: float,
    ends: tuple[float, float],
    scale: Scale,
    lang: str,
) -> str:
    """A dashed level at the peak, and the words above it, near the operation that has it."""
    left, right = ends
    words = label("views.memory_peak", lang, value=bytes_(n), layer=node)
    half = room(words, bold=True) / 2
    at = min(max(x, left + half), right - half)
    y = scale(n - state)
    return line(left, y, right, y, "guide") + text(at, y - 10, words, "small strong", "middle")


def _caption(report: Report, mode: str, lang: str, optimizer: str) -> str:
    found = report.totals.memory
    key = f"cost.timeline_{optimizer}" if mode == "training" else "views.memory_caption_inference"
    said = label(key, lang, name=report.title,
                 peak=bytes_(_peak(report, mode)), weights=bytes_(found.weight_bytes),
                 state=bytes_(found.weight_state))  # fmt: skip
    batch = report.inputs[0][0] if report.inputs and len(report.inputs[0]) > 1 else 1
    said += label("views.memory_batch", lang, n=batch)
    held = alive(report, mode)
    if not held:
        return said
    few = held if len(held) <= 6 else (*held[:5],)
    names = label("views.chart_list", lang).join(few)
    more = label("views.memory_more", lang, n=len(held) - len(few)) if len(few) < len(held) else ""
    return said + label("views.memory_alive", lang, names=names + more)


def _alt(report: Report, numbers: list[int], lang: str, selected: str | None) -> str:
    moments = report.totals.memory.timeline
    top = moments[max(range(len(numbers)), key=lambda i: numbers[i])].id
    said = label("views.memory_alt", lang, layer=top, first=bytes_(numbers[0]),
                 last=bytes_(numbers[-1]))  # fmt: skip
    for moment, n in zip(moments, numbers, strict=True):
        if moment.id == selected:
            said += label("views.chart_selected", lang, layer=moment.id, value=bytes_(n))
    return said


def _table(report: Report, mode: str, name: str, lang: str) -> Table:
    columns = (
        Column("name", label("views.chart_layer", lang), "code"),
        Column("op", label("views.chart_op", lang)),
        Column("bytes", label("views.memory_column_bytes", lang), "int", "B"),
        Column("alive_at_peak", label("views.memory_column_alive", lang)),
    )
    held = set(alive(report, mode))
    yes, no = label("views.yes", lang), label("views.no", lang)
    lines = tuple(
        (m.id, label(f"ops.op.{report.by_id[m.id].op}", lang), _bytes(m, mode),
         yes if m.id in held else no)
        for m in report.totals.memory.timeline
    )  # fmt: skip
    return Table(name, label("views.memory_table", lang, name=report.title), columns, lines)
