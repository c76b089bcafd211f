"""Memory over the execution order: what is alive while each operation runs, weights apart.

Inference: a tensor lives from the operation that makes it to the last that reads it; the network's
inputs from the start, its outputs to the end. Training, with the same batch: forward and backward;
besides, what autograd keeps until an operation's backward step (saved_for_backward.py), a gradient
for each tensor from its last reader's backward step to its maker's, and throughout, for the weights
that the backward pass reaches, a gradient and what the optimiser keeps. Workspaces of kernels are
not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cnnviz.analysis.saved_for_backward import WEIGHT, Extra, In, Kept, Out, kept
from cnnviz.graph import Edge, Graph, Node, Shape, TensorSpec, Weight
from cnnviz.report import Memory, Moment

# what an optimiser keeps for each weight, in tensors of its size: momentum; two moments
OPTIMISERS = {"sgd": 1, "adam": 2}
OUTPUT, EXTRA, GRADIENT = "output", "extra", "gradient"  # what a span is


class Span(NamedTuple):
    """Bytes that belong to a node, alive from one step to another, both included."""

    node: str
    nbytes: int
    first: int
    last: int
    what: str  # OUTPUT, EXTRA (masks, indices, statistics kept for the backward pass) or GRADIENT
    shape: Shape = ()  # of the tensor; empty for what is kept besides


class Storage:
    """Memory that a tensor and its views share, and the steps at which it is needed."""

    __slots__ = ("born", "gradient", "keeper", "nbytes", "node", "read", "shape")

    def __init__(
        self, node: str, nbytes: int, born: int, gradient: bool, shape: Shape = ()
    ) -> None:
        self.node = node
        self.shape = shape
        self.nbytes = nbytes
        self.born = born
        self.read = born  # the last reader
        self.keeper: int | None = None  # the first operation that keeps it for its backward pass
        self.gradient = gradient  # whether it gets one


def memory(graph: Graph, optimizer: str = "sgd") -> Memory:
    """Peaks, timeline and what is alive at the peaks; all in bytes. `optimizer`: of OPTIMISERS."""
    steps = len(graph.nodes)
    inference = inference_spans(graph)
    training, kept_bytes = training_spans(graph)
    state = (1 + OPTIMISERS[optimizer]) * sum(w.nbytes for w in trained_weights(graph))
    alive = running_sums(inference, steps)
    both = [a + state for a in running_sums(training, 2 * steps)]
    timeline = tuple(
        Moment(n.id, alive[i], max(both[i], both[-1 - i])) for i, n in enumerate(graph.nodes)
    )
    return Memory(
        peak_inference=max(alive, default=0),
        peak_training=max(both, default=state),
        alive_at_inference_peak=alive_at(inference, peak(alive)),
        alive_at_training_peak=alive_at(training, peak(both)),
        kept_for_backward=kept_bytes,
        weight_bytes=sum(w.nbytes for w in graph.weights),
        weight_state=state,
        timeline=timeline,
    )


def inference_spans(graph: Graph) -> list[Span]:
    """From the operation that makes a tensor to the last that reads it or a view of it."""
    storages, holder, _ = storages_of(graph, training=False)
    for e in graph.outputs:
        holder[e].read = len(graph.nodes) - 1
    return [Span(s.node, s.nbytes, s.born, s.read, OUTPUT, s.shape) for s in storages]


def training_spans(graph: Graph) -> tuple[list[Span], int]:
    """Steps 0 … n−1 are the forward pass, n … 2n−1 the backward pass in reverse order.

    Also how many bytes autograd keeps.
    """
    end = 2 * len(graph.nodes) - 1
    storages, holder, differentiable = storages_of(graph, training=True)
    spans: list[Span] = []
    kept_bytes = 0
    for step, n in enumerate(graph.nodes):
        grads = [differentiable[e] for e in n.inputs]
        for item in keeps(n, grads):
            if isinstance(item, Extra):
                spans.append(Span(n.id, item.nbytes, step, end - step, EXTRA))
                kept_bytes += item.nbytes
                continue
            s = holder[n.inputs[item.at] if isinstance(item, In) else Edge(n.id, item.at)]
            if s.keeper is None:
                s.keeper = step
                kept_bytes += s.nbytes
    outputs = {id(holder[e]) for e in graph.outputs}
    for s in storages:
        last = s.read if s.keeper is None else end - s.keeper
        last = end if id(s) in outputs else last
        spans.append(Span(s.node, s.nbytes, s.born, last, OUTPUT, s.shape))
        if s.gradient:
            first = end - (len(graph.nodes) - 1 if id(s) in outputs else s.read)
            spans.append(Span(s.node, s.nbytes, first, end - s.born, GRADIENT, s.shape))
    return spans, kept_bytes


def storages_of(
    graph: Graph, training: bool
) -> tuple[list[Storage], dict[Edge, Storage], dict[Edge, bool]]:
    """Every storage with its readers, which of them holds which tensor, and which need a gradient.

    A graph that was traced for evaluation has dropouts that do nothing; in training they write.
    """
    found: list[Storage] = []
    holder: dict[Edge, Storage] = {}
    differentiable: dict[Edge, bool] = {}
    for step, n in enumerate(graph.nodes):
        read = [holder[e] for e in n.inputs]
        for s in read:
            s.read = step
        needs = training and records(n, [differentiable[e] for e in n.inputs])
        writes = training and n.op == "dropout" and n.attrs.get("p", 0.5) > 0
        for i, spec in enumerate(n.outputs):
            made = read[0] if n.alias and read and not writes else None
            if made is None:
                made = Storage(n.id, own_bytes(n, spec), step, False, spec.shape)
                found.append(made)
            edge = Edge(n.id, i)
            holder[edge], differentiable[edge] = made, needs and is_float(spec.dtype)
            made.gradient = made.gradient or differentiable[edge]
    for input_id in graph.inputs:
        holder[Edge(input_id, 0)].born = 0
    return found, holder, differentiable


def trained_weights(graph: Graph) -> tuple[Weight, ...]:
    """The weights that get a gradient, each once: a path that autograd records leads to an output.

    An optimiser keeps nothing for the others: they have no gradient to average.
    """
    _, _, differentiable = storages_of(graph, training=True)
    reached = {e for e in graph.outputs if differentiable[e]}
    found: dict[int, Weight] = {}
    for n in reversed(graph.nodes):
        made = (Edge(n.id, i) for i in range(len(n.outputs)))
        if reached.isdisjoint(made):
            continue
        found |= {w.identity: w for w in n.weights if w.trainable}
        reached |= {e for e in n.inputs if differentiable[e]}
    return tuple(found.values())


def records(n: Node, grads: list[bool]) -> bool:
    """Whether autograd records the operation: something needs a gradient, and nothing stops it."""
    stops = n.attrs.get("no_grad") or n.attrs.get("function") == "detach"
    return not stops and (any(grads) or any(w.trainable for w in n.weights))


def keeps(n: Node, grads: list[bool]) -> Kept:
    """What autograd keeps of this node, given which of its inputs need a gradient."""
    if not records(n, grads):
        return
    trainable = any(w.trainable for w in n.weights)
    rule = kept.get(n.op)
    for item in rule(n) if rule else ():
        if isinstance(item, In) and item.at >= len(n.inputs):  # a buffer of the model is read
            continue
        by = None if isinstance(item, Out) else item.needed_by
        if by is not None and not any(trainable if i == WEIGHT else grads[i] for i in by):
            continue
        yield item


def own_bytes(n: Node, spec: TensorSpec) -> int:
    """A weight of the model, or a view of one, lies with the weights."""
    return 0 if n.weights and not n.inputs and (n.alias or n.op == "constant") else spec.nbytes


def is_float(dtype: str) -> bool:
    return "float" in dtype or dtype.startswith("complex")


def running_sums(spans: Iterable[Span], steps: int) -> list[int]:
    """Bytes alive at each step."""
    change = [0] * (steps + 1)
    for s in spans:
        change[s.first] += s.nbytes
        change[s.last + 1] -= s.nbytes
    total, found = 0, []
    for c in change[:steps]:
        total += c
        found.append(total)
    return found


def peak(alive: list[int]) -> int:
    """The first step with the most bytes."""
    return alive.index(max(alive)) if alive else 0


def alive_at(spans: Iterable[Span], step: int) -> tuple[str, ...]:
    """The nodes whose bytes are alive at a step, each once."""
    return tuple(dict.fromkeys(s.node for s in spans if s.nbytes and s.first <= step <= s.last))
