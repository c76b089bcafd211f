"""What known tools count, as rules: our multiply-accumulates, and what each adds or leaves out.

A rule gives, for one place, shares that sum to what the tool prints there. A share that is not
our own count is a reason why the tool differs; its text is content's (labels/crosscheck.toml). The
rules follow the tools' sources: torchinfo/layer_info.py (calculate_macs), torch/utils/
flop_counter.py, fvcore/nn/flop_count.py and jit_handles.py; thop has a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import Final

from cnnviz.analysis.factors import OUT, batch, weight_factors
from cnnviz.crosscheck.places import Place
from cnnviz.crosscheck.shares import OURS, Part, Preset, Share, added, instead, kept, left_out
from cnnviz.crosscheck.thop import thop
from cnnviz.graph import Node, Shape, Weight
from cnnviz.report import Term

__all__ = ["CONVENTIONS", "PRESETS", "Part", "Preset"]

CONV: Final = tuple(f"conv{t}{d}d" for t in ("", "_transpose") for d in (1, 2, 3))
PRODUCTS: Final = (*CONV, "linear", "matmul", "attention", "multi_head_attention")
RECURRENT: Final = ("rnn", "lstm", "gru")
NORMS: Final = ("batch_norm", "layer_norm", "group_norm", "instance_norm")


# -- torchinfo: parameters of leaf modules times positions -----------------------------------------


def torchinfo(place: Place) -> Iterator[Share]:
    """Each parameter called weight or bias, times output positions where the class says Conv,
    else times the first axis of the output; parameters called weight_… times the first two.
    """
    counted = dict(_parameters(place)) if place.leaf else {}
    if not counted:
        yield from left_out(place, "custom_module" if place.leaf and place.path else "functional")
        return
    product = next((n for n, macs, _ in place.own if macs), None)
    recurrent = product is not None and product.op in RECURRENT
    replaced = product is not None and place.builtin and "weight" in counted
    if recurrent or not replaced:
        yield from left_out(place, "recurrent" if recurrent else "functional")
    for name, w in counted.items():
        term = _torchinfo_term(place, name, w)
        if name != "weight" or not replaced or product is None:
            yield added(_reader(place, w), _named(place, name), term)
        elif term.value == place.macs:
            yield from kept(place)
        else:
            yield from instead(product, place.macs, _multiplied(product.op), (term,))


def _multiplied(op: str) -> str:
    """Why weights times output positions is not what the products come to, where it is not."""
    if op == "linear":
        return "linear_per_sample"
    return "transposed_grid" if "transpose" in op else "weights_per_output"


def _torchinfo_term(place: Place, name: str, w: Weight) -> Term:
    """The tensor's own size, and how often torchinfo counts it."""
    out, factors = place.out, weight_factors(_reader(place, w), w)
    if name not in ("weight", "bias"):
        return Term(positions=prod(out[:2]), **factors)
    if "Conv" not in place.cls:
        return Term(N=out[0], **factors)
    return Term(N=out[0], **factors, **_grid(out[2:]))


def _grid(sizes: Shape) -> dict[str, int]:
    """The map that is made, axis by axis."""
    names = OUT.get(len(sizes))
    return dict(zip(names, sizes, strict=True)) if names else {"positions": prod(sizes)}


def _reader(place: Place, w: Weight) -> Node:
    """The operation of the place that works with the tensor."""
    return next((n for n in place.nodes if w in n.weights), place.nodes[0])


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


def flop_counter(place: Place) -> Iterator[Share]:
    """Half of what it prints: it counts two for each multiply-accumulate.

    On the meta device, where a recurrent layer comes apart into matrix products; on a CPU one
    fused function hides them, and it prints 0 for such a layer.
    """
    for node, macs, terms in place.own:
        if _vector(node):
            yield from instead(node, macs, "vector_product", ())
        elif node.op in (*PRODUCTS, *RECURRENT):
            yield from _dense(node, macs, terms)
        else:
            yield from instead(node, macs, "not_a_product", ())


# -- fvcore: the same from a trace, and normalisation and pooling by the element -------------------


def fvcore(place: Place) -> Iterator[Share]:
    for node, macs, terms in place.own:
        if node.op in PRODUCTS:
            yield from _dense(node, macs, terms)
        else:
            yield from instead(node, macs, "not_a_product", ())
        size = prod(node.in_shapes[0]) if node.in_shapes else 0
        affine = node.weight("weight") is not None
        if node.op == "batch_norm":
            yield added(node, "norm_elements", Term(elements=size, per_element=2 if affine else 1))
        elif node.op in NORMS:
            yield added(node, "norm_elements", Term(elements=size, per_element=5 if affine else 4))
        elif node.op == "adaptive_avg_pool2d":
            yield added(node, "pooling_elements", Term(elements=size))


def _dense(node: Node, macs: int, terms: tuple[Term, ...]) -> Iterator[Share]:
    """Our MACs; a sparse convolution runs as a dense one with zeros in it, and is counted so."""
    if "links" not in node.attrs or node.op != "conv2d":
        yield Share(node, OURS, macs, terms)
        return
    dense = (
        Term(
            N=batch(node),
            C_out=node.out_shape[1],
            C_in_per_group=node.in_shapes[0][1],
            **{k: v for k, v in t.factors if k not in ("N", "links")},
        )
        for t in terms
    )
    yield from instead(node, macs, "sparse_as_dense", tuple(dense))


def _vector(node: Node) -> bool:
    """A matrix times one vector, or a dot product: PyTorch has other functions for those."""
    shapes = node.attrs.get("shapes") or node.in_shapes
    return node.op == "matmul" and any(len(s) == 1 for s in shapes[-2:])


# -- two for each multiply-accumulate --------------------------------------------------------------


def doubled(place: Place) -> Iterator[Share]:
    """A multiplication and an addition, each counted: what many papers call FLOPs."""
    for node, macs, terms in place.own:
        twice = tuple(Term(per_mac=2, **dict(t.factors)) for t in terms)
        yield from instead(node, macs, "doubled", twice)


PRESETS: Final[dict[str, Preset]] = {
    p.name: p
    for p in (
        Preset("torchinfo", "1.8.0", torchinfo),
        Preset("FlopCounterMode", "2.13.0", flop_counter, unit="flops"),
        Preset("fvcore", "0.1.5", fvcore),
        Preset("thop", "0.1.1", thop),
    )
}
# What a reader may have every number counted by.
CONVENTIONS: Final[dict[str, Preset]] = {
    **PRESETS,
    "doubled": Preset("doubled", "", doubled, unit="flops"),
}
