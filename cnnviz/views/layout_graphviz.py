"""The whole folded graph as dot would place it: our boxes at its places, our wires on its curves.

`question` says in plain values what is to be placed, `place` answers it in a worker (Graphviz is
not thread-safe, and may take minutes), `layout` reads the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cnnviz.views import structure_draw as draw
from cnnviz.views.layout import Layout, Line, Nest
from cnnviz.views.layout_place import Spot
from cnnviz.views.layout_text import text_width
from cnnviz.views.structure_sketch import Sketch

FLOWS: Final = ("tb", "lr")  # from top to bottom, from left to right
LIMIT: Final = 10.0  # seconds; the largest of the networks that were tried need 0.3
MARGIN: Final = 16.0
LINE: Final = 14  # px of height for words on a wire, and for a frame's title
THICK: Final = 9.0  # a concatenation's bar: across the flow, and for each wire that enters it
FOR_EACH: Final = 12.0
AIR: Final = 8  # px between words and what stands beside them

Size = tuple[float, float]
Point = tuple[float, float]
Group = tuple[int, int, float, list[int]]  # frame, the frame around it or -1, title, own boxes


def question(shown: Sketch, flow: str) -> dict[str, Any]:
    """What `place` is to be called with, as plain values."""
    groups: list[Group] = []
    _collect(shown.nest, -1, groups)
    return {
        "flow": flow,
        "sizes": [_size(shown, n, flow) for n in range(len(shown.looks))],
        "pairs": [(u, v, _words(shown, u, v)) for u, v in shown.view.links],
        "groups": groups,
    }


def _collect(nest: Nest, around: int, groups: list[Group]) -> None:
    """The frames, outer ones first; what has none adds its boxes to the one around it."""
    own = around
    if nest.framed:
        own = nest.id
        groups.append((nest.id, around, nest.title, []))
    mine = next((g[3] for g in groups if g[0] == own), [])
    for node in nest.nodes:
        if isinstance(node, Nest):
            _collect(node, own, groups)
        else:
            mine.append(node.id)


def _size(shown: Sketch, n: int, flow: str) -> Size:
    look = shown.looks[n]
    w, h = draw.measure(look)
    if look.kind == "combine" and not look.words.lines:  # a bar lies across the flow
        long = max(34.0, FOR_EACH * len(shown.into.get(n, ())))
        return (THICK, long) if flow == "lr" else (long, THICK)
    return w, h


def _words(shown: Sketch, u: int, v: int) -> float:
    """Width of the words on a wire; 0 for none."""
    if shown.shapes:
        return text_width(shown.tensors(u, v), draw.SAID)
    first = min(w for s, w in shown.view.links if s == u) == v
    return text_width(shown.new_size(u), draw.SAID) if first else 0.0


def place(
    flow: str,
    sizes: Sequence[Size],
    pairs: Sequence[tuple[int, int, float]],
    groups: Sequence[Group],
) -> dict[str, Any]:
    """dot's answer in px, y downwards from 0: runs in a worker."""
    import pygraphviz

    dot = pygraphviz.AGraph(directed=True, rankdir=flow.upper(), splines="spline")
    dot.graph_attr.update(nodesep="0.2", ranksep="0.28" if flow == "tb" else "0.25")
    dot.node_attr.update(shape="box", fixedsize="true", label="")
    dot.edge_attr.update(arrowhead="none")
    for n, (w, h) in enumerate(sizes):
        dot.add_node(n, width=f"{w / 72:.4f}", height=f"{h / 72:.4f}")
    inside: dict[int, Any] = {-1: dot}
    for frame, around, title, boxes in groups:
        inside[frame] = inside[around].add_subgraph(
            name=f"cluster_{frame}", label=_room(title), labeljust="l", margin="9"
        )
        for n in boxes:
            inside[frame].add_node(n)
    for u, v, words in pairs:
        dot.add_edge(u, v, **({"label": _room(words)} if words else {}))
    dot.layout(prog="dot")
    left, _, right, high = (float(x) for x in dot.graph_attr["bb"].split(","))

    def at(text: str) -> Point:
        x, y = text.split(",")[-2:]
        return (float(x) - left, high - float(y))

    def bezier(pos: str) -> list[Point]:
        return [at(p) for p in pos.split() if p[0] not in "es"]

    edges = [dot.get_edge(u, v).attr for u, v, _ in pairs]
    return {
        "flow": flow,
        "sizes": list(sizes),
        "size": (right - left, high),
        "centres": [at(dot.get_node(n).attr["pos"]) for n in range(len(sizes))],
        "lines": [(u, v, bezier(e["pos"])) for (u, v, _), e in zip(pairs, edges, strict=True)],
        "words": [
            (u, v, at(e["lp"])) for (u, v, _), e in zip(pairs, edges, strict=True) if e["lp"]
        ],
        "frames": {g[0]: _frame(inside[g[0]].graph_attr["bb"], left, high) for g in groups},
    }


def _room(width: float) -> str:
    """A label of this width that says nothing: our own text stands there."""
    size = f'FIXEDSIZE="TRUE" WIDTH="{round(width) + AIR}" HEIGHT="{LINE}"'
    return f'<<TABLE BORDER="0" CELLSPACING="0" {size}><TR><TD></TD></TR></TABLE>>'


def _frame(bb: str, left: float, high: float) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(v) for v in bb.split(","))
    return (x1 - left, high - y2, x2 - x1, y2 - y1)


def layout(found: Mapping[str, Any]) -> Layout:
    """The places that dot gave."""
    out = draw.OUT  # room for the arrow out of the network

    def at(point: Point) -> Point:
        return (point[0] + MARGIN, point[1] + MARGIN)

    boxes = {}
    for n, ((w, h), centre) in enumerate(zip(found["sizes"], found["centres"], strict=True)):
        x, y = at(centre)
        boxes[n] = Spot(x - w / 2, y - h / 2, w, h)
    frames = {n: Spot(*at((x, y)), w, h) for n, (x, y, w, h) in found["frames"].items()}
    return Layout(
        width=found["size"][0] + 2 * MARGIN + out,
        height=found["size"][1] + 2 * MARGIN + out,
        boxes=boxes,
        frames=frames,
        lines=tuple(Line(u, v, tuple(map(at, points))) for u, v, points in found["lines"]),
        starts=(),
        loose=frozenset(),
        flow=found["flow"],
        curved=True,
        said={(u, v): at(point) for u, v, point in found["words"]},
    )
