"""Structure: the folded graph of a network as a picture that opens where it is clicked."""

from __future__ import annotations

import re
from typing import Final

from cnnviz.analysis.fold import EVERY
from cnnviz.content import label
from cnnviz.graph import Graph
from cnnviz.picture import Cell, Column, Picture, Table
from cnnviz.report import Report
from cnnviz.views import structure_draw as draw
from cnnviz.views.layout import Layout, Line, lay_out
from cnnviz.views.layout_place import Spot
from cnnviz.views.layout_text import text_width
from cnnviz.views.numbers import map_size
from cnnviz.views.structure_sketch import Sketch, folded_graph
from cnnviz.views.structure_words import SIZE, dims
from cnnviz.views.svg import el

MOST_SAID: Final = 40  # boxes that the text alternative names


def structure(
    graph: Graph,
    report: Report | None = None,
    *,
    opened: frozenset[str] | None = None,
    width: float = 1000,
    lang: str = "en",
    selected: str | None = None,
) -> Picture:
    """The graph, folded as `opened` says (None: as its paper would draw it), `width` px wide.

    A part wider than that makes the picture wider; text is never scaled. Rows begin where they
    begin in the unopened picture, so that what is opened stays where it was clicked.
    Every box is a <g data-key>; layers carry data-node, what opens or closes data-fold;
    data-holds lists the operations in a box, data-at is its corner. The numbers of `report` go
    to the table alone.
    """
    folded = folded_graph(graph)
    base = folded.default()
    shown = Sketch(folded, base if opened is None else opened, base, lang)
    anchors: tuple[int, ...] = ()
    if shown.opened != base:
        first = Sketch(folded, base, base, lang)
        anchors = lay_out(first.nest, first.view.links, width).starts
    layout = lay_out(shown.nest, shown.view.links, width, anchors)
    return Picture(
        name=f"{graph.name}-structure",
        svg=_svg(shown, layout, selected),
        width=layout.width,
        height=layout.height,
        alt=_alt(shown),
        caption=_caption(shown),
        data=_table(shown, report),
    )


def signs(picture: Picture, lang: str) -> str:
    """What the signs in the boxes mean, those of groups and stacks where there are some."""
    said = label("structure.key", lang)
    for name, mark in (("groups", r">\d+ g\d"), ("times", r" ×\d+<")):
        if re.search(mark, picture.svg):
            said += label(f"structure.key_{name}", lang)
    return said


def _svg(shown: Sketch, layout: Layout, selected: str | None) -> str:
    cell = shown.folded.cell_of.get(selected or "")
    chosen = None if cell is None else shown.view.shown[cell]
    return el(
        "svg",
        el("g", *(_frame(shown, n, layout.frames[n]) for n in sorted(layout.frames))),
        el("g", *(_wire(shown, line) for line in layout.lines)),
        el("g", *(_leaving(shown, n, layout.boxes[n]) for n in sorted(shown.gives))),
        el("g", *(_item(shown, n, layout.boxes[n], n == chosen) for n in sorted(layout.boxes))),
        *_chips(shown, layout),
        class_="cv structure",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {layout.width:g} {layout.height:g}",
        width=layout.width,
        height=layout.height,
        role="group",
        aria_label=label("structure.title", shown.lang, name=shown.graph.title),
    )


def _item(shown: Sketch, n: int, at: Spot, chosen: bool) -> str:
    item, look = shown.view.leaves[n].item, shown.looks[n]
    ops, said = shown.ops(item), shown.said(n)
    classes = ["item", f"k-{look.kind}"]
    classes += ["on"] if look.kind != "block" else []
    classes += ["gate"] if look.gate else []
    classes += ["selected"] if chosen else []
    return el(
        "g",
        el("title", text=said),
        draw.box(look, at),
        class_=" ".join(classes),
        data_key=item.key,
        data_at=f"{at.x:.1f} {at.y:.1f}",
        data_kind=look.kind,
        data_node=None if item.folds else shown.head(item).id,
        data_fold=item.key if item.folds else None,
        data_holds=" ".join(ops) if len(ops) > 1 else None,
        role="img",
        aria_label=said,
    )


def _frame(shown: Sketch, n: int, at: Spot) -> str:
    part = shown.opens[n]
    title = shown.title(part)
    x = at.x + draw.TITLE_AT + text_width(title, SIZE, bold=True)
    tools = _tools(shown, n, x, at.y + draw.TITLE_UP)
    return el(
        "g",
        draw.frame(at, title, part.times > 1),
        *tools,
        class_="frame",
        data_key=part.item.key,
        data_open=part.item.key,
    )


