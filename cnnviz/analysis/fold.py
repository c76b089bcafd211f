"""Fold: any graph as the few boxes that its paper draws, each of which opens.

Five pure steps: cells (fold_cells.py), growing concatenations (there too), the tree of modules
(fold_regions.py), runs ×N (fold_runs.py), and here what is open at first and what is visible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cnnviz.analysis.fold_cells import Cell, Links, cells, links
from cnnviz.analysis.fold_regions import CONTAINERS, Item, tree
from cnnviz.analysis.fold_runs import Runs
from cnnviz.graph import Edge, Graph

__all__ = ["Cell", "Fold", "Item", "Part", "View", "fold", "toggle"]

BUDGET: Final = 20  # boxes that the first picture may show
FEWEST: Final = 9  # with fewer, one more class is opened all the same
EVERY: Final = "!"  # a run's key and this: every member, not one for all


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One item as shown: closed (no parts) or open, with what it shows of itself.

    `times` is N where one member stands for all.
    """

    item: Item
    parts: tuple[Part, ...] = ()
    times: int = 1

    def leaves(self) -> Iterator[Part]:
        """The boxes, in topological order."""
        if not self.parts:
            yield self
        for p in self.parts:
            yield from p.leaves()

    def walk(self) -> Iterator[Part]:
        """This part and all within."""
        yield self
        for p in self.parts:
            yield from p.walk()


@dataclass(frozen=True, eq=False)
class View:
    """What is visible: the tree of parts, the edges between its leaves, and who stands for whom."""

    root: Part
    links: Links  # (leaf, leaf) by position in `leaves` -> the tensors that flow
    shown: tuple[int, ...]  # cell -> leaf

    @cached_property
    def leaves(self) -> tuple[Part, ...]:
        return tuple(self.root.leaves())


@dataclass(frozen=True, eq=False)
class Fold:
    """A graph folded; what is open is a set of item keys, kept by whoever shows it."""

    graph: Graph
    cells: tuple[Cell, ...]
    links: Links
    root: Item

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by its key, outermost first."""
        return {i.key: i for i in _walk(self.root)}

    @cached_property
    def cell_of(self) -> dict[str, int]:
        """Node id -> its cell."""
        return {op: i for i, c in enumerate(self.cells) for op in c.ops}

    def default(self, budget: int = BUDGET) -> frozenset[str]:
        """The keys to open at first: class by class from outside, while `budget` boxes suffice."""
        return _default(self, budget)

    def all_open(self) -> frozenset[str]:
        """Every key: each cell by itself, every member of every run."""
        keys = {i.key for i in self.items.values() if i.folds and i is not self.root}
        return frozenset(keys | {k + EVERY for k in keys if self.items[k].kind == "run"})

    def holding(self, node_id: str) -> frozenset[str]:
        """The keys to open so that the node's cell, or its like in a run, is visible."""
        cell = self.cell_of[node_id]
        like, _ = _descend(self.root, cell, stand_in=True)
        own, _ = _descend(self.root, cell, stand_in=False)
        return frozenset(like) | frozenset(own)

    def view(self, opened: frozenset[str]) -> View:
        """What is visible when the items with these keys are open; unknown keys are ignored."""
        shown: list[int] = [-1] * len(self.cells)
        root = _part(self.root, opened | {self.root.key})
        for n, leaf in enumerate(root.leaves()):
            for c in leaf.item.cells:
                shown[c] = n
        members = _members(root)
        for c in range(len(self.cells)):
            if shown[c] < 0:
                shown[c] = shown[_descend(self.root, c, stand_in=True, opened=opened)[1]]
        found: dict[tuple[int, int], dict[Edge, None]] = {}
        for (u, v), tensors in self.links.items():
            a, b = shown[u], shown[v]
            if a != b and not _inside_run(members.get(u, ()), members.get(v, ())):
                found.setdefault((a, b), {}).update(dict.fromkeys(tensors))
        return View(root, {k: tuple(v) for k, v in found.items()}, tuple(shown))


def fold(graph: Graph) -> Fold:
    """The graph folded. Pure; about 10 ms for the deepest networks."""
    found = cells(graph)
    pairs = links(graph, found)
    ops = [graph.by_id[c.head].op for c in found]
    root = tree(found, ops, pairs, Runs(graph, found, pairs).group)
    return Fold(graph, found, pairs, root)


def toggle(folded: Fold, opened: frozenset[str], key: str) -> frozenset[str]:
    """`opened` with the item of this key opened or closed; a block opens to its bottom at once.

    Closing forgets what was open inside. An unknown key changes nothing.
    """
    item = folded.items.get(key.removesuffix(EVERY) if key not in folded.items else key)
    if item is None or not item.folds:
        return opened
    if key in opened and key != item.key:  # every member: back to one for all
        return opened - {key}
    if key in opened:
        inner = {i.key for i in _walk(item)}
        return frozenset(k for k in opened if k not in inner and k.removesuffix(EVERY) not in inner)
    member = item.children[0] if _shows_one(item) else item
    small = len(member.cells) <= SMALL
    return opened | {item.key, key} | (_bottom(member) if small else set())


