"""Tensors on the wires: said once for a box, over nothing else; rows that stay; scripts' marks."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from cnnviz import engine
from cnnviz.analysis.fold import fold, toggle
from cnnviz.picture import Picture
from cnnviz.views.layout_text import text_width
from cnnviz.views.structure import structure
from tests.fold.networks import NAMES, fixture
from tests.fold.test_structure import SVG, groups, tree

Rect = tuple[float, float, float, float]


@pytest.mark.parametrize("name", [n for n in NAMES if not n.startswith(("hrnet", "res2net"))])
@pytest.mark.parametrize("width", [360, 1000])
def test_shapes_collide_with_nothing(name: str, width: float) -> None:
    graph = fixture(name)
    for opened in (fold(graph).default(), fold(graph).all_open()):
        picture = structure(graph, opened=opened, width=width, shapes=True)
        words = [
            (float(t.get("x", 0)), float(t.get("y", 0)), t.text or "")
            for t in tree(picture).iter(f"{SVG}text")
            if t.get("class") == "size"
        ]
        boxes = [rect(r) for g in groups(picture, "item") for r in g.iter(f"{SVG}rect")]
        said = [(x, y - 8, text_width(w), 8.0) for x, y, w in words]
        for k, one in enumerate(said):
            assert not any(overlap(one, box) for box in boxes), words[k]
            assert not any(overlap(one, other) for other in said[k + 1 :]), words[k]
        assert all(x + w <= picture.width for x, _, w, _ in said)


def rect(r: ET.Element) -> Rect:
    x, y, w, h = (float(r.get(k, 0)) for k in ("x", "y", "width", "height"))
    return x, y, w, h


def overlap(a: Rect, b: Rect) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


@pytest.mark.parametrize("name", ["lenet5", "alexnet", "vgg19"])
def test_every_wire_of_a_chain_says_its_tensor(name: str) -> None:
    graph = engine.graph(name)
    for opened in (fold(graph).default(), fold(graph).all_open()):
        picture = structure(graph, opened=opened, shapes=True, width=500)
        for wire in groups(picture, "wire"):
            if wire.get("data-shape"):
                said = [t.text for t in wire.iter(f"{SVG}text")]
                assert said == [wire.get("data-shape")]


def test_what_is_opened_keeps_its_row_while_there_is_room() -> None:
    graph = engine.graph("vgg16")
    folded = fold(graph)
    opened = toggle(folded, folded.default(), "conv3_1*")
    first = structure(graph, width=520)
    narrow, wide = (structure(graph, opened=opened, width=520, most=m) for m in (0, 720))
    assert row_of(wide, "conv3_1") == row_of(first, "conv3_1*")
    assert wide.width <= 720
    assert row_of(narrow, "conv3_1") > row_of(first, "conv3_1*")
    assert narrow.width == 520


def row_of(picture: Picture, key: str) -> int:
    """In which row the box stands, from 0."""
    at = {g.get("data-key"): g.get("data-at", "0 0") for g in groups(picture, "item")}
    xs = [float(v.split()[0]) for v in list(at.values())[: list(at).index(key) + 1]]
    return sum(b < a for a, b in pairwise(xs))


def test_a_box_says_which_opened_items_are_around_it() -> None:
    graph = fixture("resnet18")
    folded = fold(graph)
    picture = structure(graph, opened=folded.all_open(), width=400, most=400)
    for item in groups(picture, "item"):
        cell = folded.cell_of[item.get("data-node") or ""]
        for key in (item.get("data-in") or "").split():
            assert cell in folded.items[key.removesuffix("!")].cells


def test_a_member_that_stands_for_others_says_so() -> None:
    """A layer of a run that one member shows is found, and marked in its like."""
    graph = fixture("resnet50")
    folded = fold(graph)
    run = next(k for k, i in folded.items.items() if i.kind == "run" and i.times == 5)
    picture = structure(graph, opened=toggle(folded, folded.default(), run))
    held = [h for g in groups(picture, "item") for h in (g.get("data-holds") or "").split()]
    assert "layer3.3.conv2" in held
    assert len(held) == len(set(held))
