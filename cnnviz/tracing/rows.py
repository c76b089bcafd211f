"""A row of the table of torch functions (functions.py), and how a function finds its own.

A function is known by its `__name__`, without underscores: F.relu, torch.relu_ and Tensor.relu are
"relu"; `x += y`, `1 + x` and torch.add are "add".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cnnviz.tracing import attributes as at
from cnnviz.tracing.attributes import Args, Extract


@dataclass(frozen=True, slots=True)
class Function:
    """One row. op: a key of OPS, or what chooses it by the arguments."""

    op: str | Callable[[Args], str]
    params: tuple[str, ...]
    attrs: Extract

    def bind(self, args: tuple[Any, ...], kwargs: Args) -> dict[str, Any]:
        """Arguments by name; those beyond the last name go to it as a tuple: view(2, 3)."""
        names = self.params
        bound = dict(zip(names, args, strict=False))
        if len(args) > len(names):
            bound[names[-1]] = tuple(args[len(names) - 1 :])
        bound.update(kwargs)
        return bound


FUNCTIONS: dict[str, Function] = {}


def row(
    names: str, op: str | Callable[[Args], str], params: str, attrs: Extract = at.nothing
) -> None:
    """One row for each name. A name that has a row already is a mistake."""
    for name in names.split():
        if name in FUNCTIONS:
            raise ValueError(f"{name} has a row already")
        FUNCTIONS[name] = Function(op, tuple(params.split()), attrs)


@lru_cache(maxsize=2048)
def lookup(name: str) -> Function | None:
    """The row of a function's `__name__`: "relu_", "__iadd__" and "__radd__" find their own."""
    found = FUNCTIONS.get(name)
    if found is None and name.startswith("__") and name.endswith("__"):
        bare = name[2:-2]
        return FUNCTIONS.get(bare) or FUNCTIONS.get(bare[1:])
    return found or FUNCTIONS.get(name.strip("_"))
