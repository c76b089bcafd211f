"""Report: every number about one graph, each with the factors that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

from cnnviz.graph import Shape, strict

SCHEMA = "cnnviz.report/1"

# The quantities that rows, scopes and totals share; a column sums to its total.
ADDITIVE = ("params", "buffers", "macs", "flops", "connections", "activations", "memory_access")


class Term:
    """One product of named factors, as the derivation shows it: Term(C_out=64, k_h=7, k_w=7)."""

    __slots__ = ("factors", "value")

    def __init__(self, **factors: int) -> None:
        self.factors: tuple[tuple[str, int], ...] = tuple(factors.items())
        self.value = prod(factors.values())

    def __repr__(self) -> str:
        return f"Term({', '.join(f'{k}={v}' for k, v in self.factors)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_term, (self.factors,))


def _term(factors: tuple[tuple[str, int], ...]) -> Term:
    return Term(**dict(factors))


@dataclass(frozen=True, slots=True)
class Field:
    """Receptive field: for each spatial axis the interval of input pixels that a unit depends on.

    Unit u of the map depends on pixels start + u*stride … start + u*stride + size - 1.
    status: "exact", "hull" (branches differ in stride or centre), "whole" (the whole input),
    "bound" (contains every unit's, where one size and stride cannot say it).
    """

    size: tuple[int, ...]
    stride: tuple[Fraction, ...]
    start: tuple[int, ...]
    status: str
    without_gate: Field | None = None
    # the tensor's dimension that each axis runs along, None: one interval for all its elements
    dims: tuple[int | None, ...] = field(default=(), compare=False)

    def to_dict(self) -> dict[str, Any]:
        return {
            "size": list(self.size),
            "stride": [_number(s) for s in self.stride],
            "start": list(self.start),
            "status": self.status,
            "without_gate": self.without_gate.to_dict() if self.without_gate else None,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One node's numbers. Units: elements, but for macs, flops and connections (counts)."""

    id: str
    op: str
    scope: tuple[str, ...]  # paths of the enclosing modules, the root left out
    inputs: tuple[str, ...]
    in_shapes: tuple[Shape, ...]
    out_shapes: tuple[Shape, ...]
    params: int  # trainable, each tensor once: 0 where it was counted before
    shared_with: str | None  # the node where they were counted
    buffers: int
    macs: int
    flops: int
    connections: int
    activations: int
    memory_access: int
    terms: Mapping[str, tuple[Term, ...]]  # quantity -> the products that sum to it
    counted: str  # "counted" | "free" | "no"
    depth: int  # convolutions and linear layers on the longest path up to here
    receptive_field: Field | None  # on the first input that reaches it
    receptive_fields: Mapping[str, Field] = field(default_factory=dict)  # input id -> field
    attrs: Mapping[str, Any] = field(default_factory=dict)  # the node's: kernel_size, stride, …

    @property
    def out_shape(self) -> Shape:
        return self.out_shapes[0] if self.out_shapes else ()

    def to_dict(self) -> dict[str, Any]:
        rf = self.receptive_field
        return {
            "id": self.id,
            "op": self.op,
            "scope": list(self.scope),
            "inputs": list(self.inputs),
            "in_shapes": [list(s) for s in self.in_shapes],
            "out_shape": list(self.out_shape),
            "out_shapes": [list(s) for s in self.out_shapes],
            **{q: getattr(self, q) for q in ADDITIVE},
            "shared_with": self.shared_with,
            "terms": {q: [dict(t.factors) for t in ts] for q, ts in self.terms.items()},
            "counted": self.counted,
            "depth": self.depth,
            "receptive_field": rf.to_dict() if rf else None,
            "receptive_fields": {k: f.to_dict() for k, f in self.receptive_fields.items()},
            "attrs": {k: strict(v) for k, v in self.attrs.items()},
        }


@dataclass(frozen=True, slots=True)
class ScopeSum:
    """The numbers of one call of one module that holds more than one operation."""

    path: str
    cls: str
    call: int
    rows: tuple[str, ...]  # ids
    params: int
    buffers: int
    macs: int
    flops: int
    connections: int
    activations: int
    memory_access: int

    def to_dict(self) -> dict[str, Any]:
        d = {"path": self.path, "class": self.cls, "call": self.call, "rows": list(self.rows)}
        return d | {q: getattr(self, q) for q in ADDITIVE}


@dataclass(frozen=True, slots=True)
class Moment:
    """Bytes alive while one node runs; `training` counts what autograd keeps, weights apart."""

    id: str
    inference: int
    training: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory over the execution order (conventions: docs/conventions.md, memory).

    All in bytes, weights apart. Training adds to activations: kept for backward, gradients
    (activations' and weights') and SGD-with-momentum's state (`weight_state`).
    """

    peak_inference: int
    peak_training: int
    alive_at_inference_peak: tuple[str, ...]
    alive_at_training_peak: tuple[str, ...]
    kept_for_backward: int
    weight_bytes: int
    weight_state: int  # gradients + momentum
    timeline: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the rows, and what is not a sum."""

    params: int  # of the model as built
    params_executed: int  # of the tensors that this pass used
    buffers: int
    macs: int
    flops: int
    connections: int
    activations: int
    memory_access: int
    depth: int
    receptive_field: Field | None  # at the last map before global pooling or flatten
    receptive_field_at: str | None  # that node's id
    smallest_input: int | None  # null from `analyze` alone; `report` finds it
    memory: Memory

    def to_dict(self) -> dict[str, Any]:
        m, rf = self.memory, self.receptive_field
        return {
            "params": self.params,
            "params_executed": self.params_executed,
            **{q: getattr(self, q) for q in ADDITIVE[1:]},
            "peak_inference_bytes": m.peak_inference,
            "peak_training_bytes": m.peak_training,
            "alive_at_peak": {
                "inference": list(m.alive_at_inference_peak),
                "training": list(m.alive_at_training_peak),
            },
            "depth": self.depth,
            "receptive_field": rf.to_dict() if rf else None,
            "receptive_field_at": self.receptive_field_at,
            "smallest_input": self.smallest_input,
        }


@dataclass(frozen=True, eq=False)
class Report:
    """What `analyze` returns; `to_dict` is the documented JSON (docs/report.md)."""

    name: str  # names files
    title: str  # in captions
    inputs: tuple[Shape, ...]
    totals: Totals
    rows: tuple[Row, ...]  # in execution order
    scopes: tuple[ScopeSum, ...]
    not_counted: tuple[str, ...]  # ids whose arithmetic no rule counts
    columns: tuple[str, ...] = ()  # what its table of layers shows besides: "connections"
    counting: str = ""  # whose multiply-accumulates these are: a tool's name, "" for ours

    @cached_property
    def by_id(self) -> dict[str, Row]:
        return {r.id: r for r in self.rows}

    def within(self, *names: str) -> tuple[Row, ...]:
        """The rows of these layers or modules, in order. KeyError names one that is neither."""
        rows = {n: [r for r in self.rows if n == r.id or n in r.scope] for n in names}
        for name, found in rows.items():
            if not found:
                raise KeyError(f"{self.name} has no layer or module {name!r}")
        wanted = {r.id for found in rows.values() for r in found}
        return tuple(r for r in self.rows if r.id in wanted)

    def to_dict(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "name": self.name,
            "title": self.title,
            "inputs": [list(s) for s in self.inputs],
            "counting": self.counting or "cnnviz",
            "totals": self.totals.to_dict(),
            "scopes": [s.to_dict() for s in self.scopes],
            "rows": [r.to_dict() for r in self.rows],
            "not_counted": list(self.not_counted),
        }

    def _repr_html_(self) -> str:
        from cnnviz.views import report_html

        return report_html(self)


def _number(f: Fraction) -> int | float:
    return f.numerator if f.denominator == 1 else float(f)
