"""Shape rules of layers: convolution, pooling, attention, recurrent ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Rule = Callable[[tuple[Any, ...], dict[str, Any]], Any]


def conv(d: int) -> Rule:
    """A convolution of a batch, padding in numbers. What does not fit is left to PyTorch."""

    def rule(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if kwargs or not 2 <= len(args) <= 7:
            return NotImplemented
        x, w = args[:2]
        more: tuple[Any, ...] = (*args[2:], *(None, 1, 0, 1, 1)[len(args) - 2 :])
        bias, stride, padding, dilation, groups = more
        if x.dim() != d + 2 or w.dim() != d + 2 or x.dtype != w.dtype or not x.is_floating_point():
            return NotImplemented
        if type(groups) is not int or not x.is_contiguous() or not w.is_contiguous():
            return NotImplemented
        if groups < 1 or w.shape[1] * groups != x.shape[1] or w.shape[0] % groups:
            return NotImplemented
        if bias is not None and (tuple(bias.shape) != (w.shape[0],) or bias.dtype != x.dtype):
            return NotImplemented
        sizes = [_entries(v, d) for v in (stride, padding, dilation)]
        space = []
        for n, k, s, p, gap in zip(x.shape[2:], w.shape[2:], *sizes, strict=False):
            if k < 1 or s < 1 or p < 0 or gap < 1:
                return NotImplemented
            space.append((n + 2 * p - gap * (k - 1) - 1) // s + 1)
        if len(space) != d:
            return NotImplemented
        if min(space) < 1:  # in PyTorch's words, without the half second that it needs for them
            raise RuntimeError("Kernel size can't be greater than actual input size")
        return torch.empty((x.shape[0], w.shape[0], *space), dtype=x.dtype, device="meta")

    return rule


def pool(names: str) -> Rule:
    """Maximum or average of windows in maps; `names`: what comes after the map and the kernel."""
    order = names.split()

    def rule(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not args or len(args) > len(order) + 2 or args[0].dim() != 4:
            return NotImplemented
        x = args[0]
        given = dict(zip(("kernel_size", *order), args[1:], strict=False)) | kwargs
        kernel = _entries(given.get("kernel_size"), 2)
        stride = _entries(given["stride"], 2) if given.get("stride") is not None else kernel
        padding, gaps = _entries(given.get("padding", 0), 2), _entries(given.get("dilation", 1), 2)
        odd = given.get("return_indices") or given.get("divisor_override") == 0
        if odd or not x.is_floating_point() or not x.is_contiguous() or not x.numel():
            return NotImplemented
        space = []
        for n, k, s, p, gap in zip(x.shape[2:], kernel, stride, padding, gaps, strict=False):
            if k < 1 or s < 1 or gap < 1 or not 0 <= p <= k // 2:
                return NotImplemented
            left = n + 2 * p - gap * (k - 1) - 1
            size = (left + (s - 1 if given.get("ceil_mode") else 0)) // s + 1
            space.append(size - (given.get("ceil_mode", False) and (size - 1) * s >= n + p))
        if len(space) != 2:
            return NotImplemented
        if min(space) < 1:
            raise RuntimeError("Output size is too small")
        return torch.empty((*x.shape[:2], *space), dtype=x.dtype, device="meta")

    return rule


def local_response_norm(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    x, size = args[0], args[1] if len(args) > 1 else kwargs.get("size")
    fits = 3 <= x.dim() <= 5 and x.numel() and type(size) is int and size > 0
    if not fits or not x.is_floating_point() or not x.is_contiguous():
        return NotImplemented
    return torch.empty(x.shape, dtype=x.dtype, device="meta")


def _entries(value: Any, d: int) -> tuple[int, ...]:
    """One whole number per axis; none where it is anything else."""
    entries = (value,) if type(value) is int else value
    if not isinstance(entries, tuple | list) or any(type(v) is not int for v in entries):
        return ()
    return tuple(entries) * d if len(entries) == 1 else tuple(entries)


def multi_head(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """nn.MultiheadAttention's call: (length, batch, features), no masks, one input projection."""
    if len(args) != 13 or any(kwargs.get(k) is not None for k in ("key_padding_mask", "attn_mask")):
        return NotImplemented
    q, k, v, width, heads, w, _, bias_k, _, zero, _, _, _ = args
    plain = w is not None and bias_k is None and not zero and not kwargs.get("is_causal")
    if not plain or kwargs.get("use_separate_proj_weight") or q.dim() != 3 or k.shape != v.shape:
        return NotImplemented
    if q.shape[1:] != k.shape[1:] or q.shape[2] != width or tuple(w.shape) != (3 * width, width):
        return NotImplemented
    out = torch.empty(q.shape, dtype=q.dtype, device="meta")
    if not kwargs.get("need_weights", True):
        return out, None
    heads = (heads,) if not kwargs.get("average_attn_weights", True) else ()
    seen = (q.shape[1], *heads, q.shape[0], k.shape[0])
    return out, torch.empty(seen, dtype=q.dtype, device="meta")


def lstm(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """(output, h, c) of torch.lstm on a padded batch; PyTorch would unroll every step."""
    if kwargs or len(args) != 9 or not isinstance(args[2], list | tuple):
        return NotImplemented
    x, (h, c), weights, *_, bidirectional, _ = args
    out = torch.empty(_states(x, h, bidirectional), dtype=x.dtype, device="meta")
    return out, torch.empty_like(h), torch.empty_like(c) if weights else c


def rnn(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if kwargs or len(args) != 9 or not isinstance(args[2], list | tuple):
        return NotImplemented
    x, h = args[0], args[1]
    out = torch.empty(_states(x, h, args[7]), dtype=x.dtype, device="meta")
    return out, torch.empty_like(h)


def _states(x: Tensor, h: Tensor, bidirectional: bool) -> tuple[int, ...]:
    return (*x.shape[:-1], h.shape[-1] * (2 if bidirectional else 1))
