"""Depth: convolutions and linear layers on the longest path, gates left out."""

from __future__ import annotations

from collections.abc import Mapping

from cnnviz.graph import Graph, Node


def depths(graph: Graph, gates: Mapping[str, int]) -> dict[str, int]:
    """Node id -> layers with weights on the longest path from an input up to and with it.

    `gates` (node id -> which of its inputs is one) are not walked: a squeeze-and-excitation block
    makes a network no deeper in the sense in which papers count.
    """
    found: dict[str, int] = {}
    for n in graph.nodes:
        gate = gates.get(n.id)
        before = (found[e.node] for i, e in enumerate(n.inputs) if i != gate)
        found[n.id] = max(before, default=0) + layers(n)
    return found


def layers(n: Node) -> int:
    """How many layers with weights a node is: a stack of recurrent layers is several."""
    if n.kind == "convolution" or n.op in ("linear", "bilinear", "rbf"):
        return 1
    if n.op == "multi_head_attention":
        return 2  # into queries, keys and values; out
    if n.op in ("rnn", "lstm", "gru"):
        return int(n.attrs["num_layers"])
    return 1 if n.op == "matmul" and n.weights else 0  # with a weight of the model
