"""The field of a layer worked out from the input on: size r, jump j and start, layer by layer.

r += d·(k − 1)·j and start −= p·j, then j is multiplied by s. Where branches meet the way goes on
through the one that sees most; a gate counts as a constant on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Final

from cnnviz.content import label, sentences
from cnnviz.picture import Column, Table
from cnnviz.report import Field, Report, Row
from cnnviz.views.numbers import fraction
from cnnviz.views.output_size import Window, window
from cnnviz.views.receptive_field_spans import Sight

SHOWN: Final = 9  # rows; of longer ways the last ones, the others folded
LISTED: Final = 4  # branches whose sizes are written out
WINDOW: Final = ' class="window"'  # what a narrow table leaves out
AXES: Final = {1: ("w",), 2: ("h", "w"), 3: ("d", "h", "w")}


@dataclass(frozen=True, slots=True)
class Step:
    """One layer of the way, along one axis. r, j, start are written out, or "" (`said` instead)."""

    layer: str
    k: str
    s: str
    p: str
    r: tuple[str, str]  # how it is computed, the value
    j: tuple[str, str]
    start: tuple[str, str]
    said: str


def steps(report: Report, found: Sight, axis: int, lang: str) -> tuple[Step, ...]:
    """From the input to the layer; layers that change nothing are left out."""
    way = list(_way(report, found))
    made: list[Step] = []
    for i, row in enumerate(way):
        now, before = _own(row, found.source), _own(way[i - 1], found.source) if i else None
        alike = before is not None and _same(now, before) and not _merges(report, row, found)
        if alike and row.id != found.row.id:
            continue
        made.append(_step(report, row, now, before, found, axis, lang))
    return tuple(made)


def uniform(report: Report, found: Sight) -> bool:
    """Whether one axis says it for all."""
    return all(
        len({*zip(f.size, f.stride, f.start, strict=True)}) == 1
        for f in (_own(row, found.source) for row in _way(report, found))
    )


def html(report: Report, found: Sight, lang: str) -> str:
    """The table, its layers to be chosen; the earlier ones of a long way folded."""
    alike = uniform(report, found)
    listed = steps(report, found, 0, lang)
    rule = label("field.steps.rule", lang)
    if not alike:
        name = label(f"field.steps.axes.{AXES[len(found.axes)][0]}", lang)
        rule = sentences((rule, label("field.steps.axis", lang, axis=name)), lang)
    head = "".join(
        f'<th scope="col"{WINDOW if k in "ksp" else ""}>{escape(name)}</th>'
        for k in ("layer", "k", "s", "p", "r", "j", "start")
        for name in (label(f"field.steps.{k}", lang),)
    )
    title = escape(label("field.steps.caption", lang, layer=found.row.id))
    early, late = listed[:-SHOWN], listed[-SHOWN:]
    folded = ""
    if early:
        rows = "".join(_html_row(s, False) for s in early)
        name = escape(label("field.steps.earlier", lang, n=len(early)))
        folded = (f'<details><summary>{name}</summary><div class="scroll"><table><tr>{head}</tr>'
                  f"{rows}</table></div></details>")  # fmt: skip
    rows = "".join(_html_row(s, s is listed[-1]) for s in late)
    return (f'<div class="head"><b id="steps">{title}</b></div>{folded}<div class="scroll">'
            f'<table aria-labelledby="steps"><tr>{head}</tr>{rows}</table></div>'
            f"<p>{escape(rule)}</p>")  # fmt: skip


def steps_table(report: Report, found: Sight, lang: str) -> Table:
    """The same as data."""
    keys = ("layer", "k", "s", "p", "r", "j", "start")
    columns = tuple(Column(k, label(f"field.steps.{k}", lang)) for k in keys)
    rows = tuple(
        (s.layer, s.k, s.s, s.p, s.r[1], s.j[1], s.start[1] or s.said)
        for s in steps(report, found, 0, lang)
    )
    caption = label("field.steps.caption", lang, layer=found.row.id)
    return Table(f"{report.name}_field_steps_{found.row.id}", caption, columns, rows)


def _way(report: Report, found: Sight) -> Iterator[Row]:
    """From the input to the layer, through the branch that sees most."""
    back = [found.row]
    while back[-1].id != found.source:
        known = _sources(report, back[-1], found)
        if not known:
            break
        back.append(max(known, key=lambda r: _reach(_own(r, found.source))))
    yield from reversed(back)


def _sources(report: Report, row: Row, found: Sight) -> list[Row]:
    """What the layer reads that sees the input, each once; no gates, if there is a map."""
    rows = [report.by_id[i] for i in dict.fromkeys(row.inputs) if i in report.by_id]
    known = [r for r in rows if r.id == found.source or found.source in r.receptive_fields]
    field = row.receptive_fields.get(found.source)
    if row.op == "mul" and field is not None and field.without_gate:
        maps = [r for r in known if _own(r, found.source).status != "whole"]
        return maps or known
    return known


def _merges(report: Report, row: Row, found: Sight) -> bool:
    known = [_own(r, found.source) for r in _sources(report, row, found)]
    return len({(f.size, f.stride, f.start) for f in known}) > 1


def _reach(field: Field) -> tuple[bool, tuple[int, ...]]:
    return field.status == "whole", field.size


def _own(row: Row, source: str) -> Field:
    found = row.receptive_fields.get(source) or row.receptive_field
    assert found is not None
    return found.without_gate or found


def _same(a: Field, b: Field) -> bool:
    return (a.size, a.stride, a.start, a.status) == (b.size, b.stride, b.start, b.status)


def _step(
    report: Report,
    row: Row,
    now: Field,
    before: Field | None,
    found: Sight,
    axis: int,
    lang: str,
) -> Step:
    r, j, start = str(now.size[axis]), fraction(now.stride[axis]), _minus(now.start[axis])
    if now.status == "whole":
        return Step(row.id, "", "", "", ("", ""), ("", ""), ("", ""),
                    label("field.steps.whole", lang))  # fmt: skip
    said = label("field.steps.bound", lang) if now.status == "bound" else ""
    if _merges(report, row, found):
        sizes = [_own(b, found.source).size[axis] for b in _sources(report, row, found)]
        many = len(sizes) > LISTED
        listed = f"{min(sizes)} … {max(sizes)}" if many else ", ".join(map(str, sizes))
        said = label("field.steps.hull", lang, n=len(sizes), sizes=listed)
    windows = window(row)
    if before is None or len(windows) != len(now.size) or said:
        return Step(row.id, "", "", "", ("", r), ("", j), ("", start), said)
    w, old = windows[axis], (before.size[axis], before.stride[axis], before.start[axis])
    known = (now.size[axis], now.stride[axis], now.start[axis])
    if _next(w, old) != known:
        return Step(row.id, "", "", "", ("", r), ("", j), ("", start), "")
    jump = fraction(old[1])
    d = f"{w.d}·" if w.d != 1 else ""
    k = f"{w.k}, d {w.d}" if w.d != 1 else str(w.k)
    p = str(w.p_b) if w.p_b == w.p_e else f"{w.p_b}, {w.p_e}"
    return Step(
        row.id, k, str(w.s), p,
        (f"{old[0]} + {d}({w.k} − 1)·{jump}", r),
        (f"{jump}·{w.s}", j),
        (f"{_minus(old[2])} − {w.p_b}·{jump}", start),
        "",
    )  # fmt: skip


def _next(w: Window, old: tuple[int, Fraction, int]) -> tuple[int | Fraction, ...]:
    """The recurrence: what it gives must be what is shown."""
    size, jump, start = old
    return size + w.d * (w.k - 1) * jump, jump * w.s, start - w.p_b * jump


def _html_row(s: Step, chosen: bool) -> str:
    name = f'<button data-node="{escape(s.layer)}">{escape(s.layer)}</button>'
    style = ' class="chosen"' if chosen else ""
    cells = "".join(f"<td{WINDOW}>{escape(v)}</td>" for v in (s.k, s.s, s.p))
    if s.said:
        name += f'<small class="under">{escape(s.said)}</small>'
        cells = f'<td colspan="3" class="said">{escape(s.said)}</td>'
    cells += "".join(
        f"<td>{f'<small>{escape(how)} =</small>' if how else ''}{escape(value)}</td>"
        for how, value in (s.r, s.j, s.start)
    )
    return f'<tr{style} data-layer="{escape(s.layer)}"><td>{name}</td>{cells}</tr>'


def _minus(n: int) -> str:
    return str(n).replace("-", "−")
