"""The layers of a network as a Table: one row an operation, the columns sum to the totals."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import prod
from typing import Any, Final

from cnnviz.content import has_label, label
from cnnviz.graph import OPS
from cnnviz.picture import Cell, Column, Table
from cnnviz.report import ADDITIVE, Field, Report, Row
from cnnviz.views.numbers import fraction, map_size, size, square
from cnnviz.views.quantity import quantity

WHOLE: Final = (*ADDITIVE, "depth")  # columns of whole numbers
ARITHMETIC: Final = ("macs", "flops", "connections")
# Whole numbers of a Row, in the table's order; connections only where they belong.
NUMBERS: Final = ("params", "macs", "flops", "activations", "memory_access")
# Every column that a row can fill, in the table's order.
COLUMNS: Final = (
    *("name", "op", "input", "output", "kernel"),
    *("params", "buffers", "macs", "flops", "connections", "activations", "memory_access"),
    *("depth", "receptive_field", "jump", "start"),
)


def layers(report: Report, lang: str, *, connections: bool | None = None) -> Table:
    """One row an operation in execution order, with a totals row that equals the column sums.

    Columns: name, op, output, kernel / stride, then counts (elements, or operations), then the
    receptive field in input pixels. `connections` adds LeNet's own unit; else the report's
    `columns` say whether it belongs here.
    """
    shown = "connections" in report.columns if connections is None else connections
    numbers = (*NUMBERS[:3], "connections", *NUMBERS[3:]) if shown else NUMBERS
    return every(report, lang, ("name", "op", "output", "kernel", *numbers, "receptive_field"))


def every(report: Report, lang: str, keys: tuple[str, ...] = COLUMNS) -> Table:
    """The layers with these columns. None stands where nothing is known or counted."""
    unknown = set(report.not_counted)
    columns = tuple(_column(report, k, lang) for k in keys)
    rows = tuple(
        tuple(None if r.id in unknown and k in ARITHMETIC else _value(r, k, lang) for k in keys)
        for r in report.rows
    )
    sums = tuple(sum(getattr(r, k) for r in report.rows) if k in ADDITIVE else "" for k in keys)
    caption = label("layers.caption", lang, name=report.title, size=sizes(report))
    return Table(
        f"{report.name}_layers", caption, columns, rows, (label("layers.total", lang), *sums[1:])
    )


def ranks(report: Report, key: str, lang: str) -> tuple[int | None, ...]:
    """What a column is sorted by, a number a row: names as people count, shapes by their size.

    None, which stands last whichever way, where the cell says nothing.
    """
    if key in WHOLE:
        unknown = set(report.not_counted) if key in ARITHMETIC else ()
        return tuple(None if r.id in unknown else getattr(r, key) for r in report.rows)
    found = [_order(r, key, lang) for r in report.rows]
    places = {v: i for i, v in enumerate(sorted({v for v in found if v is not None}))}
    return tuple(None if v is None else places[v] for v in found)


def find_words(row: Row, lang: str) -> str:
    """What a row is found by: its name, operation and kind, in English and in the language."""
    words = (row.id, row.op, OPS[row.op], op_label(row.op, lang), label_of_kind(row.op, lang))
    return " ".join(words).lower()


def label_of_kind(op: str, lang: str) -> str:
    return label(f"ops.kind.{OPS[op]}", lang)


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


def _column(report: Report, key: str, lang: str) -> Column:
    if key in WHOLE:
        return Column(key, quantity(report, key, "short", lang), "int")
    if key == "receptive_field":
        return Column(key, label("quantities.receptive_field.short", lang))
    return Column(key, label(f"layers.columns.{key}", lang), "code" if key == "name" else "text")


def _along(row: Row, name: str) -> str:
    """A receptive field's stride or start, one number where all axes agree."""
    field = row.receptive_field
    if field is None or field.status == "whole":
        return ""
    values = getattr(field, name)
    shown = [fraction(v).replace("-", "−") for v in values]
    return shown[0] if len(set(shown)) == 1 else ", ".join(shown)


_TEXTS: Final[dict[str, Callable[[Row], str]]] = {
    "name": lambda r: r.id,
    "input": lambda r: " + ".join(map_size(s) for s in r.in_shapes),
    "output": lambda r: ", ".join(map_size(s) for s in r.out_shapes),
    "kernel": kernel,
    "jump": lambda r: _along(r, "stride"),
    "start": lambda r: _along(r, "start"),
}


def _value(row: Row, key: str, lang: str) -> Cell:
    if key in WHOLE:
        number: int = getattr(row, key)
        return number
    if key == "op":
        return op_label(row.op, lang)
    if key == "receptive_field":
        return field_size(row.receptive_field, lang)
    return _TEXTS[key](row)


def _order(row: Row, key: str, lang: str) -> Any:
    """What a text is sorted by; of one column all alike, or None."""
    field = row.receptive_field
    if key in ("input", "output"):
        shapes = row.in_shapes if key == "input" else row.out_shapes
        return tuple(sorted((prod(s) for s in shapes), reverse=True)) or None
    if key == "receptive_field":
        return field and (field.status == "whole", prod(field.size), field.size)
    if key in ("jump", "start"):
        along = "stride" if key == "jump" else "start"
        return None if not _along(row, along) else tuple(getattr(field, along))
    return natural(str(_value(row, key, lang))) or None


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which conv2 stands before conv10."""
    parts = re.findall(r"\d+|\D+", text.lower())
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts)
