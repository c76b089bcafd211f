"""A second opinion: what torchinfo and PyTorch's own counter say of a network, and why they differ.

Each figure of theirs is laid beside ours, module call by module call, and the difference is split
into named reasons; what no reason covers is called "unknown", and the tests allow none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnviz.crosscheck.beside import Beside, Group, beside, grouped
from cnnviz.crosscheck.opinions import LIVE as TOOLS
from cnnviz.crosscheck.opinions import Line, Summary, lines, summary
from cnnviz.crosscheck.places import Place, places
from cnnviz.crosscheck.presets import CONVENTIONS, PRESETS, Part, Preset
from cnnviz.crosscheck.recount import reasons, recount

if TYPE_CHECKING:
    from torch import nn

    from cnnviz.graph import Graph, Shape
    from cnnviz.report import Report

__all__ = [
    "CONVENTIONS", "PRESETS", "TOOLS", "Beside", "Crosscheck", "Group", "Line", "Opinion", "Part",
    "Preset", "Row", "Summary",
    "beside", "compare", "crosscheck", "grouped", "lines", "reasons", "recount", "summary",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one tool says, in multiply-accumulates, and what makes it differ from ours.

    `reasons` are (reason key, amount); the amounts sum to the tool's figure minus ours.
    """

    macs: float
    reasons: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One module call: its operations' ids, our MACs, and each tool's opinion."""

    path: str
    ids: tuple[str, ...]
    ops: tuple[str, ...]
    macs: int
    opinions: dict[str, Opinion]  # tool -> opinion


@dataclass(frozen=True, slots=True)
class Crosscheck:
    """A network under several counters. `totals` are the tools' own totals.

    A tool that cannot run the model has no opinions; `failed` says in its own words why.
    """

    name: str
    rows: tuple[Row, ...]
    macs: int
    totals: dict[str, Opinion]
    failed: dict[str, str]

    @property
    def agree(self) -> bool:
        """Whether every difference has a reason."""
        return not any(r == "unknown" for o in self.totals.values() for r, _ in o.reasons)

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "macs": self.macs,
            "totals": {t: _plain(o) for t, o in self.totals.items()},
            "failed": self.failed,
            "rows": [
                {
                    "path": r.path,
                    "ids": list(r.ids),
                    "ops": list(r.ops),
                    "macs": r.macs,
                    "opinions": {t: _plain(o) for t, o in r.opinions.items()},
                }
                for r in self.rows
            ],
        }


def crosscheck(network: str | nn.Module, *inputs: Shape, **knobs: Any) -> Crosscheck:
    """The second opinion on a network of the zoo (by name, with knobs) or on any module.

    `inputs` are the shapes of a module's inputs; the zoo's networks know theirs. ReaderError as
    in `engine.graph` and `trace`.
    """
    from cnnviz import engine, zoo
    from cnnviz.analysis import analyze
    from cnnviz.tracing import trace

    if isinstance(network, str):
        choice = zoo.resolve(network, knobs)
        graph = engine.graph_of(choice)
        return compare(zoo.construct(choice), graph, analyze(graph))
    graph = trace(network, *inputs)
    return compare(network, graph, analyze(graph))


def compare(model: nn.Module, graph: Graph, report: Report) -> Crosscheck:
    """The second opinion on a model that was traced and analysed already (evaluation mode)."""
    from cnnviz.crosscheck import live

    asked: dict[str, tuple[dict[live.Key, float], float]] = {}
    failed: dict[str, str] = {}
    for tool in TOOLS:
        try:
            asked[tool] = live.ask(tool, model, graph)
        except Exception as error:  # whatever stops a tool on a model that we could trace
            failed[tool] = live.cause(error)
    rows = tuple(
        Row(
            p.path,
            p.ids,
            tuple(n.op for n in p.nodes),
            p.macs,
            {tool: _opinion(p, tool, theirs.get(p.key, 0)) for tool, (theirs, _) in asked.items()},
        )
        for p in places(graph, report)
    )
    macs = sum(r.macs for r in rows)
    totals = {tool: _total(rows, tool, macs, total) for tool, (_, total) in asked.items()}
    return Crosscheck(graph.name, rows, macs, totals, failed)


def _opinion(place: Place, tool: str, macs: float) -> Opinion:
    """The tool's live figure; what its rule does not predict is "unknown", or lies in a box."""
    reasons = [(r, a) for r, a in PRESETS[tool].parts(place) if r != "macs"]
    rest = macs - place.macs - sum(a for _, a in reasons)
    if rest:
        opaque = any(n.op == "opaque" for n in place.nodes)
        reasons.append(("opaque" if opaque else "unknown", _whole(rest)))
    return Opinion(_whole(macs), tuple(reasons))


def _total(rows: tuple[Row, ...], tool: str, ours: int, macs: float) -> Opinion:
    reasons: dict[str, Any] = {}
    for row in rows:
        for reason, amount in row.opinions[tool].reasons:
            reasons[reason] = reasons.get(reason, 0) + amount
    rest = macs - ours - sum(reasons.values())
    if rest:
        reasons["unknown"] = reasons.get("unknown", 0) + _whole(rest)
    return Opinion(_whole(macs), tuple((r, a) for r, a in reasons.items() if a))


def _whole(value: float) -> Any:
    return int(value) if value == int(value) else value


def _plain(opinion: Opinion) -> dict[str, Any]:
    return {"macs": opinion.macs, "reasons": dict(opinion.reasons)}
