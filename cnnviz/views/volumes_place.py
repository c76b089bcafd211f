"""Where the volumes stand: one square-root scale, rows that fit, labels that never meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from cnnviz.views.chart import room
from cnnviz.views.volumes_body import Body, bodies
from cnnviz.views.volumes_chain import Column

TALLEST: Final = 0.15  # of the width: the highest front, but between these bounds in px:
TALLEST_PX: Final = {False: (150.0, 220.0), True: (96.0, 96.0)}  # by whether it is narrow
STACKED: Final = 1.8  # of that: all lanes together
MOST: Final = 3.0  # maps' sides are stretched so far at most to fill a given height
THINNER: Final = (1.0, 0.8, 0.65, 0.5)  # of the scale, for channels, where width is what lacks
LABELS: Final = 112.0  # px of a row that are not bodies: labels, brackets, legend
LANE_LABELS: Final = 40.0  # px more for each further lane
LEAST: Final = 0.72  # scale; what does not fit then breaks into rows
NAMED: Final = 0.85  # of the largest scale; names may not cost more
STEP: Final = 0.96
NARROW: Final = 560.0
GAP: Final = 8.0  # px between bodies at least, and at most
WIDEST_GAP: Final = 0.104  # of the width
EDGE: Final = 2.0  # px free on the left and on the right
LONGEST_NAME: Final = 72.0
LINE: Final = 15.0  # px a line of labels
LANE_GAP: Final = 8.0
BESIDE: Final = 5.0  # px from a bar to the number right of it


@dataclass(frozen=True, slots=True)
class Words:
    """The words under a column."""

    channels: str
    times: str
    size: str
    name: str  # "" where names are left out
    lead: str = ""  # then this one's, if it is the first of its bracket

    def nameless(self) -> Words:
        return Words(self.channels, self.times, self.size, "", self.name)

    def width(self) -> float:
        return max(room(self.channels), room(self.times, bold=True), room(self.name))


@dataclass(frozen=True, slots=True)
class Slot:
    """A column with its bodies and the room left and right of its front's left edge."""

    column: Column
    bodies: tuple[Body, ...]
    words: Words
    left: float
    right: float
    beside: bool = False  # its number stands right of the bar, where no line ends

    def lifted(self, i: int) -> bool:
        """Whether the words of the i-th body stand above it: lines cross below an upper bar."""
        return self.column.halves and i == 0 and not self.bodies[i].dx

    @property
    def middle(self) -> float:
        """Of its labels, from the front's left edge."""
        return _middle(self.bodies)


