"""The folded graph as SVG: every box, frame and wire as a group that scripts can find."""

from __future__ import annotations

from cnnviz.analysis.fold import EVERY
from cnnviz.content import label
from cnnviz.views import structure_draw as draw
from cnnviz.views.layout import Layout, Line
from cnnviz.views.layout_place import Point, Spot
from cnnviz.views.layout_text import text_width
from cnnviz.views.structure_sketch import Sketch
from cnnviz.views.structure_words import SIZE
from cnnviz.views.svg import el


def svg(shown: Sketch, layout: Layout, selected: str | None = None) -> str:
    """Frames, wires, boxes, in this order.

    Every box is a <g data-key>; layers carry data-node, what opens or closes data-fold; data-holds
    lists the operations that a box stands for, data-in the opened items around it,
    data-at its corner. Wires carry data-from, data-to and data-shape.
    """
    cell = shown.folded.cell_of.get(selected or "")
    chosen = None if cell is None else shown.view.shown[cell]
    around, stands = _around(shown, layout), _stands(shown)
    return el(
        "svg",
        el("g", *(_frame(shown, n, layout.frames[n]) for n in sorted(layout.frames))),
        el("g", *_wires(shown, layout), class_="wires"),
        el("g", *(_leaving(shown, n, layout) for n in sorted(shown.gives)), class_="wires"),
        el(
            "g",
            *(
                _item(shown, n, layout.boxes[n], stands[n], around.get(n), n == chosen)
                for n in sorted(layout.boxes)
            ),
        ),
        *_chips(shown, layout),
        class_="cv structure",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {layout.width:g} {layout.height:g}",
        width=layout.width,
        height=layout.height,
        data_flow=layout.flow,
        role="group",
        aria_label=label("structure.title", shown.lang, name=shown.graph.title),
    )


def _around(shown: Sketch, layout: Layout) -> dict[int, str]:
    """Box -> keys of the opened items around it that can be closed, inner ones first."""
    at = {id(part): n for n, part in enumerate(shown.view.leaves)}
    found: dict[int, list[str]] = {}
    for n in sorted({*layout.frames, *layout.loose}, reverse=True):
        for leaf in shown.opens[n].leaves():
            found.setdefault(at[id(leaf)], []).append(shown.opens[n].item.key)
    return {n: " ".join(keys) for n, keys in found.items()}


def _stands(shown: Sketch) -> list[list[str]]:
    """The operations that each box stands for: its own, and those of the members not shown."""
    found: list[list[str]] = [[] for _ in shown.view.leaves]
    for cell, n in enumerate(shown.view.shown):
        found[n] += shown.folded.cells[cell].ops
    return found


def _item(
    shown: Sketch, n: int, at: Spot, stands: list[str], around: str | None, chosen: bool
) -> str:
    item, look = shown.view.leaves[n].item, shown.looks[n]
    said = shown.said(n)
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
        data_in=around,
        data_holds=" ".join(stands) if len(stands) > 1 else None,
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


def _wires(shown: Sketch, layout: Layout) -> list[str]:
    first: dict[int, int] = {}  # source -> the target whose wire says it for all
    for u, v in shown.view.links:
        first[u] = min(v, first.get(u, v))
    words = {u: shown.on_wire(u) for u in first}
    return [
        _wire(shown, line, words[line.source] if first[line.source] == line.target else "", layout)
        for line in layout.lines
    ]


def _wire(shown: Sketch, line: Line, words: str, layout: Layout) -> str:
    leaves, pair = shown.view.leaves, (line.source, line.target)
    shapes = shown.tensors(*pair)
    points = line.points
    said = "" if layout.curved else draw.on_wire(points, words)
    if pair in layout.said:  # the layout kept a place for the words of each wire
        said = draw.beside_wire(layout.said[pair], shapes if shown.shapes else words)
    if layout.flow == "tb" and shown.looks[line.target].stacked:  # the cards look out above
        x, y = points[-1]
        points = (*points[:-1], (x, y - draw.CARDS[0]))
    return el(
        "g",
        el("title", text=shapes),
        draw.curve(points) if layout.curved else draw.wire(points),
        said,
        class_="wire",
        data_from=leaves[line.source].item.key,
        data_to=leaves[line.target].item.key,
        data_shape=shapes,
    )


def _leaving(shown: Sketch, n: int, layout: Layout) -> str:
    """The arrow out of the network: onward, or aside where the box is read on."""
    at = layout.boxes[n]
    right = ((at.x + at.w, at.y + at.h / 2), (at.x + at.w + draw.OUT, at.y + at.h / 2))
    down = ((at.x + at.w / 2, at.y + at.h), (at.x + at.w / 2, at.y + at.h + draw.OUT))
    points: tuple[Point, ...] = down if (n in shown.readers) == (layout.flow == "lr") else right
    title = el("title", text=label("structure.leaves", shown.lang))
    return el("g", title, draw.wire(points), class_="wire leaves")
