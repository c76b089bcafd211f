"""What thop counts: modules that it knows by their class.

Its sources: thop/profile.py, thop/vision/basic_hooks.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Final

from cnnviz.analysis.factors import batch, channels, kernel, sizes_out, source
from cnnviz.crosscheck.places import Place
from cnnviz.crosscheck.shares import Share, added, instead, kept, left_out
from cnnviz.graph import Node
from cnnviz.report import Term


def thop(place: Place) -> Iterator[Share]:
    """A class that it has no rule for, and whatever is no module, is 0."""
    known = _KNOWN.get(place.cls) if place.builtin else None
    if known is None:
        unknown = place.builtin and place.path
        yield from left_out(place, "custom_module" if unknown else "functional")
        return
    node = place.nodes[0]
    if place.cls.startswith("ConvTranspose"):
        yield from _transposed(node, place.macs)
        return
    yield from kept(place)
    yield from known(node)


def _transposed(node: Node, macs: int) -> Iterator[Share]:
    """As if it were a convolution."""
    c_out = channels(node.out_shape, node)
    c_in = channels(source(node), node) // node.attrs["groups"]
    term = Term(N=batch(node), C_out=c_out, C_in_per_group=c_in, **kernel(node), **sizes_out(node))
    yield from instead(node, macs, "transposed_grid", (term,))


def _norm(node: Node) -> Iterator[Share]:
    each = 4 if node.weight("weight") is not None else 2
    size = prod(node.in_shapes[0])
    yield added(node, "norm_elements", Term(elements=size, per_element=each))


def _average(node: Node) -> Iterator[Share]:
    yield added(node, "pooling_elements", Term(elements_out=prod(node.out_shape)))


def _adaptive(node: Node) -> Iterator[Share]:
    """(window + 1) an output element; over all of them the windows hold the input once."""
    inside, outside = prod(node.in_shapes[0]), prod(node.out_shape)
    yield added(node, "pooling_elements", Term(elements_in=inside), Term(elements_out=outside))


def _prelu(node: Node) -> Iterator[Share]:
    yield added(node, "activation_elements", Term(elements=prod(node.in_shapes[0])))


def _softmax(node: Node) -> Iterator[Share]:
    """Exponentials, a sum and a division: 3 n − 1 for each row of n."""
    dim = node.attrs.get("dim")
    n = node.in_shapes[0][-1 if dim is None else dim]
    rows = prod(node.in_shapes[0]) // n
    yield added(node, "activation_elements", Term(rows=rows, per_row=3 * n - 1))


def _nothing(_: Node) -> Iterator[Share]:
    return iter(())


_KNOWN: Final[dict[str, Callable[[Node], Iterator[Share]]]] = {
    **{f"Conv{t}{d}d": _nothing for t in ("", "Transpose") for d in (1, 2, 3)},
    **{f"{n}{d}d": _norm for n in ("BatchNorm", "InstanceNorm") for d in (1, 2, 3)},
    **{f"AvgPool{d}d": _average for d in (1, 2, 3)},
    **{f"AdaptiveAvgPool{d}d": _adaptive for d in (1, 2, 3)},
    "LayerNorm": _norm,
    "PReLU": _prelu,
    "Softmax": _softmax,
    "Linear": _nothing,
}
