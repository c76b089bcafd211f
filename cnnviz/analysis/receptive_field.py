"""The receptive field of every node: the interval of input pixels that one unit depends on.

The field is the evaluated network's: batch norm and dropout are points also where the graph was
traced in training mode. Sizes run over the borders of the image, as the literature gives them: a
unit at the border sees what of its interval lies in the image, or less behind a padded map.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import prod

from cnnviz.analysis import field_mixing, field_reshapes, field_windows  # noqa: F401  their rules
from cnnviz.analysis.factors import SPATIAL
from cnnviz.analysis.field_axes import BOUND, EXACT, HULL, WHOLE, Axes, Number, bound, image, whole
from cnnviz.analysis.field_channels import Channels, everything, through
from cnnviz.analysis.field_rules import fields
from cnnviz.graph import Graph, Node, Shape
from cnnviz.report import Field


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What a tensor sees of one input. `gated`: besides, a gate that sees the whole of it."""

    axes: Axes  # all channels together
    gated: bool
    channels: Channels | None = None  # where they see different intervals

    @property
    def everything(self) -> bool:
        return all(a.status == WHOLE for a in self.axes)


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """Node id -> (input id -> field); gates: node id -> which of its inputs is a gate."""

    of: dict[str, dict[str, Field]]
    gates: dict[str, int]
    last: tuple[str, Field] | None  # the network's own field, and the node that has it


def receptive_fields(graph: Graph) -> Fields:
    """Every node's field on every input that reaches it, in one pass over the graph."""
    of: dict[str, dict[str, Field]] = {n.id: {} for n in graph.nodes}
    gates: dict[str, int] = {}
    maps: dict[str, Field] = {}
    main = ancestors(graph) - set(graph.inputs)
    for start in graph.inputs:
        reaches = spread(graph, graph.by_id[start], gates)
        shown: dict[int, Field] = {}  # most nodes share their neighbour's reach
        for node_id, outputs in reaches.items():
            reach = outputs[0]
            field = shown.get(id(reach))
            if field is None:
                field = shown[id(reach)] = as_field(reach)
            of[node_id][start] = field
            if start == graph.inputs[0] and node_id in main and is_map(graph.by_id[node_id], reach):
                maps[node_id] = field
    return Fields(of, gates, network_field(graph, maps))


def network_field(graph: Graph, maps: dict[str, Field]) -> tuple[str, Field] | None:
    """Of the maps that no map follows the one that sees most: what is pooled at the end."""
    follows: set[str] = set()  # nodes on a way to a map of the main path
    last: list[str] = []
    for n in reversed(graph.nodes):
        if n.id in maps and n.id not in follows:
            last.append(n.id)
        if n.id in maps or n.id in follows:
            follows.update(e.node for e in n.inputs)
    best = max(last, key=lambda node_id: _extent(maps[node_id]), default=None)
    return None if best is None else (best, maps[best])


def _extent(field: Field) -> tuple[bool, int]:
    inner = field.without_gate or field
    return inner.status == WHOLE, prod(inner.size)


def spread(graph: Graph, start: Node, gates: dict[str, int]) -> dict[str, list[Reach]]:
    """From one input: node id -> the reach of each of its outputs (of all, where one is given)."""
    shape = start.out_shape
    axes = tuple(image(shape[d], d) for d in spatial_dimensions(graph, start))
    if not axes:
        return {}
    reaches: dict[str, list[Reach]] = {start.id: [Reach(axes, False)]}
    for n in graph.nodes:
        given = [_output(reaches.get(e.node), e.output) for e in n.inputs]
        if not any(given):
            continue
        if n.op == "mul" and len(given) == 2:
            gate = gate_of(given)
            if gate is not None:
                gates[n.id] = gate
                kept = given[1 - gate]
                assert kept is not None
                reaches[n.id] = [kept if kept.gated else Reach(kept.axes, True, kept.channels)]
                continue
        reaches[n.id] = step(n, given)
    return reaches


