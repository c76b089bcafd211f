"""What a tool counts at one place, in shares: each with its reason, and the products it comes from.

Over a place the amounts sum to what the tool prints there, and so do the terms: the amounts say
how its figure departs from ours, the terms how it is computed. Terms' factors are named as in
analysis/cost.py; besides: elements_in and elements_out of an operation, rows and per_row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from cnnviz.crosscheck.places import Place, places
from cnnviz.graph import Graph, Node
from cnnviz.report import Report, Term

Part = tuple[str, int]  # reason key (or "macs"), multiply-accumulates
OURS: Final = "macs"  # the share that is our own count; every other is a reason


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a tool's figure at one operation.

    `amount` is what it adds to our count, or takes away; the terms are the products that stand in
    the tool's own.
    """

    node: Node
    reason: str
    amount: int
    terms: tuple[Term, ...] = ()


Rule = Callable[[Place], Iterator[Share]]


@dataclass(frozen=True, slots=True)
class Preset:
    """One way of counting. `version` is the tool's whose figures were compared."""

    name: str
    version: str
    rule: Rule
    unit: str = "macs"  # of what the tool itself prints: "macs", or "flops", two for each

    def parts(self, place: Place) -> tuple[Part, ...]:
        """What the tool prints at the place, in parts: our own MACs, and each reason's share."""
        found: dict[str, int] = {}
        for share in self.rule(place):
            found[share.reason] = found.get(share.reason, 0) + share.amount
        return tuple((r, a) for r, a in found.items() if a)

    def total(self, graph: Graph, report: Report) -> int:
        """What the tool prints for the network, in multiply-accumulates of its own counting."""
        return sum(a for p in places(graph, report) for _, a in self.parts(p))

    def breakdown(self, graph: Graph, report: Report) -> dict[str, int]:
        """Reason -> its share of the whole network's figure; "macs" is ours."""
        found: dict[str, int] = {}
        for place in places(graph, report):
            for reason, amount in self.parts(place):
                found[reason] = found.get(reason, 0) + amount
        return found


def kept(place: Place) -> Iterator[Share]:
    """Our own count, node by node, as it is."""
    for node, macs, terms in place.own:
        yield Share(node, OURS, macs, terms)


def left_out(place: Place, reason: str) -> Iterator[Share]:
    """Our own count, and nothing of it in the tool's."""
    for node, macs, _ in place.own:
        yield from instead(node, macs, reason, ())


def instead(node: Node, macs: int, reason: str, terms: tuple[Term, ...]) -> Iterator[Share]:
    """Other products in the place of ours."""
    yield Share(node, OURS, macs)
    yield Share(node, reason, sum(t.value for t in terms) - macs, terms)


def added(node: Node, reason: str, *terms: Term) -> Share:
    """Products beside ours."""
    return Share(node, reason, sum(t.value for t in terms), terms)
