"""`cnnviz crosscheck`: the second opinion as two tables, totals first, then module by module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnviz.content import clauses, label, listed
from cnnviz.picture import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnnviz.crosscheck import Crosscheck, Summary
    from cnnviz.crosscheck.presets import Part
    from cnnviz.graph import Graph
    from cnnviz.report import Report


def totals(
    found: Crosscheck, graph: Graph, report: Report, printed: Mapping[str, int], lang: str
) -> Table:
    """What each tool prints for the whole network, and what the difference is made of.

    `printed`: figures of tools that were run on just this network before.
    """
    from cnnviz.crosscheck import PRESETS, summary

    columns = tuple(
        Column(key, label(f"crosscheck.{key}", lang), "int" if key in _NUMBERS else "text")
        for key in ("tool", "printed", "difference", "how", "why")
    )
    rows = tuple(_total(summary(t, graph, report, found, printed), lang) for t in PRESETS)
    caption = label("crosscheck.presets", lang, name=found.name)
    return Table(f"{found.name}_tools", caption, columns, rows)


def _total(found: Summary, lang: str) -> tuple[Cell, ...]:
    how = "live" if found.how == "failed" else found.how
    if found.theirs is None:
        reason = label("crosscheck.failed", lang, reason=found.failed)
    else:
        reason = why(found.reasons, lang)
    return (
        f"{found.tool} {found.version}",
        found.theirs,
        found.difference,
        label(f"crosscheck.{how}", lang),
        reason,
    )


def modules(found: Crosscheck, lang: str) -> Table:
    """Ours and the live tools' figures, module call by module call; columns sum to the totals."""
    tools = tuple(found.totals)
    colon = "：" if lang == "zh" else ": "
    columns = (
        Column("place", label("crosscheck.place", lang), "code"),
        Column("macs", label("crosscheck.ours", lang), "int"),
        *(Column(t, t, "int") for t in tools),
        Column("why", label("crosscheck.why", lang)),
    )
    rows: list[tuple[Cell, ...]] = []
    for r in found.rows:
        if r.macs or any(o.macs for o in r.opinions.values()):
            theirs = [(t, r.opinions[t]) for t in tools]
            told = (f"{t}{colon}{why(o.reasons, lang)}" for t, o in theirs if o.reasons)
            amounts = (o.macs for _, o in theirs)
            rows.append((", ".join(r.ids), r.macs, *amounts, clauses(told, lang)))
    sums = (sum(r.macs for r in found.rows), *(_sum(found, t) for t in tools))
    caption = label(
        "crosscheck.caption",
        lang,
        name=found.name,
        tools=listed(tools, lang),
    )
    totals: tuple[Cell, ...] = (label("layers.total", lang), *sums, "")
    return Table(f"{found.name}_crosscheck", caption, columns, tuple(rows), totals)


def _sum(found: Crosscheck, tool: str) -> float:
    return sum(r.opinions[tool].macs for r in found.rows)


def why(reasons: Iterable[Part], lang: str) -> str:
    """The reasons with their amounts: "adds the biases … (+13,556,712)"."""
    said = clauses(
        (
            f"{label(f'crosscheck.reason.{reason}', lang)} ({amount:+,})".replace("(-", "(−")
            for reason, amount in reasons
        ),
        lang,
    )
    return said or label("crosscheck.agree", lang)


def as_json(found: Crosscheck, graph: Graph, report: Report) -> dict[str, Any]:
    """Both tables as data: reason keys, no words."""
    from cnnviz.crosscheck import PRESETS

    presets = {
        name: {"version": p.version, **p.breakdown(graph, report)} for name, p in PRESETS.items()
    }
    return found.to_dict() | {"presets": presets}


_NUMBERS = ("printed", "difference")
