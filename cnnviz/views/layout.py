"""Layout of a folded graph: rows of one text size, forks between cut points, wires by right angles.

Pure: sizes in, places out. What is not series-parallel goes to Graphviz (layout_dot.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from cnnviz.views.layout_parts import Box, Chain, Fork, Frame, Tangle, arrange, leaves
from cnnviz.views.layout_place import FORK, GAP, Placing, Point, Sheet, Spot, Wire
from cnnviz.views.layout_rows import Unit, break_rows

MARGIN: Final = 14.0  # left and right: room for the line that returns
RETURN: Final = 9.0  # from a row's last box to that line
BETWEEN: Final = 26.0  # between rows
TOP: Final = 8.0
MARKS: Final = 9.0  # room above the first row for the marks of what has no frame

Pair = tuple[int, int]
Pairs = Collection[Pair]


@dataclass(frozen=True, slots=True)
class Nest:
    """An opened item: what it shows, and the width of its title where it is to have a frame."""

    id: int
    nodes: tuple[Box | Nest, ...]  # in topological order
    title: float = 0.0
    stacked: bool = False
    framed: bool = False

    def boxes(self) -> Iterator[Box]:
        for n in self.nodes:
            if isinstance(n, Box):
                yield n
            else:
                yield from n.boxes()


@dataclass(frozen=True, slots=True)
class Line:
    """One edge: source, target, and the polyline between them."""

    source: int
    target: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Places in px. `starts` are the ranks that begin rows: the anchors of what opens next."""

    width: float
    height: float
    boxes: dict[int, Spot]
    frames: dict[int, Spot]
    lines: tuple[Line, ...]
    starts: tuple[int, ...]
    loose: frozenset[int]  # opened items for which no frame could be drawn
    flow: str = "lr"  # "lr": rows, or left to right; "tb": from top to bottom
    curved: bool = False  # points of lines are those of Bézier curves
    said: Mapping[Pair, Point] = field(default_factory=dict)  # middle of the words on a wire


def lay_out(
    root: Nest, edges: Pairs, width: float, anchors: Collection[int] = (), most: float = 0.0
) -> Layout:
    """The places of all boxes. A part wider than `width` makes the drawing wider, never smaller.

    `anchors`: the `starts` of the picture before something was opened; its rows stay whole as far
    as they are no wider than `most`.
    """
    edges = frozenset(edges)
    placing = Placing()
    room = width - 2 * MARGIN
    framing = _Framing(placing, edges, max(room, most - 2 * MARGIN))
    chain = _chain(framing.nodes(root), edges)
    units = _units(chain)
    sized = [_unit(placing, chain, u) for u in units]
    rows = break_rows(sized, GAP, room, anchors, most - 2 * MARGIN)
    sheet = Sheet(edges)
    top = TOP + (MARKS if framing.loose else 0.0)
    in_rows = [[units[i] for i in row] for row in rows]
    right, bottom = _put_rows(placing, sheet, chain, in_rows, top)
    return Layout(
        width=max(width, right + MARGIN),
        height=bottom + TOP,
        boxes=sheet.boxes,
        frames=sheet.frames,
        lines=tuple(Line(*w) for w in sheet.wires),
        starts=tuple(sized[row[0]].rank for row in rows[1:]),
        loose=frozenset(framing.loose),
    )


def fitted(layout: Layout) -> Layout:
    """The same, no wider than what is in it."""
    right = max(s.x + s.w for s in (*layout.boxes.values(), *layout.frames.values()))
    return replace(layout, width=right + MARGIN)


def _put_rows(
    placing: Placing, sheet: Sheet, chain: Chain, rows: list[list[range]], top: float
) -> tuple[float, float]:
    """Places the rows from `top` on; the right and the lower edge."""
    wires: list[Wire] = []
    right = 0.0
    for n, row in enumerate(rows):
        extents = [placing.in_chain(chain, k) for unit in row for k in unit]
        y = top + max(e.up for e in extents)
        if n:
            wires = [
                (s, (*points, *_back(points[-1], top - BETWEEN / 2, y))) for s, points in wires
            ]
        x = MARGIN - (FORK if not n and isinstance(chain.elements[0], Fork) else 0.0)
        for unit in row:
            for k in unit:
                x += placing.gap(chain, k) if k != row[0].start else 0.0
                wires = placing.put_element(sheet, chain, k, x, y, wires)
                x += placing.in_chain(chain, k).w
        right = max(right, x)
        top = y + max(e.down for e in extents) + BETWEEN
    return right, top - BETWEEN


def _back(at: Point, between: float, y: float) -> tuple[Point, ...]:
    """From the end of a row round to the start of the next, whose main line is at y."""
    x, left = at[0] + RETURN, MARGIN / 3
    return ((x, at[1]), (x, between), (left, between), (left, y))


class _Framing:
    """Which opened items get a frame, and what the others are spliced into."""

    def __init__(self, placing: Placing, edges: Pairs, room: float) -> None:
        self.placing, self.edges, self.room = placing, edges, room
        self.loose: set[int] = set()

    def nodes(self, nest: Nest) -> list[Box | Frame]:
        """The nest's boxes and frames, in order."""
        out: list[Box | Frame] = []
        for n in nest.nodes:
            if isinstance(n, Box):
                out.append(n)
                continue
            inner = self.nodes(n)
            frame = self._frame(n, inner) if n.framed else None
            if n.framed and frame is None:
                self.loose.add(n.id)
            out += inner if frame is None else [frame]
        return out

    def _frame(self, nest: Nest, inner: list[Box | Frame]) -> Frame | None:
        """None where edges could not be told apart, or where rows must break inside."""
        if not _frameable({b.id for b in nest.boxes()}, self.edges):
            return None
        frame = Frame(nest.id, _chain(inner, self.edges), nest.title, nest.stacked)
        if self.placing.extent(frame).w <= self.room:
            return frame
        units = [_unit(self.placing, frame.inside, u) for u in _units(frame.inside)]
        breaks = len(units) > 1 and max(u.w for u in units) <= self.room
        return None if breaks else frame


def _frameable(inside: set[int], edges: Pairs) -> bool:
    """Whether one entry and one exit can say who reads whom: one source or one target each."""
    into = [(u, v) for u, v in edges if v in inside and u not in inside]
    out = [(u, v) for u, v in edges if u in inside and v not in inside]
    return all(len({u for u, _ in p}) <= 1 or len({v for _, v in p}) <= 1 for p in (into, out))


def _chain(nodes: list[Box | Frame], edges: Pairs) -> Chain:
    at = {b.id: k for k, node in enumerate(nodes) for b in leaves(node)}
    inside = [(at[u], at[v]) for u, v in edges if u in at and v in at]
    entries = {at[v] for u, v in edges if u not in at and v in at}
    exits = {at[u] for u, v in edges if u in at and v not in at}
    return arrange(nodes, inside, entries, exits)


def _units(chain: Chain) -> list[range]:
    """Elements that stay in one row: a fork with what its branches enter."""
    units, start = [], 0
    for k, part in enumerate(chain.elements):
        if not isinstance(part, Fork | Tangle) or k == len(chain.elements) - 1:
            units.append(range(start, k + 1))
            start = k + 1
    return units


def _unit(placing: Placing, chain: Chain, unit: range) -> Unit:
    w = sum(placing.in_chain(chain, k).w for k in unit)
    w += sum(placing.gap(chain, k) for k in unit[1:])
    boxes = [b for k in unit for b in leaves(chain.elements[k])]
    first = min(boxes, key=lambda b: b.rank)
    return Unit(w, first.rank, first.start)
