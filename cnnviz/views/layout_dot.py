"""What is not series-parallel, by Graphviz: laid out in a worker with a time limit.

Where the worker gives nothing in time, plain columns by longest path take its place: less
beautiful, never wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from cnnviz.errors import ReaderError

LIMIT: Final = 5.0  # seconds; dot needs 0.2 for the worst of the networks that were tried
MOST: Final = 200  # nodes that dot is asked for; more go to columns at once
APART: Final = 12.0  # px between boxes of a column
RANKS: Final = 30.0  # px between columns
START, END = "start", "end"

Point = tuple[float, float]
Size = tuple[float, float]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Size, centres by node, and a polyline for each pair, y downwards from 0."""

    w: float
    h: float
    centres: dict[str, Point]
    lines: dict[tuple[str, str], tuple[Point, ...]]


def placed(sizes: tuple[Size, ...], pairs: Pairs) -> Placed:
    """Nodes "0", "1", … of these sizes, and the points "start" and "end", left to right."""
    if len(sizes) > MOST:
        return columns(sizes, pairs)
    try:
        return _by_worker(sizes, pairs)
    except (ReaderError, TimeoutError):  # the queue is full, or dot is too slow
        return columns(sizes, pairs)


@lru_cache(maxsize=64)
def _by_worker(sizes: tuple[Size, ...], pairs: Pairs) -> Placed:
    from cnnviz import jobs

    settings: dict[str, Any] = {"sizes": sizes, "pairs": pairs}
    key = sha256(repr(settings).encode()).hexdigest()
    job = jobs.submit("cnnviz.views.layout_dot:lay_out", settings, f"dot {key}", LIMIT)
    if not job.wait(2 * LIMIT) or job.result is None:
        raise TimeoutError
    found = job.result
    return Placed(found["w"], found["h"], found["centres"], found["lines"])


def lay_out(sizes: Sequence[Size], pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """dot's layout, in px. Runs in the worker: a hung or failing C library hurts no one else."""
    import pygraphviz

    dot = pygraphviz.AGraph(
        directed=True, rankdir="LR", splines="polyline", nodesep=str(APART / 72), ranksep="0.3"
    )
    dot.node_attr.update(shape="box", fixedsize="true", label="")
    for point in (START, END):
        dot.add_node(point, width="0.01", height="0.01")
    for k, (w, h) in enumerate(sizes):
        dot.add_node(str(k), width=f"{w / 72:.4f}", height=f"{h / 72:.4f}")
    for u, v in pairs:
        dot.add_edge(u, v, arrowhead="none")
    dot.layout(prog="dot")
    left, low, right, high = (float(x) for x in dot.graph_attr["bb"].split(","))

    def at(text: str) -> Point:
        x, y = text.split(",")[-2:]
        return (float(x) - left, high - float(y))

    centres = {n: at(dot.get_node(n).attr["pos"]) for n in map(str, dot.nodes())}
    lines = {}
    for u, v in pairs:
        points = [at(p) for p in dot.get_edge(u, v).attr["pos"].split() if p[0] not in "es"]
        lines[u, v] = tuple(points[::3])  # Bézier segments that are straight: every third point
    return {"w": right - left, "h": high - low, "centres": centres, "lines": lines}


def columns(sizes: tuple[Size, ...], pairs: Pairs) -> Placed:
    """Columns by longest path, straight lines. Nodes are numbered in topological order."""
    rank = {START: 0, **{str(k): 1 for k in range(len(sizes))}}
    for u, v in sorted((p for p in pairs if p[1] != END), key=lambda p: int(p[1])):
        rank[v] = max(rank[v], rank[u] + 1)
    held: dict[int, list[int]] = {}
    for k in range(len(sizes)):
        held.setdefault(rank[str(k)], []).append(k)
    tall = {r: sum(sizes[k][1] + APART for k in ks) for r, ks in held.items()}
    h = max(tall.values())
    centres: dict[str, Point] = {START: (0.0, h / 2)}
    x = RANKS / 2
    for r in sorted(held):
        wide = max(sizes[k][0] for k in held[r])
        y = (h - tall[r]) / 2
        for k in held[r]:
            centres[str(k)] = (x + wide / 2, y + (sizes[k][1] + APART) / 2)
            y += sizes[k][1] + APART
        x += wide + RANKS
    centres[END] = (x, h / 2)

    def side(name: str, sign: int) -> Point:
        half = sizes[int(name)][0] / 2 if name not in (START, END) else 0.0
        return (centres[name][0] + sign * half, centres[name][1])

    return Placed(x, h, centres, {(u, v): (side(u, 1), side(v, -1)) for u, v in pairs})
