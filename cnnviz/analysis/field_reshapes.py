"""How reshapes, permutations, slices and splits carry the receptive field over to new axes."""

from __future__ import annotations

from cnnviz.analysis.field_axes import (
    Axes,
    Axis,
    Packed,
    blurred,
    bound,
    moved,
    over,
    whole,
    window,
)
from cnnviz.analysis.field_rules import Operands, broadcast, fields, first
from cnnviz.graph import Node, Shape, numel


@fields.rule("reshape")
def _(n: Node, given: Operands) -> Axes:
    old, new = n.in_shapes[0], n.out_shape
    groups = dimension_groups(old, new)

    def change(a: Axis) -> Axis:
        if a.dim is None:
            return a
        if old[a.dim] == 1:
            if len(old) == len(new) and new[a.dim] == 1:
                return a
            everything = a.start <= 0 and a.start + a.size >= a.length
            return whole(a) if len(new) <= 2 and everything else moved(a, None)
        left, right = groups[a.dim]
        inner, count = a.packed or (1, old[a.dim])
        inner *= numel(tuple(old[d] for d in left if d > a.dim))
        for d in right:
            later = numel(tuple(new[e] for e in right if e > d))
            if new[d] > 1 and inner % later == 0 and inner * count <= later * new[d]:
                packed = Packed(inner // later, count)
                return a._replace(dim=d, packed=None if packed == (1, new[d]) else packed)
        return bound(a)  # cut into pieces

    return tuple(change(a) for a in first(given))


def dimension_groups(old: Shape, new: Shape) -> dict[int, tuple[list[int], list[int]]]:
    """Old dimension -> (old dimensions, new dimensions) of the smallest group that keeps its size.

    (8, 6, 4) seen as (8, 2, 3, 4): 0 -> ([0], [0]), 1 -> ([1], [1, 2]), 2 -> ([2], [3]).
    """
    found: dict[int, tuple[list[int], list[int]]] = {}
    i = j = 0
    while i < len(old) and j < len(new):
        a, b, left, right = [i], [j], old[i], new[j]
        i, j = i + 1, j + 1
        while left != right:
            if left < right and i < len(old):
                a, left, i = [*a, i], left * old[i], i + 1
            elif left > right and j < len(new):
                b, right, j = [*b, j], right * new[j], j + 1
            else:
                break
        found |= dict.fromkeys(a, (a, b))
    return found | {k: ([k], []) for k in range(i, len(old))}


@fields.rule("permute")
def _(n: Node, given: Operands) -> Axes:
    dims = n.attrs.get("dims")
    if dims is None and len(n.out_shape) == 2:
        dims = (1, 0)
    if dims is None:
        return tuple(bound(a) if a.dim is not None else a for a in first(given))
    return tuple(moved(a, dims.index(a.dim)) if a.dim is not None else a for a in first(given))


@fields.rule("expand")
def _(n: Node, given: Operands) -> Axes:
    return broadcast(first(given), n.in_shapes[0], n.out_shape)


@fields.rule("split")
def _(n: Node, given: Operands) -> list[Axes]:
    dim, axes, offset = n.attrs["dim"], first(given), 0
    dropped = len(n.out_shape) < len(n.in_shapes[0])
    found: list[Axes] = []
    for size in n.attrs["sizes"]:
        part = over(axes, (dim,), lambda a, at=offset: window(a, 1, 1, -at))  # type: ignore[misc]
        if dropped:  # unbind
            part = tuple(
                moved(a, None if a.dim == dim else a.dim - (a.dim > dim))
                if a.dim is not None
                else a
                for a in part
            )
        found.append(part)
        offset += size
    return found


@fields.rule("slice")
def _(n: Node, given: Operands) -> Axes:
    axes, ranges = first(given), n.attrs.get("ranges")
    if ranges is None:  # indexed by a tensor, or turned round
        unknown = blurred if n.out_shape == n.in_shapes[0] else bound
        return tuple(unknown(a) if a.dim is not None else a for a in axes)
    long = [d for d, (_, count, _) in enumerate(ranges) if count != 1]
    places = [d for d, size in enumerate(n.out_shape) if size != 1]
    place = dict(zip(long, places, strict=False))

    def change(a: Axis) -> Axis:
        if a.dim is None:
            return a
        begin, count, step = ranges[a.dim]
        cut = window(window(a, 1, 1, -begin), 1, step)  # starts later
        if count != 1:
            return moved(cut, place[a.dim])
        return cut if len(n.out_shape) == len(ranges) else moved(cut, None)

    return tuple(change(a) for a in axes)


@fields.rule("roll")
def _(n: Node, given: Operands) -> Axes:
    dims = n.attrs.get("dims")
    rank = len(n.out_shape)
    each = range(rank) if dims in (None, ()) else dims if isinstance(dims, tuple) else (dims,)
    return over(first(given), [d % rank for d in each], blurred)
