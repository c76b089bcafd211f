"""Cells and growing concatenations: which operations are drawn as one box."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from cnnviz.analysis.fold_cells import cells, links
from cnnviz.graph import Graph
from tests.fold.networks import NAMES, Maker, fixture, graphs


def groups(graph: Graph) -> list[tuple[str, ...]]:
    """The operations of each cell, by op."""
    return [tuple(graph.by_id[o].op for o in c.ops) for c in cells(graph)]


def check_partition(graph: Graph) -> None:
    found = [o for c in cells(graph) for o in c.ops]
    assert sorted(found) == sorted(n.id for n in graph.nodes)
    assert all(c.head in c.ops for c in cells(graph))


def check_acyclic(graph: Graph) -> None:
    found = cells(graph)
    waiting: dict[int, set[int]] = {i: set() for i in range(len(found))}
    for u, v in links(graph, found):
        waiting[v].add(u)
    done: set[int] = set()
    while ready := {i for i, w in waiting.items() if i not in done and w <= done}:
        done |= ready
    assert len(done) == len(found)


@pytest.mark.parametrize("name", NAMES)
def test_partition_of_networks(name: str) -> None:
    check_partition(fixture(name))
    check_acyclic(fixture(name))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(graphs())
def test_partition_of_random_graphs(graph: Graph) -> None:
    check_partition(graph)
    check_acyclic(graph)


def test_normalisation_and_activation_join_their_convolution() -> None:
    m = Maker()
    x = m.add("relu", m.add("batch_norm", m.add("conv2d", m.add("input"))))
    m.add("max_pool2d", x, kernel_size=(2, 2), stride=(2, 2))
    assert groups(m.graph()) == [("input",), ("conv2d", "batch_norm", "relu"), ("max_pool2d",)]


def test_preactivation_joins_forward() -> None:
    m = Maker()
    pool = m.add("max_pool2d", m.add("input"), kernel_size=(2, 2), stride=(2, 2))
    m.add("conv2d", m.add("relu", m.add("batch_norm", pool)))
    assert groups(m.graph()) == [("input",), ("max_pool2d",), ("batch_norm", "relu", "conv2d")]


def test_preactivation_read_twice_stands_alone() -> None:
    m = Maker()
    x = m.add("relu", m.add("batch_norm", m.add("max_pool2d", m.add("input"), kernel_size=(2, 2))))
    m.add("add", m.add("conv2d", x), m.add("conv2d", x))
    assert ("batch_norm", "relu") in groups(m.graph())


def test_flatten_and_idle_pooling_join_the_pooling() -> None:
    m = Maker()
    x = m.add("max_pool2d", m.add("input"), kernel_size=(2, 2), stride=(2, 2), shape=(1, 8, 7, 7))
    x = m.add("reshape", m.add("adaptive_avg_pool2d", x, shape=(1, 8, 7, 7)), shape=(1, 392))
    m.add("linear", m.add("dropout", x), shape=(1, 10))
    found = groups(m.graph())
    assert found[1] == ("max_pool2d", "adaptive_avg_pool2d", "reshape", "dropout")
    assert found[2] == ("linear",)


def test_pooling_that_keeps_the_size_is_a_layer() -> None:
    m = Maker()
    m.add("max_pool2d", m.add("conv2d", m.add("input")), kernel_size=(3, 3), stride=(1, 1))
    assert len(groups(m.graph())) == 3


def test_reshape_permute_reshape_is_one_shuffle() -> None:
    m = Maker()
    x = m.add("reshape", m.add("conv2d", m.add("input")), shape=(1, 2, 4, 16, 16))
    x = m.add("permute", x, shape=(1, 4, 2, 16, 16))
    m.add("conv2d", m.add("reshape", m.add("cast", x), shape=(1, 8, 16, 16)))
    assert groups(m.graph())[2] == ("reshape", "permute", "cast", "reshape")


def test_constant_factor_joins_and_a_square_does_not() -> None:
    m = Maker()
    conv = m.add("conv2d", m.add("input"))
    scaled = m.add("mul", conv, m.add("constant"))
    m.add("mul", scaled, scaled)
    assert groups(m.graph())[1:] == [("conv2d", "constant", "mul"), ("mul",)]


def test_output_of_the_network_is_not_hidden() -> None:
    m = Maker()
    conv = m.add("conv2d", m.add("input"))
    relu = m.add("relu", conv)
    assert ("conv2d",) in groups(m.graph(conv, relu))


def test_growing_concatenation_reads_the_one_before() -> None:
    m = Maker()
    x = m.add("input")
    known = [x]
    for _ in range(4):
        known.append(m.add("conv2d", m.add("concat", *known, dim=1)))
    m.add("concat", *known, dim=1)
    graph = m.graph()
    found = cells(graph)
    into: dict[str, int] = {}
    for _, v in links(graph, found):
        into[found[v].head] = into.get(found[v].head, 0) + 1
    concats = [n.id for n in graph.nodes if n.op == "concat"]
    assert [into[c] for c in concats] == [1, 2, 2, 2, 2]


def test_concatenation_along_another_axis_is_another() -> None:
    m = Maker()
    a, b, c = (m.add("input") for _ in range(3))
    m.add("concat", a, b, dim=2)
    m.add("concat", a, b, c, dim=1)
    graph = m.graph()
    found = cells(graph)
    assert {(found[u].head, found[v].head) for u, v in links(graph, found)} >= {
        (a, graph.nodes[-1].id),
        (b, graph.nodes[-1].id),
        (c, graph.nodes[-1].id),
    }
