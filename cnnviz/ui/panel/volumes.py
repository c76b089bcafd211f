"""Volumes: every output as a block drawn to scale; a click selects its layer."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz.picture import Picture
from cnnviz.ui import exports
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.study import Study
from cnnviz.views.volumes import volumes

DESK, HEIGHT = 560, 400  # px: from this width on the picture fills a place of this height


def show(scene: Scene) -> None:
    """The picture as wide as its place, and under it what its scale is."""
    lang, width = scene.desk.lang, scene.width()
    picture = drawn(scene.study, width, lang, HEIGHT if width >= DESK else None)
    save = exports.menu(scene, "volumes", picture, legend=False)  # it has its own
    on_event = scene.on_event("volumes")
    svgview("volumes", picture, lang, width=width, save=save, on_event=on_event)
    st.html(f'<p class="hint">{escape(picture.caption)}</p>')


def drawn(study: Study, width: int, lang: str, height: int | None = None) -> Picture:
    def make() -> Picture:
        return volumes(study.graph, study.report, width=width, height=height, lang=lang)

    return kept(make, "volumes", study.key, width, height, lang)
