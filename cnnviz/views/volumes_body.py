"""The bodies that stand for volumes: how thick, how high and how deep, by square roots."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from cnnviz.views.volumes_chain import Column, Volume

# Pixels at scale 1 for the root of one: a map's side, a channel, a vector's element.
SIDE: Final = 8.0
CHANNEL: Final = 0.85
ELEMENT: Final = 1.55
BAR: Final = 7.0  # width of a vector's bar
THINNEST: Final = 2.0
DEPTH: Final = 0.34  # of the side that goes into the depth, drawn in this direction:
LEAN: Final = (0.8, -0.75)


@dataclass(frozen=True, slots=True)
class Body:
    """A drawn volume without its place: a box of thickness × height and depth, or a bar."""

    thick: float
    high: float
    dx: float  # of the far edge, to the right
    dy: float  # and up
    channels: int

    @property
    def tall(self) -> float:
        return self.high + self.dy


def body(volume: Volume, scale: float, share: int = 1, stretch: float = 1.0) -> Body:
    """The volume at a scale, or one of `share` equal parts of its channels.

    `stretch` multiplies what is drawn upwards: sides of maps, and vectors.
    """
    n, sides = volume.channels // share, volume.sides
    if not sides:
        return Body(BAR, max(THINNEST, stretch * scale * ELEMENT * sqrt(n)), 0, 0, n)
    high, wide = (sides[-2], sides[-1]) if len(sides) > 1 else (sides[0], 1)
    side = stretch * scale * SIDE
    depth = side * DEPTH * sqrt(wide)
    return Body(
        max(THINNEST, scale * CHANNEL * sqrt(n)),
        side * sqrt(high),
        depth * LEAN[0],
        -depth * LEAN[1],
        n,
    )


def bodies(column: Column, scale: float, stretch: float = 1.0) -> tuple[Body, ...]:
    if column.halves:
        return (body(column.volumes[0], scale, 2, stretch),) * 2
    return tuple(body(v, scale, 1, stretch) for v in column.volumes)
