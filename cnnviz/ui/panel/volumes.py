"""Volumes: every output as a block drawn to scale; a click selects its layer."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz.content import label
from cnnviz.picture import Picture
from cnnviz.ui import exports
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.present import presenting
from cnnviz.ui.study import Study
from cnnviz.views.volumes import volumes

DESK, HEIGHT = 560, 400  # px: from this width on the picture fills a place of this height
LOW, LOWER = 200, 143  # px: its height below the graph, and there in class
CARD = 24  # px of width that the card around it takes


def show(scene: Scene) -> None:
    """The picture as wide as its place, and under it what its scale is."""
    lang, width = scene.desk.lang, scene.width()
    picture = drawn(scene.study, width - CARD, lang, HEIGHT if width >= DESK else None)
    _card(scene, "volumes", picture, width)
    st.html(f'<p class="hint">{escape(picture.caption)}</p>')


def below(scene: Scene, width: int) -> None:
    """The same, low, under the graph, whose colours it has."""
    low = LOWER if presenting(scene.desk) else LOW
    picture = drawn(scene.study, width - CARD, scene.desk.lang, low, legend=False)
    _card(scene, "flow", picture)


def _card(scene: Scene, key: str, picture: Picture, width: int = 0) -> None:
    title = label("volumes.title", scene.desk.lang)
    save = exports.menu(scene, key, picture, legend=key == "flow")  # the other has its own
    on_event = scene.on_event(key)
    svgview(key, picture, scene.desk.lang, title=title, width=width, save=save, on_event=on_event)


def drawn(
    study: Study, width: int, lang: str, height: int | None = None, *, legend: bool = True
) -> Picture:
    def make() -> Picture:
        return volumes(
            study.graph, study.report, width=width, height=height, lang=lang, legend=legend
        )

    return kept(make, "volumes", study.key, width, height, lang, legend)
