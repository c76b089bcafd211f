"""Building without memory: inside `building()` tensors have shapes and no storage.

A thread-local mode sends the factories to PyTorch's meta device and skips the in-place fills that
initialisation consists of. Nothing process-global is touched (`torch.device` as a context would).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

# torch.arange, linspace and eye stay real: constructors read their values.
FACTORIES: frozenset[Any] = frozenset(
    {
        torch.empty,
        torch.zeros,
        torch.ones,
        torch.full,
        torch.rand,
        torch.randn,
        torch.tensor,
    }
)
# torch.nn.init reaches a mode only as these.
FILLS: frozenset[Any] = frozenset(
    {
        torch.Tensor.normal_,
        torch.Tensor.uniform_,
        torch.Tensor.zero_,
        torch.Tensor.fill_,
    }
)


class Meta(TorchFunctionMode):
    """Factories make meta tensors, fills do nothing."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if func in FILLS:
            return args[0]
        if func in FACTORIES:
            return func(*args, **{**(kwargs or {}), "device": "meta"})
        return func(*args, **(kwargs or {}))


def building() -> Meta:
    """Context in which modules are built in milliseconds, whatever their size."""
    return Meta()
