"""How each operation widens the receptive field: the table, and the rules of several tensors.

A rule gets the node and the axes of each of its inputs (None: that input does not depend on the
image), and gives the axes of its output, or a list of them, one for each output. Windows, sums over
whole axes and reshapes have their rules in field_windows, field_mixing and field_reshapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnnviz.analysis.factors import spatial
from cnnviz.analysis.field_axes import (
    Axes,
    Axis,
    blurred,
    bound,
    hull,
    moved,
    over,
    whole,
)
from cnnviz.analysis.rules import Rules, ops_of
from cnnviz.graph import Node, Shape

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


def merge_any(n: Node, given: Operands) -> Axes:
    """The hull of axes that are along the output's dimensions already."""
    found: Axes | None = None
    for axes in given:
        if axes is not None:
            found = axes if found is None else joined(found, axes, n.out_shape)
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


@fields.rule("opaque")
def _(n: Node, given: Operands) -> list[Axes]:
    same = n.in_shapes[:1] == (n.out_shape,)
    return [tuple(map(blurred if same else bound, first(given)))] * len(n.outputs)
