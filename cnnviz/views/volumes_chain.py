"""What the volumes show: the network's outputs one after the other, side by side where it splits.

A network is a chain of layers and folded blocks. Several inputs give a lane each until they meet;
convolutions in two groups (AlexNet's two towers) give two lanes of half the channels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod
from typing import Final

from cnnviz.analysis.fold import Fold, Item, View
from cnnviz.graph import Graph, Node, Shape

MOST_LANES: Final = 3
READING: Final = ("convolution", "pooling")  # by a kernel; "linear" reads everything
BODIES: Final = ("convolution", "linear", "pooling")  # what colours a block, the first it holds


@dataclass(frozen=True, slots=True)
class Volume:
    """One output. `shape` is (channels, *sides), without batch; sides of 1 are left out: a vector.

    `reads`: the part of the output before it that one unit reads, a kernel's sides, () for all of
    it, None where a block lies between. `stripes`: channels of what is concatenated.
    """

    node: str  # the operation whose output it is
    holds: tuple[str, ...]  # ids of all operations that it stands for
    item: Item
    kind: str
    shape: Shape
    reads: Shape | None = None
    stripes: tuple[int, ...] = ()

    @property
    def times(self) -> int:
        return self.item.times

    @property
    def blocks(self) -> bool:
        """Whether it stands for a block or several, not for layers."""
        return (self.item.children[0] if self.item.kind == "run" else self.item).folds

    @property
    def channels(self) -> int:
        return self.shape[0]

    @property
    def sides(self) -> Shape:
        return self.shape[1:]

    @property
    def elements(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Column:
    """What stands at one place of the chain: a volume in each of the lanes `at`, () in the middle.

    `halves`: the one volume is drawn in two lanes, half of its channels in each. `crosses`: every
    lane reads from every lane before it.
    """

    volumes: tuple[Volume, ...]
    at: tuple[int, ...] = ()
    halves: bool = False
    crosses: bool = False


def chain(graph: Graph, folded: Fold, view: View) -> tuple[Column, ...]:
    """The columns from the inputs to the first output."""
    found = _Chain(graph, folded, view)
    lanes = [found.line(part) for part in found.lanes]
    trunk = found.line(found.trunk)
    longest = max(map(len, lanes), default=0)
    columns = []
    for k in range(-longest, 0):  # they end together
        at = tuple(i for i, line in enumerate(lanes) if len(line) >= -k)
        columns.append(Column(tuple(lanes[i][k] for i in at), at))
    columns += [Column((v,)) for v in trunk]
    return _towers(graph, tuple(columns)) if not lanes else tuple(columns)


def unbranched(view: View) -> bool:
    """Whether the boxes of the view follow one another, with no branch."""
    n = len(view.leaves)
    return set(view.links) == {(i, i + 1) for i in range(n - 1)}


class _Chain:
    """The leaves that lie on the way, in lanes and trunk."""

    def __init__(self, graph: Graph, folded: Fold, view: View) -> None:
        self.graph, self.folded, self.view = graph, folded, view
        self.into: dict[int, list[int]] = {}
        after: dict[int, list[int]] = {}
        for u, v in view.links:
            self.into.setdefault(v, []).append(u)
            after.setdefault(u, []).append(v)
        inputs = list(dict.fromkeys(view.shown[folded.cell_of[i]] for i in graph.inputs))
        outputs = list(dict.fromkeys(view.shown[folded.cell_of[e.node]] for e in graph.outputs))
        reached = [_reach([i], after) for i in inputs]
        ends = [next((o for o in outputs if o in r), None) for r in reached]
        kept = _reach([e for e in ends if e is not None] or outputs[:1], self.into)
        used = [r & kept for r, i in zip(reached, inputs, strict=True) if i in kept][:MOST_LANES]
        alone = [r - set().union(*(q for q in used if q is not r)) for r in used]
        several = len(used) > 1
        self.lanes = [sorted(part) for part in alone] if several else []
        self.trunk = sorted(kept - set().union(*alone) if several else kept)
        self.free = set(range(len(view.leaves)))  # leaves that no volume stands for yet

    def line(self, part: list[int]) -> list[Volume]:
        """The volumes along one lane: the leaves that nothing goes round."""
        way = self._way(part)
        out = []
        for k, n in enumerate(way):
            before = way[k - 1] if k else None
            held = {m for m in part if m in self.free and (m <= n or n == way[-1])}
            self.free -= held
            out.append(self._volume(n, before, sorted(held)))
        return out

    def _way(self, part: list[int]) -> list[int]:
        # constants feed a layer from the side
        held = [n for n in part if self._head(n).op != "constant"]
        inside = set(held)
        edges = [(u, v) for v in held for u in self.into.get(v, ()) if u in inside]
        fed = {v for _, v in edges}
        start = max((n for n in held if n not in fed), default=0)
        reach, way = -1, []
        far: dict[int, int] = {}
        for u, v in edges:
            far[u] = max(far.get(u, u), v)
        for n in held:
            if reach <= n and n >= start:
                way.append(n)
            reach = max(reach, far.get(n, n))
        return way or held[-1:]

    def _head(self, n: int) -> Node:
        """The operation whose output the leaf is."""
        return self.graph.by_id[self.folded.cells[self.view.leaves[n].item.cells[-1]].head]

    def _out(self, n: int) -> Shape:
        """The leaf's output: its head's, not that of a flatten behind it; a shuffle's last."""
        head = self._head(n)
        ops = self.folded.cells[self.view.leaves[n].item.cells[-1]].ops
        return (self.graph.by_id[ops[-1]] if head.kind == "reshape" else head).out_shape

    def _shape(self, n: int) -> Shape:
        out = self._out(n)
        inner = out[1:] if len(out) > 1 else out or (1,)
        return inner[:1] if prod(inner[1:]) == 1 else inner

    def _volume(self, n: int, before: int | None, held: list[int]) -> Volume:
        item, head = self.view.leaves[n].item, self._head(n)
        cells = (c for m in held for c in self.view.leaves[m].item.cells)
        holds = tuple(o for c in cells for o in self.folded.cells[c].ops)
        reads = None
        if before is not None and self.into.get(n) == [before]:
            reads = self._reads(item, self._out(before))
        return Volume(head.id, holds, item, self._kind(item), self._shape(n), reads, _stripes(head))

    def _kind(self, item: Item) -> str:
        kinds = [self.graph.by_id[self.folded.cells[c].head].kind for c in item.cells]
        return next((k for k in BODIES if k in kinds), kinds[-1])

    def _reads(self, item: Item, source: Shape) -> Shape | None:
        """What one unit reads of an output of this shape, if a layer reads just that."""
        member = item.children[0] if item.kind == "run" else item
        if member.folds:
            return None
        node = self.graph.by_id[self.folded.cells[member.cells[0]].head]
        if node.kind == "linear":
            return ()
        plain = node.kind in READING and "transpose" not in node.op
        return _kernel(node) if plain and source in node.in_shapes else None


