"""Whose counting the page's multiply-accumulates follow, `?count=torchinfo`; ours by default.

One choice moves every number of the page; its label says what is counted.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from cnnviz.content import label
from cnnviz.crosscheck import CONVENTIONS, reasons, recount
from cnnviz.ui.drawn import kept
from cnnviz.ui.state import Desk, one_of
from cnnviz.ui.study import Study
from cnnviz.views.quantity import counted as called

OURS = "ours"  # the token of our own count; the address leaves it out


def by(desk: Desk, study: Study) -> Study:
    """The study counted as the address asks."""
    name = desk.read("count", one_of("count", (OURS, *CONVENTIONS)), OURS)
    return counted(study, "" if name == OURS else name)


def counted(study: Study, name: str) -> Study:
    """The study, its report counted by one of CONVENTIONS; as it is by "", which is ours."""
    ours = study.own_report
    if not name:
        return replace(study, report=ours, ours=None, count="", why={})
    preset = CONVENTIONS[name]
    plain = replace(study, count="", pinned=None)
    report, why = kept(
        lambda: (recount(study.graph, ours, preset), reasons(study.graph, ours, preset)),
        "count",
        plain.key,
        name,
    )
    return replace(study, report=report, ours=ours, count=name, why=why)


def mark(desk: Desk, study: Study) -> None:
    """What the page counts by, said wherever one is in it, and the way back."""
    if not study.count:
        return
    what = called(study.count, "name", desk.lang)
    said = label("count.mark", desk.lang, what=f"<b>{escape(what)}</b>")
    st.html(f'<p class="against">{said}</p>')
    st.button(
        label("count.back", desk.lang),
        key="count_back",
        type="tertiary",
        on_click=desk.put,
        args=({"count": None},),
    )
