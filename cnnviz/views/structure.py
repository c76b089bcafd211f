"""Structure: the folded graph of a network as a picture that opens where it is clicked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import prod
from typing import Final

from cnnviz.analysis.fold import EVERY, Fold, Item, Part, View, fold
from cnnviz.analysis.fold_regions import CONTAINERS
from cnnviz.content import label
from cnnviz.graph import Graph
from cnnviz.picture import Column, Picture, Table
from cnnviz.report import Report
from cnnviz.views import structure_draw as draw
from cnnviz.views.layout import Layout, Nest, lay_out
from cnnviz.views.layout_parts import Box
from cnnviz.views.layout_text import text_width
from cnnviz.views.numbers import map_size
from cnnviz.views.structure_draw import Look
from cnnviz.views.structure_words import block_words, cell_words, class_name, dims
from cnnviz.views.svg import el

MOST_IN_ALT: Final = 40


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

    A part wider than that makes the picture wider; text is never scaled. Pure, some milliseconds.
    Every box is a <g data-key>; cells carry data-node, what opens or closes data-fold.
    """
    folded = folded_graph(graph)
    base = folded.default()
    sketch = _Sketch(folded, base if opened is None else opened, base, lang)
    anchors: tuple[int, ...] = ()
    if sketch.opened != base:
        first = _Sketch(folded, base, base, lang)
        anchors = lay_out(first.nest, first.view.links.keys(), width).starts
    layout = lay_out(sketch.nest, sketch.view.links.keys(), width, anchors)
    return Picture(
        name=f"{graph.name}-structure",
        svg=_svg(sketch, layout, selected),
        width=layout.width,
        height=layout.height,
        alt=_alt(sketch),
        caption=label(
            "structure.caption",
            lang,
            name=graph.name,
            cells=len(folded.cells),
            boxes=len(sketch.view.leaves),
        ),
        data=_table(sketch, report),
    )


@lru_cache(maxsize=32)
def folded_graph(graph: Graph) -> Fold:
    """`fold`, remembered: graphs are shared between readers."""
    return fold(graph)


class _Sketch:
    """What is visible, in words and sizes: everything but places."""

    def __init__(
        self, folded: Fold, opened: frozenset[str], base: frozenset[str], lang: str
    ) -> None:
        self.folded, self.opened, self.base, self.lang = folded, opened, base, lang
        self.graph = folded.graph
        self.view: View = folded.view(opened)
        self.looks = [self._look(n, p) for n, p in enumerate(self.view.leaves)]
        self.opens: list[Part] = []
        self._next = 0
        self.nest = self._nest(self.view.root)

    def out_shape(self, item: Item) -> tuple[int, ...]:
        """Shape of what the item gives: its last layer's (not of a flatten behind it)."""
        cell = self.folded.cells[item.cells[-1]]
        head = self.graph.by_id[cell.head]
        last = self.graph.by_id[cell.ops[-1]]
        return (last if head.kind == "reshape" else head).out_shape

    def _look(self, n: int, part: Part) -> Look:
        item = part.item
        cell = self.folded.cells[item.cells[0]]
        member = item.children[0] if item.kind == "run" else item
        if not member.folds:
            before, after = self._strips(cell.head, cell.ops)
            words = cell_words(cell, self.graph, self.lang, item.times)
            kind = self.graph.by_id[cell.head].kind
            return Look(kind, words, before, after, item.times > 1)
        shape = self.out_shape(item)
        channels = shape[1] if len(shape) > 1 else None
        words = block_words(item, channels, self._shrinks(n, shape), self.lang)
        return Look("block", words, stacked=item.times > 1)

    def _shrinks(self, n: int, shape: tuple[int, ...]) -> int:
        into = [e for (_, v), tensors in self.view.links.items() if v == n for e in tensors]
        sizes = [self.graph.by_id[e.node].outputs[e.index].shape[2:] for e in into]
        largest = max((s[0] for s in sizes if s), default=0)
        return round(largest / shape[2]) if largest and len(shape) > 2 else 1

    def _strips(
        self, head: str, ops: tuple[str, ...]
    ) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        """Normalisations and activations before and after a layer's head."""
        kind = self.graph.by_id[head].kind
        if kind not in ("convolution", "linear"):
            return (), ()
        at = ops.index(head)
        found = [(self.graph.by_id[o].kind, o) for o in ops]
        before, after = found[:at], found[at + 1 :]
        shown = ("normalisation", "activation")
        return tuple(f for f in before if f[0] in shown), tuple(f for f in after if f[0] in shown)

    def _nest(self, part: Part, inside: bool = False) -> Nest:
        """The boxes to place. Containers inside a frame have none of their own."""
        nodes: list[Box | Nest] = []
        at = len(self.opens)
        self.opens.append(part)
        framed = at > 0 and (part.times > 1 or part.item.key not in self.base)
        framed = framed and not (inside and part.item.kind == "block" and _nameless(part.item))
        for p in part.parts:
            if p.parts:
                nodes.append(self._nest(p, inside or framed))
            else:
                nodes.append(self._box(self._next, p))
                self._next += 1
        marks = 40.0 if part.item.kind == "run" and part.item.children[0].folds else 22.0
        title = text_width(self.title(part), draw.SIZE, bold=True) + marks
        return Nest(at, tuple(nodes), title, part.times > 1, framed)

    def title(self, part: Part) -> str:
        item = part.item
        member = item.children[0] if item.kind == "run" else item
        if not member.folds:
            name = " · ".join(cell_words(self.folded.cells[item.cells[0]], self.graph, "en").lines)
        else:
            name = class_name(item, self.lang)
        return f"{name} ×{item.times}" if item.times > 1 else name

    def _box(self, n: int, part: Part) -> Box:
        look = self.looks[n]
        w, h = draw.measure(look)
        head = self.graph.by_id[self.folded.cells[part.item.cells[-1]].head]
        role = "box"
        if look.kind == "combine":
            role = "circle" if look.words.lines else "bar"
        area = prod(head.out_shape[2:]) if len(head.out_shape) > 2 else 1
        cell = part.item.cells[0]
        return Box(n, w, h, role, area, cell, self._start(n))

    def _start(self, n: int) -> int:
        """Whether a row may well begin with the n-th box."""
        if self.looks[n].kind == "linear":
            return -1
        before = self.looks[n - 1].kind if n else ""
        words = self.looks[n].words.lines
        shrinks = self.looks[n].kind != "pooling" and any(" /" in w for w in words)
        return int(before == "pooling" or shrinks)


