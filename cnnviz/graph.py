"""Graph: one forward pass as plain data. Every room speaks it; nothing here knows PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from math import isfinite, isnan
from typing import Any, NamedTuple

Shape = tuple[int, ...]

SCHEMA = "cnnviz.graph/1"

# op -> kind. The kind decides colour, shape and how cells are folded; the op decides every number.
# Adding an operation is one line here, one in tracing/functions.py and one rule in each analysis.
OPS: dict[str, str] = {
    "input": "input",
    "constant": "constant",
    **{f"conv{d}d": "convolution" for d in (1, 2, 3)},
    **{f"conv_transpose{d}d": "convolution" for d in (1, 2, 3)},
    "linear": "linear",
    "bilinear": "linear",
    "matmul": "linear",
    "attention": "linear",
    "multi_head_attention": "linear",
    **dict.fromkeys(("rnn", "lstm", "gru"), "linear"),
    "embedding": "linear",
    "rbf": "linear",
    **{f"{of}_pool{d}d": "pooling" for of in ("max", "avg") for d in (1, 2, 3)},
    "lp_pool2d": "pooling",
    **{f"adaptive_{of}_pool{d}d": "pooling" for of in ("avg", "max") for d in (1, 2, 3)},
    "mean": "pooling",
    "sum": "pooling",
    "amax": "pooling",
    "batch_norm": "normalisation",
    "layer_norm": "normalisation",
    "group_norm": "normalisation",
    "instance_norm": "normalisation",
    "local_response_norm": "normalisation",
    "rms_norm": "normalisation",
    "normalize": "normalisation",
    "relu": "activation",
    "relu6": "activation",
    "leaky_relu": "activation",
    "prelu": "activation",
    "elu": "activation",
    "gelu": "activation",
    "silu": "activation",
    "hardswish": "activation",
    "hardsigmoid": "activation",
    "hardtanh": "activation",
    "softplus": "activation",
    "sigmoid": "activation",
    "tanh": "activation",
    "softmax": "activation",
    "log_softmax": "activation",
    "elementwise": "activation",  # any other function of one tensor, element by element
    "dropout": "dropout",
    "add": "combine",
    "sub": "combine",
    "mul": "combine",
    "div": "combine",
    "maximum": "combine",
    "distance": "combine",  # pairwise and cosine distances of two tensors
    "concat": "combine",
    "stack": "combine",
    "channel_shuffle": "reshape",
    "reshape": "reshape",  # view, reshape, flatten, unflatten, squeeze, unsqueeze
    "permute": "reshape",  # permute, transpose, movedim
    "expand": "reshape",
    "slice": "reshape",  # indexing, narrow, select
    "split": "reshape",  # split, chunk, unbind: several outputs
    "pad": "reshape",
    "interpolate": "reshape",
    "pixel_shuffle": "reshape",
    "roll": "reshape",
    "setitem": "reshape",  # writing into a part of a tensor
    "cast": "reshape",  # to another dtype or device, contiguous, clone
    "identity": "reshape",
    "opaque": "other",  # a function that no table knows: shapes are right, arithmetic not counted
}


class Edge(NamedTuple):
    """Which output of which node an input reads."""

    node: str
    output: int


class Scope(NamedTuple):
    """One enclosing module: dotted path ("" for the root), class name, and which call of it."""

    path: str
    cls: str
    call: int


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """Shape and dtype ("float32") of one tensor."""

    shape: Shape
    dtype: str

    @property
    def numel(self) -> int:
        return numel(self.shape)

    @property
    def nbytes(self) -> int:
        return self.numel * itemsize(self.dtype)


@dataclass(frozen=True, slots=True)
class Weight:
    """One tensor that the model holds. `identity` is equal for shared tensors, which count once.

    `trainable` is false for buffers (running statistics) and for frozen parameters.
    """

    name: str  # path from the root: "features.0.weight"
    shape: Shape
    dtype: str
    trainable: bool
    identity: int

    @property
    def numel(self) -> int:
        return numel(self.shape)

    @property
    def nbytes(self) -> int:
        return self.numel * itemsize(self.dtype)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One executed operation, with the shapes that it saw.

    Attribute names are PyTorch's. kernel_size, stride, dilation: one entry per spatial axis, (h, w)
    for images; padding: one (begin, end) pair per spatial axis. no_grad: made with gradients off.
    """

    id: str  # "layer1.0.conv1"; functional: "layer1.0.add", the next "layer1.0.add_1"
    op: str  # a key of OPS
    inputs: tuple[Edge, ...]  # in argument order
    in_shapes: tuple[Shape, ...]
    outputs: tuple[TensorSpec, ...]
    attrs: Mapping[str, Any]  # plain values only; never mutated
    weights: tuple[Weight, ...]
    scope: tuple[Scope, ...]  # the enclosing modules, outermost (the root) first
    alias: bool  # a view of, or in place on, its first input: no storage of its own

    @property
    def kind(self) -> str:
        return OPS[self.op]

    @property
    def out_shape(self) -> Shape:
        return self.outputs[0].shape if self.outputs else ()

    def weight(self, role: str) -> Weight | None:
        """The weight whose name ends in `role` ("weight", "bias"), if the node has one."""
        return next((w for w in self.weights if w.name.rpartition(".")[2] == role), None)


