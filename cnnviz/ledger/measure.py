"""Measure -> the exact figure, from the engine's report and graph of the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from math import prod

from cnnviz import engine, zoo
from cnnviz.graph import OPS, Graph
from cnnviz.ledger.model import Measure
from cnnviz.report import Report, Row

Rule = Callable[[Measure, Graph, Report], Fraction | int]


def compute(m: Measure) -> Fraction:
    """The figure, exactly. KeyError for an unknown rule, network or layer."""
    if m.of == "product":  # of numbers that stand in the paper
        return Fraction(prod(m.factors)) * m.times / m.divide
    choice = zoo.resolve(m.arch, m.knobs)
    graph, report = engine.graph_of(choice), engine.report_of(choice)
    return Fraction(RULES[m.of](m, graph, report)) * m.times / m.divide


def _rows(m: Measure, report: Report) -> Iterable[Row]:
    """The layers that the measure speaks of."""
    if m.node:
        return report.within(*m.node.split(","))
    rows = report.rows
    if m.until:
        ids = [r.id for r in rows]
        rows = rows[: ids.index(m.until) + 1]
    return tuple(r for r in rows if not m.only or OPS[r.op] == m.only)


def _params(m: Measure, _: Graph, report: Report) -> int:
    if not (m.node or m.until or m.only):
        return report.totals.params
    return sum(r.params for r in _rows(m, report))


def _weights(m: Measure, graph: Graph, report: Report) -> int:
    """Without biases."""
    nodes = [graph.by_id[r.id] for r in _rows(m, report)]
    found = {w.identity: w.numel for n in nodes if (w := n.weight("weight")) and w.trainable}
    return sum(found.values())


def _macs(m: Measure, _: Graph, report: Report) -> int:
    return sum(r.macs for r in _rows(m, report))


def _macs_and_biases(m: Measure, graph: Graph, report: Report) -> Fraction:
    """A bias is one addition for each output: half a multiply-accumulate."""
    biases = sum(r.activations for r in _rows(m, report) if graph.by_id[r.id].weight("bias"))
    return _macs(m, graph, report) + Fraction(biases, 2)


def _macs_with_gates(m: Measure, graph: Graph, report: Report) -> int:
    """With a squeeze-and-excitation gate (reduction 16) behind every convolution.

    Counts the gate's two linear layers, and one operation for each element that it averages.
    """
    convolutions = [r for r in report.rows if OPS[r.op] == "convolution"]
    gates = sum(2 * r.out_shape[1] ** 2 // 16 + r.activations for r in convolutions)
    return _macs(m, graph, report) + gates


def _macs_and_sums(m: Measure, graph: Graph, report: Report) -> int:
    """With one operation for each element of every residual addition."""
    return _macs(m, graph, report) + sum(r.activations for r in report.rows if r.op == "add")


def _connections(m: Measure, _: Graph, report: Report) -> int:
    return sum(r.connections for r in _rows(m, report))


def _activations(m: Measure, _: Graph, report: Report) -> int:
    return sum(r.activations for r in _rows(m, report))


def _channels(m: Measure, _: Graph, report: Report) -> int:
    return report.by_id[m.node].out_shape[1]


def _side(m: Measure, _: Graph, report: Report) -> int:
    """Height of the layer's maps."""
    return report.by_id[m.node].out_shape[2]


def _input_size(_m: Measure, _: Graph, report: Report) -> int:
    return report.inputs[0][2]


def _field(m: Measure, _: Graph, report: Report) -> int:
    """Side of the layer's receptive field."""
    found = report.by_id[m.node].receptive_field
    if found is None:
        raise KeyError(f"{m.node} of {report.name} has no receptive field")
    return found.size[0]


def _stride(m: Measure, _: Graph, report: Report) -> Fraction:
    found = report.by_id[m.node].receptive_field
    if found is None:
        raise KeyError(f"{m.node} of {report.name} has no receptive field")
    return found.stride[0]


def _attr(m: Measure, graph: Graph, _: Report) -> Fraction:
    return Fraction(str(graph.by_id[m.node].attrs[m.attr]))


def _mean(m: Measure, graph: Graph, report: Report) -> Fraction:
    """The layers' shares, each weighing as its layer does."""
    of = RULES[m.quantity]
    shares = dict(m.shares or {})
    sizes = {n: Fraction(of(replace(m, node=n), graph, report)) for n in shares}
    return sum((sizes[n] * Fraction(str(s)) for n, s in shares.items()), Fraction()) / sum(
        sizes.values()
    )


def _saving(m: Measure, _: Graph, __: Report) -> Fraction:
    """Percent less than the same network with its knobs at their defaults."""
    after = compute(Measure(m.quantity, m.arch, m.knobs))
    before = compute(Measure(m.quantity, m.arch))
    return 100 * (1 - after / before)


def _ratio(m: Measure, _: Graph, __: Report) -> Fraction:
    """How many times the other network has what this one has."""
    return compute(Measure(m.quantity, m.than)) / compute(Measure(m.quantity, m.arch, m.knobs))


def _depth(_m: Measure, _: Graph, report: Report) -> int:
    return report.totals.depth


RULES: dict[str, Rule] = {
    "params": _params,
    "weights": _weights,
    "macs": _macs,
    "macs_and_biases": _macs_and_biases,
    "macs_with_gates": _macs_with_gates,
    "macs_and_sums": _macs_and_sums,
    "connections": _connections,
    "activations": _activations,
    "channels": _channels,
    "side": _side,
    "input_size": _input_size,
    "field": _field,
    "stride": _stride,
    "attr": _attr,
    "mean": _mean,
    "saving": _saving,
    "ratio": _ratio,
    "depth": _depth,
}
