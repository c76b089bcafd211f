"""Random networks: shapes, edges and weights of the trace against a real forward in PyTorch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from cnnviz.graph import Graph
from cnnviz.tracing import trace
from tests.oracles.autograd import autograd_edges, edges_of
from tests.oracles.modules import modules
from tests.oracles.shapes import leaf_shapes, leaf_shapes_of

Drawn = tuple[nn.Module, tuple[int, ...]]

FEW = settings(
    max_examples=140,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def compare(drawn: Drawn) -> Graph:
    model, shape = drawn
    before = {k: v.clone() for k, v in model.state_dict().items()}
    graph = trace(model, shape)
    x = torch.rand(shape)
    assert leaf_shapes_of(graph) == leaf_shapes(model, x)
    edges = autograd_edges(model, x)
    assert edges_of(graph, set(edges)) == edges
    assert [(w.name, w.shape, w.trainable) for w in graph.weights] == weights(model)
    used = {w.identity for n in graph.nodes for w in n.weights}
    assert used == {w.identity for w in graph.weights}
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())
    return graph


def weights(model: nn.Module) -> list[tuple[str, tuple[int, ...], bool]]:
    """By the modules' own lists, step counters left out."""
    found = []
    for path, module in model.named_modules():
        dot = path + "." if path else ""
        for name, p in module.named_parameters(recurse=False):
            found.append((dot + name, tuple(p.shape), True))
        for name, b in module.named_buffers(recurse=False):
            if name != "num_batches_tracked":
                found.append((dot + name, tuple(b.shape), False))
    return found


@FEW
@given(modules())
def test_images(drawn: Drawn) -> None:
    compare(drawn)


@settings(FEW, max_examples=30)
@given(modules(dims=1))
def test_signals(drawn: Drawn) -> None:
    compare(drawn)


@settings(FEW, max_examples=30)
@given(modules(dims=3, most=3))
def test_volumes(drawn: Drawn) -> None:
    compare(drawn)


@settings(FEW, max_examples=40)
@given(modules(most=4))
def test_graph_survives_json(drawn: Drawn) -> None:
    model, shape = drawn
    data = trace(model, shape).to_dict()
    assert Graph.from_dict(data).to_dict() == data


@pytest.mark.slow
@settings(FEW, max_examples=1000, derandomize=True)
@given(modules(most=12))
def test_many_images(drawn: Drawn) -> None:
    compare(drawn)


@pytest.mark.slow
@settings(FEW, max_examples=200)
@given(modules(dims=3, most=5))
def test_many_volumes(drawn: Drawn) -> None:
    compare(drawn)
