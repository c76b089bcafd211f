"""Shapes by hooks in a real forward: what a trace has to say of every leaf module."""

from __future__ import annotations

from collections import Counter
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.graph import Graph

Call = tuple[str, int]  # path of a leaf module, which call of it


def leaf_shapes(model: nn.Module, *inputs: Any) -> dict[Call, tuple[int, ...]]:
    """Output shape of each call of each leaf module that returns one tensor. Real numbers, CPU."""
    found: dict[Call, tuple[int, ...]] = {}
    calls: Counter[str] = Counter()
    handles = []
    for path, module in model.named_modules():
        if next(module.children(), None) is not None:
            continue

        def hook(_m: nn.Module, _args: Any, out: Any, path: str = path) -> None:
            if isinstance(out, Tensor):
                found[path, calls[path]] = tuple(out.shape)
            calls[path] += 1

        handles.append(module.register_forward_hook(hook))
    try:
        with torch.no_grad():
            model(*inputs)
    finally:
        for h in handles:
            h.remove()
    return found


def leaf_shapes_of(graph: Graph) -> dict[Call, tuple[int, ...]]:
    """The same from a graph: the last node that each call of a module executed."""
    return {
        (n.scope[-1].path, n.scope[-1].call): n.out_shape for n in graph.nodes if n.op != "input"
    }
