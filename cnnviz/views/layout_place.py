"""Measures the parts of a drawing and puts them in place; wires are carried along.

A wire is (source, points so far). Whatever is placed takes the wires that arrive, draws those that
are edges of the graph, and hands on those that leave: no wire can be drawn that is no edge.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from cnnviz.views.layout_dot import END, START, Placed, placed
from cnnviz.views.layout_lanes import WIRE, Extent, lanes
from cnnviz.views.layout_parts import Box, Chain, Element, Fork, Frame, Tangle

GAP: Final = 17.0  # between neighbours: room for an arrow
AFTER: Final = 6.0  # between the words on a wire and what it enters
LANE: Final = 8.0  # from a box to the vertical wire of a fork
FORK: Final = 22.0  # from a box to the branches behind it
JOIN: Final = 24.0  # from the branches to a box that they all enter
PAD: Final = 9.0  # inside a frame, above and below
SIDE: Final = 10.0  # inside a frame, left and right
TITLE: Final = 17.0
STACK: Final = 4.0  # how far the cards behind a stack look out
BAR: Final = 9.0  # how far a concatenation's bar goes beyond its wires
SMALLEST_BAR: Final = 17.0  # half its height where one wire enters

Point = tuple[float, float]
Wire = tuple[int, tuple[Point, ...]]  # source, points so far


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something lies: left top corner and size, px."""

    x: float
    y: float
    w: float
    h: float


@dataclass(slots=True)
class Sheet:
    """What has been placed so far: filled by `put`, read by the drawing."""

    edges: Collection[tuple[int, int]]
    boxes: dict[int, Spot] = field(default_factory=dict)
    frames: dict[int, Spot] = field(default_factory=dict)
    wires: list[tuple[int, int, tuple[Point, ...]]] = field(default_factory=list)


