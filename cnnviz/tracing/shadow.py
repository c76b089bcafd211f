"""A shadow of the module tree: what a trace runs instead of the caller's modules.

Each shadow has its module's class and attributes, shadows for children and empty meta tensors for
weights. So the caller's model is never written to, nothing is computed, and one model can be traced
in many threads at once.
"""

from __future__ import annotations

import copy
import functools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.lazy import LazyModuleMixin
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from cnnviz.graph import Weight
from cnnviz.tracing.errors import explain
from cnnviz.tracing.held import PLAIN, Held
from cnnviz.tracing.inputs import arguments

DTYPES: dict[torch.dtype, str] = {
    d: str(d).removeprefix("torch.") for d in vars(torch).values() if isinstance(d, torch.dtype)
}

Call = Callable[..., Any]  # (shadow, path, forward, *args, **kwargs) -> what forward returns


class Opaque(nn.Module):
    """Stands for a scripted module: one operation, whose inside nobody sees."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.function = f"torch.jit.{_original(module)}"
        self.weights = [*module.parameters(), *module.buffers()]
        self.__dict__["scripted"] = scripted = copy.deepcopy(module)
        for path, tensor in [*scripted.named_parameters(), *scripted.named_buffers()]:
            *owners, name = path.split(".")
            setattr(functools.reduce(getattr, owners, scripted), name, tensor.detach().to("meta"))

    def train(self, mode: bool = True) -> Opaque:
        self.__dict__["scripted"].train(mode)
        return super().train(mode)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        with torch._C.DisableTorchFunction():
            return self.__dict__["scripted"](*args, **kwargs)


def single(
    module: nn.Module, forward: Callable[..., Any]
) -> tuple[str, dict[str, Any], Any, Callable[..., Any]] | None:
    """(operation, attributes, weights, what to run) of a module that is one node, else None."""
    kind = type(module)
    if kind is nn.Identity:
        return "identity", {}, (), lambda x: x.view_as(x)
    if isinstance(module, Opaque):
        return "opaque", {"function": module.function}, module.weights, forward
    op = getattr(kind, "cnnviz_op", None)
    if not op:
        return None
    attrs = dict(module.cnnviz_attrs()) if hasattr(kind, "cnnviz_attrs") else {}  # type: ignore[operator]
    return op, attrs, (module._parameters, module._buffers), forward


def initialised(model: nn.Module, inputs: tuple[Any, ...]) -> nn.Module:
    """The model, or a copy in which one forward has given lazy modules their shapes."""
    lazy = [m for m in model.modules() if isinstance(m, LazyModuleMixin)]
    if not any(m.has_uninitialized_params() for m in lazy):
        return model
    memo = {id(t): _blank(t) for t in (*model.parameters(), *model.buffers())}
    made = copy.deepcopy(model, memo).eval()
    args, kwargs = arguments(inputs, torch.get_default_dtype(), lambda t, _: t)
    with torch.no_grad():
        try:
            made(*args, **kwargs)
        except Exception as error:
            raise explain(error, type(model).__name__, "", []) from error
    return made.train(model.training)


def _blank(tensor: Any) -> Any:
    """A tensor on meta of the same kind, uninitialised if this one is."""
    like = {"device": "meta", "dtype": tensor.dtype}
    if isinstance(tensor, UninitializedParameter):
        return UninitializedParameter(requires_grad=tensor.requires_grad, **like)
    if isinstance(tensor, UninitializedBuffer):
        return UninitializedBuffer(requires_grad=False, **like)
    blank = torch.empty(tensor.shape, **like)
    is_parameter = isinstance(tensor, nn.Parameter)
    return nn.Parameter(blank, tensor.requires_grad) if is_parameter else blank


class Shadow:
    """The shadows of one model, and which tensor is which weight."""

    def __init__(self, model: nn.Module, call: Call) -> None:
        self.call = call  # runs a module's forward
        self.weights: dict[int, Weight | None] = {}  # id of a tensor or its twin; None: a counter
        self.twins: dict[int, Tensor] = {}  # id of a real tensor -> its empty twin
        self.alive: dict[int, Tensor] = {}  # an id means something only while its tensor lives
        self.listed: list[Weight] = []
        self.modules: dict[int, nn.Module] = {}
        self.classes: dict[int, str] = {}  # id of an opaque shadow -> the class that it stands for
        self.paths: dict[int, str] = {}
        self.held = Held(self._stand_in)
        self._list(model, "")
        floating = (t.dtype for t in self.alive.values() if t.is_floating_point())
        self.dtype = next(floating, torch.get_default_dtype())
        self.root = self._shadow(model, "")

    def close(self) -> None:
        for made in self.modules.values():
            made.__dict__.clear()
        self.modules.clear()
        self.held.done.clear()
        del self.held

    def train(self, mode: bool) -> None:
        """As the model's own `train` does it; exported programs refuse it, and have no mode."""
        try:
            self.root.train(mode)
        except NotImplementedError:
            for made in self.modules.values():
                made.training = mode

    def class_of(self, shadow: nn.Module) -> str:
        return self.classes.get(id(shadow)) or type(shadow).__name__

    def _list(self, module: nn.Module, path: str) -> None:
        """Numbers the weights in module order."""
        if id(module) in self.paths:
            return
        self.paths[id(module)] = path
        dot = path + "." if path else ""
        scripted = isinstance(module, torch.jit.ScriptModule)
        parameters = module.named_parameters() if scripted else module._parameters.items()
        buffers = module.named_buffers() if scripted else module._buffers.items()
        for tensors, is_buffer in ((parameters, False), (buffers, True)):
            for name, tensor in tensors:
                if tensor is not None:
                    self._weight(dot + name, tensor, is_buffer)
        if not scripted:
            for name, child in module._modules.items():
                if child is not None:
                    self._list(child, dot + name)

    def _weight(self, name: str, tensor: Tensor, is_buffer: bool) -> None:
        if id(tensor) in self.weights:
            return
        self.alive[id(tensor)] = tensor
        if is_buffer and tensor.dim() == 0 and not tensor.is_floating_point():
            self.weights[id(tensor)] = None  # a counter of steps: its number may be asked for
            twin = torch.zeros((), dtype=tensor.dtype, device="cpu")
            self.twins[id(tensor)], self.weights[id(twin)], self.alive[id(twin)] = twin, None, twin
            return
        trainable = not is_buffer and tensor.requires_grad
        shape, dtype = tuple(tensor.shape), DTYPES[tensor.dtype]
        weight = Weight(name, shape, dtype, trainable, len(self.listed))
        self.weights[id(tensor)] = weight
        self.listed.append(weight)

    def twin(self, tensor: Tensor) -> Tensor:
        """An empty tensor on meta in its place; a tensor on meta stands for itself."""
        found = self.twins.get(id(tensor))
        if found is None and tensor.is_meta:
            return tensor
        if found is None:
            found = tensor.detach().to("meta")
            if isinstance(tensor, nn.Parameter):
                found = nn.Parameter(found, requires_grad=False)  # no graph of autograd's
            self.twins[id(tensor)] = found
            self.alive |= {id(tensor): tensor, id(found): found}
            if id(tensor) in self.weights:
                self.weights[id(found)] = self.weights[id(tensor)]
        return found

    def _shadow(self, module: nn.Module, hint: str) -> nn.Module:
        """hint: the path of a module that is held, but not registered."""
        found = self.modules.get(id(module))
        if found is not None:
            return found
        path = self.paths.get(id(module), hint)
        if isinstance(module, torch.jit.ScriptModule):
            made: nn.Module = Opaque(module)
            self.classes[id(made)] = _original(module)
        elif type(module).__name__ == "OptimizedModule":  # torch.compile's; runs what it compiles
            return self._shadow(module._orig_mod, hint)  # type: ignore[arg-type]
        else:
            made = object.__new__(type(module))
        self.modules[id(module)] = made
        dot = path + "." if path else ""
        mine: dict[str, Any] = {}
        if not isinstance(made, Opaque):
            for k, v in module.__dict__.items():
                kind = type(v)
                if kind in PLAIN or k in _HELD:
                    mine[k] = v
                elif kind in _CONTAINERS and not v:  # most are hooks that nobody registered
                    mine[k] = kind()
                else:
                    mine[k] = self.held.map(v, dot + k)
            mine["_parameters"] = {k: self._optional(t) for k, t in module._parameters.items()}
            mine["_buffers"] = {k: self._optional(t) for k, t in module._buffers.items()}
            mine["_modules"] = {
                k: m if m is None else self._shadow(m, dot + k) for k, m in module._modules.items()
            }
            mine["_compiled_call_impl"] = None
        forward = mine.get("forward") or type(made).forward.__get__(made)
        made.__dict__.update(mine)

        made.__dict__["forward"] = functools.partial(self.call, made, path, forward)
        return made

    def _optional(self, tensor: Tensor | None) -> Tensor | None:
        return None if tensor is None else self.twin(tensor)

    def _stand_in(self, value: Any, path: str) -> Any:
        """A shadow for a module, a twin for a weight; other tensors are used as they are."""
        if isinstance(value, nn.Module):
            return self._shadow(value, path)
        self.alive[id(value)] = value
        return self.twin(value) if id(value) in self.weights else value


def _original(scripted: nn.Module) -> str:
    """The name of the class that was scripted."""
    return str(getattr(scripted, "original_name", type(scripted).__name__))


_CONTAINERS = frozenset((dict, OrderedDict, list, set))
_HELD = frozenset(("_parameters", "_buffers", "_modules"))
