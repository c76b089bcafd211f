"""What the panel looks at: one network, traced and analysed. From the zoo or from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

from cnnviz.graph import Graph
from cnnviz.report import Report
from cnnviz.zoo import Choice, Family

Reasons = Mapping[str, tuple[tuple[str, int], ...]]  # node id -> (reason, amount)
_serials = count()  # an address in memory may be used again, a serial not


@dataclass(frozen=True, eq=False)
class Study:
    """A graph and its report; `choice` and `family` only for networks of the zoo.

    Studies of the zoo are equal where their choices are, so drawings can be cached by `key`; one
    from elsewhere is equal to itself alone. What is compared with and how is counted belong to
    the key.
    """

    graph: Graph
    report: Report
    title: str
    choice: Choice | None = None
    family: Family | None = None
    serial: int = field(default_factory=_serials.__next__)
    pinned: Study | None = None  # what the numbers are compared with
    count: str = ""  # whose counting `report` follows; "" for ours
    ours: Report | None = None  # our own report, where `report` is not
    why: Reasons = field(default_factory=dict)  # why `report` differs from ours

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Hashable: equal where every number shown is."""
        own = ("zoo", self.choice.key) if self.choice else ("own", self.serial)
        return (*own, self.count, self.pinned.key if self.pinned else None)

    @property
    def own_report(self) -> Report:
        """The report counted our own way, however the page counts."""
        return self.ours or self.report

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Study) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def of_zoo(choice: Choice, family: Family) -> Study:
    """The study of a network of the zoo. ReaderError if its input cannot work."""
    from cnnviz import engine

    graph, report = engine.graph_of(choice), engine.report_of(choice)
    return Study(graph, report, choice.arch.title, choice, family)
