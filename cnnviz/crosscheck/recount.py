"""The whole report as another counter would have it: every number still opens to its factors.

Only multiply-accumulates move; parameters, sizes and memory are facts of the network, and FLOPs
have a table of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cnnviz.crosscheck.places import places
from cnnviz.crosscheck.presets import Part, Preset
from cnnviz.crosscheck.shares import OURS, Share
from cnnviz.graph import Graph
from cnnviz.report import Report, Row, Term


def recount(graph: Graph, report: Report, preset: Preset) -> Report:
    """The report with multiply-accumulates as `preset` counts them.

    Each row's are the sum of its terms, each scope's and the total the sum of the rows'; the total
    is what `summary` says by the tool's rules. `report` is one counted our own way.
    """
    terms: dict[str, tuple[Term, ...]] = {}
    for share in _shares(graph, report, preset):
        terms[share.node.id] = terms.get(share.node.id, ()) + share.terms
    rows = tuple(_row(row, terms.get(row.id, ())) for row in report.rows)
    macs = {row.id: row.macs for row in rows}
    return replace(
        report,
        rows=rows,
        scopes=tuple(replace(s, macs=sum(macs[i] for i in s.rows)) for s in report.scopes),
        totals=replace(report.totals, macs=sum(macs.values())),
        counting=preset.name,
    )


def reasons(graph: Graph, report: Report, preset: Preset) -> dict[str, tuple[Part, ...]]:
    """Node id -> why the preset's figure differs there; the amounts sum to the difference."""
    found: dict[str, dict[str, int]] = {}
    for share in _shares(graph, report, preset):
        if share.reason != OURS:
            at = found.setdefault(share.node.id, {})
            at[share.reason] = at.get(share.reason, 0) + share.amount
    kept = {i: tuple((r, a) for r, a in parts.items() if a) for i, parts in found.items()}
    return {i: parts for i, parts in kept.items() if parts}


def _shares(graph: Graph, report: Report, preset: Preset) -> Iterator[Share]:
    if report.counting:
        raise ValueError(f"this report is counted by {report.counting} already")
    for place in places(graph, report):
        yield from preset.rule(place)


def _row(row: Row, terms: tuple[Term, ...]) -> Row:
    return replace(row, macs=sum(t.value for t in terms), terms={**row.terms, "macs": terms})