class Placing:
    """Sizes of parts, remembered, and their placing on one sheet."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Extent]] = {}

    def extent(self, part: Element | Chain) -> Extent:
        """The size of a part; measured once."""
        found = self._known.get(id(part))
        if found is None:
            found = self._known[id(part)] = (part, self._measure(part))
        return found[1]

    def _measure(self, part: Element | Chain) -> Extent:
        if isinstance(part, Box):
            return Extent(part.w + part.said, part.h / 2, part.h / 2)
        if isinstance(part, Frame):
            e = self.extent(part.inside)
            stack = STACK if part.stacked else 0.0
            w = max(e.w + 2 * SIDE + LANE, part.title + 16)
            return Extent(w + stack, e.up + PAD + TITLE + stack, e.down + PAD)
        if isinstance(part, Tangle):
            found = self._solve(part)
            return Extent(found.w, found.h / 2, found.h / 2)
        if isinstance(part, Fork):
            return self._measure_fork(part, "box")
        return self._measure_chain(part)

    def _measure_chain(self, chain: Chain) -> Extent:
        w = up = down = 0.0
        for k in range(len(chain.elements)):
            e = self.in_chain(chain, k)
            w += e.w + self.gap(chain, k)
            up, down = max(up, e.up), max(down, e.down)
        return Extent(w, up, down)

    def in_chain(self, chain: Chain, k: int) -> Extent:
        """An element's size between its neighbours: a bar grows, a fork knows what it enters."""
        part = chain.elements[k]
        if isinstance(part, Fork):
            return self._measure_fork(part, chain.role(k + 1))
        if isinstance(part, Box) and part.role == "bar":
            up, down = self._bar(chain, k)
            return Extent(part.w + part.said, up, down)
        return self.extent(part)

    def _bar(self, chain: Chain, k: int) -> tuple[float, float]:
        before = chain.elements[k - 1] if k else None
        if not isinstance(before, Fork):
            return SMALLEST_BAR, SMALLEST_BAR
        low, high = self._spread(before, "bar")
        return max(BAR - low, BAR), max(BAR + high, BAR)

    def gap(self, chain: Chain, k: int) -> float:
        """Space before the k-th element."""
        if not k:
            return 0.0
        part, before = chain.elements[k], chain.elements[k - 1]
        if isinstance(part, Fork | Tangle):
            return 0.0  # its own lanes are in it
        if isinstance(before, Box) and before.said:
            return AFTER
        if isinstance(before, Fork | Tangle):
            return GAP if chain.role(k) != "box" else JOIN
        return GAP

    def _measure_fork(self, fork: Fork, into: str) -> Extent:
        w = up = down = 0.0
        for branch, y in zip(fork.branches, self._lanes(fork, into), strict=True):
            e = self.extent(branch) if branch else WIRE
            w, up, down = max(w, e.w), max(up, e.up - y), max(down, e.down + y)
        return Extent(FORK + w, up, down)

    def _lanes(self, fork: Fork, into: str) -> list[float]:
        """The y of each branch's main line, relative to the line that arrives."""
        return lanes(fork, [self.extent(b) if b else WIRE for b in fork.branches], into)

    def _spread(self, fork: Fork, into: str) -> tuple[float, float]:
        """Least and greatest y at which the wires of a fork leave."""
        low, high = 0.0, 0.0
        found: list[float] = []
        for branch, y in zip(fork.branches, self._lanes(fork, into), strict=True):
            end = branch.elements[-1] if branch and branch.elements else None
            if isinstance(end, Fork):
                low, high = self._spread(end, into)
                found += [y + low, y + high]
            else:
                found.append(y)
        return min(found), max(found)

    def put(self, sheet: Sheet, part: Chain, x: float, y: float, wires: list[Wire]) -> list[Wire]:
        """Places a chain with its main line at y from x on; the wires that leave it."""
        for k in range(len(part.elements)):
            x += self.gap(part, k)
            wires = self.put_element(sheet, part, k, x, y, wires)
            x += self.in_chain(part, k).w
        return wires

    def put_element(
        self, sheet: Sheet, chain: Chain, k: int, x: float, y: float, wires: list[Wire]
    ) -> list[Wire]:
        """Places the k-th element of a chain; the wires that leave it."""
        part = chain.elements[k]
        if isinstance(part, Box):
            return self._put_box(sheet, part, self.in_chain(chain, k), x, y, wires)
        if isinstance(part, Frame):
            return self._put_frame(sheet, part, x, y, wires)
        if isinstance(part, Tangle):
            return self._put_tangle(sheet, part, x, y, wires)
        follows = chain.role(k + 1)
        out: list[Wire] = []
        for branch, lane in zip(part.branches, self._lanes(part, follows), strict=True):
            bend = ((x + LANE, y), (x + LANE, y + lane)) if lane else ((x + LANE, y),)
            mine = [(s, (*points, *bend)) for s, points in wires]
            if branch is None:
                out += mine
            else:
                out += self.put(sheet, branch, x + FORK, y + lane, mine)
        return out

    def _put_box(
        self, sheet: Sheet, box: Box, e: Extent, x: float, y: float, wires: list[Wire]
    ) -> list[Wire]:
        sheet.boxes[box.id] = Spot(x, y - e.up, box.w, e.up + e.down)
        for source, points in wires:
            if (source, box.id) in sheet.edges:
                sheet.wires.append((source, box.id, (*points, *_enter(box, e, x, y, points[-1]))))
        end = x + box.w + box.said  # the words stand on a straight part
        return [(box.id, ((x + box.w, y), (end, y)) if box.said else ((end, y),))]

    def _put_frame(
        self, sheet: Sheet, frame: Frame, x: float, y: float, wires: list[Wire]
    ) -> list[Wire]:
        e = self.extent(frame)
        stack = STACK if frame.stacked else 0.0
        w = e.w - stack
        sheet.frames[frame.id] = Spot(x, y - e.up + stack, w, e.up + e.down - stack)
        inner = [(s, (*points, *_join(x, y, points[-1]), (x, y))) for s, points in wires]
        out = self.put(sheet, frame.inside, x + SIDE + LANE, y, inner)
        edge = x + w
        return [
            (s, (*points, *_join(edge, y, points[-1], SIDE / 2), (edge, y))) for s, points in out
        ]

    def _solve(self, part: Tangle) -> Placed:
        extents = [self._bare(n) for n in part.nodes]
        pairs = [(str(u), str(v)) for u, v in part.edges]
        pairs += [(START, str(k)) for k in part.starts] + [(str(k), END) for k in part.ends]
        return placed(tuple((e.w, e.up + e.down) for e in extents), tuple(pairs))

    def _bare(self, part: Box | Frame) -> Extent:
        """The size without words on the wire: here wires leave in any direction."""
        e = self.extent(part)
        return Extent(part.w, e.up, e.down) if isinstance(part, Box) else e

    def _put_tangle(
        self, sheet: Sheet, part: Tangle, x: float, y: float, wires: list[Wire]
    ) -> list[Wire]:
        """Nodes where Graphviz put them, wires along its lines."""
        found = self._solve(part)
        top = y - found.h / 2
        lines = {
            pair: tuple((x + px, top + py) for px, py in points)
            for pair, points in found.lines.items()
        }
        framed = {str(k) for k, node in enumerate(part.nodes) if isinstance(node, Frame)}
        for u, v in lines:  # a frame has its own entry and exit
            lines[u, v] = lines[u, v][u in framed : len(lines[u, v]) - (v in framed)]
        leaving: dict[str, list[Wire]] = {START: wires}
        for k, node in enumerate(part.nodes):
            name, e = str(k), self._bare(node)
            arriving = [
                (source, (*points, *line))
                for (u, v), line in lines.items()
                if v == name
                for source, points in leaving[u]
            ]
            cx, cy = found.centres[name]
            left, middle = x + cx - e.w / 2, top + cy + (e.up - e.down) / 2
            if isinstance(node, Box):
                leaving[name] = self._put_free(sheet, node, left, middle, arriving)
            else:
                at = ((left, middle),)
                entering = [(source, (*points, *at)) for source, points in arriving]
                leaving[name] = self._put_frame(sheet, node, left, middle, entering)
        return [
            (source, (*points, *lines[str(k), END]))
            for k in part.ends
            for source, points in leaving[str(k)]
        ]

    def _put_free(
        self, sheet: Sheet, box: Box, x: float, y: float, wires: list[Wire]
    ) -> list[Wire]:
        """A box that wires reach from anywhere, and leave from where their line starts."""
        sheet.boxes[box.id] = Spot(x, y - box.h / 2, box.w, box.h)
        sheet.wires += [(s, box.id, points) for s, points in wires if (s, box.id) in sheet.edges]
        return [(box.id, ())]


def _join(x: float, y: float, at: Point, lane: float = LANE + 4) -> tuple[Point, ...]:
    """The bend of a wire that arrives on another line than y."""
    return () if abs(at[1] - y) < 0.1 else ((x - lane, at[1]), (x - lane, y))


def _enter(box: Box, e: Extent, x: float, y: float, at: Point) -> tuple[Point, ...]:
    off = at[1] - y
    if box.role == "bar":
        return ((x, at[1]),)
    if box.role == "circle" and abs(off) > 0.1:
        middle = x + box.h / 2  # strips stand to its right
        return ((middle, at[1]), (middle, y - e.up if off < 0 else y + e.down))
    return (*_join(x, y, at), (x, y))
