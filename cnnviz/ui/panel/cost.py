"""Cost and memory: a quantity by layer, and the bytes alive while the network runs."""

from __future__ import annotations

import streamlit as st

from cnnviz.content import label
from cnnviz.picture import Picture
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import one_of
from cnnviz.ui.study import Study
from cnnviz.views.cost import cost
from cnnviz.views.memory import memory

CHARTS = ("params", "macs", "flops", "activations", "memory_access", "inference", "training")
MEMORY = ("inference", "training")
SCALES = ("linear", "log")


def show(scene: Scene) -> None:
    """One chart, chosen by `?chart=`, on a linear or a logarithmic axis (`?scale=log`)."""
    desk, width = scene.desk, scene.width()
    chart = desk.read("chart", one_of("chart", CHARTS), CHARTS[0])
    scale = desk.read("scale", one_of("scale", SCALES), SCALES[0])
    with st.container(key="chart_knobs", horizontal=True):
        _pills(scene, "chart", CHARTS, chart)
        if chart not in MEMORY:
            _pills(scene, "scale", SCALES, scale)
    picture = _drawn(scene.study, chart, scale == "log", desk.lang, width)
    svgview("cost", picture, desk.lang, width=width, on_event=scene.on_event("cost"))


def _pills(scene: Scene, name: str, tokens: tuple[str, ...], value: str) -> None:
    desk = scene.desk

    def shown(token: str) -> str:
        if name == "chart" and token not in MEMORY:
            return label(f"quantities.{token}.short", desk.lang)
        return desk.say(f"{name}_{token}")

    st.segmented_control(
        desk.say(name),
        tokens,
        key=desk.mirror(name, value),
        format_func=shown,
        on_change=desk.push,
        args=(name, tokens[0]),
        required=True,
        label_visibility="collapsed",
    )


def _drawn(study: Study, chart: str, log: bool, lang: str, width: int) -> Picture:
    def make() -> Picture:
        if chart in MEMORY:
            return memory(study.report, chart, lang, width=width)
        return cost(study.report, chart, lang, log=log, width=width)

    return kept(make, "cost", study.key, chart, log, lang, width)
