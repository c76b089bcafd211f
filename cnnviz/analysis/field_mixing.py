"""How sums over whole axes widen the receptive field: reductions, statistics, matrix products."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.analysis.contractions import letters
from cnnviz.analysis.factors import RECURRENT, operands
from cnnviz.analysis.field_axes import Axes, Axis, blurred, bound, hull, mixed, moved, over, whole
from cnnviz.analysis.field_rules import Operands, broadcast, fields, first, merge_any
from cnnviz.graph import Node, Shape


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


@fields.rule("linear", "rbf")
def _(n: Node, given: Operands) -> Axes:
    return over(first(given), (len(n.out_shape) - 1,))


@fields.rule("bilinear")
def _(n: Node, given: Operands) -> Axes:
    last = (len(n.out_shape) - 1,)
    return merge_any(n, [None if axes is None else over(axes, last) for axes in given])


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
