"""Receptive field: what one unit of the chosen layer sees, how the field grows, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from html import escape
from typing import Any

import streamlit as st

from cnnviz.content import label
from cnnviz.errors import ReaderError
from cnnviz.picture import Picture
from cnnviz.ui import components, exports
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import one_of
from cnnviz.ui.study import Study
from cnnviz.views import receptive_field as views
from cnnviz.views import receptive_field_words as words
from cnnviz.views.chart_parts import drawing
from cnnviz.views.numbers import size
from cnnviz.views.receptive_field_loupe import ABOVE, image_id, loupe, size_of
from cnnviz.views.receptive_field_map import cells, cells_of
from cnnviz.views.receptive_field_photos import PHOTOS, default
from cnnviz.views.receptive_field_plane import Plane, plane, plane_of
from cnnviz.views.receptive_field_spans import (
    Axis,
    Sight,
    Unit,
    last_map,
    sight,
    token,
    unit_of,
)
from cnnviz.views.receptive_field_steps import html, steps_table

FIELD, SHARE, GAP = 425, 0.58, 12  # px of map and photograph, or of the view (style/24-field.css)
BESIDE = FIELD + 180  # px of width from which the curve stands beside them
LARGE = FIELD + 60  # px from which they may be larger
STACKED = 375  # px under which the map stands under the photograph (assets/field.css)
MAP, LOUPE = 118, 72  # px of the map and of the enlarged field beside the photograph,
UNDER = 156, 112  # and under it
HIGH, HIGHER = 200, 244  # px of the frame, the unit's figures to be seen below; on large screens
PHONE = 280  # px of it on a phone
CURVE, CURVED = 330, 370  # px of the curve beside them
FILE = 900  # px of the picture as a file


def show(scene: Scene) -> None:
    """The photograph and the map, the curve beside them, the recurrence below."""
    study, lang, width = scene.study, scene.desk.lang, scene.width()
    own = int(max(FIELD, SHARE * width)) if width >= BESIDE else width
    at = scene.sel or last_map(study.graph, study.report)
    found = sight(study.graph, study.report, at)
    with st.container(key="fields", horizontal=True):
        if found is None:
            said = escape(label("views.field_none", lang, layer=at))
            st.html(f'<p class="hint">{said}</p>')
        else:
            _field(scene, found, scene.width("field", guess=own))
        rest = scene.width("growth", guess=width - own - GAP if width > own else width)
        high = None if width <= own else CURVE if own < LARGE else CURVED
        picture = _growth(study, lang, rest, high)
        on_event = scene.on_event("growth", place="growth")
        save = exports.menu(scene, "growth", picture)
        svgview(
            "growth",
            picture,
            lang,
            width=rest,
            save=save,
            on_event=on_event,
        )
    if found is not None:
        made = kept(lambda: html(study.report, found, lang), "steps", study.key, at, lang)
        save = exports.menu(scene, "steps", table=lambda: steps_table(study.report, found, lang))
        components.steps("steps", made, save, scene.on_event("steps"))


def _field(scene: Scene, found: Sight, width: int) -> None:
    """The component; it hears of the unit by itself, so that its drawings are sent once."""
    study, desk, at = scene.study, scene.desk, found.row.id
    plain = default(found.shape)
    photo = desk.read("photo", one_of("photo", PHOTOS), plain)
    unit = _unit(scene, found)

    def more(event: Mapping[str, Any]) -> None:
        value = str(event.get("value"))
        if event.get("kind") == "photo" and value in PHOTOS:
            desk.put({"photo": None if value == plain else value})
        elif event.get("kind") == "unit" and event.get("node") == at:
            try:
                now = unit_of(found, value)
            except ReaderError:
                return
            desk.put({"unit": None if now == found.central else token(now)})

    def file() -> Picture:
        return views.field(study.graph, study.report, at, desk.lang, FILE,
                           unit=unit, photo=photo, units=True)  # fmt: skip

    picture = kept(file, "field_file", study.key, at, unit, photo, desk.lang)
    save = exports.menu(scene, "field", picture, note=label(f"field.credit.{photo}", desk.lang))
    key = ("field", study.key, at, photo, desk.lang, width)
    data = kept(lambda: _data(study, found, photo, desk.lang, width), *key)
    on_event = scene.on_event("field", more, place="field")
    components.field("field", {**data, "save": save}, on_event)
    with st.container(key="bus_of_unit"):
        components.bus("unit", {"unit": {"node": at, "unit": list(unit)}})


def _unit(scene: Scene, found: Sight) -> Unit:
    def parse(raw: str) -> str:
        return token(unit_of(found, raw))

    raw = scene.desk.read("unit", parse)
    return unit_of(found, raw) if raw else found.central


def _data(study: Study, found: Sight, photo: str, lang: str, width: int) -> dict[str, Any]:
    """What the browser draws and moves (ui/assets/field*.js)."""
    narrow = width < STACKED
    side, enlarged_side = UNDER if narrow else (MAP, LOUPE)
    box = width if narrow else width - (side + GAP)
    high = PHONE if narrow else HIGH if width < LARGE else HIGHER
    ground = plane_of(found, box, high, lang)
    unit = found.central
    picture = plane(found, ground, unit, photo, lang, image_id(found, photo))
    enlarged = found.moves and photo != "none" and len(found.shape) == 4
    grid = cells_of(found, side, side) if found.mapped else None
    return {
        "node": found.row.id,
        "photo": _drawing(picture, ground.box, ground.bottom),
        "map": _drawing(cells(found, grid, unit, lang), side, grid.bottom) if grid else None,
        "loupe": _loupe(found, ground, photo, enlarged_side, lang) if enlarged else None,
        "plane": ground.to_dict(),
        "cells": grid.to_dict() if grid else None,
        "axes": [_axis(a) for a in found.axes],
        "inner": [_axis(a) for a in found.inner],
        "central": list(unit),
        "moves": found.moves,
        "width": width,
        "photos": [[p, label(f"field.photos.{p}", lang)] for p in PHOTOS],
        "chosen": photo,
        "credit": label(f"field.credit.{photo}", lang),
        "words": _words(study, found, lang),
    }


def _loupe(found: Sight, ground: Plane, photo: str, side: int, lang: str) -> dict[str, Any]:
    picture = loupe(found, ground, found.central, photo, side, lang)
    high = size_of(found, ground, side)[1]
    return _drawing(picture, side + 8, ABOVE + high + 4)


def _words(study: Study, found: Sight, lang: str) -> dict[str, Any]:
    units = size(tuple(a.units for a in found.axes))
    return {
        "lines": [list(line) for line in words.lines(found, study.report, lang)],
        "alt": words.alt_template(found, lang),
        "padded": label("field.alt_padded", lang),
        "ranges": words.range_templates(found, lang),
        "between": label("field.between", lang),
        "map": label("field.map", lang, layer=found.row.id, units=units),
        "photo": label("field.photo", lang),
        "central": label("field.central", lang),
    }


def _drawing(svg: str, width: float, height: float) -> dict[str, Any]:
    return {"svg": drawing(width, height, "", svg), "w": width, "h": height}


def _axis(a: Axis) -> dict[str, int]:
    known = asdict(a)
    stride = known.pop("stride")
    return {**known, "num": stride.numerator, "den": stride.denominator}


def _growth(study: Study, lang: str, width: int, height: int | None) -> Picture:
    def make() -> Picture:
        return views.growth(study.report, lang, width=width, height=height)

    return kept(make, "growth", study.key, lang, width, height)
