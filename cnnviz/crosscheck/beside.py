"""Several tools' opinions side by side, line by line, those that differ for one reason together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnviz.crosscheck.opinions import Line, lines
from cnnviz.crosscheck.shares import Part

if TYPE_CHECKING:
    from cnnviz.crosscheck import Crosscheck
    from cnnviz.graph import Graph
    from cnnviz.report import Report


@dataclass(frozen=True, slots=True)
class Beside:
    """One module call as we and each tool count it. A tool that stopped is not in `theirs`."""

    head: tuple[str, str]  # id and op of the operation that stands for the call
    ids: tuple[str, ...]
    ours: int
    theirs: Mapping[str, float]
    reasons: Mapping[str, tuple[Part, ...]]  # tool -> why it differs here

    @property
    def why(self) -> tuple[tuple[str, str], ...]:
        """Every (tool, reason) that acts here, in the tools' order."""
        return tuple((tool, r) for tool, parts in self.reasons.items() for r, a in parts if a)

    @property
    def largest(self) -> float:
        """The largest difference, whichever tool's."""
        return max((abs(theirs - self.ours) for theirs in self.theirs.values()), default=0)


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that differ for the same reasons; `sums` says what each comes to. Empty: they agree."""

    sums: Mapping[tuple[str, str], float]  # (tool, reason) -> amount over the lines
    lines: tuple[Beside, ...]

    @property
    def agree(self) -> bool:
        return not self.sums


def beside(
    tools: Sequence[str], graph: Graph, report: Report, live: Crosscheck | None = None
) -> tuple[Beside, ...]:
    """Every module call that any of us counts, in the order of execution."""
    found: dict[tuple[str, ...], dict[str, Line]] = {}
    for tool in tools:
        for line in lines(tool, graph, report, live):
            found.setdefault(line.ids, {})[tool] = line
    ran = [t for t in tools if live is None or t not in live.failed]
    order = {n.id: i for i, n in enumerate(graph.nodes)}
    rows = []
    for ids, by_tool in found.items():
        first = next(iter(by_tool.values()))
        # a tool that has no line here counts nothing, as we do
        theirs = {t: by_tool[t].theirs if t in by_tool else 0 for t in ran}
        reasons = {t: by_tool[t].reasons if t in by_tool else () for t in ran}
        rows.append(Beside(first.head, ids, first.ours, theirs, reasons))
    return tuple(sorted(rows, key=lambda r: order[r.ids[0]]))


def grouped(rows: Sequence[Beside]) -> tuple[Group, ...]:
    """The lines by what makes them differ, the largest difference first; those that agree last.

    Within a group the largest first; lines that agree stay in the order of execution.
    """
    by_why: dict[tuple[tuple[str, str], ...], list[Beside]] = {}
    for row in rows:
        by_why.setdefault(row.why, []).append(row)
    found = []
    for why, members in by_why.items():
        sums: dict[tuple[str, str], float] = dict.fromkeys(why, 0)
        for row in members:
            for tool, parts in row.reasons.items():
                for reason, amount in parts:
                    if amount:
                        sums[tool, reason] += amount
        if why:
            members = sorted(members, key=lambda r: -r.largest)
        found.append(Group(sums, tuple(members)))
    return tuple(sorted(found, key=lambda g: (g.agree, -max(r.largest for r in g.lines))))
