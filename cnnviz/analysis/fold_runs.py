"""Runs: equal siblings, one after the other, as one item "×N". The fourth step of folding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cnnviz.analysis.fold_cells import Cell
from cnnviz.analysis.fold_regions import Item
from cnnviz.graph import Graph, Node

LONGEST_PERIOD: Final = 6
MOST_LEFT_OUT: Final = 3  # cells by which a stage's first block may differ from the others
WEIGHTED: Final = ("convolution", "linear")


class Runs:
    """Finds runs among siblings; made once a graph, for what signatures need."""

    def __init__(
        self, graph: Graph, cells: Sequence[Cell], pairs: Mapping[tuple[int, int], Any]
    ) -> None:
        self.heads = [graph.by_id[c.head] for c in cells]
        self.light = [
            tuple(graph.by_id[o].op for o in c.ops if graph.by_id[o].kind in _SIGNIFICANT)
            for c in cells
        ]
        self.before: list[set[int]] = [set() for _ in cells]
        self.after: list[set[int]] = [set() for _ in cells]
        for u, v in pairs:
            self.before[v].add(u)
            self.after[u].add(v)
        given = {e.node for e in graph.outputs}
        for i, c in enumerate(cells):
            if given.intersection(c.ops):
                self.after[i].add(-1)  # the caller reads it too

    def group(self, items: list[Item]) -> list[Item]:
        """The siblings with their runs folded: exact ones, then stages, then widths."""
        items = self._exact(items)
        for period in range(2, LONGEST_PERIOD + 1):
            items = self._periodic(items, period)
        items = self._stages(items)
        return self._widths(items)

    def _exact(self, items: list[Item]) -> list[Item]:
        out: list[Item] = []
        i = 0
        while i < len(items):
            n = self._repeats(items, i, 1)
            out.append(_run(items[i : i + n]) if n > 1 else items[i])
            i += n
        return out

    def _periodic(self, items: list[Item], period: int) -> list[Item]:
        """Groups of `period` siblings, repeated three times or more."""
        out: list[Item] = []
        i = 0
        while i < len(items):
            n = self._repeats(items, i, period)
            if n < 3:
                out.append(items[i])
                i += 1
                continue
            parts = [items[i + k * period : i + (k + 1) * period] for k in range(n)]
            out.append(_run([_nameless(p) for p in parts]))
            i += n * period
        return out

    def _repeats(self, items: list[Item], start: int, period: int) -> int:
        """How many equal groups, each reading the one before and read by no one else, follow."""
        first = items[start : start + period]
        mine: tuple[Any, ...] | None = None
        n, last = 1, first
        while True:
            following = items[start + n * period : start + (n + 1) * period]
            if not _resembles(first, following) or not self._follows(last, following):
                return n
            if mine is None:
                if not self._weighty(first):
                    return 1
                mine = self._signature(_cells(first), widths=True)
            if self._signature(_cells(following), widths=True) != mine:
                return n
            n, last = n + 1, following

    def _follows(self, last: Sequence[Item], following: Sequence[Item]) -> bool:
        """All that `last` gives goes to `following` and it gives something.

        Else closing both as one box would hide who reads what."""
        a, b = set(_cells(last)), set(_cells(following))
        readers = {v for u in a for v in self.after[u]} - a
        return bool(readers) and readers <= b

    def _weighty(self, items: Sequence[Item]) -> bool:
        return any(self.heads[c].kind in WEIGHTED for c in _cells(items))

    def _signature(self, cells: Sequence[int], *, widths: bool) -> tuple[Any, ...]:
        """Per cell its operation and its producers: index inside, "x" for any from outside.

        Input channels, sizes and the number of outside producers are left out.
        """
        at = {c: i for i, c in enumerate(cells)}
        return tuple(
            (
                _what(self.heads[c], widths),
                self.light[c],
                tuple(sorted({str(at.get(p, "x")) for p in self.before[c]})),
            )
            for c in cells
        )

    def _stages(self, items: list[Item]) -> list[Item]:
        """A block and those like it: same class and output, strides or a projection apart."""
        out: list[Item] = []
        for item in items:
            if out and self._heads_stage(out[-1], item):
                first = out.pop()
                out.append(
                    Item(
                        f"{first.key}^",
                        "stage",
                        first.cls,
                        tuple(sorted((*first.cells, *item.cells))),
                        (first, item),
                        times=1 + item.times,
                        path=first.path,
                    )
                )
            else:
                out.append(item)
        return out

    def _heads_stage(self, first: Item, rest: Item) -> bool:
        other = rest.children[0] if rest.kind == "run" else rest
        if first.kind != "block" or other.kind != "block" or not first.cls or rest.tail:
            return False
        if first.cls != other.cls or not self._follows([first], [rest]):
            return False
        a, b = self._plain(first), self._plain(other)
        left_out = sum(((a - b) + (b - a)).values())
        differ = left_out > 0 or self._strides(first) != self._strides(other)
        return differ and left_out <= MOST_LEFT_OUT and self._width(first) == self._width(other)

    def _plain(self, item: Item) -> Counter[Any]:
        heads = [self.heads[c] for c in item.cells]
        return Counter((h.op, h.attrs.get("kernel_size"), _grouping(h)) for h in heads)

    def _strides(self, item: Item) -> list[Any]:
        return [self.heads[c].attrs.get("stride") for c in item.cells]

    def _width(self, item: Item) -> int | None:
        shape = self.heads[item.cells[-1]].out_shape
        return shape[1] if len(shape) > 1 else None

    def _widths(self, items: list[Item]) -> list[Item]:
        """Neighbours that are equal but for their channels."""
        out: list[Item] = []
        i = 0
        while i < len(items):
            j = i + 1
            while j < len(items) and self._alike(items[j - 1], items[j]):
                j += 1
            part = items[i:j]
            out.append(items[i] if len(part) == 1 else _wide(part))
            i = j
        return out

    def _alike(self, a: Item, b: Item) -> bool:
        one, two = (i.children[0] if i.kind == "run" else i for i in (a, b))
        if one.kind != "block" or two.kind != "block" or a.tail or b.tail or one.cls != two.cls:
            return False
        same = self._signature(one.cells, widths=False) == self._signature(two.cells, widths=False)
        return same and self._follows([a], [b])


_SIGNIFICANT: Final = ("activation", "normalisation", "combine")


def _resembles(first: Sequence[Item], following: Sequence[Item]) -> bool:
    """What equal groups have in common at first sight: spares most signatures."""
    return len(first) == len(following) and all(
        a.kind == b.kind and a.cls == b.cls and len(a.cells) == len(b.cells)
        for a, b in zip(first, following, strict=True)
    )


def _what(n: Node, widths: bool) -> tuple[Any, ...]:
    axis = 1 if n.kind == "convolution" else -1
    width = n.out_shape[axis] if widths and n.kind in WEIGHTED and len(n.out_shape) > 1 else None
    shape = tuple(n.attrs.get(k) for k in ("kernel_size", "stride", "dilation"))
    return (n.op, shape, _grouping(n), width)


def _grouping(n: Node) -> Any:
    groups = n.attrs.get("groups", 1)
    return "depthwise" if groups > 1 and groups == n.in_shapes[0][1] else groups


def _cells(items: Sequence[Item]) -> tuple[int, ...]:
    return tuple(c for i in items for c in i.cells)


def _run(members: Sequence[Item]) -> Item:
    first = members[0]
    held = tuple(sorted(_cells(members)))
    return Item(
        f"{first.key}*",
        "run",
        first.cls,
        held,
        tuple(members),
        times=len(members),
        path=first.path,
    )


def _nameless(part: Sequence[Item]) -> Item:
    held = _cells(part)  # in the order of the siblings, equal in all repetitions
    return Item(f"{part[0].key}+", "block", "", held, tuple(part), path=part[0].path)


def _wide(part: Sequence[Item]) -> Item:
    held = tuple(sorted(_cells(part)))
    times = sum(i.times for i in part)
    first = part[0]
    return Item(
        f"{first.key}~", "widths", first.cls, held, tuple(part), times=times, path=first.path
    )
