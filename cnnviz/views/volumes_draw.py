"""Volumes as SVG: boxes in oblique projection, what the next layer reads, labels and brackets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from cnnviz.views.chart import SMALL, room
from cnnviz.views.chart_parts import line, text
from cnnviz.views.layout_text import shorten
from cnnviz.views.svg import el, polygon
from cnnviz.views.volumes_body import Body
from cnnviz.views.volumes_chain import Volume
from cnnviz.views.volumes_place import BESIDE, EDGE, LANE_GAP, LINE, Row, Slot, groups

Point = tuple[float, float]

THIN: Final = 1.4  # px; thinner stripes are drawn as the first input and the rest
TOP: Final = 22.0  # px over a row, in the first with the name of what is selected
BELOW: Final = 16.0  # px from a row's brackets to the next row


@dataclass(frozen=True, slots=True)
class Spot:
    """A body at its place: left edge and bottom of its front."""

    body: Body
    x: float
    y: float

    def at(self, u: float, v: float) -> Point:
        """A point of the face on the right: u into the depth, v up, both from 0 to 1."""
        b = self.body
        return self.x + b.thick + u * b.dx, self.y - v * b.high - u * b.dy


@dataclass(frozen=True, slots=True)
class Shelf:
    """The heights of a row: the bottom of each lane, and of what stands in the middle."""

    top: float
    floors: tuple[float, ...]
    names: float
    brackets: float
    bottom: float
    middle: float


def shelf(row: Row, top: float, named: bool) -> Shelf:
    """The row's heights from `top` down; what stands in the middle may be higher than the lanes."""
    below = LINE * (2 if any(s.words.times for s in row.slots) else 1)
    tall = [0.0] * row.lanes
    for s in row.slots:
        for i, lane in enumerate(s.column.at or range(1)):
            if s.column.at or row.lanes == 1:
                tall[lane] = max(tall[lane], s.bodies[i].tall + LINE * s.lifted(i))
    lanes = sum(tall) + (below + LANE_GAP) * (row.lanes - 1)
    alone = [s.bodies[0].tall for s in row.slots if not s.column.at]
    middle = top + max([lanes, *alone]) / 2
    at, floors = middle - lanes / 2, []
    for high in tall:
        floors.append(at + high)
        at = floors[-1] + below + LANE_GAP
    last = max([floors[-1], *(middle + high / 2 for high in alone)]) + below
    brackets = last + (LINE if named else 0.0) + 6
    return Shelf(top, tuple(floors), last + 10, brackets, brackets + 24, middle)


def spots(row: Row, on: Shelf) -> list[list[Spot]]:
    """Every body of the row at its place."""
    out = []
    for s, x in zip(row.slots, row.x, strict=True):
        if s.column.at or row.lanes == 1:
            lanes = s.column.at or (0,)
            out.append([Spot(b, x, on.floors[i]) for i, b in zip(lanes, s.bodies, strict=True)])
        else:
            out.append([Spot(b, x, on.middle + b.tall / 2) for b in s.bodies])
    return out


def volume(v: Volume, places: list[Spot], *inner: str, said: str, selected: bool) -> str:
    """What stands for one output: clicked, and marked for all operations that it stands for."""
    more = " ".join(o for o in v.holds if o != v.node)
    return el(
        "g",
        el("title", text=said),
        *inner,
        *(solid(p, v.stripes) for p in places),
        class_=f"k-{v.kind} selected" if selected else f"k-{v.kind}",
        data_node=v.node,
        data_holds=more or None,
    )


def labels(slot: Slot, x: float, places: list[Spot]) -> str:
    """Channels below each body (above an upper bar), and below how many it stands for."""
    middle, out = x + slot.middle, []
    for i, p in enumerate(places):
        y = p.y - p.body.high - 8 if slot.lifted(i) else p.y + 10
        words = str(p.body.channels)
        if slot.beside:
            right = p.x + p.body.thick + BESIDE
            out.append(text(right, p.y - p.body.high / 2, words, "small"))
        else:
            out.append(text(middle, y, words, "small", "middle"))
        if slot.words.times:
            out.append(
                text(middle, p.y + 10 + LINE, slot.words.times, "small strong accent", "middle")
            )
    return "".join(out)


def hit(slot: Slot, x: float, places: list[Spot]) -> str:
    """What can be touched: the room around the bodies and their labels."""
    top = min(p.y - p.body.tall - LINE * slot.lifted(i) for i, p in enumerate(places)) - 3
    bottom = max(p.y for p in places) + LINE * (2 if slot.words.times else 1) + 2
    wide = slot.left + slot.right + 6
    return el("rect", class_="hit", x=x - slot.left - 3, y=top, width=wide, height=bottom - top,
              rx=3)  # fmt: skip


def solid(p: Spot, stripes: tuple[int, ...]) -> str:
    """A box of which front, top and right side show; a bar where there is no depth."""
    b, x, y = p.body, p.x, p.y
    if not b.dx:
        return el("rect", class_="shape", x=x, y=y - b.high, width=b.thick, height=b.high)
    left, right, top = x, x + b.thick, y - b.high
    outline = [(left, y), (left, top), (left + b.dx, top - b.dy), (right + b.dx, top - b.dy),
               (right + b.dx, y - b.dy), (right, y)]  # fmt: skip
    lid = [(left, top), (left + b.dx, top - b.dy), (right + b.dx, top - b.dy), (right, top)]
    side = [(right, top), (right + b.dx, top - b.dy), (right + b.dx, y - b.dy), (right, y)]
    return (
        el("polygon", class_="shape", points=polygon(outline))
        + el("polygon", class_="lit", points=polygon(lid))
        + el("polygon", class_="shade", points=polygon(side))
        + _stripes(p, stripes)
    )


