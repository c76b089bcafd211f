"""Graphs to fold: the fixtures, hand-made ones, and random directed acyclic ones."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from cnnviz.graph import Edge, Graph, Node, Scope, Shape, TensorSpec, Weight

FIXTURES = Path(__file__).parents[1] / "fixtures"
NAMES = tuple(sorted(p.name.removesuffix(".json.gz") for p in FIXTURES.glob("*.json.gz")))


@cache
def fixture(name: str) -> Graph:
    return Graph.from_dict(json.loads(gzip.decompress((FIXTURES / f"{name}.json.gz").read_bytes())))


class Maker:
    """Writes a graph by hand: each call adds a node and gives its id."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def add(self, op: str, *inputs: str, at: str = "", name: str = "", **attrs: Any) -> str:
        """`at`: path of the enclosing module, "stem.block#1" for its second call."""
        before = {n.id: n for n in self.nodes}
        shapes = [before[i].out_shape for i in inputs]
        shape = _shape(op, shapes, attrs)
        weights = ()
        node_id = name or f"{at.replace('#', '@')}.{op}_{len(self.nodes)}".lstrip(".")
        if op in ("conv2d", "linear"):
            attrs = {"kernel_size": (3, 3), "stride": (1, 1), "groups": 1} | attrs
            weights = (Weight(f"{node_id}.weight", (1,), "float32", True, len(self.nodes)),)
        edges = tuple(Edge(i, 0) for i in inputs)
        out = (TensorSpec(shape, "float32"),)
        scope = _scope(at)
        node = Node(node_id, op, edges, tuple(shapes), out, attrs, weights, scope, False)
        self.nodes.append(node)
        return node_id

    def graph(self, *outputs: str) -> Graph:
        inputs = tuple(n.id for n in self.nodes if n.op == "input")
        given = outputs or (self.nodes[-1].id,)
        return Graph("made", tuple(self.nodes), inputs, tuple(Edge(o, 0) for o in given), ())


def _scope(at: str) -> tuple[Scope, ...]:
    found = [Scope("", "Net", 0)]
    path = ""
    for part in at.split(".") if at else ():
        name, _, call = part.partition("#")
        path = f"{path}.{name}".lstrip(".")
        found.append(Scope(path, name.rstrip("0123456789").title(), int(call or 0)))
    return tuple(found)


def _shape(op: str, shapes: list[Shape], attrs: dict[str, Any]) -> Shape:
    if "shape" in attrs:
        return tuple(attrs.pop("shape"))
    if op == "input":
        return (1, 8, 16, 16)
    if op == "concat":
        return (1, sum(s[1] for s in shapes), *shapes[0][2:])
    if op in ("adaptive_avg_pool2d", "mean"):
        return (*shapes[0][:2], 1, 1)
    return shapes[0] if shapes else (1, 8, 1, 1)


ONE = ("conv2d", "conv2d", "relu", "batch_norm", "max_pool2d", "dropout", "permute", "reshape")
TWO = ("add", "mul", "concat", "concat")


@st.composite
def graphs(draw: st.DrawFn, most: int = 24) -> Graph:
    """Any acyclic graph, modules scattered over it without regard to convexity."""
    made = Maker()
    names = [made.add("input") for _ in range(draw(st.integers(1, 2)))]
    modules = st.sampled_from(("", "", "a", "b", "a.x", "a.y", "b.x", "a#1", "c.d.e"))
    for _ in range(draw(st.integers(2, most))):
        at = draw(modules)
        near = st.sampled_from(names[-5:])
        if draw(st.integers(0, 2)):
            op, inputs = draw(st.sampled_from(ONE)), [draw(near)]
        else:
            op = draw(st.sampled_from(TWO))
            inputs = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
        size = {"stride": (2, 2), "kernel_size": (2, 2)} if op == "max_pool2d" else {}
        names.append(made.add(op, *inputs, at=at, dim=1, shape=(1, 8, 16, 16), **size))
    unread = [n for n in names if not any(n == e.node for m in made.nodes for e in m.inputs)]
    return made.graph(*unread)


@st.composite
def openings(draw: st.DrawFn, keys: list[str]) -> frozenset[str]:
    return frozenset(draw(st.lists(st.sampled_from(keys), max_size=8)) if keys else ())