def step(n: Node, given: list[Reach | None]) -> list[Reach]:
    """The reach of a node's outputs from that of its inputs."""
    known = [r for r in given if r is not None]
    axes = [None if r is None else r.axes for r in given]
    own = [None if r is None else r.channels for r in given]
    apart: list[Channels | None] = [None]
    if any(own) or n.op == "concat":
        apart = through(n, axes, own)
    rule = fields.get(n.op)
    if rule is None:
        return known[:1] if apart[0] is own[0] else [Reach(known[0].axes, known[0].gated, apart[0])]
    gated = any(r.gated for r in known)
    if len(apart) == 1 and apart[0] is not None:
        return [_apart(apart[0], n.out_shape, gated)]
    result = rule(n, axes)
    found = [Reach(a, gated) for a in (result if isinstance(result, list) else [result])]
    for i, channels in enumerate(apart):
        if channels is not None:
            found[i] = _apart(channels, n.outputs[i].shape, gated)
    return found


def _apart(channels: Channels, shape: Shape, gated: bool) -> Reach:
    alike = len(channels.runs) == 1
    return Reach(everything(channels, shape), gated, None if alike else channels)


def gate_of(given: list[Reach | None]) -> int | None:
    """Which factor of a product is a gate: it sees the whole input, the other is a map.

    Of two that see the whole input the one that is no map itself.
    """
    for i in (1, 0):
        gate, other = given[i], given[1 - i]
        if gate is None or other is None or not gate.everything:
            continue
        alone = not other.everything or all(a.dim is None for a in gate.axes)
        if alone and any(a.dim is not None for a in other.axes):
            return i
    return None


def spatial_dimensions(graph: Graph, start: Node) -> range:
    """An input's spatial dimensions, by the first operation that tells: (N, C, H, W) gives 2, 3.

    None of a feature vector. A sequence (N, L, features) of linear or recurrent layers has one.
    """
    rank = len(start.out_shape)
    seen, waiting = {start.id}, [start.id]
    while waiting:
        for reader in graph.readers[waiting.pop(0)]:
            n = graph.by_id[reader]
            if reader in seen or start.out_shape not in n.in_shapes:
                continue
            seen.add(reader)
            if n.op[-1] == "d" and n.op[-2].isdigit():
                return range(rank - int(n.op[-2]), rank)
            if n.op in ("linear", "attention", "multi_head_attention", "rnn", "lstm", "gru"):
                return _sequence(n, rank)
            if n.op == "embedding":
                return range(min(1, rank - 1), rank)
            if n.out_shape == start.out_shape:
                waiting.append(reader)
    return range(2, rank)


def _sequence(n: Node, rank: int) -> range:
    if rank < 3:
        return range(0)
    if n.op in ("rnn", "lstm", "gru") and not n.attrs.get("batch_first"):
        return range(1)
    return range(1) if n.op == "multi_head_attention" else range(1, rank - 1)


def ancestors(graph: Graph) -> set[str]:
    """The nodes on a way to the first output: auxiliary heads are not."""
    found: set[str] = set()
    waiting = [e.node for e in graph.outputs[:1]] or [n.id for n in graph.nodes]
    while waiting:
        node_id = waiting.pop()
        if node_id not in found:
            found.add(node_id)
            waiting += (e.node for e in graph.by_id[node_id].inputs)
    return found


def is_map(n: Node, reach: Reach) -> bool:
    """Still an image: each axis runs along a dimension of its own, or the operation wants one."""
    dims = {a.dim for a in reach.axes if a.packed is None}
    if None not in dims and len(dims) == len(reach.axes):
        return True
    space = SPATIAL.get(n.op, 0)
    return space == len(reach.axes) and max(n.out_shape[-space:]) > 1


def as_field(reach: Reach) -> Field:
    """As the report gives it."""
    own = _field(reach.axes)
    if not reach.gated or reach.everything:
        return own
    everything = _field(tuple(whole(a) for a in reach.axes))
    return replace(everything, without_gate=own, dims=own.dims)


def _field(axes: Axes) -> Field:
    axes = tuple(bound(a) if a.packed else a for a in axes)
    return Field(
        size=tuple(a.size for a in axes),
        stride=tuple(_fraction(a.stride) for a in axes),
        start=tuple(a.start for a in axes),
        status=_status(axes),
        dims=tuple(a.dim for a in axes),
    )


def _status(axes: Axes) -> str:
    """Of the axes that are not whole the least certain; whole if all are."""
    found = {a.status for a in axes}
    return next((s for s in (BOUND, HULL, EXACT) if s in found), WHOLE)


def _output(reaches: list[Reach] | None, index: int) -> Reach | None:
    if reaches is None:
        return None
    return reaches[index] if index < len(reaches) else reaches[0]


@lru_cache(maxsize=4096)
def _fraction(x: Number) -> Fraction:
    return Fraction(x)
