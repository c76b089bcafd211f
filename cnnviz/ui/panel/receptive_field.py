"""Receptive field: what one unit of the chosen layer sees, and how the field grows by layer."""

from __future__ import annotations

import streamlit as st

from cnnviz.picture import Picture
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.study import Study
from cnnviz.views import receptive_field as views


def show(scene: Scene) -> None:
    """Two pictures: the field of the chosen layer (else the network's own), and the growth."""
    study, lang, width = scene.study, scene.desk.lang, scene.width()
    at = scene.sel or study.report.totals.receptive_field_at
    with st.container(key="fields"):
        if at:
            picture = _field(study, at, lang, width)
            svgview("field", picture, lang, width=width, on_event=scene.on_event("field"))
        picture = _growth(study, lang, width)
        svgview("growth", picture, lang, width=width, on_event=scene.on_event("growth"))


def _field(study: Study, node: str, lang: str, width: int) -> Picture:
    def make() -> Picture:
        return views.field(study.graph, study.report, node, lang, width=width)

    return kept(make, "field", study.key, node, lang, width)


def _growth(study: Study, lang: str, width: int) -> Picture:
    def make() -> Picture:
        return views.growth(study.report, lang, width=width)

    return kept(make, "growth", study.key, lang, width)
