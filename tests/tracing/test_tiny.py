"""Tiny networks: the exact graph, and the outputs' shapes as PyTorch computes them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from cnnviz.graph import OPS, Edge, Graph, Node
from cnnviz.tracing import trace
from cnnviz.tracing.nested import tensors_in
from tests.tiny import TINY, Tiny

every_tiny = pytest.mark.parametrize("tiny", TINY, ids=lambda t: t.name)


def line(n: Node) -> str:
    inputs = [e.node if e.output == 0 else f"{e.node}.{e.output}" for e in n.inputs]
    return " ".join([n.id, n.op + "~" * n.alias, *inputs])


@every_tiny
def test_graph(tiny: Tiny) -> None:
    graph = trace(tiny.build(), *tiny.inputs)
    assert [line(n) for n in graph.nodes] == [s.strip() for s in tiny.expected.split(";")]


@every_tiny
def test_outputs_have_pytorch_shapes(tiny: Tiny) -> None:
    model = tiny.build().eval()
    graph = trace(model, *tiny.inputs)
    args = [real(v) for v in tiny.inputs]
    kwargs = args.pop() if isinstance(args[-1], dict) else {}
    with torch.no_grad():
        made = tensors_in(model(*args, **kwargs))
    specs = [graph.by_id[e.node].outputs[e.output] for e in graph.outputs]
    assert [(s.shape, f"torch.{s.dtype}") for s in specs] == [
        (tuple(t.shape), str(t.dtype)) for t in made
    ]


@every_tiny
def test_graph_is_sound(tiny: Tiny) -> None:
    check(trace(tiny.build(), *tiny.inputs))


@every_tiny
def test_training_mode(tiny: Tiny) -> None:
    graph = trace(tiny.build(), *tiny.inputs, train=True)
    check(graph)
    assert graph.train


def check(graph: Graph) -> None:
    """What every graph promises."""
    seen: dict[str, Node] = {}
    for n in graph.nodes:
        assert n.id not in seen
        assert n.op in OPS
        assert n.scope[0] == ("", n.scope[0].cls, 0)
        assert len(n.inputs) == len(n.in_shapes)
        for e, shape in zip(n.inputs, n.in_shapes, strict=True):  # made before, with that shape
            assert seen[e.node].outputs[e.output].shape == shape
        seen[n.id] = n
    assert all(graph.by_id[i].op == "input" for i in graph.inputs)
    assert all(isinstance(e, Edge) and e.node in seen for e in graph.outputs)
    identities = [w.identity for w in graph.weights]
    assert len(set(identities)) == len(identities)


def real(value: Any) -> Any:
    """An input with numbers."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, dict):
        return {k: real(v) for k, v in value.items()}
    if isinstance(value, list):
        return [real(v) for v in value]
    return torch.rand(value)
