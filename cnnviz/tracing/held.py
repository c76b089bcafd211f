"""What a module holds besides its children: containers, closures and objects, with shadows inside.

A copy is made of what a forward could write to or call, so that the caller's stays as it was; what
holds neither modules nor weights, and cannot be copied plainly, is used as it is.
"""

from __future__ import annotations

import enum
import functools
import sys
import types
from collections import deque
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

PLAIN = frozenset((type(None), bool, int, float, str, torch.dtype, torch.device))
_LIBRARIES = frozenset((*sys.stdlib_module_names, "torch", "numpy", "torchvision")) - {"__main__"}

Change = Callable[[Any, str], Any]  # a module or a tensor, and its path -> what stands for it


class Held:
    """Maps values; each object once, so that two who share one still share it."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.done: dict[int, tuple[Any, Any]] = {}  # id -> the value (so that it lives), its copy

    def map(self, value: Any, path: str) -> Any:
        kind = type(value)
        if kind in PLAIN:
            return value
        if isinstance(value, nn.Module | Tensor):
            return self.change(value, path)
        if id(value) in self.done:
            return self.done[id(value)][1]
        if isinstance(value, tuple | list | set | deque | dict):
            return self._container(value, path)
        if isinstance(value, functools.partial):
            parts = (self.map(v, path) for v in (value.func, value.args, value.keywords))
            func, args, keywords = parts
            return functools.partial(func, *args, **keywords)
        if isinstance(value, types.MethodType):
            return self._method(value, path)
        if isinstance(value, types.FunctionType):
            return self._function(value, path)
        if kind.__name__ == "ndarray" and kind.__module__ == "numpy":
            return self._keep(value, value.copy())
        return self._object(value, path)

    def _keep(self, value: Any, copy: Any) -> Any:
        self.done[id(value)] = value, copy
        return copy

    def _container(self, value: Any, path: str) -> Any:
        kind = type(value)
        if isinstance(value, dict):
            copied = self._keep(value, value.copy())
            copied.update({k: self.map(v, f"{path}.{k}") for k, v in value.items()})
            return copied
        if kind is list:
            made = self._keep(value, [])
            made.extend(self.map(v, f"{path}.{i}") for i, v in enumerate(value))
            return made
        if isinstance(value, tuple) and (kind is tuple or hasattr(kind, "_fields")):
            if all(type(v) in PLAIN for v in value):
                return value
            entries = [self.map(v, f"{path}.{i}") for i, v in enumerate(value)]
            return tuple.__new__(kind, entries)
        if kind is set:
            return self._keep(value, {self.map(v, path) for v in value})
        if kind is deque:
            entries = [self.map(v, f"{path}.{i}") for i, v in enumerate(value)]
            return self._keep(value, deque(entries, value.maxlen))
        return value

    def _method(self, value: types.MethodType, path: str) -> Any:
        owner = self.map(value.__self__, path)
        if owner is value.__self__:
            return value
        found = None
        if isinstance(owner, nn.Module) and value.__func__ is getattr(type(owner), "forward", None):
            found = owner.__dict__.get("forward")  # the one in a frame
        return found or types.MethodType(value.__func__, owner)

    def _function(self, value: types.FunctionType, path: str) -> Any:
        """With new cells and defaults, where the old ones reach a module or a tensor."""
        if not reaches(value):
            return value
        cells = tuple(types.CellType() for _ in value.__closure__ or ())
        copy = types.FunctionType(
            value.__code__, value.__globals__, value.__name__, value.__defaults__, cells or None
        )
        copy.__dict__.update(value.__dict__)
        self._keep(value, copy)  # before what may hold it
        for old, new in zip(value.__closure__ or (), cells, strict=True):
            content = _content(old)
            if content is not old:
                new.cell_contents = self.map(content, path) if reaches(content) else content
        copy.__defaults__ = self.map(value.__defaults__, path)
        copy.__kwdefaults__ = self.map(value.__kwdefaults__, path)
        return copy

    def _object(self, value: Any, path: str) -> Any:
        """An object of a plain class: a copy, its attributes mapped."""
        if not _copied(value):
            return value
        try:
            copy = object.__new__(type(value))
        except TypeError:
            return value
        self._keep(value, copy)
        for k, v in vars(value).items():
            copy.__dict__[k] = self.map(v, f"{path}.{k}")
        return copy


def reaches(value: Any, seen: set[int] | None = None) -> bool:
    """Whether a module or a tensor is found in it: in containers, closures, objects."""
    if type(value) in PLAIN:
        return False
    if isinstance(value, nn.Module | Tensor):
        return True
    seen = set() if seen is None else seen
    if id(value) in seen:
        return False
    seen.add(id(value))
    return any(reaches(v, seen) for v in _parts(value))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, tuple | list | set | deque):
        return list(value)
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, functools.partial):
        return [value.func, value.args, value.keywords]
    if isinstance(value, types.MethodType):
        return [value.__self__]
    if isinstance(value, types.FunctionType):
        cells = [_content(c) for c in value.__closure__ or ()]
        return [*cells, value.__defaults__, value.__kwdefaults__]
    return list(vars(value).values()) if _copied(value) else []


def _content(cell: types.CellType) -> Any:
    """What a cell holds; an empty one stands for itself."""
    try:
        return cell.cell_contents
    except ValueError:
        return cell


def _copied(value: Any) -> bool:
    """Whether it is an object of a class written in Python, outside the libraries."""
    kind = type(value)
    if kind.__module__.partition(".")[0] in _LIBRARIES:
        return kind is types.SimpleNamespace
    plain = not isinstance(value, type | enum.Enum | types.ModuleType) and hasattr(
        value, "__dict__"
    )
    return plain and not any(getattr(c, "__slots__", ()) for c in kind.__mro__)
