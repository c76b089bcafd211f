"""How each operation widens the receptive field: one rule an operation, on axes.

A rule gets the node and the axes of each of its inputs (None: that input does not depend on the
image), and gives the axes of its output, or a list of them, one for each output.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import floor

from cnnviz.analysis.contractions import letters
from cnnviz.analysis.factors import ADAPTIVE, CONV, RECURRENT, TRANSPOSED, WINDOW, operands, spatial
from cnnviz.analysis.field_axes import (
    Axes,
    Axis,
    Packed,
    blurred,
    bound,
    hull,
    mixed,
    moved,
    over,
    resampled,
    whole,
    window,
)
from cnnviz.analysis.rules import Rules, ops_of
from cnnviz.graph import Node, Shape, numel

Operands = Sequence[Axes | None]
Rule = Callable[[Node, Operands], Axes | list[Axes]]

fields: Rules[Rule] = Rules("receptive field")

# Point by point, or in space the identity. Batch norm uses its running statistics in evaluation;
# LRN sums over neighbouring channels at one place.
POINTWISE = (
    *(op for op in ops_of("activation") if op not in ("softmax", "log_softmax", "elementwise")),
    *("batch_norm", "local_response_norm", "dropout", "channel_shuffle", "cast", "identity"),
    "embedding",
)
fields.free("input", "constant", *POINTWISE)


def by_axis(n: Node, axes: Axes, change: Callable[[Axis, int], Axis]) -> Axes:
    """`change(axis, i)` for axes along the i-th spatial dimension; summed over channels: whole."""
    space = len(n.in_shapes[0]) - spatial(n)

    def place(a: Axis) -> Axis:
        if a.dim is None or a.dim < space - 1:
            return a
        if a.dim >= space:
            return change(a, a.dim - space)
        return whole(a) if n.kind == "convolution" else a

    return tuple(place(a) for a in axes)


def merge(n: Node, given: Operands) -> Axes:
    """Element by element, broadcast: the hull of what the operands see."""
    shape = n.out_shape
    found: Axes | None = None
    for axes, own in zip(given, n.in_shapes, strict=True):
        if axes is None:
            continue
        aligned = broadcast(axes, own, shape)
        found = aligned if found is None else joined(found, aligned, shape)
    assert found is not None, "an operand reaches the input"
    return found


def joined(one: Axes, two: Axes, shape: Shape) -> Axes:
    return tuple(
        hull(a, b, shape[a.dim] if a.dim is not None else 1) for a, b in zip(one, two, strict=True)
    )


def broadcast(axes: Axes, own: Shape, shape: Shape) -> Axes:
    """Axes of a tensor of shape `own` that is broadcast, or repeated, to `shape`."""
    shift = len(shape) - len(own)
    if shift == 0 and own == shape:
        return axes

    def place(a: Axis) -> Axis:
        if a.dim is None or a.dim + shift < 0:
            return moved(a, None)
        size, new = own[a.dim], shape[a.dim + shift]
        if size == new:
            return moved(a, a.dim + shift)
        return moved(a, None) if size == 1 else bound(a)

    return tuple(place(a) for a in axes)


def first(given: Operands) -> Axes:
    """The axes of the first operand; of another where the first does not see the image."""
    found = next((axes for axes in given if axes is not None), None)
    assert found is not None, "an operand reaches the input"
    return found


# -- Windows --------------------------------------------------------------------------------------


@fields.rule(*CONV, *WINDOW)
def _(n: Node, given: Operands) -> Axes:
    if given[0] is None or any(given[1:]):  # weights that are themselves computed from the image
        return tuple(bound(a) if given[0] is None else blurred(a) for a in first(given))
    if is_global(n):
        return tuple(whole(a) for a in given[0])
    k, s, p = n.attrs["kernel_size"], n.attrs["stride"], n.attrs["padding"]
    d = n.attrs.get("dilation") or (1,) * len(k)
    return by_axis(n, given[0], lambda a, i: window(a, k[i], s[i], p[i][0], d[i]))


@fields.rule(*TRANSPOSED)
def _(n: Node, given: Operands) -> Axes:
    k, s, p, d = (n.attrs[name] for name in ("kernel_size", "stride", "padding", "dilation"))
    lead = len(n.out_shape) - len(k)

    def change(a: Axis, i: int) -> Axis:
        last = n.in_shapes[0][lead + i] - 1

        def reads(u: int) -> tuple[int, int]:
            lo = -(-(u + p[i][0] - (k[i] - 1) * d[i]) // s[i])
            return max(lo, 0), min((u + p[i][0]) // s[i], last)

        return resampled(a, n.out_shape[lead + i], Fraction(1, s[i]), reads)

    return by_axis(n, first(given), change)


@fields.rule(*ADAPTIVE)
def _(n: Node, given: Operands) -> Axes:
    lead = len(n.out_shape) - spatial(n)

    def change(a: Axis, i: int) -> Axis:
        old, new = n.in_shapes[0][lead + i], n.out_shape[lead + i]
        if new == 1:
            return whole(a)
        if old % new == 0:
            return window(a, old // new, old // new)
        return resampled(
            a, new, Fraction(old, new), lambda u: (u * old // new, -(-(u + 1) * old // new) - 1)
        )

    return by_axis(n, first(given), change)


@fields.rule("interpolate")
def _(n: Node, given: Operands) -> Axes:
    mode, corners = n.attrs.get("mode", "nearest"), n.attrs.get("align_corners", False)
    reach = {"nearest": 0, "nearest-exact": 0, "bicubic": 2}.get(mode, 1)

    def change(a: Axis) -> Axis:
        assert a.dim is not None, "only axes along a dimension are changed"
        old, new = n.in_shapes[0][a.dim], n.out_shape[a.dim]
        if mode == "area" or n.attrs.get("antialias"):
            return blurred(a)
        step, slack = _step(n, a.dim, corners)

        def place(u: int, more: Fraction) -> int:
            """The first unit that is read, before the neighbours."""
            if mode == "nearest" or corners:
                return floor(u * step + more)
            half = Fraction(0 if mode == "nearest-exact" else 1, 2)
            return floor((u + Fraction(1, 2)) * step - half + more)

        def reads(u: int) -> tuple[int, int]:
            lo, hi = place(u, -slack) - max(reach - 1, 0), place(u, slack) + reach
            return min(max(lo, 0), old - 1), min(max(hi, 0), old - 1)

        return a if old == new and step == 1 else resampled(a, new, step, reads)

    return tuple(a if a.dim is None or a.dim < 2 else change(a) for a in first(given))


def _step(n: Node, dim: int, corners: bool) -> tuple[Fraction, Fraction]:
    """From one unit to the next on the map that is read, and by how much it may be rounded.

    A scale that was given is used as it is, where it is not recomputed from the sizes.
    """
    old, new = n.in_shapes[0][dim], n.out_shape[dim]
    if corners:
        return Fraction(old - 1, new - 1) if new > 1 else Fraction(0), Fraction(0)
    scales = n.attrs.get("scale_factor")
    scale = scales[dim - 2] if isinstance(scales, tuple) and len(scales) > dim - 2 else None
    shortcut = n.attrs.get("mode") == "nearest" and new in (old, 2 * old)  # whatever the scale
    if not scale or shortcut or abs(scale * old - new) < 1e-6 * new:
        return Fraction(old, new), Fraction(0)
    return 1 / Fraction(str(scale)), Fraction(1, 10_000)


@fields.rule("pixel_shuffle")
def _(n: Node, given: Operands) -> Axes:
    rank = len(n.out_shape)

    def change(a: Axis) -> Axis:
        assert a.dim is not None, "only axes along a dimension are changed"
        old, new = n.in_shapes[0][a.dim], n.out_shape[a.dim]
        if new < old:  # space to depth
            return window(a, old // new, old // new)
        return resampled(a, new, Fraction(old, new), lambda u: (u * old // new,) * 2)

    return over(over(first(given), (rank - 3,)), (rank - 2, rank - 1), change)


@fields.rule("pad")
def _(n: Node, given: Operands) -> Axes:
    pads = n.attrs["pad"]

    def change(a: Axis) -> Axis:
        begin, end = pads[a.dim] if a.dim is not None else (0, 0)
        if n.attrs.get("mode") == "circular" and (begin or end):
            return blurred(a)
        return window(a, 1, 1, begin)

    return tuple(change(a) for a in first(given))


# -- Reductions, and statistics that are taken anew for each image ---------------------------------


@fields.rule("mean", "sum", "amax")
def _(n: Node, given: Operands) -> Axes:
    dims = n.attrs.get("dim")
    return reduced(first(given), range(9) if dims is None else dims, n.attrs.get("keepdim", False))


def reduced(axes: Axes, dims: Sequence[int], keepdim: bool) -> Axes:
    """Over these dimensions everything is seen; the later ones move up where they are dropped."""

    def change(a: Axis) -> Axis:
        if a.dim is None or a.dim in dims:
            return whole(a) if a.dim is not None else a
        return a if keepdim else moved(a, a.dim - sum(d < a.dim for d in dims))

    return tuple(change(a) for a in axes)


@fields.rule("layer_norm", "rms_norm")
def _(n: Node, given: Operands) -> Axes:
    rank = len(n.out_shape)
    return over(first(given), range(rank - len(n.attrs["normalized_shape"]), rank), mixed)


@fields.rule("group_norm", "instance_norm")
def _(n: Node, given: Operands) -> Axes:
    # mean and variance over the map are taken from this very image, in evaluation too
    if n.weight("running_mean") is not None:
        return first(given)
    return over(first(given), range(1, len(n.out_shape)), mixed)


@fields.rule("normalize", "softmax", "log_softmax")
def _(n: Node, given: Operands) -> Axes:
    dims = n.attrs.get("dim", 1)
    rank = len(n.out_shape)
    if dims is None:  # softmax's old default
        dims = 0 if rank in (0, 1, 3) else 1
    each = dims if isinstance(dims, tuple) else (dims,)
    return over(first(given), [d % max(1, rank) for d in each], mixed)


@fields.rule("distance")
def _(n: Node, given: Operands) -> Axes:
    rank = max(len(s) for s in operands(n))
    axes = first(given)
    for other in given:
        if other is not None and other is not axes:
            axes = tuple(hull(a, b, a.length) for a, b in zip(axes, other, strict=True))
    if len(n.out_shape) == rank and not n.attrs.get("keepdim"):  # cdist
        return tuple(bound(a) for a in axes)
    dim = n.attrs.get("dim", rank - 1) % rank
    return reduced(axes, (dim,), bool(n.attrs.get("keepdim")))


# -- Linear layers and matrix products ------------------------------------------------------------


@fields.rule("linear", "rbf")
def _(n: Node, given: Operands) -> Axes:
    return over(first(given), (len(n.out_shape) - 1,))


@fields.rule("bilinear")
def _(n: Node, given: Operands) -> Axes:
    last = (len(n.out_shape) - 1,)
    return merge_any(n, [None if axes is None else over(axes, last) for axes in given])


def merge_any(n: Node, given: Operands) -> Axes:
    """The hull of axes that are along the output's dimensions already."""
    found: Axes | None = None
    for axes in given:
        if axes is not None:
            found = axes if found is None else joined(found, axes, n.out_shape)
    assert found is not None, "an operand reaches the input"
    return found


