"""Layers: one row an operation; a click selects it, a click on a number opens its derivation."""

from __future__ import annotations

from typing import Any

from cnnviz.graph import OPS
from cnnviz.picture import Column
from cnnviz.ui import exports
from cnnviz.ui.components import table
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.study import Study
from cnnviz.views import numbers
from cnnviz.views.derivation import QUANTITIES
from cnnviz.views.layers import layers

Data = tuple[list[dict[str, Any]], list[dict[str, Any]], list[Any] | None, str]
MANY, SHOWN = 60, 24  # rows: more than so many scroll in a place of so many
HIDDEN = ("flops", "memory_access")  # the details have them; the table keeps to a screen


def show(scene: Scene) -> None:
    study, lang = scene.study, scene.desk.lang
    rows, columns, totals, caption = kept(lambda: _data(study, lang), "layers", study.key, lang)
    height = 0 if len(rows) <= MANY else 36 + 29 * SHOWN
    table(
        "layers",
        columns,
        rows,
        totals,
        scene.desk.lang,
        caption=caption,
        height=height,
        save=exports.menu(scene, "layers", table=lambda: layers(study.report, lang)),
        on_event=scene.on_event("layers"),
    )


def _data(study: Study, lang: str) -> Data:
    """Rows, columns, totals and caption as the component takes them."""
    source = layers(study.report, lang)
    kept = [i for i, c in enumerate(source.columns) if c.key not in HIDDEN]
    columns = [
        {"key": c.key, "label": c.label, "number": _opens(c)}
        for c in (source.columns[i] for i in kept)
    ]
    rows = [
        {
            "id": row.id,
            "kind": OPS[row.op],
            "cells": [_cell(cells[i], source.columns[i]) for i in kept],
        }
        for row, cells in zip(study.report.rows, source.rows, strict=True)
    ]
    totals = None
    if source.totals:
        totals = [
            _cell(source.totals[i], source.columns[i]) if source.totals[i] != "" else ""
            for i in kept
        ]
    return rows, columns, totals, source.caption


def _opens(column: Column) -> bool:
    return column.kind == "int" or column.key in QUANTITIES


def _cell(value: object, column: Column) -> Any:
    """Text, or for what opens the rounded figure and the exact one."""
    if not _opens(column):
        return "" if value is None else str(value)
    if isinstance(value, int):
        return [numbers.si(value), numbers.exact(value)]
    return [str(value or "–"), str(value or "0")]
