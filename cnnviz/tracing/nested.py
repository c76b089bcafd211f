"""Tensors inside tuples, lists, dicts and dataclasses: arguments and results of functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

from torch import Tensor

_PLAIN = frozenset((int, float, bool, str, type(None), slice))


def tensors_in(*values: Any) -> list[Tensor]:
    """All tensors, in order."""
    found: list[Tensor] = []
    for value in values:
        _collect(value, found)
    return found


def _collect(value: Any, found: list[Tensor]) -> None:
    if isinstance(value, Tensor):
        found.append(value)
    elif isinstance(value, tuple | list):
        for v in value:
            if type(v) not in _PLAIN:
                _collect(v, found)
    elif isinstance(value, dict):
        for v in value.values():
            if type(v) not in _PLAIN:
                _collect(v, found)
    elif is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            _collect(getattr(value, f.name), found)


def replaced(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """The same nesting with each tensor changed. Slices too: their ends may be tensors."""
    if isinstance(value, Tensor):
        return change(value)
    if type(value) in (tuple, list):
        return type(value)(replaced(v, change) for v in value)
    if isinstance(value, tuple):  # named
        return type(value)(*(replaced(v, change) for v in value))
    if isinstance(value, dict):
        return {k: replaced(v, change) for k, v in value.items()}
    return value
