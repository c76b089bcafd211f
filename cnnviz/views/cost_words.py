"""The cost charts in words and as a table: caption, text alternative, data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnnviz.content import label, listed
from cnnviz.picture import Column, Table
from cnnviz.report import Report
from cnnviz.views.cost_columns import Bar, Stage
from cnnviz.views.numbers import percent, si
from cnnviz.views.quantity import quantity as named


def name_of(quantity: str, lang: str, report: Report) -> str:
    """The quantity in short, and whose counting the report follows."""
    return named(report, quantity, "short", lang)


def then_name(report: Report, pinned: Report | None, lang: str) -> str:
    """The pinned network's title; of one with the same title, that it is the pinned one."""
    title = pinned.title if pinned else ""
    return title if title != report.title else label("cost.pinned", lang)


def caption_of(report: Report, quantities: Sequence[str], by: str, log: bool, lang: str) -> str:
    sums = [f"{name_of(q, lang, report)} {si(sum(int(getattr(r, q)) for r in report.rows))}"
            for q in quantities]  # fmt: skip
    said = label(f"cost.caption_{by}", lang, name=report.title,
                 totals=listed(sums, lang))  # fmt: skip
    if report.not_counted and {"macs", "flops"} & set(quantities):
        said += label("views.cost_not_counted", lang, count=len(report.not_counted))
    return said + (label("cost.caption_log", lang) if log else "")


def shares_of(
    report: Report, bars: Sequence[Bar], stages: Sequence[Stage], quantities: Sequence[str],
    lang: str,
) -> str:  # fmt: skip
    """The shares of the stages, quantity by quantity."""
    parts = []
    for q in quantities:
        total = sum(b.amount(q) for b in bars)
        shares = listed((f"{s.name} {percent(s.amount(q), total)}" for s in stages), lang)
        parts.append(label("cost.alt", lang, quantity=name_of(q, lang, report), shares=shares))
    return "".join(parts)


def table_of(
    report: Report, found: Sequence[Bar], quantities: Sequence[str], by: str, lang: str
) -> Table:
    columns = [Column("name", label(f"cost.axis_{by}", lang), "code")]
    for q in quantities:
        columns += [Column(q, name_of(q, lang, report), "int"),
                    Column(f"{q}_share", label("views.chart_share", lang))]  # fmt: skip
    sums = {q: sum(b.amount(q) for b in found) for q in quantities}

    def cells(name: str, amounts: Mapping[str, int]) -> tuple[str | int, ...]:
        pairs = ((amounts[q], percent(amounts[q], sums[q])) for q in quantities)
        return (name, *(cell for pair in pairs for cell in pair))

    lines = tuple(cells(b.name, {q: b.amount(q) for q in quantities}) for b in found if b.rows)
    words = listed((name_of(q, lang, report) for q in quantities), lang)
    caption = label(f"cost.table_{by}", lang, quantities=words, name=report.title)
    total = cells(label("views.chart_total", lang), sums)
    return Table(f"{report.name}_cost_{by}", caption, tuple(columns), lines, total)
