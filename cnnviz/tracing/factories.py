"""Tensors that a forward makes for itself, and what is asked of storage."""

from __future__ import annotations

from typing import Any

from torch import Tensor

_FILLED = frozenset(
    ("zeros", "ones", "empty", "full", "eye", "rand", "randn", "randint", "normal", "randperm",
     "empty_strided", "empty_permuted", "tril_indices", "triu_indices")
)  # fmt: skip
_COUNTED = frozenset(("arange", "linspace", "logspace"))
_MOST = 1 << 16  # elements of a sequence that is really computed, so that a forward may read it


def factory(func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A function of no tensors. What has a size only is made on meta, short sequences really."""
    if name in _FILLED or name in _COUNTED:
        empty = {k: v for k, v in kwargs.items() if k not in ("generator", "pin_memory")}
        made = func(*args, **empty | {"device": "meta"})
        if name in _FILLED or made.numel() > _MOST:
            return made
    return func(*args, **kwargs)


def same_storage(x: Tensor, y: Tensor) -> bool:
    """Whether one is a view of the other. False inside vmap, whose tensors show no storage."""
    try:
        return bool(x.untyped_storage()._cdata == y.untyped_storage()._cdata)
    except (RuntimeError, NotImplementedError):
        return False


def version(x: Tensor) -> int:
    """How often the tensor was written to; PyTorch does not count in inference mode."""
    return 0 if x.is_inference() else x._version


def writes(name: str, x: Tensor) -> bool:
    """Whether a function that returned x itself wrote to it, where nobody counts."""
    return x.is_inference() and (name.endswith("_") and not name.startswith("__"))
