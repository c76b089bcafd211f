"""Memory over the execution order: what is alive while each operation runs, weights apart.

Inference: a tensor lives from the operation that makes it to the last that reads it; the network's
inputs from the start, its outputs to the end. Training, with the same batch: besides, what autograd
keeps until the backward pass (kept.py), one gradient for each tensor from its last reader's
backward to its maker's, and weight gradients and SGD's momentum throughout. Workspaces of kernels
are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cnnviz.analysis.kept import WEIGHT, Extra, In, Kept, kept
from cnnviz.graph import Edge, Graph, Node, TensorSpec
from cnnviz.report import Memory, Moment

OPTIMISER_STATE = 2  # weight gradients, and momentum: each as large as the weights


class Span(NamedTuple):
    """Bytes that belong to a node, alive from one step to another, both included."""

    node: str
    nbytes: int
    first: int
    last: int


class Storage:
    """Memory that a tensor and its views share."""

    __slots__ = ("born", "gradient", "keeper", "nbytes", "node", "read")

    def __init__(self, node: str, nbytes: int, born: int, gradient: bool) -> None:
        self.node = node
        self.nbytes = nbytes
        self.born = born
        self.read = born  # step of the last reader
        self.keeper: int | None = None  # step of the first operation that keeps it for backward
        self.gradient = gradient


def memory(graph: Graph) -> Memory:
    """Peaks, timeline and what is alive at the peaks; all in bytes."""
    storages, extras = storages_of(graph)
    steps = len(graph.nodes)
    inference = [Span(s.node, s.nbytes, s.born, s.read) for s in storages]
    training = [*training_spans(storages, steps), *extras]
    weights = [w for w in graph.weights if w.trainable]
    state = OPTIMISER_STATE * sum(w.nbytes for w in weights)
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
        kept_for_backward=sum(s.nbytes for s in storages if s.keeper is not None)
        + sum(e.nbytes for e in extras),
        weight_bytes=sum(w.nbytes for w in graph.weights),
        weight_state=state,
        timeline=timeline,
    )


def storages_of(graph: Graph) -> tuple[list[Storage], list[Span]]:
    """Every storage with its life, and what operations keep besides (masks, indices)."""
    found: list[Storage] = []
    holder: dict[Edge, Storage] = {}
    extras: list[Span] = []
    steps = len(graph.nodes)
    for step, n in enumerate(graph.nodes):
        read = [holder[e] for e in n.inputs]
        grads = [s.gradient for s in read]
        needs = any(grads) or any(w.trainable for w in n.weights)
        for s in read:
            s.read = step
        for i, spec in enumerate(n.outputs):
            if n.alias and read:
                made = read[0]
                made.gradient = made.gradient or needs
            else:
                made = Storage(n.id, own_bytes(n, spec), step, needs and is_float(spec))
                found.append(made)
            holder[Edge(n.id, i)] = made
        for item in keeps(n, grads) if needs else ():
            if isinstance(item, Extra):
                extras.append(Span(n.id, item.nbytes, step, 2 * steps - 1 - step))
                continue
            s = read[item.at] if isinstance(item, In) else holder[Edge(n.id, item.at)]
            s.keeper = step if s.keeper is None else s.keeper
    for input_id in graph.inputs:
        holder[Edge(input_id, 0)].born = 0
    for e in graph.outputs:
        holder[e].read = steps - 1
    return found, extras


def keeps(n: Node, grads: list[bool]) -> Kept:
    """What autograd keeps of this node, given which of its inputs need a gradient."""
    rule = kept.get(n.op)
    trainable = any(w.trainable for w in n.weights)
    for item in rule(n) if rule else ():
        if isinstance(item, In) and item.needed_by is not None:
            reasons = (trainable if i == WEIGHT else grads[i] for i in item.needed_by)
            if not any(reasons):
                continue
        yield item


def training_spans(storages: Iterable[Storage], steps: int) -> Iterable[Span]:
    """Steps 0 … n−1 are the forward pass, n … 2n−1 the backward pass in reverse order."""
    end = 2 * steps - 1
    for s in storages:
        yield Span(s.node, s.nbytes, s.born, s.read if s.keeper is None else end - s.keeper)
        if s.gradient:
            yield Span(s.node, s.nbytes, end - s.read, end - s.born)


def own_bytes(n: Node, spec: TensorSpec) -> int:
    """A constant that is a weight of the model lies with the weights."""
    return 0 if n.op == "constant" and n.weights else spec.nbytes


def is_float(spec: TensorSpec) -> bool:
    return "float" in spec.dtype or spec.dtype.startswith("complex")


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