SMALL: Final = 16  # cells of a block that opens to its bottom in one click


def _bottom(item: Item) -> set[str]:
    return {i.key for i in _walk(item) if i.folds}


def _walk(item: Item) -> Iterator[Item]:
    yield item
    for i in (*item.children, *item.tail):
        yield from _walk(i)


def _part(item: Item, opened: frozenset[str]) -> Part:
    if not item.folds or item.key not in opened:
        return Part(item)
    if not _shows_one(item, opened):
        return Part(item, tuple(_part(i, opened) for i in (*item.children, *item.tail)))
    member = item.children[0]
    inner = member.children if member.kind == "block" else (member,)
    return Part(item, tuple(_part(i, opened) for i in (*inner, *item.tail)), item.times)


def _shows_one(item: Item, opened: frozenset[str] = frozenset()) -> bool:
    """A run of blocks opens to one member for all; a run of cells shows every one."""
    return item.kind == "run" and item.children[0].folds and item.key + EVERY not in opened


def _descend(
    root: Item, cell: int, *, stand_in: bool, opened: frozenset[str] = frozenset()
) -> tuple[list[str], int]:
    """(keys from the root down to the cell, the cell or the one that is shown in its place)."""
    keys: list[str] = []
    item = root
    while item.folds:
        if item is not root:
            keys.append(item.key)
        held = (*item.children, *item.tail)
        k = next(k for k, i in enumerate(held) if cell in i.cells)
        if stand_in and 0 < k < len(item.children) and _shows_one(item, opened):
            cell = item.children[0].cells[item.children[k].cells.index(cell)]
            k = 0
        item = held[k]
    return keys, cell


Membership = tuple[tuple[str, int], ...]  # (key of an open run, number of the member)


def _members(root: Part) -> dict[int, Membership]:
    """Cell -> the open runs shown by one member that it belongs to."""
    found: dict[int, Membership] = {}
    waiting = [root]
    while waiting:
        part = waiting.pop()
        waiting.extend(part.parts)
        if part.parts and part.times > 1:
            for k, member in enumerate(part.item.children):
                for c in member.cells:
                    found[c] = (*found.get(c, ()), (part.item.key, k))
    return found


def _inside_run(a: Membership, b: Membership) -> bool:
    """Whether an edge between two such cells is drawn in the shown member, or not at all."""
    at = dict(b)
    return any(run in at and (k, at[run]) != (0, 0) for run, k in a)


Class = tuple[str, ...]


def _default(folded: Fold, budget: int) -> frozenset[str]:
    opened: frozenset[str] = frozenset()
    refused: dict[Class, tuple[int, frozenset[str]]] = {}  # -> (boxes, what would be open)
    while waiting := _closed(folded.root, opened, refused):
        # outermost first; stages before blocks, so that a class is opened as a whole
        cls = min(waiting, key=lambda c: (waiting[c][0], c[0] == "block"))
        more = opened.union(waiting[cls][1])
        count = sum(1 for _ in _part(folded.root, more | {folded.root.key}).leaves())
        if count <= budget:
            opened = more
        else:
            refused[cls] = (count, more)
    shown = sum(1 for _ in _part(folded.root, opened | {folded.root.key}).leaves())
    if shown < FEWEST and refused:
        count, more = min(refused.values(), key=lambda r: r[0])
        opened |= more if count <= 2 * budget else frozenset()
    return opened


def _closed(
    root: Item, opened: frozenset[str], refused: Mapping[Class, object]
) -> dict[Class, tuple[int, list[str]]]:
    """Class of the visible closed items -> (least depth, keys)."""
    found: dict[Class, tuple[int, list[str]]] = {}
    waiting = [(0, "", _part(root, opened | {root.key}))]
    while waiting:
        depth, parent, part = waiting.pop()
        waiting.extend((depth + 1, part.item.key, p) for p in part.parts)
        cls = _class(part.item, parent)
        if part.parts or not part.item.folds or cls in refused:
            continue
        least, keys = found.get(cls, (depth, []))
        found[cls] = (min(least, depth), [*keys, part.item.key])
    return found


def _class(item: Item, parent: str) -> Class:
    """What opens together: one class; a container is no class and goes by its parent as well."""
    kind = item.kind if item.kind in ("stage", "widths") else "block"
    return (kind, item.cls, parent) if item.cls in CONTAINERS else (kind, item.cls)
