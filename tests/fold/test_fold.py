"""Folding: what is visible, whatever is open; counts that the papers' figures have."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import engine
from cnnviz.analysis.fold import EVERY, Fold, Item, fold, toggle
from cnnviz.graph import Graph
from tests.archs import every
from tests.fold.networks import NAMES, Maker, fixture, graphs, openings

# Boxes at a budget of 20, as counted on the drawings of each network.
VISIBLE = {
    "alexnet": 12,
    "vgg16": 14,
    "googlenet": 19,
    "inception_v3": 18,
    "resnet18": 12,  # 14 where the two equal first blocks are drawn open
    "resnet50": 13,
    "resnet152": 13,
    "seresnet50": 13,
    "densenet121": 16,
    "densenet201": 16,
    "inception_resnet_v2": 18,
    "mobilenet_v2": 17,
    "shufflenet_v2_x1_0": 12,
    "siamese": 20,
}
ZOO = {"lenet5": 8, "alexnet": 12, "vgg16": 14, "vgg19": 14, "vgg11": 17}


def walk(item: Item) -> list[Item]:
    return [item] + [i for part in (*item.children, *item.tail) for i in walk(part)]


def check_tree(folded: Fold) -> None:
    """Children share out their parent's cells; every group is convex; keys are unique."""
    items = walk(folded.root)
    keys = [i.key for i in items if i.folds]
    assert len(keys) == len(set(keys))
    assert not {k + EVERY for k in keys} & set(keys)
    before, after = reach(folded)
    for item in items:
        parts = [c for i in (*item.children, *item.tail) for c in i.cells]
        if item.folds:
            assert sorted(parts) == sorted(item.cells), item.key
        inside = behind = ahead = 0
        for c in item.cells:
            inside, behind, ahead = inside | 1 << c, behind | after[c], ahead | before[c]
        assert not behind & ahead & ~inside, f"{item.key} is left and entered again"


def reach(folded: Fold) -> tuple[list[int], list[int]]:
    """For each cell, as bits, all that lead to it, and all that it leads to."""
    n = len(folded.cells)
    order = sorted(range(n), key=rank(folded).__getitem__)
    before, after = [0] * n, [0] * n
    readers: dict[int, list[int]] = {}
    sources: dict[int, list[int]] = {}
    for u, v in folded.links:
        readers.setdefault(u, []).append(v)
        sources.setdefault(v, []).append(u)
    for c in reversed(order):
        for d in readers.get(c, ()):
            after[c] |= after[d] | 1 << d
    for c in order:
        for d in sources.get(c, ()):
            before[c] |= before[d] | 1 << d
    return before, after


def rank(folded: Fold) -> dict[int, int]:
    """A topological order of the cells, by repeated removal."""
    waiting: dict[int, set[int]] = {c: set() for c in range(len(folded.cells))}
    for u, v in folded.links:
        waiting[v].add(u)
    order: dict[int, int] = {}
    while waiting:
        ready = [c for c, w in waiting.items() if w <= order.keys()]
        assert ready, "cells form a cycle"
        for c in ready:
            order[c] = len(order)
            del waiting[c]
    return order


def check_view(folded: Fold, opened: frozenset[str]) -> None:
    """Acyclic, leaves in topological order, every cell somewhere, every edge accounted for."""
    view = folded.view(opened)
    assert all(u < v for u, v in view.links)
    assert all(0 <= n < len(view.leaves) for n in view.shown)
    assert len({p.item.key for p in view.leaves}) == len(view.leaves)
    hidden = hidden_cells(folded, opened)
    expected = set()
    for u, v in folded.links:
        if u not in hidden and v not in hidden and view.shown[u] != view.shown[v]:
            expected.add((view.shown[u], view.shown[v]))
    assert expected <= set(view.links)
    if not hidden:
        assert expected == set(view.links)
    assert set(view.links) <= {(view.shown[a], view.shown[b]) for a, b in folded.links}


def hidden_cells(folded: Fold, opened: frozenset[str]) -> set[int]:
    """Cells for which a member of the same run stands in, somewhere in the visible tree."""
    leaves = folded.view(opened).leaves
    return set(range(len(folded.cells))) - {c for p in leaves for c in p.item.cells}


@pytest.mark.parametrize("name", NAMES)
def test_fixtures_keep_the_invariants(name: str) -> None:
    folded = fold(fixture(name))
    check_tree(folded)
    for opened in (frozenset(), folded.default(12), folded.default(), folded.all_open()):
        check_view(folded, opened)
    runs = {k for k, i in folded.items.items() if i.kind == "run"}
    check_view(folded, folded.all_open() - {k + EVERY for k in runs})


@pytest.mark.parametrize("name", every())
def test_zoo_keeps_the_invariants(name: str) -> None:
    folded = fold(engine.graph(name))
    check_tree(folded)
    for opened in (folded.default(), folded.all_open()):
        check_view(folded, opened)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_random_graphs_keep_the_invariants(data: st.DataObject) -> None:
    folded = fold(data.draw(graphs()))
    check_tree(folded)
    keys = sorted(folded.all_open())
    check_view(folded, folded.default())
    check_view(folded, folded.all_open())
    check_view(folded, data.draw(openings(keys)))


@pytest.mark.parametrize(("name", "count"), VISIBLE.items())
def test_visible_boxes_of_the_papers(name: str, count: int) -> None:
    folded = fold(fixture(name))
    assert len(folded.view(folded.default()).leaves) == count


