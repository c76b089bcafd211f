"""Cost and memory: a quantity by layer, and the bytes alive while the network runs."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz.content import label
from cnnviz.picture import Picture
from cnnviz.ui import exports
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import Desk, one_of
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
        _charts(desk, chart)
        if chart not in MEMORY:
            _scale(desk, scale)
    picture = _drawn(scene.study, chart, scale == "log", desk.lang, width)
    bars = chart not in MEMORY  # they have a legend of their own
    save = exports.menu(scene, "cost", picture, legend=not bars, counts=bars)
    on_event = scene.on_event("cost")
    svgview("cost", picture, desk.lang, width=width, save=save, on_event=on_event)
    if chart in MEMORY:
        st.html(f'<p class="hint">{escape(picture.caption)}</p>')


def _charts(desk: Desk, chart: str) -> None:
    def shown(token: str) -> str:
        if token in MEMORY:
            return desk.say(f"chart_{token}")
        return label(f"quantities.{token}.short", desk.lang)

    st.segmented_control(
        desk.say("chart"),
        CHARTS,
        key=desk.mirror("chart", chart),
        format_func=shown,
        on_change=desk.push,
        args=("chart", CHARTS[0]),
        required=True,
        label_visibility="collapsed",
    )


def _scale(desk: Desk, scale: str) -> None:
    """One switch: powers of ten or not."""
    key = desk.key("scale")
    st.session_state[key] = scale == "log"

    def push() -> None:
        desk.put({"scale": "log" if st.session_state[key] else None})

    st.checkbox(desk.say("scale_log"), key=key, on_change=push)


def _drawn(study: Study, chart: str, log: bool, lang: str, width: int) -> Picture:
    def make() -> Picture:
        if chart in MEMORY:
            return memory(study.report, chart, lang, width=width)
        return cost(study.report, chart, lang, log=log, width=width)

    return kept(make, "cost", study.key, chart, log, lang, width)
