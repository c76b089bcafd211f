"""Volumes: every output of a network as a block drawn to scale, as LeNet's figure shows it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from cnnviz.content import clauses, label, listed
from cnnviz.graph import Graph
from cnnviz.picture import Cell, Column, Picture, Table
from cnnviz.report import Report
from cnnviz.views import volumes_draw as draw
from cnnviz.views.chart_parts import drawing, kind_legend, map_words, text
from cnnviz.views.numbers import size
from cnnviz.views.structure_sketch import folded_graph
from cnnviz.views.structure_words import class_name, own_name, short_name
from cnnviz.views.volumes_chain import Column as Place
from cnnviz.views.volumes_chain import Volume, chain, unbranched
from cnnviz.views.volumes_place import Plan, Row, Words, fits, plan

MOST_SAID: Final = 40  # volumes that the text alternative names
MOST_SHOWN: Final = 32  # volumes of a network that is not folded


def volumes(
    graph: Graph,
    report: Report | None = None,
    *,
    width: float = 1000,
    height: float | None = None,
    lang: str = "en",
    selected: str | None = None,
    legend: bool = True,
) -> Picture:
    """The outputs as blocks, channels × height × width, edges by square root; `width` px wide.

    `height`: what the picture may take; one row fills it, rows on a phone are as high as they are.
    `legend`: whether the kinds are named below.

    A network without branches shows every layer if one row holds them, another what
    `analysis.fold` leaves closed. A volume is a <g data-node> with the operation that makes it;
    data-holds lists the others that it stands for. The numbers of `report` go to the table alone.
    """
    columns = _columns(graph, width, lang)
    shown = [v for c in columns for v in c.volumes]
    laid = plan(columns, _words(columns, lang), width, height)
    caption = _caption(graph, columns, lang)
    alt = caption + _alt(shown, lang, selected)
    svg, height = _svg(laid, shown, width, lang, selected, alt, legend)
    data = _table(graph, report, shown, lang)
    return Picture(f"{graph.name}-volumes", svg, width, height, alt, caption, data)


@lru_cache(maxsize=64)
def _open(graph: Graph) -> tuple[Place, ...] | None:
    """Every layer, if they stand in one line."""
    folded = folded_graph(graph)
    if len(folded.cells) > MOST_SHOWN:
        return None
    view = folded.view(folded.all_open())
    return chain(graph, folded, view) if unbranched(view) else None


@lru_cache(maxsize=64)
def _folded(graph: Graph) -> tuple[Place, ...]:
    folded = folded_graph(graph)
    return chain(graph, folded, folded.view(folded.default()))


def _columns(graph: Graph, width: float, lang: str) -> tuple[Place, ...]:
    whole = _open(graph)
    if whole is not None and fits(whole, _words(whole, lang), width):
        return whole
    return _folded(graph)


def _words(columns: Sequence[Place], lang: str) -> list[Words]:
    """What stands below each column; names only where they tell the layers apart."""
    names = [_name(c.volumes[0], lang) for c in columns]
    layers = [n for n, c in zip(names, columns, strict=True) if not c.volumes[0].blocks]
    apart = len(set(layers)) == len(layers) and all(len(c.volumes) == 1 for c in columns)
    return [_under(c, n if apart else "", lang) for c, n in zip(columns, names, strict=True)]


def _under(column: Place, name: str, lang: str) -> Words:
    v = column.volumes[0]
    channels = max(u.channels for u in column.volumes) // (2 if column.halves else 1)
    times = f"×{v.times}" if v.times > 1 else ""
    return Words(str(channels), times, map_words((1, *v.shape), lang), name)


def _name(v: Volume, lang: str) -> str:
    """What names the volume below it: the layer, the class of a block."""
    if v.blocks:
        return own_name(v.item) or class_name(v.item, lang)
    member = v.item.children[0] if v.times > 1 else v.item
    name = member.path.rpartition(".")[2]
    if not name.startswith(member.cls):  # a module's own name, or a function's
        return name
    if v.kind == "pooling":
        return label("structure.op.max_pool" if "max" in name else "structure.op.avg_pool", lang)
    return name if name == "input" else short_name(member.cls, lang)


def _said(v: Volume, lang: str) -> str:
    what = size(v.shape)
    name = v.node
    if v.times > 1:
        name = label("volumes.times", lang, name=v.item.path, n=v.times)
    said = label("volumes.said", lang, name=name, shape=what)
    if v.reads:
        said += label("volumes.said_reads", lang, kernel=size(v.reads))
    return said


def _svg(
    laid: Plan,
    shown: list[Volume],
    width: float,
    lang: str,
    selected: str | None,
    alt: str,
    legend: bool,
) -> tuple[str, float]:
    chosen = _chosen(shown, selected)
    parts, top = [], draw.TOP
    for row in laid.rows:
        on = draw.shelf(row, top, laid.named or any(s.words.lead for s in row.slots))
        parts.append(_row(row, on, laid.named, width, lang, chosen))
        top = on.bottom + draw.BELOW
    kinds = dict.fromkeys(v.kind for v in shown) if legend else ()
    named = [(k, label(f"ops.kind.{k}", lang)) for k in kinds]
    squares, height = kind_legend(named, width, top - draw.BELOW + 4)
    parts.append(squares)
    return drawing(width, height, alt, *parts), height


def _row(
    row: Row, on: draw.Shelf, named: bool, width: float, lang: str, chosen: Volume | None
) -> str:
    places = draw.spots(row, on)
    parts = []
    for k, slot in enumerate(row.slots):
        column, x = slot.column, row.x[k]
        before = (row.slots[k - 1].column, places[k - 1]) if k else None
        for i, v in enumerate(column.volumes):
            mine = places[k] if column.halves else [places[k][i]]
            lanes = column.at if column.halves else column.at[i : i + 1]
            said = _said(v, lang)
            told = draw.told(said, x, width, row, places)
            inner = [draw.hit(slot, x, mine), _fans(before, column, v, lanes, mine), told]
            inner.append(draw.labels(slot, x, mine))
            if named:
                inner.append(text(x + slot.middle, on.names, slot.words.name, "small muted",
                                  "middle"))  # fmt: skip
            parts.append(draw.volume(v, mine, *inner, said=said, selected=v is chosen))
    return "".join(parts) + draw.leads(row, on.names) + draw.brackets(row, on)


def _fans(
    before: tuple[Place, list[draw.Spot]] | None,
    column: Place,
    v: Volume,
    lanes: tuple[int, ...],
    places: list[draw.Spot],
) -> str:
    """What the volume reads, from every body before it that it reads."""
    if before is None:
        return ""
    earlier, sources = before
    out: list[str] = []
    seen: list[draw.Spot] = []
    for i, target in enumerate(places):
        for j, source in enumerate(sources):
            apart = bool(earlier.at) and bool(lanes) and earlier.at[j] != lanes[i]
            if apart and not column.crosses:
                continue
            if v.reads is not None:
                sides = earlier.volumes[0 if earlier.halves else j].sides
                out.append(draw.fan(source, sides, target, v.reads, source not in seen))
                seen.append(source)
            elif len(sources) > 1:
                out.append(draw.join(source, target))
    return "".join(out)


def _chosen(shown: Sequence[Volume], selected: str | None) -> Volume | None:
    return next((v for v in shown if selected == v.node or selected in v.holds), None)


def _caption(graph: Graph, columns: Sequence[Place], lang: str) -> str:
    shown = [v for c in columns for v in c.volumes]
    said = label("volumes.caption", lang, name=graph.title)
    if any(not v.sides for v in shown):
        said += label("volumes.caption_vectors", lang)
    if any(v.reads and v.sides for v in shown):
        said += label("volumes.caption_windows", lang)
    if any(v.stripes for v in shown):
        said += label("volumes.caption_stripes", lang)
    if any(v.times > 1 for v in shown):
        said += label("volumes.caption_times", lang)
    if any(c.halves for c in columns):
        crossing = [
            c.volumes[0].node for b, c in pairwise(columns) if b.at and (c.crosses or not c.at)
        ]
        names = listed(crossing, lang)
        said += label("volumes.caption_towers", lang, names=names)
    elif lanes := max(len(c.at) for c in columns):
        said += label("volumes.caption_lanes", lang, n=lanes)
    return said


def _alt(shown: Sequence[Volume], lang: str, selected: str | None) -> str:
    items = [_said(v, lang) for v in shown[:MOST_SAID]]
    if len(shown) > MOST_SAID:
        items.append(label("structure.alt_more", lang, n=len(shown) - MOST_SAID))
    said = label("volumes.alt", lang, items=clauses(items, lang))
    chosen = _chosen(shown, selected)
    return said + (label("volumes.alt_selected", lang, what=_said(chosen, lang)) if chosen else "")


def _table(graph: Graph, report: Report | None, shown: Sequence[Volume], lang: str) -> Table:
    """One row a volume; parameters and multiply-accumulates of all that it stands for."""
    names = ("times", "channels", "map", "elements", "reads", "params", "macs")
    kinds = dict.fromkeys(("times", "channels", "elements", "params", "macs"), "int")
    columns = (
        Column("name", label("views.chart_layer", lang), "code"),
        *(Column(k, label(f"volumes.column_{k}", lang), kinds.get(k, "text")) for k in names),
    )
    rows = []
    for v in shown:
        held = [report.by_id[o] for o in v.holds] if report else []
        cells: tuple[Cell, ...] = (
            v.node,
            v.times,
            v.channels,
            size(v.sides) or "1",
            v.elements,
            size(v.reads) if v.reads else None,
            sum(r.params for r in held) if report else None,
            sum(r.macs for r in held) if report else None,
        )
        rows.append(cells)
    title = label("volumes.table", lang, name=graph.title)
    return Table(f"{graph.name}-volumes", title, columns, tuple(rows))
