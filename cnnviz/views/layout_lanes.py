"""Lanes: on which line each branch of a fork runs.

The main line goes straight on; an identity lies above it, a projection and a gate below; branches
into a concatenation lie symmetric, in code order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cnnviz.views.layout_parts import Box, Chain, Fork, size

APART: Final = 11.0  # px between branches, top to bottom


@dataclass(frozen=True, slots=True)
class Extent:
    """Width, and height above and below the main line, px."""

    w: float
    up: float
    down: float


WIRE: Final = Extent(0.0, 1.0, 1.0)  # a branch that is nothing but a wire


def lanes(fork: Fork, extents: Sequence[Extent], into: str) -> list[float]:
    """The y of each branch's main line, px below the line that arrives; `into`: what follows."""
    main = main_branch(fork, into)
    if main is None:
        return _symmetric(extents)
    y = [0.0] * len(extents)
    above, below = -extents[main].up, extents[main].down
    for k, e in enumerate(extents):
        if k == main:
            continue
        if fork.branches[k] is None:
            y[k] = above - APART - e.down
            above = y[k] - e.up
        else:
            y[k] = below + APART + e.up
            below = y[k] + e.down
    return y


def main_branch(fork: Fork, into: str) -> int | None:
    """The branch that goes straight on: the longest that is no gate; None: all symmetric."""
    real = [k for k, b in enumerate(fork.branches) if b is not None]
    if len(real) > 2 or (into == "bar" and len(real) > 1):
        return None
    open_ = [k for k in real if not _is_gate(fork.branches[k])]
    if not open_:  # the map itself goes straight on, its gate below
        return 0 if fork.branches[0] is None else real[0]
    return max(open_, key=lambda k: (size(fork.branches[k]), -k))


def _is_gate(branch: Chain | None) -> bool:
    last = branch.elements[-1] if branch and branch.elements else None
    return isinstance(last, Box) and last.area == 1


def _symmetric(extents: Sequence[Extent]) -> list[float]:
    y, at = [], 0.0
    for e in extents:
        y.append(at + e.up)
        at += e.up + e.down + APART
    middle = (y[0] + y[-1]) / 2
    return [v - middle for v in y]