def _stripes(p: Spot, parts: tuple[int, ...]) -> str:
    """Every second input of a concatenation, as a lighter slab through front and top."""
    b = p.body
    if len(parts) > 2 and b.thick * min(parts) / sum(parts) < THIN:
        parts = (parts[0], sum(parts[1:]))
    out, at = [], p.x
    for k, part in enumerate(parts):
        wide = b.thick * part / sum(parts)
        if k % 2:
            top = p.y - b.high
            slab = [(at, p.y), (at, top), (at + b.dx, top - b.dy), (at + wide + b.dx, top - b.dy),
                    (at + wide, top), (at + wide, p.y)]  # fmt: skip
            out.append(el("polygon", class_="stripe", points=polygon(slab)))
        at += wide
    return "".join(out)


def fan(
    source: Spot, sides: tuple[int, ...], target: Spot, kernel: tuple[int, ...], window: bool
) -> str:
    """From the part of `source` that is read to the unit that it makes; () reads everything.

    The window is drawn on the face by the same square roots as the edges; `window` false leaves it
    out where it is drawn already.
    """
    x, high = target.x, target.body.high
    if not kernel or not sides:
        if not sides:
            low, top = source.at(0, 0), source.at(0, 1)
        else:
            low, top = source.at(1, 0), source.at(1, 1)
        ends = [top, (x, target.y - high), (x, target.y), low]
        return el("polygon", class_="fan", points=polygon(ends)) + "".join(
            line(*a, *b, "ray") for a, b in ((ends[0], ends[1]), (ends[3], ends[2]))
        )
    fv, fu = _share(kernel, sides)
    corners = [source.at(0.5 + u * fu / 2, 0.5 + v * fv / 2)
               for u, v in ((-1, -1), (-1, 1), (1, 1), (1, -1))]  # fmt: skip
    tip = (x, target.y - high / 2)
    upper, lower = corners[2], corners[3]
    return (
        (el("polygon", class_="window", points=polygon(corners)) if window else "")
        + el("polygon", class_="fan", points=polygon([upper, tip, lower]))
        + _ray(source, upper, tip)
        + _ray(source, lower, tip)
    )


def _ray(source: Spot, start: Point, end: Point) -> str:
    """A line that starts on the face: light as far as the face goes, then as lines are."""
    b, (x, y), (dx, dy) = source.body, start, (end[0] - start[0], end[1] - start[1])
    far = (source.x + b.thick + b.dx - x) / dx  # where it passes the far edge
    slope = b.dy / b.dx  # of the lower edge, which it may pass before
    low = (source.y - slope * (x - source.x - b.thick) - y) / (dy + slope * dx or 1e-9)
    part = min(t for t in (far, low, 1.0) if t > 0)
    leaves = (x + part * dx, y + part * dy)
    return line(*start, *leaves, "glow") + line(*leaves, *end, "ray")


def _share(kernel: tuple[int, ...], sides: tuple[int, ...]) -> tuple[float, float]:
    """The window's part of the face, up and into the depth."""
    window = kernel * len(sides) if len(kernel) == 1 else kernel
    parts = [min(1.0, sqrt(k / s)) for k, s in zip(window, sides, strict=True)]
    return (parts[-2], parts[-1]) if len(parts) > 1 else (parts[0], 1.0)


def join(source: Spot, target: Spot) -> str:
    """A plain line: the whole of one goes into the other."""
    a, b = source.body, target.body
    start = source.at(0.5, 0.5) if a.dx else (source.x + a.thick, source.y - a.high / 2)
    return line(*start, target.x, target.y - b.high / 2, "ray")


def leads(row: Row, y: float) -> str:
    """Under every bracket's volumes the name of the first that is no input, where it has room."""
    out = []
    for a, b in groups(row.slots):
        k = next((k for k in range(a, b + 1) if row.slots[k].column.volumes[0].kind != "input"), a)
        words, right = row.slots[k].words.lead, row.x[b] + row.slots[b].right
        left = min(row.x[k] - row.slots[k].left, right - room(words))
        if words and left >= row.x[a] - row.slots[a].left - 3:
            out.append(text(left, y, words, "small muted"))
    return "".join(out)


def told(said: str, x: float, width: float, row: Row, places: Sequence[list[Spot]]) -> str:
    """What a volume is, over it, and over what else stands under these words."""
    words = shorten(said, SMALL, width - 2 * EDGE, bold=True)
    long = room(words, bold=True)
    left = max(EDGE, min(x, width - EDGE - long))
    top = min(
        p.y - p.body.tall - LINE * s.lifted(i)
        for s, at, spots in zip(row.slots, row.x, places, strict=True)
        if at - s.left < left + long and at + s.right > left
        for i, p in enumerate(spots)
    )
    return text(left, top - 9, words, "small readout")


def brackets(row: Row, on: Shelf) -> str:
    """Under all volumes of one size, the size once."""
    out = []
    for a, b in groups(row.slots):
        left = row.x[a] - row.slots[a].left
        right = row.x[b] + row.slots[b].right
        y = on.brackets
        out.append(el("path", class_="bracket", d=f"M{left:.2f},{y:.2f}v4H{right:.2f}v-4"))
        words = row.slots[a].words.size
        out.append(text((left + right) / 2, y + 14, words, "small muted", "middle"))
    return "".join(out)
