"""What the quantities of placeholders are: from a Report to a number, or to a shape as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Final

from cnnviz.graph import OPS
from cnnviz.report import ADDITIVE, Report, Row
from cnnviz.views.numbers import size, square

# Of a whole network; the report has them ready.
TOTALS: Final[dict[str, Callable[[Report], int | None]]] = {
    "depth": lambda r: r.totals.depth,
    "smallest_input": lambda r: r.totals.smallest_input,
    "classes": lambda r: r.rows[-1].out_shape[-1],
    "peak_inference": lambda r: r.totals.memory.peak_inference,
    "peak_training": lambda r: r.totals.memory.peak_training,
    "weight_bytes": lambda r: r.totals.memory.weight_bytes,
}
BYTES: Final = ("peak_inference", "peak_training", "weight_bytes")


def _kernel(row: Row) -> str:
    return size(row.attrs["kernel_size"])


def _stride(row: Row) -> str:
    return square(tuple(row.attrs.get("stride") or row.attrs["kernel_size"]))


def _size(row: Row) -> str:
    if len(row.out_shape) < 3:
        raise LookupError("a vector")
    return size(row.out_shape[2:])


def _channels(row: Row) -> str:
    if len(row.out_shape) < 3:
        raise LookupError("a vector")
    return str(row.out_shape[1])


# Of one operation, as text. A part has the size and the channels of what it gives, its last map,
# and the kernel and the stride with which it reads, its first.
SHAPES: Final[dict[str, Callable[[Row], str]]] = {
    "kernel": _kernel,
    "stride": _stride,
    "size": _size,
    "channels": _channels,
}


READ: Final = ("kernel", "stride")


def number(report: Report, quantity: str, part: Mapping[str, str]) -> int:
    """The quantity of the network, or of its part. ValueError says why there is none."""
    rows = select(report, part)
    if quantity == "count":
        return len(rows)
    if quantity in ADDITIVE:
        if part:
            return sum(getattr(r, quantity) for r in rows)
        total: int = getattr(report.totals, quantity)
        return total
    if quantity in TOTALS and not part:
        value = TOTALS[quantity](report)
        if value is None:
            raise ValueError(f"{report.name} has no {quantity}")
        return value
    raise ValueError(f"no quantity {quantity!r} of {'a part' if part else 'a network'}")


def shape(report: Report, quantity: str, part: Mapping[str, str]) -> str:
    """A size, a kernel, a receptive field as text. ValueError says why there is none."""
    if quantity == "input":
        return size(report.inputs[0][2:])
    if quantity == "receptive_field":
        return square(_field_size(report, part))
    if quantity not in SHAPES or not part:
        raise ValueError(f"no quantity {quantity!r}")
    rows = select(report, part)
    for row in rows if quantity in READ else reversed(rows):
        try:
            return SHAPES[quantity](row)
        except LookupError:  # an operation without kernel, or without a map
            continue
    raise ValueError(f"nothing there has a {quantity}")


def is_shape(quantity: str) -> bool:
    """Whether the quantity is a text rather than a number to be rounded."""
    return quantity in SHAPES or quantity in ("input", "receptive_field")


def select(report: Report, part: Mapping[str, str]) -> tuple[Row, ...]:
    """The rows that a part means: node= (ids or scopes, commas between), kind=, op=."""
    rows: Iterable[Row] = report.rows
    for key, value in part.items():
        if key == "node":
            wanted = {r.id for r in report.within(*value.split(","))}
            rows = [r for r in rows if r.id in wanted]
        elif value not in (OPS if key == "op" else OPS.values()):
            raise ValueError(f"no {key} is called {value!r}")
        else:
            rows = [r for r in rows if value == (r.op if key == "op" else OPS[r.op])]
    return tuple(rows)


def _field_size(report: Report, part: Mapping[str, str]) -> tuple[int | Fraction, ...]:
    field = select(report, part)[-1].receptive_field if part else report.totals.receptive_field
    if field is None:
        raise ValueError(f"{report.name} has no receptive field there")
    return field.size
