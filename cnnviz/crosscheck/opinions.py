"""One tool's opinion laid out: its total with the reasons, and line by line, differences first.

What the page and the command line both show; the words are theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnviz.crosscheck.places import Place, places
from cnnviz.crosscheck.presets import PRESETS, Part
from cnnviz.graph import OPS

if TYPE_CHECKING:
    from cnnviz.crosscheck import Crosscheck
    from cnnviz.graph import Graph
    from cnnviz.report import Report

LIVE = ("torchinfo", "FlopCounterMode")  # asked live; the other presets are rules only
NOTHING: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One module call: its operations, our multiply-accumulates, the tool's, and the reasons."""

    path: str
    ids: tuple[str, ...]
    ops: tuple[str, ...]
    ours: int
    theirs: float
    reasons: tuple[Part, ...]  # their amounts sum to the difference

    @property
    def difference(self) -> float:
        """Theirs minus ours."""
        return self.theirs - self.ours

    @property
    def head(self) -> tuple[str, str]:
        """Id and op of the operation that stands for the call: its first convolution or linear
        layer, else its first operation.
        """
        pairs = list(zip(self.ids, self.ops, strict=True))
        return next((p for p in pairs if OPS[p[1]] in ("convolution", "linear")), pairs[0])


@dataclass(frozen=True, slots=True)
class Summary:
    """What one tool prints for the whole network, and what the difference is made of."""

    tool: str
    version: str
    how: str  # "live" | "recorded" | "by_rule" | "failed"
    ours: int
    theirs: float | None  # None: the tool stops on this model …
    reasons: tuple[Part, ...]  # largest first; they sum to the difference
    failed: str = ""  # … and says this

    @property
    def difference(self) -> float | None:
        """Theirs minus ours."""
        return None if self.theirs is None else self.theirs - self.ours


def summary(
    tool: str,
    graph: Graph,
    report: Report,
    live: Crosscheck | None = None,
    printed: Mapping[str, int] = NOTHING,
) -> Summary:
    """One of PRESETS on a network: as it ran (`live`, from `compare`), as it was printed when it
    was run on just this network (`printed`, from `recorded.printed`), else by its rules.
    """
    version = PRESETS[tool].version
    ours = report.totals.macs
    if live is not None and tool in live.failed:
        return Summary(tool, version, "failed", ours, None, (), live.failed[tool])
    if live is not None and tool in live.totals:
        opinion = live.totals[tool]
        return Summary(tool, version, "live", ours, opinion.macs, ordered(opinion.reasons))
    parts = PRESETS[tool].breakdown(graph, report)
    reasons = [(r, a) for r, a in parts.items() if r != "macs"]
    theirs = sum(parts.values())
    if tool not in printed:
        return Summary(tool, version, "by_rule", ours, theirs, ordered(reasons))
    reasons.append(("unknown", printed[tool] - theirs))
    return Summary(tool, version, "recorded", ours, printed[tool], ordered(reasons))


def lines(
    tool: str, graph: Graph, report: Report, live: Crosscheck | None = None
) -> tuple[Line, ...]:
    """Every module call with arithmetic in either count, the largest difference first.

    Live where the tool ran; none where it stopped; else by its rules.
    """
    if live is not None and tool in live.failed:
        return ()
    if live is not None and tool in live.totals:
        found = [
            Line(r.path, r.ids, r.ops, r.macs, r.opinions[tool].macs, r.opinions[tool].reasons)
            for r in live.rows
        ]
    else:
        found = [_by_rule(p, tool) for p in places(graph, report)]
    kept = (x for x in found if x.ours or x.theirs)
    return tuple(sorted(kept, key=lambda x: -abs(x.difference)))


def ordered(reasons: Iterable[Part]) -> tuple[Part, ...]:
    """Those that matter, the largest first."""
    return tuple(sorted((p for p in reasons if p[1]), key=lambda p: -abs(p[1])))


def _by_rule(place: Place, tool: str) -> Line:
    parts = PRESETS[tool].parts(place)
    reasons = tuple(p for p in parts if p[0] != "macs")
    ops = tuple(n.op for n in place.nodes)
    return Line(place.path, place.ids, ops, place.macs, sum(a for _, a in parts), reasons)
