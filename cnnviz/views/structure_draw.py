"""The shapes of the folded graph as SVG: boxes, stacks, bars, frames, wires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Final

from cnnviz.analysis.fold import Item
from cnnviz.views.layout_place import STACK, TITLE, Point, Spot
from cnnviz.views.layout_text import text_width
from cnnviz.views.palette import shape
from cnnviz.views.structure_words import SIZE, Words
from cnnviz.views.svg import el, number, path, polygon

LINE: Final = 13.0  # from line to line
SIDE: Final = 7.0  # left and right of the text
MARK: Final = 3.5  # one strip for what belongs to a layer: normalisation, activation
MARK_GAP: Final = 1.0
CIRCLE: Final = 20.0
BAR: Final = 9.0
TIP: Final = 5.5  # length of an arrowhead
OUT: Final = 13.0  # length of the arrow out of the network
TITLE_AT: Final = 8.0  # a frame's title: from its left edge,
TITLE_UP: Final = 9.0  # and the middle of its marks from the upper one
SAID: Final = 11.0  # px of the words on a wire
BEFORE: Final = 3.0  # from a box to them
TOOL: Final = 18.0  # pitch of the marks


Strip = tuple[str, str]  # kind, node id
STRIPS: Final = ("normalisation", "activation")  # what stands beside its layer


@dataclass(frozen=True, slots=True)
class Look:
    """How one box is drawn."""

    kind: str  # of palette.KINDS, or "block"
    words: Words
    before: tuple[Strip, ...] = ()  # on its left
    after: tuple[Strip, ...] = ()
    stacked: bool = False
    gate: bool = False  # a product of a map and one number a channel

    @property
    def outline(self) -> str:
        return "block" if self.kind == "block" else shape(self.kind)


CARDS: Final = (2 * STACK - 2, STACK - 1)  # how far the cards of a stack look out


def measure(look: Look) -> tuple[float, float]:
    """Width and height of the box, with its strips and, to the right, the cards of a stack."""
    w, h = _front(look)
    return (w + CARDS[0], h) if look.stacked else (w, h)


def _front(look: Look) -> tuple[float, float]:
    text = max((text_width(t, SIZE, bold=look.words.bold) for t in look.words.lines), default=0)
    strips = (MARK + MARK_GAP) * (len(look.before) + len(look.after))
    outline = look.outline
    if look.kind == "combine":
        bar = not look.words.lines
        return (BAR, 34.0) if bar else (CIRCLE + strips, CIRCLE)
    if outline == "bar":
        return max(text + 10, 30.0) + strips, 46.0
    if outline == "taper":
        return max(text + 11, 31.0) + strips, 36.0
    if outline == "block":
        return max(text + 16, 50.0), 40.0
    if outline in ("pill", "hexagon", "parallelogram", "octagon", "cut"):
        return text + 20, 22.0
    if look.kind in ("input", "constant"):
        return text + 14, 26.0
    return max(text + 2 * SIDE, 36.0) + strips, 36.0


def box(look: Look, at: Spot) -> str:
    """The shape with its text, at its place; a stack shows the cards behind."""
    cards = []
    if look.stacked:
        at = Spot(at.x, at.y, at.w - CARDS[0], at.h)
        cards = [_outline(look, Spot(at.x + d, at.y - d, at.w, at.h), "card") for d in CARDS]
    strips = _strips(look, at)
    left = (MARK + MARK_GAP) * len(look.before)
    w = at.w - left - (MARK + MARK_GAP) * len(look.after)
    body = Spot(at.x + left, at.y, w, at.h)
    inner = [*cards, _outline(look, body, "shape"), *strips]
    return "".join(inner) + _text(look, body)


def _text(look: Look, at: Spot) -> str:
    lines = look.words.lines
    x, middle = at.x + at.w / 2, at.y + at.h / 2
    first = middle - (len(lines) - 1) * LINE / 2 + SIZE * 0.35
    classes = ["b" if look.words.bold else None, None, None]
    return "".join(
        el("text", text=line, x=x, y=first + k * LINE, class_=classes[k])
        for k, line in enumerate(lines)
    )


def _outline(look: Look, at: Spot, class_: str) -> str:
    x, y, w, h = at.x, at.y, at.w, at.h
    outline = look.outline
    if look.kind == "combine":
        if not look.words.lines:
            return el("rect", class_=class_, x=x, y=y, width=w, height=h, rx=2.5)
        return el("rect", class_=class_, x=x, y=y, width=w, height=h, rx=h / 2)
    if outline == "pill":
        return el("rect", class_=class_, x=x, y=y, width=w, height=h, rx=h / 2)
    if outline in ("rectangle", "bar", "block"):
        rx = 4 if outline == "block" else 2.5
        return el("rect", class_=class_, x=x, y=y, width=w, height=h, rx=rx)
    return el("polygon", class_=class_ + " round", points=polygon(_corners(outline, at)))


def _corners(outline: str, at: Spot) -> list[Point]:
    x, y, w, h = at.x, at.y, at.w, at.h
    r, b, m = x + w, y + h, y + h / 2
    if outline == "taper":
        return [(x, y), (r, y + 6), (r, b - 6), (x, b)]
    if outline == "hexagon":
        return [(x, m), (x + 7, y), (r - 7, y), (r, m), (r - 7, b), (x + 7, b)]
    if outline == "parallelogram":
        return [(x + 6, y), (r, y), (r - 6, b), (x, b)]
    if outline == "octagon":
        c = 6.0
        top, bottom = [(x + c, y), (r - c, y)], [(r - c, b), (x + c, b)]
        return [*top, (r, y + c), (r, b - c), *bottom, (x, b - c), (x, y + c)]
    return [(x, y), (r - 6, y), (r, y + 6), (r, b), (x, b)]


def _strips(look: Look, at: Spot) -> list[str]:
    out = []
    step = MARK + MARK_GAP
    for k, (kind, node) in enumerate(look.before):
        out.append(_strip(kind, node, at.x + k * step, at))
    for k, (kind, node) in enumerate(reversed(look.after)):
        out.append(_strip(kind, node, at.x + at.w - MARK - k * step, at))
    return out


def _strip(kind: str, node: str, x: float, at: Spot) -> str:
    return el(
        "rect", class_=f"m-{kind}", x=x, y=at.y, width=MARK, height=at.h, rx=1.2, data_op=node
    )


def frame(at: Spot, title: str, stacked: bool) -> str:
    """The frame of an opened block with its title."""
    card = ""
    if stacked:
        x, y = at.x + STACK, at.y - STACK
        card = el("rect", class_="card", x=x, y=y, width=at.w, height=at.h, rx=6)
    edge = el("rect", class_="edge", x=at.x, y=at.y, width=at.w, height=at.h, rx=6)
    name = el("text", text=title, x=at.x + TITLE_AT, y=at.y + TITLE - 4, class_="b title")
    return card + edge + name


def has_every(item: Item) -> bool:
    """Whether the item opens to one member for all, and further to every member."""
    return item.kind == "run" and item.children[0].folds


def tools_width(item: Item) -> float:
    """Room for the marks behind a frame's title."""
    return TITLE_AT + TOOL * (2 if has_every(item) else 1)


