"""dot's layout of the whole graph: drawn edges are the graph's, frames hold what is theirs."""

from __future__ import annotations

from itertools import combinations

import pytest

from cnnviz import engine
from cnnviz.analysis.fold import fold
from cnnviz.graph import Graph
from cnnviz.views.layout import Layout
from cnnviz.views.layout_graphviz import FLOWS, layout, place, question
from cnnviz.views.structure import asked_of_dot, structure
from cnnviz.views.structure_sketch import Sketch, sketch
from tests.fold.networks import fixture
from tests.fold.test_layout import apart, check_frames, touches
from tests.fold.test_structure import groups

CASES = ("resnet18", "googlenet", "densenet121", "shufflenet_v2_x1_0", "siamese")


def answered(
    graph: Graph, opened: frozenset[str], flow: str, shapes: bool
) -> tuple[Sketch, Layout]:
    folded = fold(graph)
    shown = sketch(folded, opened, "en", folded.default(), shapes=shapes)
    return shown, layout(place(**question(shown, flow)))


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("name", CASES)
def test_drawn_edges_are_the_graph_s(name: str, flow: str) -> None:
    folded = fold(fixture(name))
    for opened in (folded.default(), folded.all_open()):
        shown, found = answered(fixture(name), opened, flow, False)
        assert sorted((w.source, w.target) for w in found.lines) == sorted(shown.view.links)
        assert set(found.boxes) == set(range(len(shown.view.leaves)))
        for line in found.lines:
            assert (len(line.points) - 1) % 3 == 0, "whole Bézier curves"
            assert touches(found.boxes[line.source], line.points[0])
            assert touches(found.boxes[line.target], line.points[-1])
        assert all(apart(a, b) for a, b in combinations(found.boxes.values(), 2))
        check_frames(shown, found)


@pytest.mark.parametrize("flow", FLOWS)
def test_it_flows_as_asked(flow: str) -> None:
    shown, found = answered(engine.graph("vgg16"), frozenset(), flow, False)
    for u, v in shown.view.links:
        a, b = found.boxes[u], found.boxes[v]
        assert (a.x + a.w <= b.x) if flow == "lr" else (a.y + a.h <= b.y)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_wire_says_its_shape_where_asked(flow: str) -> None:
    graph = fixture("resnet18")
    opened = fold(graph).all_open()
    by_dot = place(**asked_of_dot(graph, flow, opened=opened, shapes=True))
    picture = structure(graph, opened=opened, shapes=True, by_dot=by_dot)
    wires = [w for w in groups(picture, "wire") if w.get("data-shape")]
    assert wires
    for wire in wires:
        words = [t.text for t in wire.iter() if t.get("class") == "size"]
        assert words == [wire.get("data-shape")]


def test_the_same_marks_as_in_rows() -> None:
    """What scripts find in the drawing does not depend on who placed it."""
    graph = engine.graph("vgg16")
    rows = structure(graph)
    placed = structure(graph, by_dot=place(**asked_of_dot(graph, "tb")))
    for name in ("data-key", "data-node", "data-fold", "data-holds"):
        marks = [[g.get(name) for g in groups(p, "item")] for p in (rows, placed)]
        assert marks[0] == marks[1]
    assert (placed.alt, placed.data) == (rows.alt, rows.data)
