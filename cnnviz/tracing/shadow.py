"""A shadow of the module tree: what a trace runs instead of the caller's modules.

Each shadow has its module's class and attributes, shadows for children and empty meta tensors for
weights. So the caller's model is never written to, nothing is computed, and one model can be traced
in many threads at once.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.graph import Weight

DTYPES: dict[torch.dtype, str] = {
    d: str(d).removeprefix("torch.") for d in vars(torch).values() if isinstance(d, torch.dtype)
}

Call = Callable[[nn.Module, str, Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]


class Shadow:
    """The shadows of one model, and which tensor is which weight."""

    def __init__(self, model: nn.Module, call: Call) -> None:
        self.call = call  # run a module's forward: (shadow, path, forward, args, kwargs)
        self.weights: dict[int, Weight | None] = {}  # id of a tensor or its twin; None: a counter
        self.twins: dict[int, Tensor] = {}  # id of a real tensor -> its empty twin
        self.alive: list[Tensor] = []  # an id means something only while its tensor lives
        self.listed: list[Weight] = []
        self.modules: dict[int, nn.Module] = {}
        self.paths: dict[int, str] = {}
        for path, module in model.named_modules():
            self.paths[id(module)] = path
            self._list(path, module)
        self.root = self._shadow(model)

    def _list(self, path: str, module: nn.Module) -> None:
        dot = path + "." if path else ""
        for tensors, is_buffer in ((module._parameters, False), (module._buffers, True)):
            for name, tensor in tensors.items():
                if tensor is None or id(tensor) in self.weights:
                    continue
                self.weights[id(tensor)] = None
                self.alive.append(tensor)
                if is_buffer and tensor.dim() == 0 and not tensor.is_floating_point():
                    continue  # a counter of steps
                weight = Weight(
                    dot + name,
                    tuple(tensor.shape),
                    DTYPES[tensor.dtype],
                    not is_buffer and tensor.requires_grad,
                    len(self.listed),
                )
                self.weights[id(tensor)] = weight
                self.listed.append(weight)

    def twin(self, tensor: Tensor) -> Tensor:
        """An empty tensor on meta in its place; a tensor on meta stands for itself."""
        if tensor.is_meta:
            return tensor
        found = self.twins.get(id(tensor))
        if found is None:
            found = tensor.detach().to("meta")
            if isinstance(tensor, nn.Parameter):
                found = nn.Parameter(found, requires_grad=tensor.requires_grad)
            self.twins[id(tensor)] = found
            self.alive += (tensor, found)
            if id(tensor) in self.weights:
                self.weights[id(found)] = self.weights[id(tensor)]
        return found

    def _shadow(self, module: nn.Module) -> nn.Module:
        found = self.modules.get(id(module))
        if found is not None:
            return found
        made: nn.Module = object.__new__(type(module))
        self.modules[id(module)] = made
        path = self.paths.get(id(module), type(module).__name__)  # not registered: held in a list
        mine = {
            k: self._map(v) if type(v) not in _PLAIN and k not in _HELD else v
            for k, v in module.__dict__.items()
        }
        mine["_parameters"] = {k: self._weight(t) for k, t in module._parameters.items()}
        mine["_buffers"] = {k: self._weight(t) for k, t in module._buffers.items()}
        mine["_modules"] = {
            k: m if m is None else self._shadow(m) for k, m in module._modules.items()
        }
        forward = mine.get("forward") or type(module).forward.__get__(made)
        made.__dict__.update(mine)

        def run(*args: Any, **kwargs: Any) -> Any:
            return self.call(made, path, forward, args, kwargs)

        made.__dict__["forward"] = run
        return made

    def _weight(self, tensor: Tensor | None) -> Tensor | None:
        return None if tensor is None else self.twin(tensor)

    def _map(self, value: Any) -> Any:
        """The same value with shadows for modules and twins for weights, containers copied."""
        if isinstance(value, nn.Module):
            return self._shadow(value)
        if isinstance(value, Tensor):
            return self.twin(value) if id(value) in self.weights else value
        kind = type(value)
        if kind is list or kind is set or kind is tuple:
            return kind(self._map(v) if type(v) not in _PLAIN else v for v in value)
        if isinstance(value, dict):
            return type(value)(value) if not value else self._map_dict(value)
        if isinstance(value, functools.partial):
            return functools.partial(
                self._map(value.func), *self._map(value.args), **self._map(value.keywords)
            )
        if isinstance(value, types.MethodType) and isinstance(value.__self__, nn.Module):
            return value.__func__.__get__(self._map(value.__self__))
        return value

    def _map_dict(self, value: dict[Any, Any]) -> dict[Any, Any]:
        copied = value.copy()
        for k, v in value.items():
            if type(v) not in _PLAIN:
                copied[k] = self._map(v)
        return copied


_PLAIN = frozenset((type(None), bool, int, float, str, torch.dtype, torch.device))
_HELD = frozenset(("_parameters", "_buffers", "_modules"))