def _tools(shown: Sketch, n: int, x: float, y: float) -> list[str]:
    """The marks behind a title: close, and for a run shown by one, show every one."""
    item, lang = shown.opens[n].item, shown.lang
    keys = [(item.key, "structure.close", False)]
    if draw.has_every(item):
        every = item.key + EVERY
        more = every not in shown.opened
        keys.append((every, "structure.every" if more else "structure.one", more))
    return [
        el(
            "g",
            el("title", text=label(words, lang, n=item.times)),
            draw.sign(x + draw.TOOL * (k + 0.5) + 6, y, "+" if plus else "−" if not k else "1"),
            class_="tool",
            data_fold=key,
            role="button",
            aria_label=f"{label(words, lang, n=item.times)}: {shown.title(shown.opens[n])}",
        )
        for k, (key, words, plus) in enumerate(keys)
    ]


def _chips(shown: Sketch, layout: Layout) -> list[str]:
    """Opened items without a frame are closed by marks over their first box or frame."""
    out = []
    for n in sorted(layout.loose):
        part = shown.opens[n]
        first = shown.view.leaves.index(next(part.leaves()))
        held = {id(p) for p in part.walk()}
        inner = [at for k, at in layout.frames.items() if id(shown.opens[k]) in held]
        at = layout.boxes[first]
        around = [f for f in inner if f.x <= at.x <= f.x + f.w and f.y <= at.y <= f.y + f.h]
        if around:
            outer = min(around, key=lambda f: f.x)
            x, y = outer.x + outer.w - draw.tools_width(part.item), outer.y + draw.TITLE_UP
        else:
            x, y = at.x - draw.TITLE_AT, at.y - draw.TITLE_UP
        out.append(el("g", *_tools(shown, n, x, y), class_="frame loose", data_open=part.item.key))
    return out


def _wire(shown: Sketch, line: Line) -> str:
    nodes, leaves = shown.graph.by_id, shown.view.leaves
    tensors = shown.view.links[line.source, line.target]
    shapes = " + ".join(dims(nodes[e.node].outputs[e.output].shape) for e in tensors)
    first = min(v for u, v in shown.view.links if u == line.source) == line.target
    size = shown.new_size(line.source) if first else ""  # once for all wires of a box
    return el(
        "g",
        el("title", text=shapes),
        draw.wire(line.points),
        draw.on_wire(line.points, size) if size else "",
        class_="wire",
        data_from=leaves[line.source].item.key,
        data_to=leaves[line.target].item.key,
        data_shape=shapes,
    )


def _leaving(shown: Sketch, n: int, at: Spot) -> str:
    """The arrow out of the network: to the right, or down where the box is read on."""
    x, y = at.x + at.w, at.y + at.h / 2
    points = ((x, y), (x + draw.OUT, y))
    if n in shown.readers:
        points = ((at.x + at.w / 2, at.y + at.h), (at.x + at.w / 2, at.y + at.h + draw.OUT))
    title = el("title", text=label("structure.leaves", shown.lang))
    return el("g", title, draw.wire(points), class_="wire leaves")


def _caption(shown: Sketch) -> str:
    text = label(
        "structure.caption",
        shown.lang,
        name=shown.graph.title,
        layers=len(shown.folded.cells),
        boxes=len(shown.view.leaves),
    )
    if any(look.stacked for look in shown.looks):
        text += label("structure.caption_stacks", shown.lang)
    if any(look.before or look.after for look in shown.looks):
        text += label("structure.caption_strips", shown.lang)
    return text


def _alt(shown: Sketch) -> str:
    lang, leaves = shown.lang, shown.view.leaves
    said = [shown.said(n) for n in range(min(len(leaves), MOST_SAID))]
    if len(leaves) > MOST_SAID:
        said.append(label("structure.alt_more", lang, n=len(leaves) - MOST_SAID))
    items = ("；" if lang == "zh" else "; ").join(said)
    name = shown.graph.title
    text = label("structure.alt", lang, name=name, boxes=len(leaves), items=items)
    if forks := sum(n > 1 for n in shown.readers.values()):
        text += label("structure.alt_branches", lang, forks=forks)
    return text


def _table(shown: Sketch, report: Report | None) -> Table:
    """The visible boxes; columns of numbers sum to the report's totals where each part shows."""
    lang = shown.lang
    rows: list[tuple[Cell, ...]] = []
    for n, part in enumerate(shown.view.leaves):
        item = part.item
        found = [report.by_id[o] for o in shown.ops(item)] if report else []
        rows.append(
            (
                item.key,
                shown.said(n),
                label(f"structure.kind.{item.kind}", lang),
                item.times,
                map_size(shown.out_shape(item)),
                sum(r.params for r in found) if report else None,
                sum(r.macs for r in found) if report else None,
            )
        )
    kinds = {"times": "int", "params": "int", "macs": "int"}
    names = ("item", "kind", "times", "output", "params", "macs")
    columns = [Column(k, label(f"structure.column.{k}", lang), kinds.get(k, "text")) for k in names]
    title = label("structure.title", lang, name=shown.graph.title)
    return Table(
        f"{shown.graph.name}-structure", title, (Column("key", "id", "code"), *columns), tuple(rows)
    )
