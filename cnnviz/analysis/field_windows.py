"""How windows widen the receptive field: convolution, pooling, interpolation, padding."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from cnnviz.analysis.factors import ADAPTIVE, CONV, TRANSPOSED, WINDOW, spatial
from cnnviz.analysis.field_axes import Axes, Axis, blurred, bound, over, resampled, whole, window
from cnnviz.analysis.field_rules import Operands, by_axis, fields, first
from cnnviz.graph import Node


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


def is_global(n: Node) -> bool:
    """An average over the whole map: a global pooling, whatever it is called.

    A 2×2 average is LeNet's sub-sampling, on however small a map.
    """
    if not n.op.startswith("avg_pool"):
        return False
    k = n.attrs["kernel_size"]
    padded = any(map(any, n.attrs["padding"]))
    return min(k) > 2 and not padded and k == n.in_shapes[0][-len(k) :]
