"""Layers: one row an operation; a click selects it, a click on a number opens its derivation.

Sorted, filtered, rolled up and with the columns that the reader chose: `?sort=-macs&filter=conv
&columns=output.macs&rollup=stage`. The browser does it at once; here the address is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from cnnviz.errors import ReaderError
from cnnviz.graph import OPS
from cnnviz.picture import Cell, Column, Table
from cnnviz.report import ADDITIVE
from cnnviz.ui import components, exports
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import Desk
from cnnviz.ui.study import Study
from cnnviz.views.derivation import QUANTITIES
from cnnviz.views.layers import COLUMNS, WHOLE, every, find_words, ranks
from cnnviz.views.layers_shown import (
    OF_ROWS,
    Choices,
    default_columns,
    parse_columns,
    parse_filter,
    parse_rollup,
    parse_sort,
    shown,
)
from cnnviz.views.quantity import quantity
from cnnviz.views.rollup import ROLLUPS, Group, groups

PARSERS: Final[dict[str, Callable[[str], str]]] = {
    "sort": parse_sort,
    "filter": parse_filter,
    "columns": parse_columns,
    "rollup": parse_rollup,
}
OPENS: Final = {"output": "output_size"}  # column -> the quantity that its cells open
RIGHT: Final = ("receptive_field", "jump", "start")
WIDE: Final = ("op", "kernel")  # shown at first where there is room


def show(scene: Scene) -> None:
    study, lang = scene.study, scene.desk.lang
    now = choices(scene.desk)
    data = kept(lambda: _data(study, lang), "layers", study.key, lang)
    components.table(
        "layers",
        data["columns"],
        data["rows"],
        data["totals"],
        lang,
        caption=data["caption"],
        groups=data["groups"],
        pinned=data["pinned"],
        choices=asdict(now),
        save=exports.menu(scene, "layers", table=lambda: table_of(scene), counts=True),
        on_event=scene.on_event("layers", lambda event: _chosen(scene.desk, event)),
    )


def choices(desk: Desk) -> Choices:
    """What the address says of the table; what cannot be is noted."""
    return Choices(**{name: desk.read(name, parse) for name, parse in PARSERS.items()})


def table_of(scene: Scene) -> Table:
    """The table of layers as it is shown now: its columns, order, filter and groups."""
    return shown(scene.study.graph, scene.study.report, scene.desk.lang, choices(scene.desk))


def _chosen(desk: Desk, event: Mapping[str, Any]) -> None:
    """The reader sorted, filtered or rolled up: the address says so."""
    if event.get("kind") != "table":
        return
    changes: dict[str, str | None] = {}
    for name, parse in PARSERS.items():
        try:
            changes[name] = parse(str(event.get(name) or "")[:2000]) or None
        except ReaderError:
            changes[name] = None
    desk.put(changes)


def _data(study: Study, lang: str) -> dict[str, Any]:
    """Columns, rows, totals and groups as the component takes them."""
    report = study.report
    whole = every(report, lang)
    rows = []
    for row, cells in zip(report.rows, whole.rows, strict=True):
        told = {"id": row.id, "kind": OPS[row.op], "find": find_words(row, lang), "cells": cells}
        rows.append(told | ({"then": _then(study.pinned, row.id)} if study.pinned else {}))
    return {
        "columns": [_column(study, c, lang) for c in whole.columns],
        "rows": rows,
        "totals": whole.totals,
        "caption": whole.caption,
        "groups": {
            by: [_group(g) for g in groups(study.graph, report, by, lang)] for by in ROLLUPS
        },
        "pinned": every(study.pinned.report, lang).totals if study.pinned else None,
    }


def _column(study: Study, column: Column, lang: str) -> dict[str, Any]:
    key = column.key
    found = {
        "key": key,
        "label": column.label,
        "number": key in WHOLE,
        "of": OF_ROWS.get(key),
        "first": key in default_columns(study.report),
        "wide": key in WIDE,
        "right": key in RIGHT,
        "opens": key in QUANTITIES or key in OPENS,
        "q": OPENS.get(key, key),
    }
    if key in ADDITIVE:
        found["convention"] = quantity(study.report, key, "convention", lang)
    return found if key in WHOLE else found | {"order": ranks(study.report, key, lang)}


def _group(part: Group | int) -> Any:
    if isinstance(part, int):
        return part
    found = {"name": part.name, "parts": [_group(p) for p in part.parts]}
    return found | {"times": part.times, "what": part.what}


def _then(pinned: Study, node: str) -> list[Cell]:
    """The pinned network's cells of a layer: whole numbers, or None where it has none."""
    row = pinned.report.by_id.get(node)
    return [getattr(row, key) if row is not None and key in WHOLE else None for key in COLUMNS]
