"""Edges by the autograd graph of a real forward.

Hooks mark the autograd function behind each leaf module's result. Going back from a mark until the
next marks gives the operations that it reads, by a route that shares nothing with tracing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from torch import Tensor, nn

from cnnviz.graph import Graph

Call = tuple[str, int]  # path of a leaf module, which call of it; inputs: ("input", number)
Edges = dict[Call, frozenset[Call]]


def autograd_edges(model: nn.Module, *inputs: Tensor) -> Edges:
    """For each call of a leaf module: the calls and inputs whose results it reads.

    Modules that hand on their input (identity, dropout in evaluation) have no function of their
    own and are left out, as are results that need no gradient. Not to be asked of a network that
    works in place on a view (Linear on a sequence, then ReLU(inplace=True)): autograd then
    replaces the function that was marked.
    """
    real = [x.clone().requires_grad_() for x in inputs]
    marks: dict[Any, Call] = {}  # autograd function -> the call that it ends
    calls: Counter[str] = Counter()
    handles = []
    given: list[Any] = []  # the functions behind the arguments of the leaf that runs

    def before(_m: nn.Module, args: tuple[Any, ...]) -> None:
        given[:] = [a.grad_fn for a in args if isinstance(a, Tensor)]

    for path, module in model.named_modules():
        if next(module.children(), None) is not None:
            continue

        def after(_m: nn.Module, _args: Any, out: Any, path: str = path) -> None:
            if isinstance(out, Tensor) and out.grad_fn not in (None, *given):
                marks.setdefault(out.grad_fn, (path, calls[path]))
            calls[path] += 1

        handles += [module.register_forward_pre_hook(before), module.register_forward_hook(after)]
    try:
        model(*(x.clone() for x in real))  # what comes first may work in place
    finally:
        for h in handles:
            h.remove()
    leaves = {id(x): ("input", i) for i, x in enumerate(real)}
    return {call: _marks_behind(fn, marks, leaves) for fn, call in marks.items()}


def _marks_behind(fn: Any, marks: dict[Any, Call], leaves: dict[int, Call]) -> frozenset[Call]:
    found: set[Call] = set()
    seen, todo = set(), [f for f, _ in fn.next_functions]
    while todo:
        f = todo.pop()
        if f is None or f in seen:
            continue
        seen.add(f)
        if f in marks:
            found.add(marks[f])
        elif hasattr(f, "variable"):
            leaf = leaves.get(id(f.variable))
            if leaf:
                found.add(leaf)
        else:
            todo += [g for g, _ in f.next_functions]
    return frozenset(found)


def edges_of(graph: Graph, calls: set[Call]) -> Edges:
    """The same from a graph, for the calls that autograd knows."""
    last: dict[Call, str] = {}
    for n in graph.nodes:
        if n.op != "input":
            last[n.scope[-1].path, n.scope[-1].call] = n.id
    marks = {node: call for call, node in last.items() if call in calls}
    inputs = {node: ("input", i) for i, node in enumerate(graph.inputs)}
    return {call: _nodes_behind(graph, node, marks, inputs) for node, call in marks.items()}


def _nodes_behind(
    graph: Graph, node: str, marks: dict[str, Call], inputs: dict[str, Call]
) -> frozenset[Call]:
    found: set[Call] = set()
    seen, todo = set(), [e.node for e in graph.by_id[node].inputs]
    while todo:
        n = todo.pop()
        if n in seen:
            continue
        seen.add(n)
        if n in marks:
            found.add(marks[n])
        elif n in inputs:
            found.add(inputs[n])
        else:
            todo += [e.node for e in graph.by_id[n].inputs]
    return frozenset(found)