@pytest.mark.parametrize(("name", "count"), ZOO.items())
def test_visible_boxes_of_the_zoo(name: str, count: int) -> None:
    folded = fold(engine.graph(name))
    assert len(folded.view(folded.default()).leaves) == count


@pytest.mark.parametrize("name", NAMES)
def test_all_open_shows_every_cell(name: str) -> None:
    folded = fold(fixture(name))
    assert len(folded.view(folded.all_open()).leaves) == len(folded.cells)


def test_a_small_budget_still_shows_something() -> None:
    folded = fold(fixture("vgg16"))
    assert len(folded.view(folded.default(12)).leaves) == 13


def test_modules_do_not_matter_to_resnet() -> None:
    """A graph without scopes (from ONNX, say) folds to the same number of boxes."""
    for name in ("resnet50", "resnet152", "googlenet"):
        folded = fold(bare(fixture(name)))
        assert len(folded.view(folded.default()).leaves) == VISIBLE[name]


def bare(graph: Graph) -> Graph:
    data = graph.to_dict()
    for n in data["nodes"]:
        n["scope"] = n["scope"][:1]
    return Graph.from_dict(data)


def stages(name: str) -> list[tuple[str, int]]:
    folded = fold(fixture(name))
    leaves = folded.view(folded.default()).leaves
    return [(p.item.cls, p.item.times) for p in leaves if p.item.folds]


def test_runs_tell_the_depth() -> None:
    assert [n for _, n in stages("resnet152")] == [1, 2, 1, 7, 1, 35, 1, 2]
    assert stages("densenet201") == [("_DenseLayer", n) for n in (6, 12, 48, 32)]
    assert [n for _, n in stages("vgg16")] == [2, 2, 3, 3, 3]


def test_two_calls_of_one_module_are_two_parts() -> None:
    m = Maker()
    a, b = m.add("input"), m.add("input")
    for call, x in enumerate((a, b)):
        for _ in range(3):
            x = m.add("conv2d", x, at=f"trunk#{call}")
            x = m.add("max_pool2d", x, at=f"trunk#{call}", kernel_size=(2, 2))
        a, b = (x, b) if call == 0 else (a, x)
    m.add("sub", a, b)
    folded = fold(m.graph())
    check_tree(folded)
    assert len(folded.view(frozenset()).leaves) == 5  # two inputs, two towers, a difference


def test_module_that_is_left_and_entered_again_is_unfolded() -> None:
    m = Maker()
    x = m.add("conv2d", m.add("input"), at="odd")
    y = m.add("conv2d", x, at="other")
    m.add("conv2d", y, at="odd")
    folded = fold(m.graph())
    check_tree(folded)
    assert not any(i.cls == "Odd" for i in folded.items.values() if i.folds)


def test_two_modules_that_read_each_other_are_unfolded() -> None:
    m = Maker()
    x = m.add("input")
    a = m.add("conv2d", x, at="left")
    b = m.add("conv2d", x, at="right")
    wide = (1, 16, 16, 16)  # another width, so that nothing is a run
    a, b = m.add("conv2d", b, at="left", shape=wide), m.add("conv2d", a, at="right", shape=wide)
    m.add("add", a, b)
    folded = fold(m.graph())
    check_view(folded, frozenset())
    assert len(folded.view(frozenset()).leaves) == 6


def test_holding_opens_the_way_to_every_node() -> None:
    for name in ("resnet50", "densenet121", "siamese", "vgg16"):
        folded = fold(fixture(name))
        for node in fixture(name).nodes[::7]:
            view = folded.view(folded.holding(node.id))
            leaf = view.leaves[view.shown[folded.cell_of[node.id]]]
            assert not leaf.item.folds


def test_a_member_that_is_not_shown_is_marked_by_its_like() -> None:
    graph = fixture("resnet50")
    folded = fold(graph)
    run = next(i for i in folded.items.values() if i.kind == "run" and i.times == 5)
    view = folded.view(folded.default() | {run.key})
    first, third = run.children[0], run.children[2]
    for a, b in zip(first.cells, third.cells, strict=True):
        assert view.shown[a] == view.shown[b]
        assert view.leaves[view.shown[b]].item.cells == (a,)


def test_toggle_there_and_back() -> None:
    folded = fold(fixture("seresnet50"))
    base = folded.default()
    run = next(k for k, i in folded.items.items() if i.kind == "run" and i.times == 5)
    opened = toggle(folded, base, run)
    shown = {p.item.key for p in folded.view(opened).leaves}
    assert len(shown) == 13 - 1 + 8  # opened to its bottom: 3 convs, pool, 2 convs, mul, add
    assert toggle(folded, opened, run) == base
    every = toggle(folded, opened, run + EVERY)
    assert len(folded.view(every).leaves) > len(shown)
    assert toggle(folded, every, run + EVERY) == opened
    assert toggle(folded, every, run) == base
    assert toggle(folded, base, "no such key") == base


def test_runs_follow_one_another() -> None:
    for name in NAMES:
        folded = fold(fixture(name))
        for run in (i for i in folded.items.values() if i.kind == "run"):
            for a, b in pairwise(run.children):
                readers = {v for (u, v) in folded.links if u in a.cells} - set(a.cells)
                assert readers <= set(b.cells), (name, run.key)
