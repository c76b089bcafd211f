"""The parts of a drawing, and how a graph becomes a series of forks and boxes.

Series-parallel recursion: between two cut points (nodes that every path passes) lie branches that
do not touch; each branch is again a series. What is neither is a Tangle and goes to Graphviz.
A virtual source feeds every node without inputs, a virtual sink takes every output: without them
two towers would seem to be one chain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cnnviz.views.layout_ties import in_order, late_inputs, side_outputs


@dataclass(frozen=True, slots=True)
class Box:
    """A leaf: `id` is the caller's; `role` says how wires enter it."""

    id: int
    w: float
    h: float
    role: str = "box"  # "box" | "circle" (wires enter from above and below) | "bar" (grows)
    area: int = 1  # positions of the output map; a gate has one
    rank: int = 0  # its place in the order of execution
    start: int = 0  # as the first of a row: 1 good (a stage begins), -1 bad (the head)
    said: float = 0.0  # px for the words on the wire that leaves it


@dataclass(frozen=True, slots=True)
class Frame:
    """An opened item: a series inside a titled frame. `id` is the caller's."""

    id: int
    inside: Chain
    title: float  # width of its title, marks included
    stacked: bool  # stands for several


@dataclass(frozen=True, slots=True)
class Fork:
    """Branches between two cut points, in code order; None is the direct wire."""

    branches: tuple[Chain | None, ...]


@dataclass(frozen=True, slots=True)
class Tangle:
    """Nodes that are not series-parallel, and the edges between them (positions in `nodes`).

    `starts` are fed from before, `ends` read by what follows.
    """

    nodes: tuple[Box | Frame, ...]
    edges: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


Element = Box | Frame | Fork | Tangle


@dataclass(frozen=True, slots=True)
class Chain:
    """One after the other, left to right; `into` is the role of what follows."""

    elements: tuple[Element, ...]
    into: str = "box"

    def role(self, k: int) -> str:
        """How wires enter the k-th element, or what follows the chain."""
        if k >= len(self.elements):
            return self.into
        part = self.elements[k]
        return part.role if isinstance(part, Box) else "box"


def arrange(
    nodes: Sequence[Box | Frame],
    pairs: Iterable[tuple[int, int]],
    entries: Collection[int] = (),
    exits: Collection[int] = (),
) -> Chain:
    """The nodes, in topological order, as a series. Pairs are positions in `nodes`.

    `entries` read from outside and `exits` are read there, whatever they do inside.
    """
    after: dict[int, set[int]] = {i: set() for i in range(len(nodes))}
    for u, v in pairs:
        if u != v:
            after[u].add(v)
    for u, v in late_inputs(after, entries):
        after[u].add(v)
    order = in_order(after)
    for u, v in side_outputs(after, order, exits, _cuts):
        after[u].add(v)
    fed = {v for readers in after.values() for v in readers}
    first = {i for i in after if i not in fed} | set(entries)
    last = {i for i, readers in after.items() if not readers} | set(exits)
    return _series(nodes, after, in_order(after), first, last)


def _series(
    nodes: Sequence[Box | Frame],
    after: Mapping[int, set[int]],
    held: list[int],
    first: set[int],
    last: set[int],
    into: str = "box",
) -> Chain:
    """`held` in order, fed from a start by `first` and read by an end from `last`."""
    cuts = _cuts(after, held, first, last)
    out: list[Element] = []
    before, waiting = None, []
    for i in [*held, None]:
        if i is not None and i not in cuts:
            waiting.append(i)
            continue
        if waiting:
            readers = first if before is None else after[before]
            ends = last if i is None else {w for w in waiting if i in after[w]}
            direct = i in readers if i is not None else before in last
            follows = into if i is None else _role(nodes[i])
            out.append(_fork(nodes, after, waiting, readers, ends, direct, follows))
            waiting = []
        if i is not None:
            out.append(nodes[i])
            before = i
    return Chain(tuple(out), into)


def _cuts(
    after: Mapping[int, set[int]], held: list[int], first: set[int], last: set[int]
) -> set[int]:
    """The nodes that no edge passes by, the start's and the end's edges too."""
    n = len(held)
    at = {node: k for k, node in enumerate(held)}
    passing = [0] * (n + 2)
    spans = [(-1, at[i]) for i in held if i in first] + [(at[i], n) for i in held if i in last]
    spans += [(at[u], at[v]) for u in held for v in after[u] if v in at]
    for a, b in spans:
        passing[a + 1] += 1
        passing[max(b, a + 1)] -= 1
    cuts, open_ = set(), 0
    for k, node in enumerate(held):
        open_ += passing[k]
        if not open_:
            cuts.add(node)
    return cuts


def _fork(
    nodes: Sequence[Box | Frame],
    after: Mapping[int, set[int]],
    held: list[int],
    starts: set[int],
    ends: set[int],
    direct: bool,
    into: str,
) -> Fork | Tangle:
    """The branches among `held`, which have no cut point in common."""
    parts = _components(after, held)
    if len(parts) == 1 and not direct:
        at = {node: k for k, node in enumerate(held)}
        pairs = tuple((at[u], at[v]) for u in held for v in sorted(after[u]) if v in at)
        entries = tuple(at[i] for i in held if i in starts)
        exits = tuple(at[i] for i in held if i in ends)
        return Tangle(tuple(nodes[i] for i in held), pairs, entries, exits)
    branches: list[Chain | None] = [None] if direct else []
    for part in parts:
        mine = set(part)
        branches.append(_series(nodes, after, part, starts & mine, ends & mine, into))
    return Fork(tuple(branches))


def _components(after: Mapping[int, set[int]], held: list[int]) -> list[list[int]]:
    """Connected parts, each in order, parts by their first node."""
    root = {i: i for i in held}

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for u in held:
        for v in after[u]:
            if v in root:
                a, b = find(u), find(v)
                root[max(a, b)] = min(a, b)
    parts: dict[int, list[int]] = {}
    for i in held:
        parts.setdefault(find(i), []).append(i)
    return list(parts.values())


def _role(node: Box | Frame) -> str:
    return node.role if isinstance(node, Box) else "box"


def leaves(part: Element | Chain | None) -> Iterator[Box]:
    """The boxes in it, from left to right and top to bottom."""
    if isinstance(part, Box):
        yield part
    elif isinstance(part, Frame):
        yield from leaves(part.inside)
    elif part is not None:
        inner: Sequence[Element | Chain | None]
        if isinstance(part, Tangle):
            inner = part.nodes
        else:
            inner = part.elements if isinstance(part, Chain) else part.branches
        for i in inner:
            yield from leaves(i)


def size(part: Element | Chain | None) -> int:
    """Boxes in it."""
    return sum(1 for _ in leaves(part))
