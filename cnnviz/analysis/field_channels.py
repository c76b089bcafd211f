"""Channels that see different intervals: behind a concatenation, until a convolution mixes them.

One interval for all channels would be too much where later a part of the channels is taken: behind
the concatenation of a 1×1 and a 5×5 branch, the first channels see one pixel. So a map that was
concatenated from different branches remembers which channels see what, as runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from cnnviz.analysis.factors import ADAPTIVE, CONV, WINDOW
from cnnviz.analysis.field_axes import Axes
from cnnviz.analysis.field_reshapes import dimension_groups
from cnnviz.analysis.field_rules import Operands, Rule, fields, joined
from cnnviz.graph import Node, Shape, numel


class Run(NamedTuple):
    """`size` channels that follow each other and see the same."""

    axes: Axes
    size: int


class Channels(NamedTuple):
    """Runs over the dimensions `dims`, which follow each other and are read in row-major order."""

    dims: tuple[int, ...]
    runs: tuple[Run, ...]


EACH = (*WINDOW, *ADAPTIVE, "pad", "interpolate")  # done to each channel by itself
MERGE = ("add", "sub", "mul", "div", "maximum", "elementwise")
SPREAD = ("local_response_norm", "softmax", "log_softmax")  # mix channels, and keep the shape


def everything(channels: Channels, shape: Shape) -> Axes:
    """What all channels together see."""
    first, *others = {id(axes): axes for axes, _ in channels.runs}.values()
    for axes in others:
        first = joined(first, axes, shape)
    return first


def through(n: Node, given: Operands, own: list[Channels | None]) -> list[Channels | None]:
    """The channels of each output; None where all see the same, or are not told apart.

    `given`: what each input sees, all channels together; `own`: its channels.
    """
    if n.op == "concat":
        return [_concat(n, given, own)]
    if n.op in MERGE and len(given) > 1:
        return [_merge(n, given, own)]
    channels = own[0]
    if channels is None or any(own[1:]):
        return [None]
    if n.op in MERGE:  # with a number, or a weight
        return [channels if n.in_shapes[0] == n.out_shape else None]
    if n.op == "split":
        return _split(n, channels)
    change = _ONE.get(n.op)
    if change is not None:
        return [change(n, channels)]
    if n.op in SPREAD or fields.status(n.op) != "free":
        return [None]
    return [channels]  # point by point


def compressed(dims: tuple[int, ...], runs: Iterable[Run]) -> Channels:
    """Neighbours that see the same as one run. What is the same object is the same interval."""
    found: list[Run] = []
    last, size = None, 0
    for axes, more in runs:
        if last is not None and axes is not last:
            found.append(Run(last, size))
            size = 0
        last, size = axes, size + more
    if last is not None:
        found.append(Run(last, size))
    if len(found) > 1 and all(run.axes == found[0].axes for run in found):
        found = [Run(found[0].axes, sum(run.size for run in found))]
    return Channels(dims, tuple(found))


def mapped(channels: Channels, change: Callable[[Axes], Axes]) -> Channels:
    """The same channels, each run's axes changed."""
    made: dict[int, Axes] = {}
    for axes, _ in channels.runs:
        if id(axes) not in made:
            made[id(axes)] = change(axes)
    return compressed(channels.dims, [Run(made[id(axes)], size) for axes, size in channels.runs])


def taken(channels: Channels, begin: int, count: int, step: int = 1) -> Channels:
    """`count` channels from `begin` on, each `step`-th."""
    if step != 1:
        each = expanded(channels)[begin : begin + count * step : step]
        return compressed(channels.dims, (Run(a, 1) for a in each))
    runs: list[Run] = []
    at = 0
    for axes, length in channels.runs:
        first, last = max(at, begin), min(at + length, begin + count)
        if first < last:
            runs.append(Run(axes, last - first))
        at += length
    return Channels(channels.dims, tuple(runs))


def expanded(channels: Channels) -> list[Axes]:
    return [axes for axes, size in channels.runs for _ in range(size)]


def _concat(n: Node, given: Operands, own: list[Channels | None]) -> Channels | None:
    dim = n.attrs["dim"]
    runs: list[Run] = []
    for axes, channels, shape in zip(given, own, n.in_shapes, strict=True):
        if axes is None or any(a.dim == dim for a in axes):
            return None
        if channels is not None and channels.dims != (dim,):
            return None
        runs += channels.runs if channels else (Run(axes, shape[dim]),)
    return compressed((dim,), runs)