@fields.rule("matmul")
def _(n: Node, given: Operands) -> Axes:
    shapes = list(operands(n))
    where: list[int] = []  # which factor each input is; −1 a summand; weights stand between them
    for shape in reversed(n.in_shapes):
        free = [i for i, s in enumerate(shapes) if s == shape and i not in where]
        where.insert(0, free[-1] if free else -1)
    parts: list[Axes | None] = []
    for axes, own, at in zip(given, n.in_shapes, where, strict=True):
        if axes is None:
            parts.append(None)
        elif at < 0:
            parts.append(broadcast(axes, own, n.out_shape))
        else:
            parts.append(_product(n, axes, shapes, at))
    return merge_any(n, parts)


def _product(n: Node, axes: Axes, shapes: list[Shape], at: int) -> Axes:
    """One operand's axes in the product: its rows or columns stay, the contracted are summed."""
    rank, out = len(shapes[at]), len(n.out_shape)
    if "equation" in n.attrs:
        terms, asked = letters(n.attrs["equation"], tuple(shapes))
        return tuple(_lettered(a, terms[at], asked) for a in axes)
    if len(shapes) != 2:
        return tuple(bound(a) if a.dim is not None else a for a in axes)
    left = at == len(shapes) - 2
    contracted = rank - 1 if left else max(rank - 2, 0)
    other = shapes[-1] if left else shapes[-2]
    kept = out - 1 if not left or len(other) == 1 else out - 2  # where its rows or columns go

    def change(a: Axis) -> Axis:
        if a.dim is None:
            return a
        if a.dim == contracted:
            return whole(a)
        if a.dim == (rank - 2 if left else rank - 1):
            return moved(a, kept)
        return moved(a, out - rank + a.dim) if out >= rank else bound(a)

    return tuple(change(a) for a in axes)