def _nameless(item: Item) -> bool:
    return item.cls in CONTAINERS


def _svg(sketch: _Sketch, layout: Layout, selected: str | None) -> str:
    cell = sketch.folded.cell_of.get(selected or "")
    chosen = None if cell is None else sketch.view.shown[cell]
    frames = [_frame(sketch, layout, n) for n in layout.frames]
    links = sketch.view.links
    wires = "".join(
        _wire(sketch, line.source, line.target, line.points, links) for line in layout.lines
    )
    boxes = [_item(sketch, n, layout, chosen == n) for n in sorted(layout.boxes, key=lambda n: n)]
    return el(
        "svg",
        el("g", *frames, class_="frames"),
        el("g", wires, class_="wires"),
        el("g", *boxes, class_="items"),
        class_="cv structure",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {layout.width:g} {layout.height:g}",
        width=layout.width,
        height=layout.height,
        role="group",
        aria_label=label("structure.title", sketch.lang, name=sketch.graph.name),
    )


def _item(sketch: _Sketch, n: int, layout: Layout, chosen: bool) -> str:
    part, look = sketch.view.leaves[n], sketch.looks[n]
    item = part.item
    ops = [o for c in item.cells for o in sketch.folded.cells[c].ops]
    said = _said(sketch, n)
    classes = f"item k-{look.kind}" + (" on" if look.kind != "block" else "")
    classes += " selected" if chosen else ""
    classes += " gate" if _is_gate(sketch, n) else ""
    return el(
        "g",
        el("title", text=said),
        draw.box(look, layout.boxes[n]),
        class_=classes,
        data_key=item.key,
        data_kind=look.kind,
        data_node=None if item.folds else sketch.folded.cells[item.cells[0]].head,
        data_fold=item.key if item.folds else None,
        data_holds=" ".join(ops) if len(ops) > 1 else None,
        role="img",
        aria_label=said,
    )


def _is_gate(sketch: _Sketch, n: int) -> bool:
    """A product of a map and one number a channel."""
    node = sketch.graph.by_id[sketch.folded.cells[sketch.view.leaves[n].item.cells[0]].head]
    return node.op == "mul" and len({prod(s[2:]) for s in node.in_shapes}) > 1


