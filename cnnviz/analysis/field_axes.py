"""Axes: which interval of an input's pixels a unit depends on, and the algebra of such intervals.

For one input, a tensor's reach is one Axis per spatial axis of that input. Rules combine axes; they
never see PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

Number = int | Fraction

EXACT, HULL, WHOLE, BOUND = "exact", "hull", "whole", "bound"


class Packed(NamedTuple):
    """Where an axis stands in a dimension into which several were flattened.

    Index i of the dimension is the axis's unit (i // inner) % units.
    """

    inner: int
    units: int


class Axis(NamedTuple):
    """Unit u along `dim` depends on pixels start + u·stride … start + u·stride + size − 1.

    `dim` is the tensor's dimension that this axis runs along; None where it runs along none any
    more. Where every unit depends on the same interval the stride is 0, with or without a `dim`.
    """

    length: int  # of the input along this axis
    size: int
    stride: Number
    start: int
    status: str
    dim: int | None
    packed: Packed | None = None  # several axes run along `dim`; this is one of them


Axes = tuple[Axis, ...]


def image(length: int, dim: int) -> Axis:
    """The input itself: each pixel depends on itself."""
    return Axis(length, 1, 1, 0, EXACT, dim)


def whole(a: Axis, dim: int | None = None) -> Axis:
    """The whole input. The axis ends here; with `dim` every unit of a map sees everything."""
    packed = a.packed if dim is not None else None
    return Axis(a.length, a.length, 0, 0, WHOLE, dim, packed)


def mixed(a: Axis) -> Axis:
    """Every unit along the axis sees the whole input; there are as many units as before."""
    return whole(a, a.dim)


def bound(a: Axis) -> Axis:
    """Somewhere in the input: all that can be said. Along which dimension is not known."""
    return whole(a) if a.status == WHOLE else Axis(a.length, a.length, 0, 0, BOUND, None)


def blurred(a: Axis) -> Axis:
    """Somewhere in the input, along the dimension as before."""
    return bound(a)._replace(dim=a.dim, packed=a.packed)  # whole stays whole


def window(a: Axis, k: int, stride: int = 1, begin: int = 0, dilation: int = 1) -> Axis:
    """Behind a sliding window of k taps, `begin` padded before."""
    if a.packed and (k, stride, begin) != (1, 1, 0):
        return bound(a)
    step = a.stride
    if isinstance(step, int):
        size, start = a.size + (k - 1) * dilation * step, a.start - begin * step
        return Axis(a.length, size, step * stride, start, a.status, a.dim, a.packed)
    first = a.start - begin * step
    last = first + (k - 1) * dilation * step + a.size - 1
    start = floor(first)
    return Axis(a.length, ceil(last) - start + 1, step * stride, start, a.status, a.dim)


def resampled(a: Axis, new: int, stride: Fraction, reads: Callable[[int], tuple[int, int]]) -> Axis:
    """Behind an operation whose unit u reads the map's units reads(u) = (first, last).

    `new` units; `stride` is the step on the map from one unit to the next, in the mean. One size
    cannot say what each unit sees, so the interval contains every one's. An empty range (first >
    last) reads nothing.
    """
    if a.stride == 0:  # every unit sees the same
        return a
    if a.packed:
        return bound(a)
    step = a.stride * stride
    first: list[Number] = []
    last: list[Number] = []
    for u in range(new):
        lo, hi = reads(u)
        if lo <= hi:
            first.append(a.start + lo * a.stride - u * step)
            last.append(a.start + hi * a.stride + a.size - 1 - u * step)
    start = floor(min(first, default=0))
    size = ceil(max(last, default=0)) - start + 1
    return Axis(a.length, size, whole_number(step), start, BOUND, a.dim)


def hull(a: Axis, b: Axis, units: int) -> Axis:
    """Both intervals in one, for branches that meet in a map of `units` along their dimension."""
    if a == b:
        return a
    dim = a.dim if b.dim is None else b.dim if a.dim is None else max(a.dim, b.dim)
    own = a if dim == a.dim else b
    if a.status == WHOLE or b.status == WHOLE:
        return mixed(own)
    fixed = a.stride != b.stride and 0 in (a.stride, b.stride)
    if fixed or a.dim != b.dim or a.packed != b.packed:
        return blurred(own)
    start, end = min(a.start, b.start), max(a.start + a.size, b.start + b.size)
    status = BOUND if BOUND in (a.status, b.status) else HULL
    if a.stride == b.stride:
        inside = end - start == max(a.size, b.size)  # one contains the other
        centred = 2 * a.start + a.size == 2 * b.start + b.size
        if inside and centred and a.status == b.status == EXACT:
            status = EXACT
        return Axis(a.length, end - start, a.stride, start, status, a.dim, a.packed)
    # different strides: the interval must hold at the last unit too
    step, other = max(a, b, key=lambda x: x.stride), min(a, b, key=lambda x: x.stride)
    units = a.packed.units if a.packed else units
    drift = (other.stride - step.stride) * (units - 1)  # where the slower one has got to
    start = min(step.start, floor(other.start + drift))
    return Axis(a.length, end - start, step.stride, start, status, a.dim, a.packed)


def moved(a: Axis, dim: int | None) -> Axis:
    """The same interval along another dimension; None: unit 0's interval, for every unit."""
    if dim == a.dim:
        return a
    if dim is not None:
        return a._replace(dim=dim)
    return a._replace(dim=None, stride=0, packed=None)


def over(axes: Axes, dims: Iterable[int], change: Callable[[Axis], Axis] = whole) -> Axes:
    """`change` for the axes along these dimensions, the others as they are."""
    found = tuple(dims)
    return tuple(change(a) if a.dim in found else a for a in axes)


def whole_number(x: Number) -> Number:
    return x.numerator if isinstance(x, Fraction) and x.denominator == 1 else x
