"""The named sizes of an operation, read off its shapes, attributes and weights."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cnnviz.analysis.rules import ops_of
from cnnviz.graph import OPS, Node, Shape, Weight, numel
from cnnviz.report import Term

CONV = ("conv1d", "conv2d", "conv3d")
TRANSPOSED = ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
RECURRENT = ("rnn", "lstm", "gru")
GATES = {"rnn": 1, "gru": 3, "lstm": 4}
ADAPTIVE = tuple(op for op in ops_of("pooling") if op.startswith("adaptive"))
WINDOW = tuple(op for op in ops_of("pooling") if "_pool" in op and op not in ADAPTIVE)

# names of the spatial axes, by how many there are
IN = {1: ("L_in",), 2: ("H_in", "W_in"), 3: ("D_in", "H_in", "W_in")}
OUT = {1: ("L_out",), 2: ("H_out", "W_out"), 3: ("D_out", "H_out", "W_out")}
KERNEL = {1: ("k",), 2: ("k_h", "k_w"), 3: ("k_d", "k_h", "k_w")}

# a weight's axes, in the order in which PyTorch stores them
WEIGHT_AXES: dict[str, tuple[str, ...]] = {
    **{op: ("C_out", "C_in_per_group", *KERNEL[i]) for i, op in enumerate(CONV, 1)},
    **{op: ("C_in", "C_out_per_group", *KERNEL[i]) for i, op in enumerate(TRANSPOSED, 1)},
    "linear": ("features_out", "features_in"),
    "bilinear": ("features_out", "features_in", "features_in2"),
    "embedding": ("words", "features_out"),
    "rbf": ("features_out", "features_in"),
}
VECTOR_AXIS = {"convolution": "C_out", "linear": "features_out"}


SPATIAL = {op: int(op[-2]) for op in (*CONV, *TRANSPOSED, *WINDOW, *ADAPTIVE)}


def spatial(n: Node) -> int:
    """How many spatial axes a convolution or pooling has: conv2d 2."""
    return SPATIAL[n.op]


def source(n: Node) -> Shape:
    """The shape of what is read first. Where a layer reads a buffer of the model, that is it."""
    return n.in_shapes[0] if n.in_shapes else n.weights[0].shape


def batch(n: Node) -> int:
    """Images in the batch. A tensor without a batch axis is one image."""
    shape = source(n)
    if n.op in SPATIAL:
        return shape[0] if len(shape) == SPATIAL[n.op] + 2 else 1
    if n.op in RECURRENT and len(shape) == 3:
        return shape[0 if n.attrs.get("batch_first") else 1]
    return shape[0] if len(shape) > 1 else 1


def channels(shape: Shape, n: Node) -> int:
    return shape[-spatial(n) - 1]


def filters(n: Node) -> dict[str, int]:
    """Which maps a convolution connects: all of a group, or the pairs of a sparse table."""
    if "links" in n.attrs:
        return {"links": n.attrs["links"]}
    c_in, c_out = channels(source(n), n), channels(n.out_shape, n)
    return {"C_out": c_out, "C_in_per_group": c_in // n.attrs["groups"]}


def kernel(n: Node) -> dict[str, int]:
    return dict(zip(KERNEL[spatial(n)], n.attrs["kernel_size"], strict=True))


def sizes_in(n: Node) -> dict[str, int]:
    """The size of the map that is read: H_in, W_in."""
    return dict(zip(IN[spatial(n)], source(n)[-spatial(n) :], strict=True))


def sizes_out(n: Node) -> dict[str, int]:
    """The size of the map that is made: H_out, W_out."""
    return dict(zip(OUT[spatial(n)], n.out_shape[-spatial(n) :], strict=True))


def windows(n: Node) -> dict[str, int]:
    """An adaptive pooling's wires along each axis: its windows' widths, summed."""
    count = spatial(n)
    ends = (source(n)[-count:], n.out_shape[-count:])
    pairs = zip(*ends, OUT[count], KERNEL[count], strict=True)
    found: dict[str, int] = {}
    for size_in, size_out, axis, k in pairs:
        if size_in % size_out == 0:
            found |= {axis: size_out, k: size_in // size_out}
        else:
            found[k.replace("k", "wires")] = sum(
                -(-(u + 1) * size_in // size_out) - u * size_in // size_out for u in range(size_out)
            )
    return found


def places(n: Node) -> dict[str, int]:
    """Where a linear layer is applied: images, and the places in each."""
    shape = n.out_shape
    found = {"N": shape[0] if len(shape) > 1 else 1}
    return found if len(shape) < 3 else found | {"positions": numel(shape[1:-1])}


def operands(n: Node) -> tuple[Shape, ...]:
    """All operands' shapes in argument order, parameters of the model among them."""
    return n.attrs.get("shapes") or n.in_shapes


def keys(n: Node) -> int:
    """The length of a multi-head attention's keys; PyTorch may add a learned one and a zero."""
    added = bool(n.attrs.get("add_bias_kv")) + bool(n.attrs.get("add_zero_attn"))
    return operands(n)[1][0] + added


def recurrent_matrices(n: Node) -> Iterator[dict[str, int]]:
    """The matrices that a recurrent layer multiplies with at each step."""
    for w in n.weights:
        if len(w.shape) == 2:
            yield weight_factors(n, w)


def has_bias(n: Node) -> bool:
    return n.weight("bias") is not None or bool(n.attrs.get("bias"))


LAYOUTS = {2: ("N", "features"), 4: ("N", "C", "H", "W"), 5: ("N", "C", "D", "H", "W")}


@lru_cache(maxsize=4096)
def tensor(shape: Shape, side: str = "out") -> Term:
    """A tensor's elements by the layouts that networks use: (N, C, H, W), (N, features)."""
    names = LAYOUTS.get(len(shape))
    if names is None:
        return Term(elements=numel(shape))
    sizes = {f"{name}_{side}": size for name, size in zip(names[1:], shape[1:], strict=True)}
    return Term(N=shape[0], **sizes)


def weight_factors(n: Node, w: Weight) -> dict[str, int]:
    """A weight's size as named factors; their product is always its number of elements."""
    return dict(weight_term(n, w).factors)


def weight_term(n: Node, w: Weight) -> Term:
    """The same as a term."""
    stacked = n.op in RECURRENT or n.op == "multi_head_attention"
    return _weight_term(n.op, w.shape, w.name.rpartition(".")[2] if stacked else "")


@lru_cache(maxsize=4096)
def _weight_term(op: str, shape: Shape, role: str) -> Term:
    columns = {"features_in": shape[1]} if len(shape) == 2 else {}
    if op in RECURRENT and not role.startswith("weight_hr"):
        return Term(gates=GATES[op], hidden=shape[0] // GATES[op], **columns)
    if role.startswith("in_proj"):
        return Term(projections=3, features_out=shape[0] // 3, **columns)
    if len(shape) == 1:
        return Term(**{VECTOR_AXIS.get(OPS[op], "C"): shape[0]})
    names = WEIGHT_AXES.get(op, ())
    if op in CONV and len(shape) == len(names) - 1:  # a kernel for each link
        names = ("links", *names[2:])
    if op == "multi_head_attention":
        names = WEIGHT_AXES["linear"]
    if len(names) != len(shape):
        return Term(elements=numel(shape))
    return Term(**dict(zip(names, shape, strict=True)))


def is_counter(w: Weight) -> bool:
    """A step counter (batch norm's) is no number of the model."""
    return w.name.endswith("num_batches_tracked")