@dataclass(frozen=True, eq=False)
class Graph:
    """One traced forward pass: nodes in execution order, edges inside the nodes.

    `weights` are all tensors that the model was built with, also those that this pass did not use.
    """

    name: str  # "vgg16": names files
    nodes: tuple[Node, ...]
    inputs: tuple[str, ...]  # ids of the "input" nodes, in argument order
    outputs: tuple[Edge, ...]
    weights: tuple[Weight, ...]
    train: bool = False
    given_title: str = ""

    @property
    def title(self) -> str:
        """As people write it, in captions: "VGG-16 (D)"; the name if none was given."""
        return self.given_title or self.name

    @cached_property
    def by_id(self) -> dict[str, Node]:
        return {n.id: n for n in self.nodes}

    @cached_property
    def readers(self) -> dict[str, tuple[str, ...]]:
        """Node id -> ids of the nodes that read it, in execution order, each once."""
        found: dict[str, dict[str, None]] = {n.id: {} for n in self.nodes}
        for n in self.nodes:
            for e in n.inputs:
                found[e.node][n.id] = None
        return {k: tuple(v) for k, v in found.items()}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, non-finite numbers as texts; `from_dict` gives the same graph back."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "title": self.title,
            "train": self.train,
            "inputs": list(self.inputs),
            "outputs": [list(e) for e in self.outputs],
            "weights": [asdict(w) for w in self.weights],
            "nodes": [_node_to_dict(n) for n in self.nodes],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Graph:
        """The graph that `to_dict` wrote. ValueError if the schema is another."""
        if data.get("schema") != SCHEMA:
            raise ValueError(f"schema is {data.get('schema')!r}; this version reads {SCHEMA!r}")
        return cls(
            name=data["name"],
            given_title=data.get("title", ""),
            train=data["train"],
            inputs=tuple(data["inputs"]),
            outputs=tuple(Edge(*e) for e in data["outputs"]),
            weights=tuple(_weight(w) for w in data["weights"]),
            nodes=tuple(_node(n) for n in data["nodes"]),
        )

    def _repr_html_(self) -> str:
        from cnnviz.views import graph_html

        return graph_html(self)


def numel(shape: Shape) -> int:
    """Number of elements; 1 for a scalar."""
    n = 1
    for s in shape:
        n *= s
    return n


@lru_cache(maxsize=64)
def itemsize(dtype: str) -> int:
    """Bytes of one element: "float32" -> 4, "bool" -> 1, "complex64" -> 8."""
    digits = "".join(c for c in dtype.split("_")[0].partition("float8")[0] if c.isdigit())
    if dtype.startswith("float8") or dtype == "bool":
        return 1
    return max(1, int(digits) // 8) if digits else 1


def _node_to_dict(n: Node) -> dict[str, Any]:
    return {
        "id": n.id,
        "op": n.op,
        "inputs": [list(e) for e in n.inputs],
        "in_shapes": [list(s) for s in n.in_shapes],
        "outputs": [{"shape": list(o.shape), "dtype": o.dtype} for o in n.outputs],
        "attrs": {k: strict(v) for k, v in n.attrs.items()},
        "weights": [asdict(w) for w in n.weights],
        "scope": [list(s) for s in n.scope],
        "alias": n.alias,
    }


def _node(d: Mapping[str, Any]) -> Node:
    return Node(
        id=d["id"],
        op=d["op"],
        inputs=tuple(Edge(*e) for e in d["inputs"]),
        in_shapes=tuple(tuple(s) for s in d["in_shapes"]),
        outputs=tuple(TensorSpec(tuple(o["shape"]), o["dtype"]) for o in d["outputs"]),
        attrs={k: _tuples(v) for k, v in d["attrs"].items()},
        weights=tuple(_weight(w) for w in d["weights"]),
        scope=tuple(Scope(*s) for s in d["scope"]),
        alias=d["alias"],
    )


def _weight(d: Mapping[str, Any]) -> Weight:
    return Weight(d["name"], tuple(d["shape"]), d["dtype"], d["trainable"], d["identity"])


def strict(value: Any) -> Any:
    """With a text for each number that JSON does not have: "Infinity", "-Infinity", "NaN"."""
    if isinstance(value, tuple | list):
        return type(value)(strict(v) for v in value)
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _tuples(value: Any) -> Any:
    """JSON has lists and finite numbers only; attributes are tuples and any numbers."""
    if isinstance(value, list | tuple):
        return tuple(_tuples(v) for v in value)
    return float(value) if value in ("Infinity", "-Infinity", "NaN") else value
