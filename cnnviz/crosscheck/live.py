"""Asking the other counters: torchinfo and PyTorch's FlopCounterMode, on a copy without numbers.

Both are made for one thread. torchinfo hooks the model, and keeps what it saw by class name; the
FlopCounterMode hooks every module of the process. So each works on its own copy, the counter with
a tracker of ours that hooks only that copy, torchinfo behind a lock.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence
from threading import Lock
from types import TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.graph import Graph

Key = tuple[str, int]  # module path, call number

_torchinfo = Lock()


def meta_copy(model: nn.Module) -> nn.Module:
    """The model with shapes and no numbers: parameters and buffers on the meta device.

    Shared tensors stay shared; nothing is allocated, the caller's model is not touched.
    """
    memo: dict[int, Any] = {}
    for tensor in (*model.parameters(), *model.buffers()):
        twin: Tensor = torch.empty_like(tensor, device="meta")
        if isinstance(tensor, nn.Parameter):
            twin = nn.Parameter(twin, requires_grad=tensor.requires_grad)
        memo[id(tensor)] = twin
    return copy.deepcopy(model, memo).eval()


def example(graph: Graph) -> list[Tensor]:
    """Meta tensors of the shapes that the graph was traced with."""
    specs = [graph.by_id[i].outputs[0] for i in graph.inputs]
    return [torch.empty(s.shape, dtype=getattr(torch, s.dtype), device="meta") for s in specs]


def torchinfo_rows(model: nn.Module, inputs: Sequence[Tensor]) -> tuple[dict[Key, int], int]:
    """torchinfo's mult-adds of each call of each leaf module, and its total."""
    import torchinfo

    twin = meta_copy(model)
    paths = {id(m): path for path, m in twin.named_modules()}
    with _torchinfo:
        found = torchinfo.summary(twin, input_data=list(inputs), device="meta", verbose=0)
    calls: Counter[str] = Counter()
    rows: dict[Key, int] = {}
    for layer in found.summary_list:
        path = paths[layer.layer_id]
        if layer.executed and layer.is_leaf_layer:
            rows[path, calls[path]] = layer.macs
        calls[path] += 1
    return rows, found.total_mult_adds


def counter_rows(model: nn.Module, inputs: Sequence[Tensor]) -> tuple[dict[Key, int], int]:
    """FlopCounterMode's FLOPs of each module call itself (its children apart), and its total."""
    twin = meta_copy(model)
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = Tracker(twin)  # type: ignore[assignment]
    with torch.no_grad(), counter:
        twin(*inputs)
    counts = {k: sum(v.values()) for k, v in counter.get_flop_counts().items() if k != "Global"}
    rows = {
        (path, int(call)): n
        for (path, _, call), n in ((k.rpartition("#"), n) for k, n in counts.items())
    }
    return rows, counter.get_total_flops()


class Tracker:
    """Which call of which module runs: FlopCounterMode's ModuleTracker for one model only.

    `parents` is what the counter reads: "Global", and the innermost call as "path#number".
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.stack: list[str] = []
        self.calls: Counter[str] = Counter()
        self.handles: list[Any] = []

    @property
    def parents(self) -> set[str]:
        return {"Global", *self.stack[-1:]}

    def __enter__(self) -> Tracker:
        for path, module in self.model.named_modules():
            self.handles.append(module.register_forward_pre_hook(self._entering(path)))
            self.handles.append(module.register_forward_hook(self._leaving, always_call=True))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        for handle in self.handles:
            handle.remove()

    def _entering(self, path: str) -> Any:
        def hook(*_: object) -> None:
            self.stack.append(f"{path}#{self.calls[path]}")
            self.calls[path] += 1

        return hook

    def _leaving(self, *_: object) -> None:
        self.stack.pop()
