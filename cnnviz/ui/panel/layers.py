"""Layers: one row an operation; a click selects it, a click on a number opens its derivation.

Sorted, filtered, rolled up and with the columns that the reader chose: `?sort=-macs&filter=conv
&columns=output.macs&rollup=stage`. The browser does it at once; here the address is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from cnnviz.content import label, listed
from cnnviz.errors import ReaderError
from cnnviz.graph import OPS
from cnnviz.picture import Cell, Column, Table
from cnnviz.report import ADDITIVE, Report, Row
from cnnviz.ui import compared, components, exports
from cnnviz.ui.details import shape_difference
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import Desk
from cnnviz.ui.study import Study
from cnnviz.views import numbers
from cnnviz.views.derivation import QUANTITIES
from cnnviz.views.layers import ARITHMETIC, COLUMNS, WHOLE, every, find_words, op_label, ranks
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
OWN: Final = ("activation", "normalisation", "combine")  # kinds with results of their own
SPARE: Final = ("activations",)  # goes first where a desk's table has no room for all


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
        notes=data["notes"],
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
    rows = [_told(row, cells, lang) for row, cells in zip(report.rows, whole.rows, strict=True)]
    if study.pinned:
        for row, told in zip(report.rows, rows, strict=True):
            told["then"] = [_then(study, row, key, lang) for key in COLUMNS]
            if row.id not in study.pinned.report.by_id:
                told["only"] = _only(study, "shown", lang)
        rows += _gone(study, study.pinned.report, lang)
    return {
        "columns": [_column(study, c, lang) for c in whole.columns],
        "rows": rows,
        "totals": whole.totals,
        "caption": whole.caption,
        "groups": {
            by: [_group(g) for g in groups(study.graph, report, by, lang)] for by in ROLLUPS
        },
        "pinned": every(study.pinned.report, lang).totals if study.pinned else None,
        "notes": _notes(report, lang),
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
        "spare": key in SPARE,
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


def _notes(report: Report, lang: str) -> list[str]:
    """What would be asked of the columns: zeros that are no mistake, and another total."""
    said = []
    silent = [r.op for r in report.rows if OPS[r.op] in OWN and not r.activations]
    if silent:
        names = listed((op_label(op, lang) for op in dict.fromkeys(silent)), lang)
        said.append(label("layers.in_place", lang, names=names))
    if idle := report.totals.params - report.totals.params_executed:
        said.append(label("layers.idle", lang, n=numbers.si(idle)))
    return said


def _told(row: Row, cells: tuple[Cell, ...], lang: str) -> dict[str, Any]:
    return {"id": row.id, "kind": OPS[row.op], "find": find_words(row, lang), "cells": cells}


def _then(study: Study, row: Row, key: str, lang: str) -> Cell:
    """What a cell is compared with: a number, None where none is known; else the words to say.

    Where what is pinned has no such layer, it adds nothing to its sums: 0.
    """
    before = compared.then(study, row.id)
    if key in ADDITIVE and study.pinned:
        return _number(study.pinned.report, before, key)
    if before is None:
        return ""
    if key in WHOLE:
        return int(getattr(before, key))
    if key == "output":
        return shape_difference(row.out_shape, before.out_shape, lang)
    now, then = row.receptive_field, before.receptive_field
    if key != "receptive_field" or not (now or then):
        return ""
    return compared.sizes(now.size if now else None, then.size if then else None, lang)


def _number(report: Report, row: Row | None, key: str) -> int | None:
    """A cell's share of its column's sum."""
    if row is None:
        return 0
    unknown = key in ARITHMETIC and row.id in report.not_counted
    return None if unknown else int(getattr(row, key))


def _gone(study: Study, pinned: Report, lang: str) -> list[dict[str, Any]]:
    """The layers that the pinned network alone has, each `after` a row of this one.

    So that it stands before the next layer that both have. It adds 0 to each sum.
    """
    at = {row.id: i for i, row in enumerate(study.report.rows)}
    cells = every(pinned, lang).rows
    places, following = [], len(at)
    for row in reversed(pinned.rows):
        following = at.get(row.id, following)
        places.append(following - 1)
    rows = []
    for row, own, after in zip(pinned.rows, cells, reversed(places), strict=True):
        if row.id in at:
            continue
        then = [_number(pinned, row, k) if k in ADDITIVE else "" for k in COLUMNS]
        shown = tuple(0 if k in ADDITIVE else c for k, c in zip(COLUMNS, own, strict=True))
        said = {"then": then, "only": _only(study, "pinned", lang), "gone": True, "after": after}
        rows.append(_told(row, shown, lang) | said)
    return rows


def _only(study: Study, which: str, lang: str) -> str:
    """Where alone a layer is: by the network's name, if the two are called differently."""
    assert study.pinned is not None
    if study.pinned.title == study.title:
        return label(f"layers.only_{which}", lang)
    name = study.title if which == "shown" else study.pinned.title
    return label("layers.only", lang, name=name)