def _kernel(node: Node) -> Shape | None:
    """Sides of the window of a convolution or a pooling, dilation included; () for all of it."""
    sides, out = node.in_shapes[0][2:], node.out_shape[2:]
    sizes = node.attrs.get("kernel_size")
    if sizes is None:
        return () if prod(out) == 1 else None
    gaps = node.attrs.get("dilation") or (1,) * len(sizes)
    window = tuple((k - 1) * d + 1 for k, d in zip(sizes, gaps, strict=True))
    if len(window) != len(sides):
        return None
    return () if all(k >= s for k, s in zip(window, sides, strict=True)) else window


def _stripes(head: Node) -> tuple[int, ...]:
    if head.op != "concat" or len(head.in_shapes) < 2 or len(head.out_shape) < 2:
        return ()
    parts = tuple(s[1] for s in head.in_shapes)
    return parts if sum(parts) == head.out_shape[1] else ()


def _reach(start: Iterable[int], edges: dict[int, list[int]]) -> set[int]:
    found, waiting = set(start), list(start)
    while waiting:
        for n in edges.get(waiting.pop(), ()):
            if n not in found:
                found.add(n)
                waiting.append(n)
    return found


def _towers(graph: Graph, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Two lanes from the layer before the first convolution in two groups to the last hidden one.

    In between every layer is read in halves; linear layers behind are divided as AlexNet's were
    (Krizhevsky et al. 2012, Fig. 2), the last layer is not.
    """
    heads = [graph.by_id[c.volumes[0].node] for c in columns]
    grouped = [k for k, h in enumerate(heads) if _two_groups(h)]
    layers = [c.volumes[0].item for c in columns]
    if len(grouped) < 2 or any(i.folds for i in layers):
        return columns
    first, last = grouped[0] - 1, grouped[-1]
    while first > 0 and heads[first].kind == "pooling":
        first -= 1
    first = max(first, 1)
    while last + 2 < len(columns) and heads[last + 1].kind in ("pooling", "linear"):
        last += 1
    if any(c.volumes[0].channels % 2 for c in columns[first : last + 1]):
        return columns
    return tuple(
        replace(c, at=(0, 1), halves=True, crosses=heads[k].kind != "pooling" and k not in grouped)
        if first <= k <= last
        else c
        for k, c in enumerate(columns)
    )


def _two_groups(node: Node) -> bool:
    return node.kind == "convolution" and node.attrs.get("groups") == 2 and node.in_shapes[0][1] > 2
