"""Receptive field: what one unit of the chosen layer sees, and how the field grows by layer."""

from __future__ import annotations

import streamlit as st

from cnnviz.picture import Picture
from cnnviz.ui import exports
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.study import Study
from cnnviz.views import receptive_field as views

SQUARE, GAP = 280, 12  # px of the picture where the curve stands beside it (style/06-panel.css)
BESIDE = 620  # px of width from which it does


def show(scene: Scene) -> None:
    """Two pictures: the field of the chosen layer (else the network's own), and the growth."""
    study, lang, width = scene.study, scene.desk.lang, scene.width()
    side = SQUARE if width >= BESIDE else width
    rest = scene.width("growth", guess=width - SQUARE - GAP if width >= BESIDE else width)
    at = scene.sel or study.report.totals.receptive_field_at
    with st.container(key="fields", horizontal=True):
        if at:
            picture = _field(study, at, lang, side)
            save = exports.menu(scene, "field", picture)
            svgview("field", picture, lang, save=save, on_event=scene.on_event("field"))
        picture = _growth(study, lang, rest)
        on_event = scene.on_event("growth", place="growth")
        save = exports.menu(scene, "growth", picture)
        svgview("growth", picture, lang, width=rest, save=save, on_event=on_event)


def _field(study: Study, node: str, lang: str, width: int) -> Picture:
    def make() -> Picture:
        return views.field(study.graph, study.report, node, lang, width=width)

    return kept(make, "field", study.key, node, lang, width)


def _growth(study: Study, lang: str, width: int) -> Picture:
    def make() -> Picture:
        return views.growth(study.report, lang, width=width)

    return kept(make, "growth", study.key, lang, width)