def _lettered(a: Axis, term: list[str], out: list[str]) -> Axis:
    """An axis of an einsum's operand: along the same letter, or summed."""
    if a.dim is None:
        return a
    letter = term[a.dim]
    return moved(a, out.index(letter)) if letter in out else whole(a)


@fields.rule("attention", "multi_head_attention")
def _(n: Node, given: Operands) -> list[Axes]:
    """Every query sees all keys and values, those of its own batch and head."""
    rank, multi = len(n.out_shape), n.op == "multi_head_attention"
    length, features = (0 if multi else rank - 2), rank - 1
    shapes = (*n.in_shapes[:3], *operands(n)[:3])
    alike = {len(s) for s in shapes} == {rank} and len(given) > 2
    if not multi:  # heads that are shared or repeated are not aligned
        alike = alike and len({s[:-2] for s in shapes}) == 1
    if not alike or not all(given[:3]) or any(given[3:]):
        # an input that gives queries alone is seen by its own outputs, not by all
        change = whole if any(given[1:3]) else bound
        return [tuple(change(a) for a in first(given))] * len(n.outputs)
    causal = n.attrs.get("is_causal")  # a causal one sees those before it
    parts: list[Axes] = []
    for i, axes in enumerate(given[:3]):
        assert axes is not None, "all three see the image"
        if i > 0:
            axes = over(axes, (length,), bound if causal else whole)
        parts.append(over(axes, (features,)) if i < 2 or multi else axes)
    weights = [tuple(whole(a) for a in first(given))] * (len(n.outputs) - 1)
    return [merge_any(n, parts), *weights]