def _said(sketch: _Sketch, n: int) -> str:
    """One box in words: what it is, how often, its output."""
    part, look = sketch.view.leaves[n], sketch.looks[n]
    item, lang = part.item, sketch.lang
    shape = label("structure.shape", lang, shape=map_size(sketch.out_shape(item)))
    if look.kind == "block":
        what = class_name(item, lang)
    else:
        node = sketch.graph.by_id[sketch.folded.cells[item.cells[0]].head]
        names = (
            label(f"ops.op.{node.op}", lang),
            *(look.words.lines if node.op != "input" else ()),
        )
        what = " ".join(dict.fromkeys(w for w in names if w))
    if item.times > 1:
        what = label("structure.times", lang, n=item.times, what=what)
    where = "" if item.folds else f"{item.path}: "
    return f"{where}{what}{'，' if lang == 'zh' else ', '}{shape}"


def _frame(sketch: _Sketch, layout: Layout, n: int) -> str:
    part, at = sketch.opens[n], layout.frames[n]
    item, title = part.item, sketch.title(part)
    x = at.x + 8 + text_width(title, draw.SIZE, bold=True) + 12
    y = at.y + 9
    close = el(
        "g",
        el("title", text=label("structure.close", sketch.lang)),
        draw.sign(x, y, plus=False),
        class_="tool",
        data_fold=item.key,
    )
    tools = [close]
    if item.kind == "run" and item.children[0].folds and item.key + EVERY not in sketch.opened:
        words = label("structure.every", sketch.lang, n=item.times)
        plus = draw.sign(x + 17, y, plus=True)
        tools.append(
            el("g", el("title", text=words), plus, class_="tool", data_fold=item.key + EVERY)
        )
    return el(
        "g",
        draw.frame(at, title, part.times > 1, tools),
        class_="frame",
        data_key=item.key,
        data_open=item.key,
    )


def _wire(
    sketch: _Sketch,
    u: int,
    v: int,
    points: tuple[tuple[float, float], ...],
    links: Mapping[tuple[int, int], tuple[tuple[str, int], ...]],
) -> str:
    nodes = sketch.graph.by_id
    shapes = " + ".join(dims(nodes[node].outputs[index].shape) for node, index in links[u, v])
    leaves = sketch.view.leaves
    return el(
        "g",
        el("title", text=shapes),
        draw.wire(points),
        class_="wire",
        data_from=leaves[u].item.key,
        data_to=leaves[v].item.key,
        data_shape=shapes,
    )


def _alt(sketch: _Sketch) -> str:
    lang, leaves = sketch.lang, sketch.view.leaves
    separator = "；" if lang == "zh" else "; "
    said = [_said(sketch, n) for n in range(min(len(leaves), MOST_IN_ALT))]
    if len(leaves) > MOST_IN_ALT:
        said.append(label("structure.alt_more", lang, n=len(leaves) - MOST_IN_ALT))
    text = label(
        "structure.alt", lang, name=sketch.graph.name, boxes=len(leaves), items=separator.join(said)
    )
    readers: dict[int, int] = {}
    for u, _ in sketch.view.links:
        readers[u] = readers.get(u, 0) + 1
    if forks := sum(n > 1 for n in readers.values()):
        text += label("structure.alt_branches", lang, forks=forks)
    return text


def _table(sketch: _Sketch, report: Report | None) -> Table:
    lang, rows = sketch.lang, []
    for n, part in enumerate(sketch.view.leaves):
        item = part.item
        ops = [o for c in item.cells for o in sketch.folded.cells[c].ops]
        found = [report.by_id[o] for o in ops] if report else []
        rows.append(
            (
                item.key,
                " ".join(sketch.looks[n].words.lines) or _said(sketch, n),
                label(f"structure.kind.{item.kind}", lang),
                item.times,
                map_size(sketch.out_shape(item)),
                sum(r.params for r in found) if report else None,
                sum(r.macs for r in found) if report else None,
            )
        )
    columns = (
        Column("key", "id", "code"),
        Column("item", label("structure.column.item", lang)),
        Column("kind", label("structure.column.kind", lang)),
        Column("times", label("structure.column.times", lang), "int"),
        Column("output", label("structure.column.output", lang)),
        Column("params", label("structure.column.params", lang), "int"),
        Column("macs", label("structure.column.macs", lang), "int"),
    )
    title = label("structure.title", lang, name=sketch.graph.name)
    return Table(f"{sketch.graph.name}-structure", title, columns, tuple(rows))
