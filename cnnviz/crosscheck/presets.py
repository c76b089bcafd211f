"""What known tools count, as rules: our multiply-accumulates, and what each adds or leaves out.

A rule gives, for one place, parts that sum to what the tool prints there: ("macs", 4089184256),
("bias", …). A part that is not "macs" is a reason why the tool differs; its text is content's
(labels/crosscheck.toml). The rules follow the tools' sources: torchinfo/layer_info.py
(calculate_macs), torch/utils/flop_counter.py, fvcore/nn/flop_count.py and jit_handles.py,
thop/profile.py and vision/basic_hooks.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Final

from cnnviz.crosscheck.places import Place, places
from cnnviz.graph import Graph, Node, Weight
from cnnviz.report import Report

Part = tuple[str, int]  # reason key (or "macs"), multiply-accumulates
CONV: Final = tuple(f"conv{t}{d}d" for t in ("", "_transpose") for d in (1, 2, 3))
PRODUCTS: Final = (*CONV, "linear", "matmul", "attention", "multi_head_attention")
RECURRENT: Final = ("rnn", "lstm", "gru")
NORMS: Final = ("batch_norm", "layer_norm", "group_norm", "instance_norm")


@dataclass(frozen=True, slots=True)
class Preset:
    """One tool's way of counting. `version` is the one whose figures were compared."""

    name: str
    version: str
    rule: Callable[[Place], Iterator[Part]]

    def parts(self, place: Place) -> tuple[Part, ...]:
        """What the tool prints at the place, in parts: our own MACs, and each reason's share."""
        found: dict[str, int] = {}
        for reason, amount in self.rule(place):
            found[reason] = found.get(reason, 0) + amount
        return tuple((r, a) for r, a in found.items() if a)

    def total(self, graph: Graph, report: Report) -> int:
        """What the tool prints for the network, in multiply-accumulates of its own counting."""
        return sum(a for p in places(graph, report) for _, a in self.parts(p))

    def breakdown(self, graph: Graph, report: Report) -> dict[str, int]:
        """Reason -> its share of the whole network's figure; "macs" is ours."""
        found: dict[str, int] = {}
        for place in places(graph, report):
            for reason, amount in self.parts(place):
                found[reason] = found.get(reason, 0) + amount
        return found


# -- torchinfo: parameters of leaf modules times positions -----------------------------------------


def torchinfo(place: Place) -> Iterator[Part]:
    """Each parameter called weight or bias, times output positions where the class says Conv,
    else times the first axis of the output; parameters called weight_… times the first two.
    """
    yield "macs", place.macs
    counted = dict(_parameters(place)) if place.leaf else {}
    products = [n for n, m in zip(place.nodes, place.own_macs, strict=True) if m]
    if not counted:
        yield ("custom_module" if place.leaf and place.path else "functional"), -place.macs
        return
    product = products[0].op if products else ""
    for name, w in counted.items():
        amount = _torchinfo_share(place, name, w)
        if name == "weight" and product and place.builtin:
            yield _multiplied(product), amount - place.macs
        else:
            yield _named(place, name), amount
    if product in RECURRENT or not place.builtin or "weight" not in counted:
        yield ("recurrent" if product in RECURRENT else "functional"), -place.macs


def _multiplied(op: str) -> str:
    """Why weights times output positions is not what the products come to, where it is not."""
    if op == "linear":
        return "linear_per_sample"
    return "transposed_grid" if "transpose" in op else "weights_per_output"


def _torchinfo_share(place: Place, name: str, w: Weight) -> int:
    out = place.out
    if name not in ("weight", "bias"):
        return w.numel * prod(out[:2])
    return w.numel * (prod(out[:1] + out[2:]) if "Conv" in place.cls else out[0])


def _named(place: Place, name: str) -> str:
    """Why torchinfo adds a parameter that multiplies nothing in our count."""
    if place.nodes[0].op in RECURRENT:
        return "recurrent"
    if place.nodes[0].kind == "normalisation":
        return "norm_params"
    return "bias" if name == "bias" else "params_as_macs"


def _parameters(place: Place) -> Iterable[tuple[str, Weight]]:
    """Those whose names torchinfo knows; buffers are no parameters."""
    for name, w in place.weights:
        if ("weight" in name or "bias" in name) and "running" not in name:
            yield name, w


# -- FlopCounterMode: what reaches PyTorch as a convolution or a matrix product --------------------


def flop_counter(place: Place) -> Iterator[Part]:
    """Half of what it prints: it counts two for each multiply-accumulate.

    On the meta device, where a recurrent layer comes apart into matrix products; on a CPU one
    fused function hides them, and it prints 0 for such a layer.
    """
    for node, macs in zip(place.nodes, place.own_macs, strict=True):
        yield from _dense(node, macs)
        if _vector(node):
            yield "vector_product", -macs
        elif node.op not in (*PRODUCTS, *RECURRENT):
            yield "not_a_product", -macs