@fields.rule(*RECURRENT)
def _(n: Node, given: Operands) -> list[Axes]:
    # a step sees those before it: an interval of no fixed size
    last = len(n.in_shapes[0]) - 1
    axes = tuple(whole(a) if a.dim == last else a for a in first(given))
    return [tuple(blurred(a) if a.dim is not None else a for a in axes)] * len(n.outputs)


# -- Several tensors ------------------------------------------------------------------------------


@fields.rule("add", "sub", "mul", "div", "maximum", "elementwise")
def _(n: Node, given: Operands) -> Axes:
    return (
        merge(n, given) if len(given) > 1 else broadcast(first(given), n.in_shapes[0], n.out_shape)
    )


@fields.rule("concat", "stack")
def _(n: Node, given: Operands) -> Axes:
    dim, new = n.attrs["dim"], n.op == "stack"
    parts: list[Axes | None] = []
    for axes in given:
        if axes is not None and new:
            axes = tuple(
                moved(a, a.dim + 1) if a.dim is not None and a.dim >= dim else a for a in axes
            )
        elif axes is not None and len(given) > 1:
            axes = over(axes, (dim,), blurred)  # side by side in space: no one stride
        parts.append(axes)
    return merge_any(n, parts)


@fields.rule("setitem")
def _(n: Node, given: Operands) -> Axes:
    ranges = n.attrs.get("ranges", ())
    parts = [given[0]]
    for axes, shape in zip(given[1:], n.in_shapes[1:], strict=True):
        same = len(ranges) == len(shape)

        def written(a: Axis, same: bool = same) -> Axis:
            """Along an axis that is written from end to end the value lies where it lay."""
            full = same and a.dim is not None and ranges[a.dim] == (0, n.out_shape[a.dim], 1)
            return a if full or a.dim is None else blurred(a) if same else bound(a)

        parts.append(None if axes is None else tuple(written(a) for a in axes))
    return merge_any(n, parts)


# -- Reshapes -------------------------------------------------------------------------------------


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


@fields.rule("opaque")
def _(n: Node, given: Operands) -> list[Axes]:
    same = n.in_shapes[:1] == (n.out_shape,)
    return [tuple(map(blurred if same else bound, first(given)))] * len(n.outputs)


def is_global(n: Node) -> bool:
    """An average over the whole map: a global pooling, whatever it is called.

    A 2×2 average is LeNet's sub-sampling, on however small a map.
    """
    if not n.op.startswith("avg_pool"):
        return False
    k = n.attrs["kernel_size"]
    padded = any(map(any, n.attrs["padding"]))
    return min(k) > 2 and not padded and k == n.in_shapes[0][-len(k) :]
