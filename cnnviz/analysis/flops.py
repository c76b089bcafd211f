"""FLOPs: two for each MAC, and for the rest a constant for each element, all in one table.

Comparisons count as additions do; exp, log, erf, tanh, a power and a root count one each. A bias
costs nothing: it is the value that the sum starts from. The constants describe the plain formulas,
not what a fused kernel does.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnnviz.analysis.contractions import steps
from cnnviz.analysis.cost import Cost, macs
from cnnviz.analysis.factors import (
    ADAPTIVE,
    RECURRENT,
    WINDOW,
    batch,
    channels,
    has_bias,
    kernel,
    keys,
    operands,
    sizes_out,
    source,
    tensor,
    windows,
)
from cnnviz.analysis.rules import Rules, ops_of
from cnnviz.graph import Node, numel
from cnnviz.report import Term

flops: Rules[Cost] = Rules("flops")

PER_MAC = 2  # a multiplication and an addition

# op -> FLOPs for each element of its output, and the formula that they are counted from
PER_ELEMENT: dict[str, tuple[int, str]] = {
    "relu": (1, "max(x, 0)"),
    "relu6": (2, "min(max(x, 0), 6)"),
    "hardtanh": (2, "min(max(x, a), b)"),
    "leaky_relu": (2, "max(x, 0) or a·x"),
    "prelu": (2, "max(x, 0) or a·x"),
    "elu": (3, "x, or a·(exp(x) − 1)"),
    "gelu": (5, "x/2 · (1 + erf(x/√2))"),
    "sigmoid": (4, "1 / (1 + exp(−x))"),
    "silu": (5, "x · sigmoid(x)"),
    "hardsigmoid": (4, "min(max(x + 3, 0), 6) / 6"),
    "hardswish": (5, "x · hardsigmoid(x)"),
    "softplus": (3, "log(1 + exp(x))"),
    "tanh": (1, "tanh(x)"),
    "softmax": (5, "e = exp(x − max x); e / Σe"),
    "log_softmax": (5, "y = x − max x; y − log Σ exp(y)"),
    "elementwise": (1, "f(x)"),
    "add": (1, "x + y"),
    "sub": (1, "x − y"),
    "mul": (1, "x · y"),
    "div": (1, "x / y"),
    "maximum": (1, "max(x, y)"),
    "batch_norm": (2, "a·x + b, statistics folded into a and b"),
    "layer_norm": (7, "Σx; x − μ; Σ(x − μ)² (2); · 1/σ; a·x + b (2)"),
    "group_norm": (7, "as layer norm"),
    "instance_norm": (7, "as layer norm"),
    "rms_norm": (4, "Σx² (2); · 1/rms; · a"),
    "normalize": (3, "Σx² (2); / norm"),
}

LOCAL_RESPONSE = (
    4  # besides the sum over n channels: x², (k + α/n·Σ)^β: 2 and 1, a division: less 1
)
PER_INPUT = {"mean": 1, "sum": 1, "amax": 1}  # for each element of the input
DISTANCE = {"pairwise": 3, "cosine": 6}  # Σ(x − y)²; Σxy, Σx², Σy²: for each pair of elements
RBF = 3  # Σ(x − w)²
TAPS = {"linear": 2, "bilinear": 4, "trilinear": 8, "bicubic": 16}  # 2 FLOPs each; nearest: none
RECURRENT_ELEMENT = {"rnn": 1, "gru": 14, "lstm": 18}  # gates and state, for each hidden unit
DROPOUT = 2  # in training: times the mask, times 1/(1 − p)


@flops.rule(*(op for op in ops_of("convolution", "linear") if op not in ("embedding", "rbf")))
def _(n: Node) -> Iterator[Term]:
    rule = macs.get(n.op)
    for term in rule(n) if rule else ():
        yield Term(per_mac=PER_MAC, **dict(term.factors))
    if n.op in RECURRENT:
        units = numel(source(n)[:-1]) * n.attrs["hidden_size"] * n.attrs["num_layers"]
        directions = 2 if n.attrs["bidirectional"] else 1
        yield Term(per_element=RECURRENT_ELEMENT[n.op], elements=units * directions)
    elif n.op == "matmul":  # nothing contracted: a product element by element, a sum of one operand
        for step in steps(n):
            if step.kind != "contract":
                yield Term(per_element=1, **step.factors)
    elif n.op in ("attention", "multi_head_attention"):
        yield Term(per_element=PER_ELEMENT["softmax"][0] + 1, elements=scores(n))  # and the scale


@flops.rule(*PER_ELEMENT)
def _(n: Node) -> Iterator[Term]:
    yield Term(per_element=PER_ELEMENT[n.op][0], **dict(tensor(n.out_shape).factors))


@flops.rule(*WINDOW)
def _(n: Node) -> Iterator[Term]:
    # k·k − 1 comparisons or additions, and one more: max's first, or the division
    units = {"C": channels(n.out_shape, n)} | sizes_out(n)
    yield Term(N=batch(n), **units, **kernel(n))
    if n.op == "lp_pool2d":  # each value to the p-th power first
        yield Term(N=batch(n), **units, **kernel(n))
    if has_bias(n):  # LeNet's coefficient and bias
        yield Term(per_element=2, N=batch(n), **units)


@flops.rule(*ADAPTIVE)
def _(n: Node) -> Iterator[Term]:
    yield Term(N=batch(n), C=channels(n.out_shape, n), **windows(n))


@flops.rule(*PER_INPUT)
def _(n: Node) -> Iterator[Term]:
    yield Term(per_element=PER_INPUT[n.op], **dict(tensor(source(n), "in").factors))


@flops.rule("local_response_norm")
def _(n: Node) -> Iterator[Term]:
    yield Term(per_element=n.attrs["size"] + LOCAL_RESPONSE, **dict(tensor(n.out_shape).factors))


@flops.rule("distance")
def _(n: Node) -> Iterator[Term]:
    cost = DISTANCE["cosine" if "dim" in n.attrs else "pairwise"]
    shapes = operands(n)
    pairs = max(numel(s) for s in shapes)
    if len(n.out_shape) == len(shapes[0]) and not n.attrs.get("keepdim"):  # cdist: all with all
        pairs = numel(n.out_shape) * shapes[0][-1]
    yield Term(per_element=cost, elements=pairs)


@flops.rule("rbf")
def _(n: Node) -> Iterator[Term]:
    rows = numel(source(n)[:-1])
    yield Term(per_element=RBF, N=rows, features_out=n.out_shape[-1], features_in=source(n)[-1])


@flops.rule("interpolate")
def _(n: Node) -> Iterator[Term]:
    taps = TAPS.get(n.attrs.get("mode", "nearest"), 0)
    if taps:
        yield Term(per_element=2 * taps, **dict(tensor(n.out_shape).factors))


@flops.rule("dropout")
def _(n: Node) -> Iterator[Term]:
    if n.attrs.get("training"):
        yield Term(per_element=DROPOUT, **dict(tensor(n.out_shape).factors))


flops.free(
    *("input", "constant", "embedding", "concat", "stack"),
    *(op for op in ops_of("reshape") if op != "interpolate"),
)
flops.no("opaque")


def scores(n: Node) -> int:
    """How many query-key pairs an attention scores, all heads together."""
    q, k = operands(n)[:2]
    if n.op == "attention":
        return numel(q[:-1]) * k[-2]
    return numel(q[:-1]) * int(n.attrs["num_heads"]) * keys(n)
