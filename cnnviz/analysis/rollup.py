"""Sums by scope: what each call of each module costs, its submodules' operations included."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.graph import Graph, Scope
from cnnviz.report import ADDITIVE, Row, ScopeSum


def scopes(graph: Graph, rows: Sequence[Row]) -> tuple[ScopeSum, ...]:
    """Every call that holds more than one operation, in order of its first; the root left out."""
    held: dict[Scope, list[Row]] = {}
    for n, row in zip(graph.nodes, rows, strict=True):
        for scope in n.scope:
            if scope.path:
                held.setdefault(scope, []).append(row)
    return tuple(_sum(scope, found) for scope, found in held.items() if len(found) > 1)


def _sum(scope: Scope, rows: list[Row]) -> ScopeSum:
    sums = {q: sum(getattr(r, q) for r in rows) for q in ADDITIVE}
    return ScopeSum(scope.path, scope.cls, scope.call, tuple(r.id for r in rows), **sums)
