"""Asking the other counters: torchinfo and PyTorch's FlopCounterMode, on a shadow without numbers.

Both are made for one thread. torchinfo hooks the model, and keeps what it saw by class name; the
FlopCounterMode hooks every module of the process. So each gets its own shadow of the model, the
counter a tracker of ours that hooks only that, torchinfo a lock.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock
from types import TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.graph import Graph
from cnnviz.tracing.shadow import Shadow, initialised

Key = tuple[str, int]  # module path, call number
Figures = tuple[dict[Key, float], float]  # multiply-accumulates by module call, and in all

_torchinfo = Lock()


def meta_copy(model: nn.Module, inputs: Sequence[Tensor]) -> nn.Module:
    """The model with shapes and no numbers, in evaluation mode: what a trace runs.

    Nothing is allocated and the caller's model is not touched; shared tensors stay shared.
    """

    def call(_: nn.Module, __: str, forward: Any, /, *args: Any, **kwargs: Any) -> Any:
        return forward(*args, **kwargs)

    return Shadow(initialised(model, tuple(inputs)), call).root.eval()


def example(graph: Graph, device: str) -> list[Tensor]:
    """Zeros of the shapes that the graph was traced with."""
    specs = [graph.by_id[i].outputs[0] for i in graph.inputs]
    return [torch.zeros(s.shape, dtype=getattr(torch, s.dtype), device=device) for s in specs]


def ask(tool: str, model: nn.Module, graph: Graph) -> Figures:
    """What the tool says, on meta; on a real copy if the model holds tensors that stay behind.

    The tool's own error if it runs neither.
    """
    figures = TOOLS[tool]
    try:
        inputs = example(graph, "meta")
        return figures(meta_copy(model, inputs), inputs)
    except Exception:
        if any(t.is_meta for t in model.parameters()):
            raise
        return figures(copy.deepcopy(model).cpu().eval(), example(graph, "cpu"))


def torchinfo_rows(twin: nn.Module, inputs: Sequence[Tensor]) -> Figures:
    """torchinfo's mult-adds of each call of each leaf module, and its total."""
    import torchinfo

    paths = {id(m): path for path, m in twin.named_modules()}
    with _torchinfo:
        found = torchinfo.summary(twin, input_data=list(inputs), device=inputs[0].device, verbose=0)
    calls: Counter[str] = Counter()
    rows: dict[Key, float] = {}
    for layer in found.summary_list:
        path = paths[layer.layer_id]
        if layer.executed and layer.is_leaf_layer:
            rows[path, calls[path]] = layer.macs
        calls[path] += 1
    return rows, found.total_mult_adds


def counter_rows(twin: nn.Module, inputs: Sequence[Tensor]) -> Figures:
    """FlopCounterMode's FLOPs, halved, of each module call (children apart), and its total."""
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = Tracker(twin)  # type: ignore[assignment]
    with torch.no_grad(), counter:
        twin(*inputs)
    rows: dict[Key, float] = {}
    for name, by_function in counter.get_flop_counts().items():
        path, number, call = name.rpartition("#")
        if number:  # else "Global"
            rows[path, int(call)] = sum(by_function.values()) / 2
    return rows, counter.get_total_flops() / 2


def cause(error: BaseException) -> str:
    """What first went wrong, in one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = str(error).strip().partition("\n")[0][:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


# asked live, by the names of their presets
TOOLS: dict[str, Callable[[nn.Module, Sequence[Tensor]], Figures]] = {
    "torchinfo": torchinfo_rows,
    "FlopCounterMode": counter_rows,
}


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
