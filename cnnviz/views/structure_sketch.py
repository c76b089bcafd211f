"""What a picture of the structure shows, in words and sizes: everything but places."""

from __future__ import annotations

from functools import lru_cache
from math import prod

from cnnviz.analysis.fold import Fold, Item, Part, View, fold
from cnnviz.analysis.fold_regions import CONTAINERS
from cnnviz.content import label
from cnnviz.graph import Graph, Node, Shape
from cnnviz.views import structure_draw as draw
from cnnviz.views.layout import Nest
from cnnviz.views.layout_parts import Box
from cnnviz.views.layout_text import text_width
from cnnviz.views.numbers import map_size
from cnnviz.views.structure_draw import Look, Strip
from cnnviz.views.structure_words import (
    SIGNS,
    SIZE,
    block_words,
    cell_words,
    class_name,
    dims,
    own_name,
    sides,
)


@lru_cache(maxsize=32)
def folded_graph(graph: Graph) -> Fold:
    """`fold`, remembered: graphs are shared between readers."""
    return fold(graph)


class Sketch:
    """The boxes by position in `view.leaves`, the opened items by position in `opens`."""

    def __init__(
        self,
        folded: Fold,
        opened: frozenset[str],
        base: frozenset[str],
        lang: str,
        shapes: bool = False,
    ) -> None:
        self.folded, self.opened, self.base, self.lang = folded, opened, base, lang
        self.shapes = shapes  # every wire says its tensor, not only where the size changes
        self.graph = folded.graph
        self.view: View = folded.view(opened)
        self.into: dict[int, list[int]] = {}  # leaf -> leaves that it reads
        self.readers: dict[int, int] = {}
        for u, v in self.view.links:
            self.into.setdefault(v, []).append(u)
            self.readers[u] = self.readers.get(u, 0) + 1
        self.gives = {self.view.shown[folded.cell_of[e.node]] for e in self.graph.outputs}
        self.looks = [self._look(n, p.item) for n, p in enumerate(self.view.leaves)]
        self.opens: list[Part] = []
        self._next = 0
        self.nest = self._nest(self.view.root, inside=False)

    def head(self, item: Item) -> Node:
        """The operation that names the item's first layer."""
        return self.graph.by_id[self.folded.cells[item.cells[0]].head]

    def ops(self, item: Item) -> list[str]:
        """Ids of all operations in it."""
        return [o for c in item.cells for o in self.folded.cells[c].ops]

    def out_shape(self, item: Item) -> Shape:
        """Shape of what the item gives: its last layer's (not of a flatten behind it)."""
        cell = self.folded.cells[item.cells[-1]]
        head = self.graph.by_id[cell.head]
        return (self.graph.by_id[cell.ops[-1]] if head.kind == "reshape" else head).out_shape

    def title(self, part: Part) -> str:
        """Of the frame of an opened item."""
        item = part.item
        if _member(item).folds:
            name = f"{class_name(item, self.lang)} {own_name(item)}".rstrip()
        else:
            cell = self.folded.cells[item.cells[0]]
            name = " · ".join(cell_words(cell, self.graph, self.lang).lines)
        return f"{name} ×{item.times}" if item.times > 1 else name

    def said(self, n: int) -> str:
        """One box in words: which, what, how often, its output."""
        item, lang = self.view.leaves[n].item, self.lang
        if _member(item).folds:
            what = class_name(item, lang)
        else:
            node = self.head(item)
            what = label(f"ops.op.{node.op}", lang)
            lines = self.looks[n].words.lines
            if node.kind in ("convolution", "pooling"):
                what += " " + lines[0 if node.kind == "convolution" else 1]
        if item.times > 1:
            what = label("structure.times", lang, n=item.times, what=what)
        shape = map_size(self.out_shape(item))
        where = item.path
        if item.kind == "run":
            where = f"{item.children[0].path} – {item.children[-1].path}"
        return label("structure.said", lang, id=where, what=what, shape=shape)

    def _look(self, n: int, item: Item) -> Look:
        if _member(item).folds:
            shape = self.out_shape(item)
            channels = shape[1] if len(shape) > 1 else None
            words = block_words(item, channels, self._shrinks(n, shape), self.lang)
            return Look("block", words, stacked=item.times > 1)
        cell = self.folded.cells[item.cells[0]]
        node = self.graph.by_id[cell.head]
        words = cell_words(cell, self.graph, self.lang, item.times)
        gate = node.op == "mul" and len({prod(s[2:]) for s in node.in_shapes}) > 1
        before, after = self._strips(node, cell.ops)
        return Look(node.kind, words, before, after, item.times > 1, gate)

    def _shrinks(self, n: int, shape: Shape) -> int:
        """By which factor a block makes its input smaller."""
        tensors = [e for u in self.into.get(n, ()) for e in self.view.links[u, n]]
        sizes = [self.graph.by_id[e.node].outputs[e.output].shape[2:] for e in tensors]
        largest = max((s[0] for s in sizes if s), default=0)
        return round(largest / shape[2]) if len(shape) > 2 and shape[2] else 1

    def _strips(
        self, node: Node, ops: tuple[str, ...]
    ) -> tuple[tuple[Strip, ...], tuple[Strip, ...]]:
        """Normalisations and activations before and after a layer's head."""
        if node.kind not in ("convolution", "linear", "pooling") and node.op not in SIGNS:
            return (), ()
        at = ops.index(node.id)
        found = [(self.graph.by_id[o].kind, o) for o in ops]
        shown = [[s for s in side if s[0] in draw.STRIPS] for side in (found[:at], found[at:])]
        return tuple(shown[0]), tuple(shown[1])

    def _nest(self, part: Part, inside: bool) -> Nest:
        """The boxes to place. Containers inside a frame have none of their own."""
        item, at = part.item, len(self.opens)
        self.opens.append(part)
        framed = at > 0 and (part.times > 1 or item.key not in self.base)
        if inside and item.kind == "block" and item.cls in CONTAINERS:
            framed = False
        nodes: list[Box | Nest] = []
        for p in part.parts:
            if p.parts:
                nodes.append(self._nest(p, inside or framed))
            else:
                nodes.append(self._box(self._next, p.item))
                self._next += 1
        title = text_width(self.title(part), SIZE, bold=True) + draw.tools_width(item)
        return Nest(at, tuple(nodes), title, part.times > 1, framed)

    def _box(self, n: int, item: Item) -> Box:
        look = self.looks[n]
        w, h = draw.measure(look)
        bar = look.kind == "combine" and not look.words.lines
        role = "bar" if bar else "circle" if look.kind == "combine" else "box"
        shape = self.out_shape(item)
        area = prod(shape[2:]) if len(shape) > 2 else 1
        said = draw.said_width(self.on_wire(n)) if role == "box" or self.shapes else 0.0
        return Box(n, w, h, role, area, item.cells[0], self._start(n), said)

    def new_size(self, n: int) -> str:
        """The size of the maps that the n-th box gives, where it read maps of another: "112²"."""
        shape = self.out_shape(self.view.leaves[n].item)
        tensors = [e for u in self.into.get(n, ()) for e in self.view.links[u, n]]
        read = {self.graph.by_id[e.node].outputs[e.output].shape[2:] for e in tensors}
        return sides(shape) if len(shape) > 2 and read and shape[2:] not in read else ""

    def on_wire(self, n: int) -> str:
        """What stands on the wires that leave the n-th box: once for all of them, so only what is
        true of each.
        """
        if not self.shapes:
            return self.new_size(n)
        given = {self.tensors(u, v) for u, v in self.view.links if u == n}
        return given.pop() if len(given) == 1 else ""

    def tensors(self, u: int, v: int) -> str:
        """Shapes of what flows from one box to another: "64·112²"."""
        nodes = self.graph.by_id
        return " + ".join(
            dims(nodes[e.node].outputs[e.output].shape) for e in self.view.links[u, v]
        )

    def _start(self, n: int) -> int:
        """Whether a row may well begin with the n-th box."""
        kind = self.looks[n].kind
        if kind == "linear":
            return -1
        after_pooling = n > 0 and self.looks[n - 1].kind == "pooling"
        shrinks = kind != "pooling" and any("/" in w for w in self.looks[n].words.lines)
        return int(after_pooling or shrinks)


def _member(item: Item) -> Item:
    """What a run repeats, or the item itself."""
    return item.children[0] if item.kind == "run" else item


def sketch(
    folded: Fold,
    opened: frozenset[str],
    lang: str,
    base: frozenset[str] | None = None,
    *,
    shapes: bool = False,
) -> Sketch:
    """What is visible with these keys open; items of `base` are open without a frame."""
    return Sketch(folded, opened, folded.default() if base is None else base, lang, shapes)
