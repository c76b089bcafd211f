"""The command line's own tables: networks, the six numbers, two networks side by side."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from cnnviz import zoo
from cnnviz.content import has_label, label, listed
from cnnviz.errors import ReaderError
from cnnviz.picture import Cell, Column, Table
from cnnviz.views.numbers import bytes_, si, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnviz.report import Report

COMPARED: Final = (
    "params", "macs", "flops", "activations", "memory_access", "depth", "receptive_field",
    "peak_inference", "peak_training", "weight_bytes", "smallest_input",
)  # fmt: skip


def networks(family: str | None, lang: str) -> Table:
    """Every network, or one family's. ReaderError: no such family."""
    slugs = [f.slug for f in zoo.families()]
    if family is not None and family not in slugs:
        close = tuple(get_close_matches(family, slugs)) or tuple(slugs)
        raise ReaderError("unknown_family", family=family[:40], close=close)
    columns = tuple(
        Column(key, label(f"cli.list.{key}", lang), "code" if key == "name" else "text")
        for key in ("name", "title", "family", "year", "knobs", "aliases")
    )
    rows = tuple(
        (
            arch.name,
            arch.title,
            label(f"families.{f.slug}.name", lang)
            if has_label(f"families.{f.slug}.name")
            else f.slug,
            str(arch.year),
            ", ".join(k.name for k in arch.knobs),
            ", ".join((*arch.aliases, *arch.presets)),
        )
        for f in zoo.families()
        for arch in f.archs
        if family in (None, f.slug)
    )
    return Table("networks", label("cli.list.caption", lang), columns, rows)


def summary(report: Report, lang: str) -> Table:
    """The network's numbers: quantity, rounded, all digits."""
    columns = (
        Column("quantity", label("cli.quantity", lang)),
        Column("value", report.title),
        Column("exact", label("cli.exact", lang), "int"),
    )
    rows = tuple((_name(q, lang), *_shown(report, q, lang)) for q in COMPARED)
    return Table(f"{report.name}_summary", f"{report.title}, {_sizes(report)}", columns, rows)


def not_counted(report: Report, lang: str) -> str:
    """Which functions no rule counts, so that the numbers are without them; else nothing."""
    rows = (report.by_id[i] for i in report.not_counted)
    names = dict.fromkeys(str(r.attrs.get("function", r.op)) for r in rows)
    if not names:
        return ""
    joined = listed(names, lang)
    return label("cli.not_counted", lang, functions=joined)


def compared(names: Sequence[str], reports: Sequence[Report], lang: str) -> Table:
    """Two networks side by side, with the ratio second : first."""
    first, second = reports
    columns = (
        Column("quantity", label("cli.quantity", lang)),
        Column("first", names[0], "int"),
        Column("second", names[1], "int"),
        Column("ratio", label("cli.ratio", lang)),
    )
    rows = []
    for q in COMPARED:
        a, b = number(first, q), number(second, q)
        ratio = f"{b / a:.4g}" if a and b is not None else None
        rows.append((_name(q, lang), a, b, ratio))
    captions = [f"{n}, {_sizes(r)}" for n, r in zip(names, reports, strict=True)]
    caption = label("cli.compared", lang, first=captions[0], second=captions[1])
    return Table("comparison", caption, columns, tuple(rows))


def number(report: Report, quantity: str) -> int | None:
    """One of COMPARED as a whole number; of the receptive field the first axis."""
    totals, memory = report.totals, report.totals.memory
    if quantity == "receptive_field":
        return totals.receptive_field.size[0] if totals.receptive_field else None
    values: dict[str, int | None] = {
        "peak_inference": memory.peak_inference,
        "peak_training": memory.peak_training,
        "weight_bytes": memory.weight_bytes,
    }
    return values[quantity] if quantity in values else getattr(totals, quantity)


def _shown(report: Report, quantity: str, lang: str) -> tuple[Cell, Cell]:
    value = number(report, quantity)
    if value is None:
        return "–", None
    unit = label(f"quantities.{quantity}.unit", lang)
    if quantity == "receptive_field" and report.totals.receptive_field:
        return f"{size(report.totals.receptive_field.size)} {unit}", value
    if unit == "B":
        return bytes_(value), value
    if quantity == "smallest_input":
        return f"{value} {unit}", value
    return si(value), value


def _name(quantity: str, lang: str) -> str:
    return label(f"quantities.{quantity}.name", lang)


def _sizes(report: Report) -> str:
    return ", ".join(size(s) for s in report.inputs)
