"""Which pixels one unit of a layer's map sees: the arithmetic that every drawing of a field uses.

A unit is written as its places along the map's axes, rows before columns, counted from 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor, prod

from cnnviz.errors import ReaderError
from cnnviz.graph import OPS, Graph
from cnnviz.report import Field, Report, Row

Unit = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a field: unit u sees pixels start + ⌊u·stride⌋, and `size` of them."""

    size: int
    stride: Fraction
    start: int
    units: int  # of the map along it; 1 where the map does not run along it
    input: int  # pixels

    def first(self, unit: int) -> int:
        return self.start + floor(unit * self.stride)


@dataclass(frozen=True, slots=True)
class Span:
    """One axis of one unit's field, in pixels of the input; `last` is inside the field."""

    unit: int
    units: int
    first: int
    last: int
    input: int
    stride: Fraction

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    @property
    def before(self) -> int:
        """Pixels of the field that lie in the padding before the input."""
        return min(self.size, max(0, -self.first))

    @property
    def after(self) -> int:
        return min(self.size, max(0, self.last - self.input + 1))

    @property
    def inside(self) -> int:
        return self.size - self.before - self.after


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What the units of one layer see of the first input that reaches it."""

    row: Row
    source: str  # id of that input
    shape: tuple[int, ...]  # of that input
    field: Field
    axes: tuple[Axis, ...]
    inner: tuple[Axis, ...]  # as if gates were constants; empty where there is none

    @property
    def mapped(self) -> bool:
        """Whether there are units to choose between: a map, not one interval for all."""
        return any(a.units > 1 for a in self.axes)

    @property
    def moves(self) -> bool:
        """Whether another unit sees another part."""
        return any(a.stride and a.units > 1 for a in self.inner or self.axes)

    @property
    def central(self) -> Unit:
        return tuple(a.units // 2 for a in self.axes)

    def at(self, unit: Unit) -> tuple[Span, ...]:
        return _spans(self.axes, unit)

    def within(self, unit: Unit) -> tuple[Span, ...]:
        """The field of the unit without gates; empty where there is none."""
        return _spans(self.inner, unit)


def sight(graph: Graph, report: Report, node_id: str) -> Sight | None:
    """None for a node that sees no input. KeyError for one that the report lacks."""
    row = report.by_id[node_id]
    found = row.receptive_field
    if found is None or (not row.receptive_fields and node_id not in graph.inputs):
        return None
    source = next(iter(row.receptive_fields), node_id)
    shape = graph.by_id[source].out_shape
    own = report.by_id[source].receptive_field
    lengths = tuple(shape[d] for d in (own.dims if own else ()) if d is not None)
    units = tuple(1 if d is None else row.out_shape[d] for d in found.dims)
    if not lengths or not len(lengths) == len(units) == len(found.size):
        return None
    inner = found.without_gate
    return Sight(
        row,
        source,
        shape,
        found,
        _axes(found, units, lengths),
        _axes(inner, units, lengths) if inner else (),
    )


def bringer(report: Report, node_id: str) -> str:
    """The layer after which a map is named: behind an activation, what it stands on.

    >>> from cnnviz import engine
    >>> bringer(engine.report("lenet5"), "C5_f"), bringer(engine.report("vgg16"), "pool5")
    ('C5', 'pool5')
    """
    row = report.by_id[node_id]
    if OPS[row.op] != "activation" or len(row.inputs) != 1:
        return node_id
    before = report.by_id.get(row.inputs[0])
    named = before is not None and OPS[before.op] in ("convolution", "pooling")
    return row.inputs[0] if named else node_id


def last_map(graph: Graph, report: Report) -> str:
    """The layer shown while none is chosen: the last whose units see different parts; else that of
    the network's own figure.
    """
    own = report.totals.receptive_field_at or graph.inputs[0]
    for at in (own, *(row.id for row in reversed(report.rows))):
        found = sight(graph, report, at)
        if found is not None and found.moves and found.field.status != "whole":
            return bringer(report, at)
    return own


def unit_of(found: Sight, raw: str) -> Unit:
    """The unit that an address names, "14,14". ReaderError if the map has no such one."""
    written = re.fullmatch(r"\d{1,6}(,\d{1,6}){0,2}", raw, re.ASCII)
    places = [int(p) for p in raw.split(",")] if written else []
    fits = len(places) == len(found.axes)
    if not fits or any(p >= a.units for p, a in zip(places, found.axes, strict=True)):
        last = [str(a.units - 1) for a in found.axes]
        values = {"value": raw[:20], "layer": found.row.id, "example": token(found.central)}
        if not found.mapped:
            raise ReaderError("no_units", **values)
        if len(last) == 2:
            raise ReaderError("bad_unit", rows=last[0], columns=last[1], **values)
        raise ReaderError("bad_unit_along", last=", ".join(last), n=len(last), **values)
    return tuple(places)


def token(unit: Unit) -> str:
    return ",".join(map(str, unit))


def seen_area(along: tuple[Span, ...]) -> tuple[int, int]:
    """Pixels of the field that lie in the input, and all of the input's."""
    return prod(s.inside for s in along), prod(s.input for s in along)


def _axes(found: Field, units: tuple[int, ...], lengths: tuple[int, ...]) -> tuple[Axis, ...]:
    known = zip(found.size, found.stride, found.start, units, lengths, strict=True)
    return tuple(Axis(*axis) for axis in known)


def _spans(axes: tuple[Axis, ...], unit: Unit) -> tuple[Span, ...]:
    firsts = [a.first(u) for a, u in zip(axes, unit, strict=False)]
    return tuple(
        Span(u, a.units, first, first + a.size - 1, a.input, a.stride)
        for a, u, first in zip(axes, unit, firsts, strict=False)
    )
