"""The data files as rows: data/<paper>.toml, one file a paper.

A row's keys are the defaults of its cells; `instead` holds only what another reading changes. A row
without `cells` is one cell. The subject is the network, unless `arch` says another.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from cnnviz import zoo
from cnnviz.errors import ReaderError
from cnnviz.ledger.model import Cell, Measure, Paper, Reading, Row
from cnnviz.ledger.written import split

HERE = Path(__file__).parent
MEASURE = {f.name for f in fields(Measure)}
ROW = {"subject", "quantity", "unit", "where", "seen", "dataset", "cells"}
CELL = {"label", "printed", "digits", "rounding", "instead", "reason", "tried", "metric"}


@cache
def papers() -> dict[str, Paper]:
    """Every source, by its key."""
    data = tomllib.loads((HERE / "papers.toml").read_text("utf-8"))
    return {key: Paper(key, **entry) for key, entry in data.items()}


@cache
def all_rows() -> tuple[Row, ...]:
    """Every row of every file, papers in the order of their years."""
    known = papers()
    files = [tomllib.loads(p.read_text("utf-8")) for p in sorted((HERE / "data").glob("*.toml"))]
    files.sort(key=lambda f: known[f["paper"]].year)
    return tuple(_row(file["paper"], file["seen"], row) for file in files for row in file["row"])


def _row(paper: str, seen: str, data: Mapping[str, Any]) -> Row:
    shared = {k: v for k, v in data.items() if k not in ROW}
    arch = data.get("arch") or _network(data["subject"])
    cells = data.get("cells", [{}])
    return Row(
        paper=paper,
        subject=data["subject"],
        quantity=data["quantity"],
        unit=data["unit"],
        where=data["where"],
        seen=data.get("seen", seen),
        dataset=data.get("dataset", ""),
        cells=tuple(_cell({"arch": arch, **shared, **c}) for c in cells),
    )


def _cell(data: Mapping[str, Any]) -> Cell:
    unknown = set(data) - MEASURE - CELL
    if unknown:
        raise ValueError(f"a cell has no {', '.join(sorted(unknown))}")
    other = data.get("instead")
    return Cell(
        label=data.get("label", ""),
        printed=data["printed"],
        reading=_reading(data) if data.get("of") else None,
        instead=_reading({**data, **other}) if other else None,
        reason=other["reason"] if other else "",
        tried=data.get("tried", ""),
        arch=data["arch"],
        knobs=data.get("knobs", {}),
        metric=data.get("metric", ""),
    )


def _reading(data: Mapping[str, Any]) -> Reading:
    _, decimals, _, _ = split(data["printed"])
    measure: dict[str, Any] = {k: v for k, v in data.items() if k in MEASURE}
    return Reading(
        Measure(**measure), data.get("digits", decimals), data.get("rounding", "nearest")
    )


def _network(subject: str) -> str:
    """The subject's name in the zoo; "" for what is no network of it ("3x3 stack")."""
    try:
        zoo.find(subject)
    except ReaderError:
        return ""
    return subject
