"""What autograd keeps of each operation until its backward pass, as PyTorch does on a CPU.

A rule yields which of the operation's tensors are kept: In(i), Out(i), or Extra(bytes) made for the
purpose: masks, indices, statistics. Weights are kept too, but they are there anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cnnviz.analysis import saved_functions as saved
from cnnviz.analysis.factors import (
    ADAPTIVE,
    CONV,
    RECURRENT,
    TRANSPOSED,
    WINDOW,
    channels,
    source,
)
from cnnviz.analysis.rules import Rules, ops_of
from cnnviz.graph import Node, itemsize, numel

WEIGHT = -1  # stands for the operation's own trainable weights


class In(NamedTuple):
    """Input `at`, if one of `needed_by` (inputs, WEIGHT) needs a gradient; None: in any case."""

    at: int
    needed_by: tuple[int, ...] | None = None


class Out(NamedTuple):
    at: int = 0


class Extra(NamedTuple):
    nbytes: int
    needed_by: tuple[int, ...] | None = None


Kept = Iterator[In | Out | Extra]
Rule = Callable[[Node], Kept]

kept: Rules[Rule] = Rules("kept for backward")

INDEX_BYTES = 8  # of one int64, where a maximum was

KEEP_OUTPUT = ("sigmoid", "tanh", "softmax", "log_softmax")
IN_PLACE_BY_OUTPUT = ("leaky_relu", "elu")  # their derivative can be read off the output


def elements(n: Node, count: int) -> Extra:
    """`count` numbers of the type of the output."""
    return Extra(count * itemsize(n.outputs[0].dtype))


kept.free(
    *("input", "constant", "mean", "sum", "add", "sub", "concat", "stack", "opaque"),
    *(op for op in ops_of("reshape") if op != "pad"),
)


@kept.rule(*TRANSPOSED, "bilinear", "maximum", "embedding")
def _(n: Node) -> Kept:
    for i in range(len(n.inputs)):
        if n.kind != "convolution" or len(n.in_shapes[i]) > 1:
            yield In(i)


@kept.rule(*CONV)
def _(n: Node) -> Kept:
    uneven = [end - begin for begin, end in n.attrs["padding"]]
    if any(uneven):  # "same" with an even kernel: a copy is padded first
        lead, space = source(n)[: -len(uneven)], source(n)[-len(uneven) :]
        grown = (size + more for size, more in zip(space, uneven, strict=True))
        yield elements(n, numel((*lead, *grown)))
    else:
        yield In(0)
    for i in range(1, len(n.inputs)):  # weights that are themselves computed; a bias is not kept
        if len(n.in_shapes[i]) > 1:
            yield In(i)
    if "links" in n.attrs:  # computed as a dense convolution, with zeros where there is no link
        maps = channels(n.out_shape, n) * channels(source(n), n)
        yield elements(n, maps * numel(n.attrs["kernel_size"]))
        yield Extra(2 * n.attrs["links"] * INDEX_BYTES)


@kept.rule("linear")
def _(n: Node) -> Kept:
    matrix = any(w.trainable and len(w.shape) > 1 for w in n.weights)
    yield In(0, (WEIGHT,) if matrix else tuple(range(1, len(n.inputs))))
    if len(n.inputs) > 1 and len(n.in_shapes[1]) > 1:  # a matrix that is itself computed
        yield In(1, (0,))


@kept.rule("rbf")
def _(n: Node) -> Kept:
    # the differences, all with all, that are squared and summed
    yield elements(n, numel(n.out_shape) * source(n)[-1])


@kept.rule("matmul", "mul")
def _(n: Node) -> Kept:
    # a factor's gradient needs the other factors; a parameter is a factor that needs one
    count = len(n.inputs)
    for i in range(count):
        yield In(i, (*range(i), *range(i + 1, count), WEIGHT))


@kept.rule("div")
def _(n: Node) -> Kept:
    if n.attrs.get("function") == "reciprocal":  # a number by a tensor
        yield elements(n, numel(n.out_shape))
    elif len(n.inputs) > 1:
        yield In(1)
        yield In(0, (1,))
    else:
        yield In(0, (WEIGHT,))


@kept.rule("attention")
def _(n: Node) -> Kept:
    if n.attrs.get("dropout_p", 0.0) > 0 or len(source(n)) != 4:
        yield In(2)
        yield elements(n, saved.attention(n))
        return
    for i in range(len(n.inputs)):
        yield In(i)
    yield Out()
    yield elements(n, numel(n.out_shape[:-1]))  # the logarithm of each softmax's sum


@kept.rule("multi_head_attention")
def _(n: Node) -> Kept:
    for i in range(len(n.inputs)):
        yield In(i)
    yield elements(n, saved.multi_head(n))


@kept.rule(*RECURRENT)
def _(n: Node) -> Kept:
    # the plain formulas' gates and states; a fused kernel keeps a workspace of its own instead
    yield In(0)
    yield Out()
    units = numel(source(n)[:-1]) * n.attrs["hidden_size"] * n.attrs["num_layers"]
    per_unit = {"rnn": 0, "gru": 5, "lstm": 5}[n.op]
    yield elements(n, units * per_unit * (2 if n.attrs["bidirectional"] else 1))


@kept.rule(*(op for op in (*WINDOW, *ADAPTIVE) if op != "lp_pool2d"))
def _(n: Node) -> Kept:
    if n.op.startswith("adaptive_avg") and numel(n.out_shape[2:]) == 1:
        return  # computed as a mean
    yield In(0)
    if "max" in n.op:
        yield Extra(numel(n.out_shape) * INDEX_BYTES)
    elif n.weight("weight") is not None:  # LeNet's sub-sampling: the average is multiplied
        yield elements(n, numel(n.out_shape))


@kept.rule("lp_pool2d")
def _(n: Node) -> Kept:
    yield In(0)
    yield elements(n, numel(source(n)) + 4 * numel(n.out_shape))  # powers, sign, root


@kept.rule("amax")
def _(n: Node) -> Kept:
    if len(n.outputs) > 1:  # of max(dim) where the maxima were
        yield Out(1)
        return
    yield In(0)
    yield Out()


@kept.rule("batch_norm")
def _(n: Node) -> Kept:
    yield In(0)
    yield elements(n, 2 * source(n)[1])  # the batch's mean and 1/σ


@kept.rule("layer_norm")
def _(n: Node) -> Kept:
    yield In(0)
    yield elements(n, 2 * (numel(n.out_shape) // numel(n.attrs["normalized_shape"])))


@kept.rule("rms_norm")
def _(n: Node) -> Kept:
    yield In(0, (0,))
    roots = elements(n, numel(n.out_shape) // numel(n.attrs["normalized_shape"]))
    yield roots._replace(needed_by=(0,))
    if n.weights:
        yield elements(n, numel(n.out_shape))


@kept.rule("group_norm")
def _(n: Node) -> Kept:
    yield In(0)
    yield elements(n, 2 * source(n)[0] * n.attrs["num_groups"])


@kept.rule("instance_norm")
def _(n: Node) -> Kept:
    yield In(0)
    # the statistics; scale, running mean and running variance are repeated for each image
    roles = ("weight", "running_mean", "running_var")
    repeated = sum(n.weight(role) is not None for role in roles)
    yield elements(n, (2 + repeated) * numel(source(n)[:2]))


@kept.rule("local_response_norm")
def _(n: Node) -> Kept:
    yield In(0)
    batch, channels, *space = source(n)
    yield elements(n, batch * (channels + n.attrs["size"] - 1) * numel(tuple(space)))  # squares
    yield elements(n, 2 * numel(n.out_shape))  # the sum, and its power


@kept.rule("normalize")
def _(n: Node) -> Kept:
    yield In(0)
    yield elements(n, 2 * (numel(n.out_shape) // n.out_shape[n.attrs["dim"]]))


@kept.rule("relu", *KEEP_OUTPUT)
def _(n: Node) -> Kept:
    if "amplitude" in n.attrs:  # LeNet's A·tanh(S·x): what stands before the last product
        yield elements(n, numel(n.out_shape))
    else:
        yield Out()


@kept.rule(*(op for op in ops_of("activation") if op not in ("relu", "elementwise", *KEEP_OUTPUT)))
def _(n: Node) -> Kept:
    if not n.alias or n.op in IN_PLACE_BY_OUTPUT:
        yield In(0)
    else:  # in place the input is overwritten, so a copy is kept
        yield elements(n, numel(n.out_shape))


@kept.rule("elementwise")
def _(n: Node) -> Kept:
    function, count = n.attrs.get("function", ""), len(n.inputs)
    if function in saved.NOTHING or saved.NOTHING_WITH_A_NUMBER.get(function) == count:
        return
    if function in saved.MASK:
        if not any(w.dtype == "bool" for w in n.weights):  # else it is a buffer
            yield In(min(saved.MASK[function], count - 1))
        return
    if function == "float_power":  # all in double precision, as the output
        yield elements(n, (3 if count > 1 else 1) * numel(n.out_shape))
        return
    if function in saved.OUTPUT or function in saved.INPUTS_AND_OUTPUT:
        yield Out()
    if function in saved.OUTPUT:
        return
    if function == "copysign":
        yield In(0)
        yield Out()
        return
    for i in range(count):
        yield In(i)
    if function in saved.INPUTS_AND_ANOTHER:
        yield elements(n, numel(n.out_shape))
    if function == "pow" and count > 1:
        yield Out()


@kept.rule("dropout")
def _(n: Node) -> Kept:
    if 0 < n.attrs.get("p", 0.5) < 1:
        each = n.attrs.get("function") in saved.WHOLE_CHANNELS
        # the mask, as numbers
        yield elements(n, numel(n.out_shape[:2] if each else n.out_shape))


@kept.rule("pad")
def _(n: Node) -> Kept:
    if n.attrs.get("mode", "constant") != "constant":
        yield In(0)


@kept.rule("distance")
def _(n: Node) -> Kept:
    if "dim" not in n.attrs:  # Euclidean: the differences and their root
        yield elements(n, max(numel(s) for s in n.in_shapes))
        yield Out()
        return
    for i in range(len(n.inputs)):
        yield In(i)
    yield elements(n, 4 * numel(n.out_shape) + sum(numel(s) for s in n.in_shapes))