@dataclass(frozen=True, slots=True)
class Row:
    """Slots side by side; `x` are the fronts' left edges."""

    slots: tuple[Slot, ...]
    x: tuple[float, ...]

    @property
    def lanes(self) -> int:
        return max((lane + 1 for s in self.slots for lane in s.column.at), default=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows, and the scale that all of them share."""

    rows: tuple[Row, ...]
    scale: float
    named: bool


def plan(
    columns: Sequence[Column], words: Sequence[Words], width: float, height: float | None = None
) -> Plan:
    """The largest scale at which all stand in one row, else rows at a small one.

    Names are written where they fit without making more rows. One row fills a given height: what
    the width keeps low is stretched, maps and vectors alike (channels have a scale of their own).
    """
    high = _highest(columns, width, height)
    bare = [w.nameless() for w in words]
    named = all(w.name and room(w.name) <= LONGEST_NAME for w in words)
    least = min(LEAST, high)
    with_names = NAMED * high if height is None else least
    found = _one_row(columns, words, width, height, high, with_names) if named else None
    if found is None or height is not None:
        plain = _one_row(columns, bare, width, height, high, least)
        if found is None or (plain and _tall(found[0]) < NAMED * _tall(plain[0])):
            found, named = plain, False
    if found is not None:
        row = _row(found[0], width, WIDEST_GAP * width, centred=True)
        return Plan((row,), found[1], named)
    scale = min(LEAST, high)
    parts = broken(slots_at(columns, bare, scale), width)
    gap = min(2 * min(_gap(p, width) for p in parts), WIDEST_GAP * width)
    return Plan(tuple(_row(p, width, gap) for p in parts), scale, False)


def _one_row(
    columns: Sequence[Column],
    words: Sequence[Words],
    width: float,
    height: float | None,
    scale: float,
    least: float,
) -> tuple[list[Slot], float] | None:
    """The slots of one row at the largest scale down to `least`; None where none is wide enough."""
    while scale >= least * 0.999:
        slots = slots_at(columns, words, scale)
        if least_width(slots) <= width:
            if height is not None:
                slots = _stretched(columns, words, scale, width, height)
            return slots, scale
        scale *= STEP
    return None


def fits(columns: Sequence[Column], words: Sequence[Words], width: float) -> bool:
    """Whether one row is enough."""
    scale = min(LEAST, _highest(columns, width))
    slots = slots_at(columns, [w.nameless() for w in words], scale)
    return width >= NARROW and least_width(slots) <= width


def slots_at(
    columns: Sequence[Column], words: Sequence[Words], scale: float, stretch: float = 1.0
) -> list[Slot]:
    lanes = any(c.at for c in columns)
    return [_slot(c, w, scale, stretch, lanes) for c, w in zip(columns, words, strict=True)]


def _stretched(
    columns: Sequence[Column], words: Sequence[Words], scale: float, width: float, height: float
) -> list[Slot]:
    """The slots of one row, as high as place and width allow."""
    best = slots_at(columns, words, scale)
    free, reached = _free(columns, height), _tall(best)
    for thinner in THINNER:
        stretch = MOST / thinner
        while stretch > 1 / thinner:
            slots = slots_at(columns, words, scale * thinner, stretch)
            if _tall(slots) <= free and least_width(slots) <= width:
                if _tall(slots) > 1.1 * reached:
                    best, reached = slots, _tall(slots)
                break
            stretch *= STEP
    return best


def _tall(slots: Sequence[Slot]) -> float:
    return max(sum(b.tall for b in s.bodies) for s in slots)


def _free(columns: Sequence[Column], height: float) -> float:
    """What a given height leaves to the bodies of one row."""
    lanes = max((lane for c in columns for lane in c.at), default=0)
    times = LINE if any(v.times > 1 for c in columns for v in c.volumes) else 0.0
    return max(LABELS / 2, height - LABELS - times - LANE_LABELS * lanes)


def least_width(slots: Sequence[Slot]) -> float:
    """Width of a row at the smallest gap, the words of its brackets included."""
    bodies = sum(s.left + s.right for s in spaced(slots, GAP))
    return bodies + GAP * (len(slots) - 1) + 2 * EDGE


def groups(slots: Sequence[Slot]) -> list[tuple[int, int]]:
    """First and last index of neighbours whose maps have one size."""
    out: list[tuple[int, int]] = []
    for i, s in enumerate(slots):
        if out and slots[i - 1].words.size == s.words.size:
            out[-1] = (out[-1][0], i)
        else:
            out.append((i, i))
    return out


def spaced(slots: Sequence[Slot], gap: float) -> list[Slot]:
    """The slots, wider where a bracket is shorter than its words."""
    out = list(slots)
    for a, b in groups(slots):
        span = sum(s.left + s.right for s in slots[a : b + 1]) + gap * (b - a)
        need = (room(slots[a].words.size) - span) / 2
        if need > 0:
            out[a] = _wider(out[a], need, 0)
            out[b] = _wider(out[b], 0, need)
    return out


def broken(slots: Sequence[Slot], width: float) -> list[Sequence[Slot]]:
    """Rows that fit, as few as possible, evenly full, rather broken where the size changes."""

    @cache
    def best(start: int) -> tuple[float, int]:
        if start == len(slots):
            return 0.0, start
        found: tuple[float, int] | None = None
        for end in range(start + 1, len(slots) + 1):
            free = width - least_width(slots[start:end])
            if free < 0 and end > start + 1:
                break
            same = end < len(slots) and slots[end].words.size == slots[end - 1].words.size
            cost = 3.0 + (free / width) ** 2 + (0.12 if same else 0) + best(end)[0]
            if found is None or cost < found[0]:
                found = (cost, end)
        assert found is not None
        return found

    parts, at = [], 0
    while at < len(slots):
        end = best(at)[1]
        parts.append(slots[at:end])
        at = end
    return parts


def _row(slots: Sequence[Slot], width: float, most: float, *, centred: bool = False) -> Row:
    gap = min(most, _gap(slots, width))
    out = spaced(slots, GAP)
    total = sum(s.left + s.right for s in out) + gap * (len(out) - 1)
    x, at = [], max(EDGE, (width - total) / 2) if centred else EDGE
    for s in out:
        x.append(at + s.left)
        at += s.left + s.right + gap
    return Row(tuple(out), tuple(x))


def _gap(slots: Sequence[Slot], width: float) -> float:
    """The gap that fills the width."""
    free = width - least_width(slots)
    return GAP + max(0.0, free) / max(1, len(slots) - 1)


def _slot(column: Column, words: Words, scale: float, stretch: float, lanes: bool) -> Slot:
    drawn = bodies(column, scale, stretch)
    middle, half = _middle(drawn), words.width() / 2
    right = max(b.thick + b.dx for b in drawn)
    beside = lanes and not column.at and not drawn[0].dx
    if beside:  # lines of both lanes end at the bar from below and above
        right += BESIDE + room(words.channels)
    return Slot(column, drawn, words, max(0.0, half - middle), max(right, middle + half), beside)


def _middle(drawn: Sequence[Body]) -> float:
    return max((b.thick + 0.4 * b.dx) / 2 for b in drawn)


def _wider(s: Slot, left: float, right: float) -> Slot:
    return replace(s, left=s.left + left, right=s.right + right)


def _highest(columns: Sequence[Column], width: float, height: float | None = None) -> float:
    """The scale at which the highest front is as high as it may be."""
    at_one = [bodies(c, 1.0) for c in columns]
    low, high = TALLEST_PX[width < NARROW]
    most = min(max(TALLEST * width, low), high)
    highest = max(b.high for drawn in at_one for b in drawn)
    stacked = max(sum(b.tall for b in drawn) for drawn in at_one)
    if height is not None:
        return _free(columns, height) / stacked
    return min(most / highest, STACKED * most / stacked)
