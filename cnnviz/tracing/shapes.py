"""Shape rules for functions that are slow on meta tensors, because Python decomposes them there.

A rule gives what PyTorch itself would give: a new empty tensor of the right shape, dtype and memory
format, or NotImplemented, and then PyTorch runs. tests/tracing/test_shapes.py compares each rule
with PyTorch's own meta function.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from cnnviz.tracing.layer_shapes import Rule, conv, local_response_norm, lstm, multi_head, pool, rnn


def _like(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Same shape and dtype as the first argument; the object itself where it works in place."""
    x = args[0]
    if kwargs.get("inplace"):
        return x
    if not x.is_contiguous() or not x.is_floating_point() or len(args) > 3 or kwargs.get("dtype"):
        return NotImplemented
    return torch.empty(x.shape, dtype=x.dtype, device="meta")


def _unary(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A function of one tensor of floating-point numbers, or of it and Python numbers: pow, clamp.

    Not for what also takes other things as second argument.
    """
    x = args[0] if args else None
    if not isinstance(x, Tensor) or not x.is_floating_point() or not x.is_contiguous():
        return NotImplemented
    more = [*args[1:], *(v for k, v in kwargs.items() if k in ("min", "max", "exponent"))]
    known = len(more) == len(args) - 1 + len(kwargs)
    if not known or not all(type(v) in (int, float) for v in more if v is not None):
        return NotImplemented
    return torch.empty(x.shape, dtype=x.dtype, device="meta")


def _alone(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _unary(args, kwargs) if len(args) == 1 and not kwargs else NotImplemented


def _power(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _unary(args, kwargs) if len(args) + len(kwargs) == 2 else NotImplemented


def _clamp(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    bounds = [v for v in (*args[1:], *kwargs.values()) if v is not None]
    return _unary(args, kwargs) if 0 < len(bounds) < 3 and len(args) < 4 else NotImplemented


def _reduced(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Sum and mean over axes that are given."""
    x = args[0] if args else None
    dim = args[1] if len(args) > 1 else kwargs.get("dim")
    keep = args[2] if len(args) > 2 else kwargs.get("keepdim", False)
    if not isinstance(x, Tensor) or len(args) > 3 or not kwargs.keys() <= {"dim", "keepdim"}:
        return NotImplemented
    dims = (dim,) if type(dim) is int else dim
    if not isinstance(dims, tuple | list) or not dims or not x.is_contiguous():
        return NotImplemented
    rank = x.dim()
    if not all(type(d) is int and -rank <= d < rank for d in dims) or not x.is_floating_point():
        return NotImplemented
    gone = {d % rank for d in dims}
    if len(gone) < len(dims) or type(keep) is not bool:
        return NotImplemented
    kept = [1 if i in gone else n for i, n in enumerate(x.shape) if keep or i not in gone]
    return torch.empty(kept, dtype=x.dtype, device="meta")


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
    if not x.is_contiguous() or not x.is_floating_point() or channels < 1:
        return NotImplemented
    if (training and x.numel() == channels) or (mean is None and not training):
        return NotImplemented  # PyTorch says why
    if mean is not None and mean.shape[0] != channels:
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
    shape = x.shape if x.shape == y.shape else _broadcast(x.shape, y.shape)
    return NotImplemented if shape is None else torch.empty(shape, dtype=x.dtype, device="meta")


def _broadcast(a: torch.Size, b: torch.Size) -> list[int] | None:
    if len(a) < len(b):
        a, b = b, a
    out = list(a)
    for i, n in enumerate(b, len(a) - len(b)):
        if out[i] != n and n != 1:
            if out[i] != 1:
                return None
            out[i] = n
    return out


def _linear(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if len(args) + len(kwargs) not in (2, 3) or len(args) < 2:
        return NotImplemented
    x, w = args[:2]
    b = args[2] if len(args) > 2 else kwargs.get("bias")
    fits = w.dim() == 2 and x.dim() > 0 and x.shape[-1] == w.shape[1] and x.dtype == w.dtype
    if not fits or not x.is_contiguous() or not (b is None or b.shape == w.shape[:1]):
        return NotImplemented
    return torch.empty((*x.shape[:-1], w.shape[0]), dtype=x.dtype, device="meta")


def _layer_norm(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    x, shape = args[0], args[1] if len(args) > 1 else kwargs.get("normalized_shape")
    if not isinstance(shape, tuple) or not x.is_contiguous() or not x.is_floating_point():
        return NotImplemented
    given = [*args[2:4], kwargs.get("weight"), kwargs.get("bias")]
    fits = all(t is None or (tuple(t.shape) == shape and t.dtype == x.dtype) for t in given)
    if not fits or not shape or tuple(x.shape[-len(shape) :]) != shape:
        return NotImplemented
    return torch.empty(x.shape, dtype=x.dtype, device="meta")


def _adaptive_avg_pool2d(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if kwargs or len(args) != 2 or args[0].dim() != 4 or not args[0].is_contiguous():
        return NotImplemented
    x, size = args
    height, width = size if isinstance(size, tuple | list) else (size, size)
    given = (x.shape[2] if height is None else height, x.shape[3] if width is None else width)
    if not x.is_floating_point() or any(type(n) is not int or n < 1 for n in given):
        return NotImplemented
    shape = (*x.shape[:2], *given)
    return torch.empty(shape, dtype=x.dtype, device="meta")


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


def _moved(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`to`, `type_as`: another dtype; the device stays "meta", which has nothing to move."""
    x, dtype = args[0], kwargs.get("dtype")
    for a in (*args[1:], kwargs.get("other")):
        dtype = a.dtype if isinstance(a, Tensor) else a if isinstance(a, torch.dtype) else dtype
    more = {k: kwargs[k] for k in ("memory_format", "copy") if k in kwargs}
    return x.to(dtype or x.dtype, **more)


def _stays(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ARG001
    return args[0]


def _dropout(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    x, training = args[0], args[2] if len(args) > 2 else kwargs.get("training", True)
    p = args[1] if len(args) > 1 else kwargs.get("p", 0.5)
    if len(args) > 3 or kwargs.get("inplace") or not x.is_contiguous() or not 0 <= p <= 1:
        return NotImplemented
    works = training and p > 0
    return torch.empty(x.shape, dtype=x.dtype, device="meta") if works else x.view_as(x)


def _rules(names: str, rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


RULES: dict[str, Rule] = {
    "adaptive_avg_pool2d": _adaptive_avg_pool2d,
    "batch_norm": _batch_norm,
    "cat": _cat,
    "dropout": _dropout,
    "layer_norm": _layer_norm,
    "linear": _linear,
    "local_response_norm": local_response_norm,
    "max_pool2d": pool("stride padding dilation ceil_mode return_indices"),
    "avg_pool2d": pool("stride padding ceil_mode count_include_pad divisor_override"),
    "multi_head_attention_forward": multi_head,
    "lstm": lstm,
    **_rules("gru rnn_tanh rnn_relu", rnn),
    **_rules(
        "relu relu6 hardtanh leaky_relu elu gelu silu hardswish hardsigmoid softplus mish sigmoid"
        " tanh softmax log_softmax",
        _like,
    ),
    **_rules("add sub mul div", _binary),
    **_rules("relu_ sigmoid_ tanh_ add_ sub_ mul_ div_", _inplace),
    **{f"conv{d}d": conv(d) for d in (1, 2, 3)},
    **_rules(
        "abs exp expm1 log log1p sqrt rsqrt square neg reciprocal sin cos tan erf floor ceil sign",
        _alone,
    ),
    **_rules("sum mean", _reduced),
    **_rules("pow", _power),
    **_rules("clamp", _clamp),
    **_rules("to type_as", _moved),
    **_rules("cpu cuda xpu npu mps pin_memory", _stays),
    "requires_grad_": _stays,
}
# of tensors with numbers, too: another device may not be there
MOVES = frozenset(("to", "type_as", "cpu", "cuda", "xpu", "npu", "mps", "pin_memory"))
