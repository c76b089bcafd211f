"""Cells: what a paper draws as one box, a convolution with its normalisation and activation.

The first two steps of folding. Every operation joins exactly one cell; a concatenation that grows
(dense blocks) is read as the one before it plus what is new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cnnviz.graph import Edge, Graph, Node, Scope

# Operations that carry a tensor on and stand for nothing by themselves.
NEUTRAL: Final = frozenset({"dropout", "reshape", "identity", "cast", "expand"})
SHAPING: Final = frozenset({"reshape", "permute", "cast", "expand", "channel_shuffle", "identity"})
MIXING: Final = frozenset({"permute", "channel_shuffle"})
AFFINE: Final = frozenset({"add", "sub", "mul", "div"})  # light when the other operand is constant
JOINING: Final = frozenset({"concat", "stack"})


@dataclass(frozen=True, slots=True)
class Cell:
    """Operations drawn as one box; `head` names, sizes and colours it. Ids in execution order."""

    head: str
    ops: tuple[str, ...]
    scope: tuple[Scope, ...]  # of the head


Links = Mapping[tuple[int, int], tuple[Edge, ...]]  # (cell, cell) -> the tensors that flow


def cells(graph: Graph) -> tuple[Cell, ...]:
    """Every operation in exactly one cell, cells in the order of their heads' execution."""
    owner = _join_backward(graph)
    _join_forward(graph, owner)
    members: dict[str, list[str]] = {}
    for n in graph.nodes:
        members.setdefault(owner[n.id], []).append(n.id)
    heads = [n for n in graph.nodes if n.id in members]
    return tuple(Cell(n.id, tuple(members[n.id]), n.scope) for n in heads)


def links(graph: Graph, found: tuple[Cell, ...]) -> Links:
    """The edges between cells, growing concatenations rewritten: n² edges become 2n."""
    cell_of = {op: i for i, c in enumerate(found) for op in c.ops}
    edges: dict[tuple[int, int], dict[Edge, None]] = {}
    for node, inputs in _grown(graph):
        j = cell_of[node.id]
        for e in inputs:
            i = cell_of[e.node]
            if i != j:
                edges.setdefault((i, j), {})[e] = None
    return {pair: tuple(tensors) for pair, tensors in edges.items()}


def _join_backward(graph: Graph) -> dict[str, str]:
    """Each node -> the head of its cell, by what follows a head."""
    owner: dict[str, str] = {}
    affine: set[str] = set()  # heads with a constant factor or term of their own
    given = set(graph.inputs) | {e.node for e in graph.outputs}
    mixing = _mixing(graph)
    for n in graph.nodes:
        owner[n.id] = n.id
        if n.kind == "pooling" and n.weights:  # trainable sub-sampling
            affine.add(n.id)
        source = _only_source(graph, n)
        if source is None or source in given or graph.readers[source] != (n.id,):
            continue
        head = graph.by_id[owner[source]]
        if n.id in mixing or head.id in mixing:
            if n.op in SHAPING and head.id in mixing:
                owner[n.id] = head.id
        elif _accepts(head, n, head.id in affine):
            owner[n.id] = head.id
            if _scales(n):
                affine.add(head.id)
    return owner


def _accepts(head: Node, n: Node, has_affine: bool) -> bool:
    """Whether the light operation n, right behind head's cell, is drawn with it."""
    if head.kind in ("input", "constant", "reshape"):
        return False
    if n.op in NEUTRAL or _keeps_size(n):
        return True
    if head.op in JOINING:
        return False
    if _scales(n):
        return head.kind in ("convolution", "linear", "combine", "pooling")
    if n.kind == "activation":
        return head.kind != "pooling" or has_affine
    return n.kind == "normalisation" and (
        head.kind in ("convolution", "linear", "combine")
        or (head.kind == "pooling" and n.op == "local_response_norm")
    )


def _join_forward(graph: Graph, owner: dict[str, str]) -> None:
    """Pre-activation: normalisation, activation, padding before the one convolution they feed."""
    given = {e.node for e in graph.outputs}
    mixing = _mixing(graph)
    last: dict[str, str] = {}
    for n in graph.nodes:
        last[owner[n.id]] = n.id
    moved: dict[str, str] = {}
    for n in reversed(graph.nodes):
        if owner[n.id] != n.id or n.id in mixing or not _waits(n):
            continue
        readers = graph.readers[last[n.id]]
        if len(readers) != 1 or last[n.id] in given:
            continue
        reader = graph.by_id[readers[0]]
        head = moved.get(owner[reader.id], owner[reader.id])
        starts = owner[reader.id] == reader.id or n.op == "constant"
        if starts and (n.op == "constant" or _takes(n, graph.by_id[head])):
            moved[n.id] = head
    for node_id, head in owner.items():
        owner[node_id] = moved.get(head, head)


def _waits(n: Node) -> bool:
    return n.kind in ("normalisation", "activation", "dropout", "constant") or n.op in (
        "pad",
        *NEUTRAL,
    )


def _takes(n: Node, head: Node) -> bool:
    """Whether head, a convolution as a rule, is drawn with the light n before it."""
    if head.kind == "convolution":
        return True
    if head.kind == "pooling":
        return n.op == "pad"
    return head.kind == "linear" and n.op in NEUTRAL


def _only_source(graph: Graph, n: Node) -> str | None:
    """The one node that n reads, constants apart; None where there are two or none."""
    found = {e.node for e in n.inputs if graph.by_id[e.node].op != "constant"}
    return next(iter(found)) if len(found) == 1 else None


def _scales(n: Node) -> bool:
    """Reads one tensor and a constant (or a parameter): y = a·x + b. x·x reads two."""
    return (
        n.op in AFFINE
        and len(n.in_shapes) <= 2
        and len({e.node for e in n.inputs}) == len(n.inputs)
    )


def _keeps_size(n: Node) -> bool:
    """A pooling that does nothing at this size: adaptive to the size it has, or 1×1."""
    if n.kind != "pooling" or not n.in_shapes or n.in_shapes[0] != n.out_shape:
        return False
    kernel = n.attrs.get("kernel_size")
    return n.op.startswith("adaptive") or (kernel is not None and set(kernel) == {1})


def _mixing(graph: Graph) -> set[str]:
    """Heads of runs of reshapes that permute: one box "shuffle". A flatten alone is none."""
    heads: set[str] = set()
    inside: set[str] = set()
    for n in graph.nodes:
        if n.op not in SHAPING or n.id in inside:
            continue
        run = [n]
        while len(nxt := graph.readers[run[-1].id]) == 1:
            follower = graph.by_id[nxt[0]]
            if follower.op not in SHAPING:
                break
            run.append(follower)
        if any(r.op in MIXING for r in run):
            heads.add(n.id)
            inside.update(r.id for r in run)
    return heads


def _grown(graph: Graph) -> list[tuple[Node, tuple[Edge, ...]]]:
    """Nodes with their inputs; concat(x, a, b) reads concat(x, a) and b where that exists."""
    seen: dict[tuple[object, ...], Edge] = {}
    out = []
    for n in graph.nodes:
        inputs = n.inputs
        if n.op == "concat":
            dim = n.attrs.get("dim")
            for k in range(len(inputs) - 1, 0, -1):
                if (dim, *inputs[:k]) in seen:
                    inputs = (seen[(dim, *inputs[:k])], *inputs[k:])
                    break
            seen.setdefault((dim, *n.inputs), Edge(n.id, 0))
        out.append((n, inputs))
    return out