# -- fvcore: the same from a trace, and normalisation and pooling by the element -------------------


def fvcore(place: Place) -> Iterator[Part]:
    for node, macs in zip(place.nodes, place.own_macs, strict=True):
        yield from _dense(node, macs)
        size = prod(node.in_shapes[0]) if node.in_shapes else 0
        if node.op not in PRODUCTS:
            yield "not_a_product", -macs
        if node.op == "batch_norm":
            yield "norm_elements", size * (2 if _affine(node) else 1)
        elif node.op in NORMS:
            yield "norm_elements", size * (5 if _affine(node) else 4)
        elif node.op == "adaptive_avg_pool2d":
            yield "pooling_elements", size


# -- thop: modules that it knows by their class ----------------------------------------------------


def thop(place: Place) -> Iterator[Part]:
    """A class that it has no rule for, and whatever is no module, is 0."""
    yield "macs", place.macs
    if not place.builtin:
        yield "functional", -place.macs
        return
    node = place.nodes[0]
    known = _THOP.get(place.cls)
    if known is None:
        yield ("custom_module" if place.path else "functional"), -place.macs
        return
    yield from known(node, place.macs)


def _thop_conv(node: Node, macs: int) -> Iterator[Part]:
    weight = node.weight("weight")
    if weight is not None and "transpose" in node.op:  # as if it were a convolution
        groups = node.attrs["groups"]
        c_in = node.in_shapes[0][1] // groups
        yield "transposed_grid", prod(node.out_shape) * c_in * prod(weight.shape[2:]) - macs


def _thop_norm(node: Node, _: int) -> Iterator[Part]:
    yield "norm_elements", prod(node.in_shapes[0]) * (4 if _affine(node) else 2)


def _thop_avg(node: Node, _: int) -> Iterator[Part]:
    yield "pooling_elements", prod(node.out_shape)


def _thop_adaptive(node: Node, _: int) -> Iterator[Part]:
    """(window + 1) an output element; the window as a fraction, the product cut to an integer."""
    axes = int(node.op[-2])
    inside, outside = prod(node.in_shapes[0][-axes:]), prod(node.out_shape[-axes:])
    yield "pooling_elements", prod(node.out_shape) * (inside + outside) // outside


def _thop_prelu(node: Node, _: int) -> Iterator[Part]:
    yield "activation_elements", prod(node.in_shapes[0])


def _thop_softmax(node: Node, _: int) -> Iterator[Part]:
    """Exponentials, a sum and a division: 3 n − 1 for each row of n."""
    dim = node.attrs.get("dim")
    n = node.in_shapes[0][-1 if dim is None else dim]
    yield "activation_elements", prod(node.in_shapes[0]) // n * (3 * n - 1)


def _nothing(_: Node, __: int) -> Iterator[Part]:
    return iter(())


_THOP: Final[dict[str, Callable[[Node, int], Iterator[Part]]]] = {
    **{f"Conv{t}{d}d": _thop_conv for t in ("", "Transpose") for d in (1, 2, 3)},
    **{f"{n}{d}d": _thop_norm for n in ("BatchNorm", "InstanceNorm") for d in (1, 2, 3)},
    **{f"AvgPool{d}d": _thop_avg for d in (1, 2, 3)},
    **{f"AdaptiveAvgPool{d}d": _thop_adaptive for d in (1, 2, 3)},
    "LayerNorm": _thop_norm,
    "PReLU": _thop_prelu,
    "Softmax": _thop_softmax,
    "Linear": _nothing,
}


def _dense(node: Node, macs: int) -> Iterator[Part]:
    """Our MACs; a sparse convolution runs as a dense one with zeros in it, and is counted so."""
    yield "macs", macs
    if "links" in node.attrs and node.op == "conv2d":
        pairs = node.in_shapes[0][1] * node.out_shape[1]
        yield "sparse_as_dense", macs // node.attrs["links"] * pairs - macs


def _vector(node: Node) -> bool:
    """A matrix times one vector, or a dot product: PyTorch has other functions for those."""
    shapes = node.attrs.get("shapes") or node.in_shapes
    return node.op == "matmul" and any(len(s) == 1 for s in shapes[-2:])


def _affine(node: Node) -> bool:
    return node.weight("weight") is not None


PRESETS: Final[dict[str, Preset]] = {
    p.name: p
    for p in (
        Preset("torchinfo", "1.8.0", torchinfo),
        Preset("FlopCounterMode", "2.13.0", flop_counter),
        Preset("fvcore", "0.1.5", fvcore),
        Preset("thop", "0.1.1", thop),
    )
}
