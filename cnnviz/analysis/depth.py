"""Depth: convolutions and linear layers on the longest path, gates left out."""

from __future__ import annotations

from collections.abc import Mapping

from cnnviz.graph import Graph, Node


def depths(graph: Graph, gates: Mapping[str, int]) -> dict[str, int]:
    """Node id -> layers with weights on the longest path from an input up to and with it.

    `gates` (node id -> which of its inputs is one) are not walked: a squeeze-and-excitation block
    makes a network no deeper in the sense in which papers count. What depends on no input is no
    layer: a weight that is normalised or reshaped before it is used.
    """
    found: dict[str, int] = {}
    from_input: dict[str, bool] = {}
    from_weight: dict[str, bool] = {}
    for n in graph.nodes:
        gate = gates.get(n.id)
        before = (found[e.node] for i, e in enumerate(n.inputs) if i != gate)
        of_input = n.op == "input" or any(from_input[e.node] for e in n.inputs)
        of_weight = bool(n.weights) or any(from_weight[e.node] for e in n.inputs)
        from_input[n.id], from_weight[n.id] = of_input, of_weight and not of_input
        found[n.id] = max(before, default=0) + (layers(n, of_weight) if of_input else 0)
    return found


def layers(n: Node, weighted: bool) -> int:
    """How many layers with weights a node is: a stack of recurrent layers is several.

    weighted: an operand is a weight of the model, or made of weights alone.
    """
    if n.kind == "convolution" or n.op in ("linear", "bilinear", "rbf"):
        return 1
    if n.op == "multi_head_attention":
        return 2  # into queries, keys and values; out
    if n.op in ("rnn", "lstm", "gru"):
        return int(n.attrs["num_layers"])
    return 1 if n.op == "matmul" and weighted else 0
