"""Shape rules for functions that are slow on meta tensors, because Python decomposes them there.

A rule gives what PyTorch itself would give: a new empty tensor of the right shape, dtype and memory
format, or NotImplemented, and then PyTorch runs. tests/tracing/test_shapes.py compares each rule
with PyTorch's own meta function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Rule = Callable[[tuple[Any, ...], dict[str, Any]], Any]


def _like(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Same shape and dtype as the first argument; the object itself where it works in place."""
    x = args[0]
    if kwargs.get("inplace"):
        return x
    if not x.is_contiguous() or not x.is_floating_point() or len(args) > 3 or kwargs.get("dtype"):
        return NotImplemented
    return torch.empty(x.shape, dtype=x.dtype, device="meta")


def _inplace(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ARG001
    x = args[0]
    return x if x.is_floating_point() and all(_fits(y, x) for y in args[1:]) else NotImplemented


def _fits(y: Any, x: Tensor) -> bool:
    if not isinstance(y, Tensor):
        return isinstance(y, int | float)
    return y.shape == x.shape and y.dtype == x.dtype


def _batch_norm(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    x = args[0]
    training = args[5] if len(args) > 5 else kwargs.get("training", False)
    mean = args[1] if len(args) > 1 else kwargs.get("running_mean")
    weight = args[3] if len(args) > 3 else kwargs.get("weight")
    channels = x.shape[1] if x.dim() > 1 else -1
    if training or not x.is_contiguous() or not x.is_floating_point():
        return NotImplemented
    if mean is None or mean.shape[0] != channels:
        return NotImplemented
    if weight is not None and weight.shape[0] != channels:
        return NotImplemented
    return torch.empty(x.shape, dtype=x.dtype, device="meta")


def _binary(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Two floating-point tensors of one dtype, broadcast; or one and a Python number."""
    if kwargs or len(args) != 2:
        return NotImplemented
    x, y = args
    if not isinstance(x, Tensor):
        x, y = y, x
    if not x.is_floating_point() or not x.is_contiguous():
        return NotImplemented
    if not isinstance(y, Tensor):
        known = isinstance(y, int | float)
        return torch.empty(x.shape, dtype=x.dtype, device="meta") if known else NotImplemented
    if x.dtype != y.dtype or not y.is_contiguous():
        return NotImplemented
    if x.shape == y.shape:
        return torch.empty(x.shape, dtype=x.dtype, device="meta")
    return NotImplemented


def _cat(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    tensors = args[0] if args else kwargs.get("tensors")
    dim = args[1] if len(args) > 1 else kwargs.get("dim", 0)
    if not isinstance(tensors, tuple | list) or not tensors or "out" in kwargs:
        return NotImplemented
    first = tensors[0]
    rank = first.dim()
    if not isinstance(dim, int) or not -rank <= dim < rank:
        return NotImplemented
    dim %= rank
    shape, total = list(first.shape), 0
    for t in tensors:
        s = list(t.shape)
        if t.dtype != first.dtype or len(s) != rank or not t.is_contiguous():
            return NotImplemented
        if s[:dim] != shape[:dim] or s[dim + 1 :] != shape[dim + 1 :]:
            return NotImplemented
        total += s[dim]
    shape[dim] = total
    return torch.empty(shape, dtype=first.dtype, device="meta")


RULES: dict[str, Rule] = {
    "batch_norm": _batch_norm,
    "cat": _cat,
    **dict.fromkeys(
        "relu relu6 hardtanh leaky_relu elu gelu silu hardswish hardsigmoid softplus mish sigmoid"
        " tanh softmax log_softmax".split(),
        _like,
    ),
    **dict.fromkeys("relu_ sigmoid_ tanh_".split(), _inplace),
    **dict.fromkeys("add sub mul div".split(), _binary),
    **dict.fromkeys("add_ sub_ mul_ div_".split(), _inplace),
}
