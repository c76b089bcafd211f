"""Receptive field: what one unit of the chosen layer sees, and how the field grows by layer."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from cnnviz.picture import Picture
from cnnviz.ui.components import svgview
from cnnviz.ui.panel import Scene
from cnnviz.ui.study import Study
from cnnviz.views import receptive_field as drawn


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


@lru_cache(maxsize=128)
def _field(study: Study, node: str, lang: str, width: int) -> Picture:
    return drawn.field(study.graph, study.report, node, lang, width=width)


@lru_cache(maxsize=64)
def _growth(study: Study, lang: str, width: int) -> Picture:
    return drawn.growth(study.report, lang, width=width)