def sign(x: float, y: float, what: str) -> str:
    """A small square mark: − (close), + (every member), 1 (one for all)."""
    d = f"M{x - 3:g},{y:g}H{x + 3:g}" + (f"M{x:g},{y - 3:g}V{y + 3:g}" if what == "+" else "")
    if what == "1":
        d = f"M{x - 1.5:g},{y - 2:g}L{x:g},{y - 3:g}V{y + 3:g}"
    touch = el("rect", class_="touch", x=x - TOOL / 2, y=y - TOOL / 2, width=TOOL, height=TOOL)
    square = el("rect", class_="button", x=x - 6, y=y - 6, width=12, height=12, rx=3)
    return touch + square + el("path", class_="sign", d=d)


def corners(points: Sequence[Point]) -> list[Point]:
    """The polyline without the points in the middle of a level part."""
    inner = [
        b
        for a, b, c in zip(points, points[1:], points[2:], strict=False)
        if not (abs(a[1] - b[1]) < 0.1 and abs(b[1] - c[1]) < 0.1 and a[0] <= b[0] <= c[0])
    ]
    return [points[0], *inner, points[-1]]


def on_wire(points: Sequence[Point], words: str) -> str:
    """Words over the first part of a wire; none where it is too short for them."""
    (x1, y1), (x2, y2) = corners(points)[:2]
    if not words or abs(y1 - y2) > 0.1 or x2 - x1 < said_width(words):
        return ""
    return el("text", text=words, x=x1 + BEFORE, y=y1 - 4, class_="size")


def said_width(words: str) -> float:
    """Room along a wire for the words on it."""
    return BEFORE + text_width(words, SAID) if words else 0.0


def beside_wire(middle: Point, words: str) -> str:
    """Words at a place that a layout kept for them."""
    x, y = middle
    return el("text", text=words, x=x - text_width(words, SAID) / 2, y=y + 4, class_="size")


def curve(points: Sequence[Point]) -> str:
    """A wire along Bézier curves (3 n + 1 points), with its arrowhead."""
    end, tip = _arrow(points[-2], points[-1])
    at = [f"{number(x)},{number(y)}" for x, y in (*points[:-1], end)]
    parts = [f"C{' '.join(at[k : k + 3])}" for k in range(1, len(at) - 2, 3)]
    return el("path", d=f"M{at[0]}{''.join(parts)}") + el("polygon", points=polygon(tip))


def _arrow(before: Point, end: Point) -> tuple[Point, list[Point]]:
    """Where the line ends, and the head that goes on from there."""
    (x1, y1), (x2, y2) = before, end
    long = max(hypot(x2 - x1, y2 - y1), 1e-9)
    ux, uy = (x2 - x1) / long, (y2 - y1) / long
    bx, by = x2 - ux * TIP, y2 - uy * TIP
    half = TIP * 0.5
    return (bx, by), [
        (x2, y2),
        (bx - uy * half, by + ux * half),
        (bx + uy * half, by - ux * half),
    ]


def wire(points: Sequence[Point]) -> str:
    """A wire with its arrowhead; the part that goes back to the start of a row is thinner."""
    points = corners(points)
    end, tip = _arrow(points[-2], points[-1])
    line = [*points[:-1], end]
    backward = [k for k, (a, b) in enumerate(pairwise(points)) if b[0] < a[0] - 1]
    drawn = ""
    if backward:
        at = backward[-1] + 2  # where the line is at the height of the new row
        drawn = el("path", class_="back", d=path(line[: at + 1], 5.0))
        line = line[at:]
    return drawn + el("path", d=path(line, 5.0)) + el("polygon", points=polygon(tip))
