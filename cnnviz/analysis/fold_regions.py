"""Regions: the tree of modules over the cells, and blocks that no module names.

The third step of folding. Siblings are always in topological order and their contracted graph is
acyclic at every level, so every picture, however opened, is acyclic; a module that would break
this (its inside is left and entered again) is shown unfolded.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cnnviz.analysis.fold_cells import Cell
from cnnviz.graph import Scope

MOST_BARE: Final = 16  # more bare cells than this in one region are cut into blocks


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """What a picture shows as one box, or opened as what it holds.

    kind: "cell"; "block" (a module, or what lies between two cut points); "run" (N equal ones, one
    after the other); "stage" (a first block and the run of those like it); "widths" (blocks that
    differ in channels only). Keys: a cell's is its head's id, a module's "path/", a run's that of
    its first member and "*", a stage's "^", widths' "~", a nameless block's "+".
    """

    key: str
    kind: str
    cls: str  # class of the module or of the members; the head's op for cells
    cells: tuple[int, ...]  # in execution order
    children: tuple[Item, ...] = ()
    tail: tuple[Item, ...] = ()  # light cells behind a run that belong to it
    times: int = 1
    path: str = ""

    @property
    def folds(self) -> bool:
        return self.kind != "cell"


Pairs = Iterable[tuple[int, int]]
Group = Callable[[list[Item]], list[Item]]


def tree(cells: Sequence[Cell], ops: Sequence[str], pairs: Pairs, group: Group) -> Item:
    """The root item. `ops` are the heads' operations, `group` finds the runs among siblings."""
    edges = tuple(pairs)
    everything = list(range(len(cells)))
    children = _children(cells, ops, edges, everything, 1, group)
    return Item("/", "block", "", tuple(everything), tuple(children))


def _children(
    cells: Sequence[Cell],
    ops: Sequence[str],
    edges: tuple[tuple[int, int], ...],
    members: list[int],
    depth: int,
    group: Group,
) -> list[Item]:
    inside: dict[Scope, list[int]] = {}
    items: list[Item] = []
    for i in members:
        around = cells[i].scope
        if len(around) > depth:
            inside.setdefault(around[depth], []).append(i)
        else:
            items.append(_cell(i, cells[i], ops[i]))
    for scope, held in inside.items():
        below = _children(cells, ops, edges, held, depth + 1, group)
        items.append(_block(scope, held, below))
    items = in_order(items, edges)
    if sum(not i.folds for i in items) > MOST_BARE:
        items = _cut(items, edges)
    return group(items)


def _cell(i: int, cell: Cell, op: str) -> Item:
    return Item(cell.head, "cell", op, (i,), path=cell.head)


def _block(scope: Scope, held: list[int], below: list[Item]) -> Item:
    """The region as an item; one with a single child is that child, one of a run is that run."""
    if len(below) == 1:
        child = below[0]
        named = child.cls in CONTAINERS and scope.cls not in CONTAINERS
        rename = child.kind == "block" and named
        return replace(child, cls=scope.cls, path=scope.path) if rename else child
    run, rest = below[0], tuple(below[1:])
    light = all(not i.folds and i.cls in _LIGHT for i in rest)
    if run.kind == "run" and run.children[0].folds and light:
        return replace(run, cells=tuple(held), tail=rest, path=scope.path)
    key = f"{scope.path}/" if not scope.call else f"{scope.path}/@{scope.call}"
    return Item(key, "block", scope.cls, tuple(held), tuple(below), path=scope.path)


CONTAINERS: Final = ("Sequential", "ModuleList", "ModuleDict", "")  # classes that say nothing
_LIGHT: Final = frozenset({"concat", "stack", "add", "batch_norm", "relu"})


def in_order(items: list[Item], edges: Pairs) -> list[Item]:
    """Siblings in topological order, else as executed; what stands in a cycle is unfolded."""
    edges = tuple(edges)
    while True:
        after = _contract(items, edges)
        order, stuck = _sort(items, after)
        if not stuck:
            return [items[i] for i in order]
        held = stuck & {i for i, item in enumerate(items) if item.folds}
        items = [
            part
            for i, item in enumerate(items)
            for part in ((*item.children, *item.tail) if i in held else (item,))
        ]


def _contract(items: list[Item], edges: tuple[tuple[int, int], ...]) -> list[set[int]]:
    of = {c: i for i, item in enumerate(items) for c in item.cells}
    after: list[set[int]] = [set() for _ in items]
    for u, v in edges:
        if u in of and v in of and of[u] != of[v]:
            after[of[u]].add(of[v])
    return after


def _sort(items: list[Item], after: list[set[int]]) -> tuple[list[int], set[int]]:
    """(order, items that stand in a cycle or behind one and before one)."""
    waiting = [0] * len(items)
    for followers in after:
        for j in followers:
            waiting[j] += 1
    ready = [(min(items[i].cells), i) for i, n in enumerate(waiting) if not n]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        _, i = heapq.heappop(ready)
        order.append(i)
        for j in after[i]:
            waiting[j] -= 1
            if not waiting[j]:
                heapq.heappush(ready, (min(items[j].cells), j))
    left = set(range(len(items))) - set(order)
    while useless := {i for i in left if not after[i] & left}:
        left -= useless
    return order, left


def _cut(items: list[Item], edges: tuple[tuple[int, int], ...]) -> list[Item]:
    """What lies between two cut points (all edges across start at one item) is a block."""
    out: list[Item] = []
    for part in between_cuts(items, edges):
        if len(part) == 1:
            out.append(part[0])
        else:
            held = tuple(sorted(c for i in part for c in i.cells))
            out.append(Item(f"{part[0].key}+", "block", "", held, tuple(part), path=part[0].path))
    return out


def between_cuts(items: list[Item], edges: Pairs) -> list[list[Item]]:
    """Ordered siblings in parts, parted where all edges across start at the item before."""
    of = {c: i for i, item in enumerate(items) for c in item.cells}
    far = list(range(len(items)))  # the last reader of each item
    fed = [False] * len(items)
    for u, v in edges:
        if u in of and v in of:
            far[of[u]] = max(far[of[u]], of[v])
            fed[of[v]] |= of[u] != of[v]
    parts: list[list[Item]] = [[]]
    last_start = max((i for i, has in enumerate(fed) if not has), default=0)
    reach = -1  # of everything before the last item
    for i, item in enumerate(items):
        parts[-1].append(item)
        if reach <= i < far[i] and i >= last_start:
            parts.append([])
        reach = max(reach, far[i])
    return [p for p in parts if p]
