"""What a model is given in a trace: a tensor without numbers for each shape or example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from cnnviz.errors import ReaderError

Seen = Callable[[Tensor, str], Tensor]  # told of each tensor and its name


def arguments(
    given: tuple[Any, ...], dtype: torch.dtype, seen: Seen
) -> tuple[list[Any], dict[str, Any]]:
    """Positional and keyword arguments of the forward; a dict that comes last has the keywords.

    One input is called "input", several "input_0", "input_1" …, keyword inputs by their keywords.
    A shape gets `dtype`. What is neither shape nor tensor goes in as it is.
    """
    positional = list(given)
    named = positional.pop() if positional and isinstance(positional[-1], dict) else {}
    several = len(positional) > 1
    args = [
        _argument(v, f"input_{i}" if several else "input", dtype, seen)
        for i, v in enumerate(positional)
    ]
    return args, {str(k): _argument(v, str(k), dtype, seen) for k, v in named.items()}


def _argument(value: Any, name: str, dtype: torch.dtype, seen: Seen) -> Any:
    if isinstance(value, Tensor):
        return seen(torch.empty(value.shape, dtype=value.dtype, device="meta"), name)
    if isinstance(value, tuple | list) and all(type(v) is int for v in value):
        return seen(_empty(tuple(value), dtype), name)
    if isinstance(value, tuple | list):
        return type(value)(_argument(v, f"{name}_{i}", dtype, seen) for i, v in enumerate(value))
    if isinstance(value, dict):
        return {k: _argument(v, f"{name}_{k}", dtype, seen) for k, v in value.items()}
    return value


def _empty(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    written = "×".join(map(str, shape))
    if not shape or min(shape) < 1:
        raise ReaderError("bad_shape", shape=written or "()")
    try:
        return torch.empty(shape, dtype=dtype, device="meta")
    except (RuntimeError, OverflowError) as error:
        raise ReaderError("huge_shape", shape=written) from error