def _merge(n: Node, given: Operands, own: list[Channels | None]) -> Channels | None:
    if len(given) > 2 or any(s != n.out_shape for s in n.in_shapes):
        return None
    (one, two), (mine, other) = own, given
    if one is None or two is None:
        channels, other = (one, other) if one is not None else (two, mine)
        if channels is None or other is None:
            return channels
        return mapped(channels, lambda axes: joined(axes, other, n.out_shape))
    if one.dims != two.dims:
        return None
    pairs = zip(expanded(one), expanded(two), strict=True)
    return compressed(one.dims, (Run(joined(a, b, n.out_shape), 1) for a, b in pairs))


def _split(n: Node, channels: Channels) -> list[Channels | None]:
    sizes = n.attrs["sizes"]
    if channels.dims != (n.attrs["dim"],) or len(n.out_shape) != len(n.in_shapes[0]):
        return [None] * len(sizes)
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return [taken(channels, start, size) for start, size in zip(starts, sizes, strict=True)]


def _each(n: Node, channels: Channels) -> Channels | None:
    rule = fields.get(n.op)
    assert rule is not None, "operations on each channel have a rule"
    return mapped(channels, lambda axes: _one(rule, n, axes))


def _convolution(n: Node, channels: Channels) -> Channels | None:
    """A group's channels see what the group sees; without groups all see everything."""
    groups, rule = n.attrs["groups"], fields.get(n.op)
    if groups == 1 or rule is None or len(n.inputs) > 1:
        return None
    each = expanded(channels)
    size, made = len(each) // groups, n.out_shape[channels.dims[0]] // groups
    known: dict[frozenset[int], Axes] = {}
    runs: list[Run] = []
    for g in range(groups):
        group = each[g * size : (g + 1) * size]
        key = frozenset(map(id, group))
        if key not in known:
            alone = Channels(channels.dims, tuple(Run(axes, 1) for axes in group))
            known[key] = _one(rule, n, everything(alone, n.in_shapes[0]))
        runs.append(Run(known[key], made))
    return compressed(channels.dims, runs)


def _slice(n: Node, channels: Channels) -> Channels | None:
    ranges, rule = n.attrs.get("ranges"), fields.get(n.op)
    if ranges is None or rule is None or len(n.out_shape) != len(ranges) or len(channels.dims) > 1:
        return None
    part = taken(channels, *ranges[channels.dims[0]])
    return mapped(part, lambda axes: _one(rule, n, axes))


def _shuffle(n: Node, channels: Channels) -> Channels | None:
    each, groups = expanded(channels), n.attrs["groups"]
    size = len(each) // groups
    order = (each[g * size + i] for i in range(size) for g in range(groups))
    return compressed(channels.dims, (Run(a, 1) for a in order))


def _permute(n: Node, channels: Channels) -> Channels | None:
    """Two channel dimensions that change places, as in a shuffle by views; or all moved alike."""
    order, rule = n.attrs.get("dims"), fields.get(n.op)
    if order is None or rule is None:
        return None
    places = tuple(order.index(d) for d in channels.dims)
    made = mapped(channels, lambda axes: _one(rule, n, axes))
    if places == tuple(range(places[0], places[0] + len(places))):
        return made._replace(dims=places)
    if len(places) != 2 or places[0] != places[1] + 1:
        return None
    rows, columns = (n.in_shapes[0][d] for d in channels.dims)
    each = expanded(made)
    turned = (each[i * columns + j] for j in range(columns) for i in range(rows))
    return compressed((places[1], places[0]), (Run(a, 1) for a in turned))


def _reshape(n: Node, channels: Channels) -> Channels | None:
    rule = fields.get(n.op)
    old, new = dimension_groups(n.in_shapes[0], n.out_shape)[channels.dims[0]]
    old = [d for d in old if n.in_shapes[0][d] > 1]
    if rule is None or tuple(old) != channels.dims or not new:
        return None
    if numel(tuple(n.out_shape[d] for d in new)) != sum(r.size for r in channels.runs):
        return None
    made = mapped(channels, lambda axes: _one(rule, n, axes))
    return made._replace(dims=tuple(new))


def _one(rule: Rule, n: Node, axes: Axes) -> Axes:
    result = rule(n, [axes])
    return result[0] if isinstance(result, list) else result


_ONE: dict[str, Callable[[Node, Channels], Channels | None]] = {
    **dict.fromkeys(EACH, _each),
    **dict.fromkeys(CONV, _convolution),
    "slice": _slice,
    "channel_shuffle": _shuffle,
    "permute": _permute,
    "reshape": _reshape,
}
