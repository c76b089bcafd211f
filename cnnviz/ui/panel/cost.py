"""Cost and memory: quantities by layer on one axis, and the bytes alive while the network runs."""

from __future__ import annotations

import streamlit as st

from cnnviz.content import label
from cnnviz.picture import Picture
from cnnviz.report import Report
from cnnviz.ui import exports
from cnnviz.ui.compared import difference, only_pinned
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene
from cnnviz.ui.panel.memory import MEMORY
from cnnviz.ui.panel.memory import show as show_memory
from cnnviz.ui.present import presenting
from cnnviz.ui.state import Desk, one_of
from cnnviz.ui.study import Study
from cnnviz.views.cost import cost
from cnnviz.views.cost_columns import BY, usual
from cnnviz.views.cost_panels import QUANTITIES, panels
from cnnviz.views.quantity import quantity

ALL = "all"
SINGLE = ("params", "macs", "flops", "activations", "memory_access")
WHERE_USED = "connections"  # offered where the network's own table has them
SCALES = ("linear", "log")


def show(scene: Scene) -> None:
    """One chart, chosen by `?chart=`; quantities by layer or by stage (`?by=stage`), on a linear or
    a logarithmic axis (`?scale=log`).
    """
    desk, study = scene.desk, scene.study
    own = (WHERE_USED,) if WHERE_USED in study.report.columns else ()
    charts = (ALL, *SINGLE, *own, *MEMORY)
    chart = desk.read("chart", one_of("chart", charts), ALL)
    with st.container(key="cost_knobs", horizontal=True):
        _charts(desk, study.report, charts, chart)
        if chart not in MEMORY:
            shown = QUANTITIES if chart == ALL else (chart,)
            default = usual(study.report, shown, study.pinned.report if study.pinned else None)
            by = desk.read("by", one_of("by", BY), default)
            _tick(desk, "by", BY, by, default, label("cost.by_stage", desk.lang))
            scale = desk.read("scale", one_of("scale", SCALES), SCALES[0])
            _tick(desk, "scale", SCALES, scale, SCALES[0], label("cost.log", desk.lang))
    if chart in MEMORY:
        show_memory(scene, chart)
        return
    picture = _drawn(study, chart, by, scale == "log", desk.lang, scene.width(), presenting(desk))
    # the bars have a legend of their own
    save = exports.menu(scene, "cost", picture, legend=False, counts=True)
    on_event = scene.on_event("cost")
    svgview("cost", picture, desk.lang, width=scene.width(), save=save, on_event=on_event)


def _charts(desk: Desk, report: Report, charts: tuple[str, ...], chart: str) -> None:
    def shown(token: str) -> str:
        if token == ALL:
            return label("cost.chart_all", desk.lang)
        if token in MEMORY:
            return desk.say(f"chart_{token}")
        return quantity(report, token, "short", desk.lang)

    st.segmented_control(
        desk.say("chart"),
        charts,
        key=desk.mirror("chart", chart),
        format_func=shown,
        on_change=desk.push,
        args=("chart", ALL),
        required=True,
        label_visibility="collapsed",
    )


def _tick(
    desk: Desk, name: str, tokens: tuple[str, ...], now: str, default: str, words: str
) -> None:
    """A choice between two tokens as one tick: the second of them."""
    key = desk.key(name)
    st.session_state[key] = now == tokens[1]

    def push() -> None:
        token = tokens[bool(st.session_state[key])]
        desk.put({name: None if token == default else token})

    st.checkbox(words, key=key, on_change=push)


def _drawn(
    study: Study, chart: str, by: str, log: bool, lang: str, width: int, low: bool
) -> Picture:
    pinned = study.pinned.report if study.pinned else None
    shown = QUANTITIES if chart == ALL else (chart,)

    def make() -> Picture:
        if chart != ALL and by == BY[0]:
            rows = study.report.rows if pinned else ()
            then = pinned.by_id if pinned else {}
            words = {
                r.id: difference(getattr(r, chart), getattr(then.get(r.id), chart, None), lang)
                for r in rows
            }
            words |= {r.id: difference(0, getattr(r, chart), lang) for r in only_pinned(study)}
            return cost(study.report, chart, lang, None, log, width, pinned, words)
        totals = {
            q: difference(getattr(study.report.totals, q), getattr(pinned.totals, q), lang)
            for q in shown
            if pinned
        }
        return panels(study.report, lang, shown, by, log, width, pinned, totals, low)

    return kept(make, "cost", study.key, chart, by, log, lang, width, low)
