"""Rules: one table of small pure functions keyed by operation, for each analysis.

Every operation is handled, declared free, or declared not counted ("no"); nothing is silently zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from cnnviz.graph import OPS

R = TypeVar("R", bound=Callable[..., Any])

COUNTED, FREE, NO = "counted", "free", "no"


class Rules(Generic[R]):
    """A table from operation to rule. A second entry for an operation raises."""

    def __init__(self, quantity: str) -> None:
        self.quantity = quantity
        self._status: dict[str, str] = {}
        self._rules: dict[str, R] = {}

    def rule(self, *ops: str) -> Callable[[R], R]:
        """Decorator: this function is the rule for `ops`."""

        def register(function: R) -> R:
            self._declare(COUNTED, ops)
            self._rules.update(dict.fromkeys(ops, function))
            return function

        return register

    def free(self, *ops: str) -> None:
        """These operations cost nothing of this quantity."""
        self._declare(FREE, ops)

    def no(self, *ops: str) -> None:
        """What these operations cost is not known: they are reported as not counted."""
        self._declare(NO, ops)

    def get(self, op: str) -> R | None:
        """The rule for `op`; None where it is free or not counted. KeyError if it has no entry."""
        self._status[op]
        return self._rules.get(op)

    def status(self, op: str) -> str:
        """ "counted", "free" or "no". KeyError if the table says nothing about `op`."""
        return self._status[op]

    @property
    def covers(self) -> frozenset[str]:
        """The operations that this table says something about; a test compares it with OPS."""
        return frozenset(self._status)

    def _declare(self, status: str, ops: tuple[str, ...]) -> None:
        for op in ops:
            if op not in OPS:
                raise ValueError(f"{self.quantity}: {op!r} is not an operation of graph.OPS")
            if op in self._status:
                raise ValueError(f"{self.quantity}: {op!r} has an entry already")
            self._status[op] = status


def ops_of(*kinds: str) -> tuple[str, ...]:
    """The operations of these kinds, in OPS' order."""
    return tuple(op for op, kind in OPS.items() if kind in kinds)
