"""`cnnviz crosscheck`: the second opinion as two tables, totals first, then module by module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnviz.content import label
from cnnviz.picture import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnviz.crosscheck import Crosscheck, Opinion
    from cnnviz.graph import Graph
    from cnnviz.report import Report


def totals(
    found: Crosscheck, graph: Graph, report: Report, printed: Mapping[str, int], lang: str
) -> Table:
    """What each tool prints for the whole network, and what the difference is made of.

    `printed`: figures of tools that were run on just this network before.
    """
    from cnnviz.crosscheck import PRESETS, Opinion

    columns = tuple(
        Column(key, label(f"crosscheck.{key}", lang), "int" if key in _NUMBERS else "text")
        for key in ("tool", "printed", "difference", "how", "why")
    )
    rows: list[tuple[Cell, ...]] = []
    for name, preset in PRESETS.items():
        if name in found.failed:
            reason = label("crosscheck.failed", lang, reason=found.failed[name])
            rows.append(
                (f"{name} {preset.version}", None, None, label("crosscheck.live", lang), reason)
            )
            continue
        opinion = found.totals.get(name)
        how = "live"
        if opinion is None:
            how = "recorded" if name in printed else "by_rule"
            parts = preset.breakdown(graph, report)
            reasons = tuple((r, a) for r, a in parts.items() if r != "macs" and a)
            opinion = Opinion(sum(parts.values()), reasons)
        rows.append(
            (
                f"{name} {preset.version}",
                opinion.macs,
                opinion.macs - found.macs,
                label(f"crosscheck.{how}", lang),
                why(opinion, lang),
            )
        )
    caption = label("crosscheck.presets", lang, name=found.name)
    return Table(f"{found.name}_tools", caption, columns, tuple(rows))


def modules(found: Crosscheck, lang: str) -> Table:
    """Ours and the live tools' figures, module call by module call; columns sum to the totals."""
    tools = tuple(found.totals)
    end, colon = ("；", "：") if lang == "zh" else ("; ", ": ")
    columns = (
        Column("place", label("crosscheck.place", lang), "code"),
        Column("macs", label("crosscheck.ours", lang), "int"),
        *(Column(t, t, "int") for t in tools),
        Column("why", label("crosscheck.why", lang)),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            ", ".join(r.ids),
            r.macs,
            *(r.opinions[t].macs for t in tools),
            end.join(
                f"{t}{colon}{why(r.opinions[t], lang)}" for t in tools if r.opinions[t].reasons
            ),
        )
        for r in found.rows
        if r.macs or any(o.macs for o in r.opinions.values())
    )
    sums = (sum(r.macs for r in found.rows), *(_sum(found, t) for t in tools))
    caption = label(
        "crosscheck.caption",
        lang,
        name=found.name,
        tools=("、" if lang == "zh" else ", ").join(tools),
    )
    return Table(
        f"{found.name}_crosscheck", caption, columns, rows, (label("layers.total", lang), *sums, "")
    )


def _sum(found: Crosscheck, tool: str) -> float:
    return sum(r.opinions[tool].macs for r in found.rows)


def why(opinion: Opinion, lang: str) -> str:
    """The reasons with their amounts: "adds the biases … (+13,556,712)"."""
    if not opinion.reasons:
        return label("crosscheck.agree", lang)
    separator = "；" if lang == "zh" else "; "
    return separator.join(
        f"{label(f'crosscheck.reason.{reason}', lang)} ({amount:+,})".replace("(-", "(−")
        for reason, amount in opinion.reasons
    )


def as_json(found: Crosscheck, graph: Graph, report: Report) -> dict[str, Any]:
    """Both tables as data: reason keys, no words."""
    from cnnviz.crosscheck import PRESETS

    presets = {
        name: {"version": p.version, **p.breakdown(graph, report)} for name, p in PRESETS.items()
    }
    return found.to_dict() | {"presets": presets}


_NUMBERS = ("printed", "difference")
