"""Lesson: the idea in prose with figures in place; every number is computed as it is read."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from cnnviz import content, prose
from cnnviz.picture import Picture
from cnnviz.ui import exports
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene

COLUMN = 660  # px: the widest a figure of the lesson is (44rem in style/08-lesson.css)
# "7 × 7" and "Figure 1" are not broken over two lines
APART = re.compile(r"(?<=\d) (?=×)|(?<=×) (?=\d)|((?<=ure|ble|ion)|(?<=[图表])) (?=[\dIVX])")
LARGER = 1.35  # times the structure's 11 px text at the most, as in its own view


def show(scene: Scene) -> None:
    """Text and figures of the family's lesson; a touch in a figure selects the layer."""
    family, lang = scene.study.family, scene.desk.lang
    if family is None:
        return
    width = scene.width("lesson", guess=min(scene.width(), COLUMN))
    with st.container(key="lesson"):
        for i, part in enumerate(_parts(family.slug, lang, width)):
            if isinstance(part, str):
                st.markdown(part)
                continue
            key = f"lesson_{i}"
            on_event = scene.on_event(key, place="lesson")
            crop = LARGER if "structure" in part.name else 0
            save = exports.menu(scene, key, part, alone=True)
            svgview(key, part, lang, width=width, crop=crop, save=save, on_event=on_event)
            st.html(f'<p class="hint">{escape(part.caption)}</p>')


def _parts(slug: str, lang: str, width: int) -> tuple[str | Picture, ...]:
    """The filled lesson, its figures drawn."""

    def make() -> tuple[str | Picture, ...]:
        found = prose.parts(content.lesson(slug, lang), lang)
        return tuple(
            _together(p) if isinstance(p, str) else prose.draw(p, lang, width) for p in found
        )

    return kept(make, "lesson", slug, lang, width)


def _together(text: str) -> str:
    return APART.sub("\u00a0", text)
