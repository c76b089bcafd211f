"""Lesson: the idea in prose; its numbers are computed from the network as it is read."""

from __future__ import annotations

import streamlit as st

from cnnviz import content, prose
from cnnviz.ui.panel import Scene


def show(scene: Scene) -> None:
    family = scene.study.family
    if family is None:
        return
    text = prose.fill(content.lesson(family.slug, scene.desk.lang), scene.desk.lang)
    with st.container(key="lesson"):
        st.markdown(text)
