"""The layers of a network as a Table: one row an operation, the columns sum to the totals."""

from __future__ import annotations

from typing import Final

from cnnviz.content import has_label, label
from cnnviz.picture import Cell, Column, Table
from cnnviz.report import Field, Report, Row
from cnnviz.views.numbers import map_size, size, square

ARITHMETIC: Final = ("macs", "flops", "connections")
# Whole numbers of a Row, in the table's order; connections only where they belong.
NUMBERS: Final = ("params", "macs", "flops", "activations", "memory_access")


def layers(report: Report, lang: str, *, connections: bool | None = None) -> Table:
    """One row an operation in execution order, with a totals row that equals the column sums.

    Columns: name, op, output, kernel / stride, then counts (elements, or operations), then the
    receptive field in input pixels. `connections` adds LeNet's own unit; else the report's
    `columns` say whether it belongs here.
    """
    shown = "connections" in report.columns if connections is None else connections
    numbers = (*NUMBERS[:3], "connections", *NUMBERS[3:]) if shown else NUMBERS
    columns = (
        _column("name", lang),
        _column("op", lang),
        _column("output", lang),
        _column("kernel", lang),
        *(_quantity(q, lang) for q in numbers),
        _quantity("receptive_field", lang),
    )
    unknown = set(report.not_counted)
    rows = tuple(_row(r, numbers, lang, uncounted=r.id in unknown) for r in report.rows)
    sums = tuple(sum(getattr(r, q) for r in report.rows) for q in numbers)
    caption = label("layers.caption", lang, name=report.title, size=sizes(report))
    totals = (label("layers.total", lang), "", "", "", *sums, "")
    return Table(f"{report.name}_layers", caption, columns, rows, totals)


def op_label(op: str, lang: str) -> str:
    """The operation's name in the reader's language; its key where content has none."""
    return label(f"ops.op.{op}", lang) if has_label(f"ops.op.{op}") else op


def sizes(report: Report) -> str:
    """The input shapes: "1 × 3 × 224 × 224"."""
    return ", ".join(size(s) for s in report.inputs)


def kernel(row: Row) -> str:
    """Kernel, stride, and what departs from the usual: "3 × 3 / 2, g 2, d 2"."""
    if "kernel_size" not in row.attrs:
        return ""
    shown = size(row.attrs["kernel_size"])
    stride = square(tuple(row.attrs.get("stride") or row.attrs["kernel_size"]))
    groups = row.attrs.get("groups", 1)
    dilation = tuple(row.attrs.get("dilation") or (1,))
    shown += f" / {stride}"
    if groups != 1:
        shown += f", g {groups}"
    if set(dilation) != {1}:
        shown += f", d {square(dilation)}"
    return shown


def field_size(field: Field | None, lang: str) -> str:
    """The receptive field in pixels: "427 × 427"; "whole input" where it is that."""
    if field is None:
        return ""
    if field.status == "whole":
        return label("layers.whole", lang)
    mark = "≤ " if field.status == "bound" else ""
    return mark + size(field.size)


def _column(key: str, lang: str) -> Column:
    return Column(key, label(f"layers.columns.{key}", lang), "code" if key == "name" else "text")


def _quantity(key: str, lang: str) -> Column:
    kind = "text" if key == "receptive_field" else "int"
    return Column(key, label(f"quantities.{key}.short", lang), kind)


def _row(row: Row, numbers: tuple[str, ...], lang: str, *, uncounted: bool) -> tuple[Cell, ...]:
    """`uncounted`: no rule counts its arithmetic, so nothing stands there rather than 0."""
    return (
        row.id,
        op_label(row.op, lang),
        ", ".join(map_size(s) for s in row.out_shapes),
        kernel(row),
        *(None if uncounted and q in ARITHMETIC else getattr(row, q) for q in numbers),
        field_size(row.receptive_field, lang),
    )
