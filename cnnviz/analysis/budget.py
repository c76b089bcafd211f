"""What the memory of one pass consists of at its peak: weights, their state, each tensor alive.

The sums are those of memory.py; here they are told apart, so that a peak can be explained.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.analysis.memory import (
    GRADIENT,
    OPTIMISERS,
    inference_spans,
    peak,
    running_sums,
    trained_weights,
    training_spans,
)
from cnnviz.graph import Graph, Shape


@dataclass(frozen=True, slots=True)
class Held:
    """A tensor that is alive at the peak. `shape` is empty for what is kept besides the maps."""

    node: str
    what: str  # memory.OUTPUT, EXTRA or GRADIENT
    shape: Shape
    nbytes: int


@dataclass(frozen=True, slots=True)
class Budget:
    """Memory at the peak, in bytes."""

    weights: int  # buffers included
    gradients: int  # of the weights; 0 at inference, as the next
    optimiser: int
    held: tuple[Held, ...]  # the largest first, equal ones in execution order
    node: str  # the operation that runs at the peak
    backward: bool  # whether it runs in its backward step

    @property
    def activations(self) -> int:
        """Maps, and what autograd keeps besides them."""
        return sum(h.nbytes for h in self.held if h.what != GRADIENT)

    @property
    def map_gradients(self) -> int:
        return sum(h.nbytes for h in self.held if h.what == GRADIENT)

    @property
    def total(self) -> int:
        parts = (self.weights, self.gradients, self.optimiser)
        return sum(parts) + self.activations + self.map_gradients


def budget(graph: Graph, training: bool, optimizer: str = "sgd") -> Budget:
    """The peak of inference or of a training step. `optimizer`: one of memory.OPTIMISERS."""
    count = len(graph.nodes)
    spans = training_spans(graph)[0] if training else inference_spans(graph)
    at = peak(running_sums(spans, 2 * count if training else count))
    held = [
        Held(s.node, s.what, s.shape, s.nbytes)
        for s in spans
        if s.nbytes and s.first <= at <= s.last
    ]
    backward = at >= count
    trained = sum(w.nbytes for w in trained_weights(graph)) if training else 0
    return Budget(
        weights=sum(w.nbytes for w in graph.weights),
        gradients=trained,
        optimiser=OPTIMISERS[optimizer] * trained,
        held=tuple(sorted(held, key=lambda h: -h.nbytes)),
        node=graph.nodes[2 * count - 1 - at if backward else at].id if count else "",
        backward=backward,
    )
