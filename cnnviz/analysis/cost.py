"""What an operation costs: parameters, MACs, connections, activations, memory access.

A rule yields Terms, products of named factors; a number is the sum of its terms, so the value and
the derivation that the reader sees come from one place. Conventions: docs/conventions.md.

Factor names (views turn them into symbols):
  N                               images in the batch; MACs and FLOPs are of the batch as given
  C_in C_out C                    channels in, out, or of both
  C_in_per_group C_out_per_group  channels that one filter reads, or writes when transposed
  links                           pairs (input map, output map) that a sparse convolution connects
  k_h k_w k_d k                   kernel: height, width, depth; of one axis
  H_out W_out D_out L_out         size of the map that is made (L: one axis)
  H_in W_in D_in L_in             of the map that is read
  wires_h wires_w wires_d wires   an uneven adaptive pooling's window widths, summed over an axis
  features_in features_out        of linear, bilinear (features_in2), recurrent layers
  words                           rows of an embedding
  positions                       places that a linear layer is applied to, besides the batch
  batch M P K                     a matrix product: how many, rows, columns, contracted; n_i n_j …
                                  the letters of an einsum
  heads L_query L_key L           attention: heads, lengths; head_in head_out: features of a head;
                                  projections: how many stand in one matrix
  steps gates hidden              recurrent layers: sequences · length, gates, units
  elements                        of a tensor of no particular form
  per_element per_mac             FLOPs for each
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

from cnnviz.analysis.contractions import steps
from cnnviz.analysis.factors import (
    ADAPTIVE,
    CONV,
    RECURRENT,
    TRANSPOSED,
    WINDOW,
    batch,
    channels,
    filters,
    has_bias,
    is_counter,
    kernel,
    keys,
    operands,
    places,
    recurrent_matrices,
    sizes_in,
    sizes_out,
    source,
    tensor,
    weight_factors,
    weight_term,
    windows,
)
from cnnviz.analysis.rules import Rules, ops_of
from cnnviz.graph import Node, numel
from cnnviz.report import Term

Cost = Callable[[Node], Iterator[Term]]

macs: Rules[Cost] = Rules("macs")
connections: Rules[Cost] = Rules("connections")

# -- MACs: multiply-accumulates of convolutions and matrix products, biases left out ---------------


@macs.rule(*CONV)
def _(n: Node) -> Iterator[Term]:
    yield Term(N=batch(n), **filters(n), **kernel(n), **sizes_out(n))


@macs.rule(*TRANSPOSED)
def _(n: Node) -> Iterator[Term]:
    # every input unit is spread over one kernel, so the products lie on the input's grid
    c_in, c_out = channels(source(n), n), channels(n.out_shape, n) // n.attrs["groups"]
    grid = sizes_in(n)
    yield Term(N=batch(n), C_in=c_in, C_out_per_group=c_out, **kernel(n), **grid)


@macs.rule("linear")
def _(n: Node) -> Iterator[Term]:
    yield Term(**places(n), features_out=n.out_shape[-1], features_in=source(n)[-1])


@macs.rule("bilinear")
def _(n: Node) -> Iterator[Term]:
    a, b = source(n)[-1], n.in_shapes[1][-1]
    yield Term(**places(n), features_out=n.out_shape[-1], features_in=a, features_in2=b)


@macs.rule("matmul")
def _(n: Node) -> Iterator[Term]:
    for step in steps(n):
        if step.kind == "contract":
            yield Term(**step.factors)


@macs.rule("attention")
def _(n: Node) -> Iterator[Term]:
    q, k, v = operands(n)[:3]
    pairs = {"N": numel(q[:-3]), "heads": q[-3] if len(q) > 2 else 1}
    pairs |= {"L_query": q[-2], "L_key": k[-2]}
    yield Term(**pairs, head_in=q[-1])  # scores
    yield Term(**pairs, head_out=v[-1])  # values, weighted and summed


@macs.rule("multi_head_attention")
def _(n: Node) -> Iterator[Term]:
    # (L, N, E), or (L, E) without a batch: PyTorch's function wants the sequence first
    q, k, v = operands(n)[:3]
    items, e = (q[1] if len(q) == 3 else 1), n.attrs["embed_dim"]
    for shape in (q, k, v):
        yield Term(N=items, L=shape[0], features_out=e, features_in=shape[-1])
    for _ in ("scores", "values, weighted and summed"):
        yield Term(N=items, L_query=q[0], L_key=keys(n), features_in=e)
    yield Term(N=items, L=q[0], features_out=e, features_in=e)


@macs.rule(*RECURRENT)
def _(n: Node) -> Iterator[Term]:
    steps = numel(source(n)[:-1])  # sequences · their length; a cell takes one step
    for matrix in recurrent_matrices(n):
        yield Term(steps=steps, **matrix)


macs.free(
    *ops_of("input", "pooling", "normalisation", "activation", "dropout", "combine", "reshape"),
    *("constant", "embedding", "rbf"),  # a look-up; differences squared, no products with weights
)
macs.no("opaque")


# -- Connections: LeNet's unit, a wire into a unit from an input unit or a bias, for one image -----


@connections.rule(*CONV)
def _(n: Node) -> Iterator[Term]:
    grid = sizes_out(n)
    yield Term(**filters(n), **kernel(n), **grid)
    if has_bias(n):
        yield Term(C_out=channels(n.out_shape, n), **grid)


@connections.rule(*TRANSPOSED)
def _(n: Node) -> Iterator[Term]:
    c_in, c_out = channels(source(n), n), channels(n.out_shape, n)
    grid = sizes_in(n)
    yield Term(C_in=c_in, C_out_per_group=c_out // n.attrs["groups"], **kernel(n), **grid)
    if has_bias(n):
        yield Term(C_out=c_out, **sizes_out(n))


@connections.rule("linear")
def _(n: Node) -> Iterator[Term]:
    units = {k: v for k, v in places(n).items() if k != "N"} | {"features_out": n.out_shape[-1]}
    yield Term(**units, features_in=source(n)[-1])
    if has_bias(n):
        yield Term(**units)


@connections.rule("bilinear")
def _(n: Node) -> Iterator[Term]:
    a, b = source(n)[-1], n.in_shapes[1][-1]
    yield Term(features_out=n.out_shape[-1], features_in=a, features_in2=b)
    if has_bias(n):
        yield Term(features_out=n.out_shape[-1])


@connections.rule("rbf")
def _(n: Node) -> Iterator[Term]:
    yield Term(features_out=n.out_shape[-1], features_in=source(n)[-1])


@connections.rule(*WINDOW)
def _(n: Node) -> Iterator[Term]:
    units = {"C": channels(n.out_shape, n)} | sizes_out(n)
    yield Term(**units, **kernel(n))
    if has_bias(n):
        yield Term(**units)


@connections.rule(*ADAPTIVE)
def _(n: Node) -> Iterator[Term]:
    yield Term(C=channels(n.out_shape, n), **windows(n))


@connections.rule("mean", "sum", "amax")
def _(n: Node) -> Iterator[Term]:
    shape = source(n)
    yield Term(elements=numel(shape[1:] if len(shape) > 1 else shape))


@connections.rule(*RECURRENT)
def _(n: Node) -> Iterator[Term]:
    steps = numel(source(n)[:-1]) // batch(n)
    for w in n.weights:
        yield Term(steps=steps, **weight_factors(n, w))


connections.free(
    *ops_of("input", "normalisation", "activation", "dropout", "combine", "reshape"),
    *("constant", "embedding"),
)
# a wire has a weight; where the weight is itself an activation, LeNet's unit does not apply
connections.no("matmul", "attention", "multi_head_attention", "opaque")


# -- Params, buffers, activations, memory access: the same rule for every operation ---------------


def numbers(n: Node, seen: AbstractSet[int], trainable: bool) -> Iterator[Term]:
    """The model's numbers that are met here first: trainable ones, or the others (buffers).

    `seen` holds the identities counted before; step counters are no numbers of the model.
    """
    here: set[int] = set()
    for w in n.weights:
        if (
            w.trainable is trainable
            and w.identity not in seen
            and w.identity not in here
            and not is_counter(w)
        ):
            here.add(w.identity)
            yield weight_term(n, w)


def activations(n: Node) -> Iterator[Term]:
    """Output elements, where the operation has storage of its own."""
    if n.alias or n.kind in ("input", "constant"):
        return
    for spec in n.outputs:
        yield tensor(spec.shape)


def memory_access(n: Node) -> Iterator[Term]:
    """Elements read and written: inputs, weights, outputs. A view moves nothing."""
    if n.kind in ("input", "constant") or (n.alias and n.kind in ("reshape", "dropout")):
        return
    for shape in n.in_shapes:
        yield tensor(shape, "in")
    for w in n.weights:
        if n.op == "embedding":  # only the rows that are looked up
            yield tensor(n.out_shape)
        elif not is_counter(w):
            yield weight_term(n, w)
    for spec in n.outputs:
        yield tensor(spec.shape)
