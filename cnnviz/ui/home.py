"""Home: the timeline of networks, a card for each family. Imports no PyTorch."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz import zoo
from cnnviz.content import label
from cnnviz.ui.shell import frame, language_switch, link
from cnnviz.ui.state import Desk
from cnnviz.zoo import Family

FIRST, LAST = 1998, 2018


def page() -> None:
    with frame("") as desk:
        with st.container(key="head", horizontal=True, vertical_alignment="top"):
            st.html(
                f'<h1 class="title">{escape(desk.say("home.title"))}</h1>'
                f'<p class="lead">{escape(desk.say("home.lead"))}</p>'
            )
            language_switch(desk)
        st.html(_axis(zoo.families()))
        with st.container(key="cards"):
            for family in zoo.families():
                _card(desk, family)
        with st.container(key="notices"):
            desk.show_notices()


def _axis(families: tuple[Family, ...]) -> str:
    """The years as a line with a dot for each family; the cards below say the same in words."""
    years = (FIRST, *range(2002, LAST, 4), LAST)
    marks = "".join(f'<span style="left:{_left(y)}">{y}</span>' for y in years)
    dots = "".join(f'<i style="left:{_left(f.year)}"></i>' for f in families)
    return f'<div class="axis" aria-hidden="true">{marks}{dots}</div>'


def _left(year: int) -> str:
    share = (year - FIRST) / (LAST - FIRST)
    return f"{100 * min(1.0, max(0.0, share)):.2f}%"


def _card(desk: Desk, family: Family) -> None:
    """Year, name (the whole card is its link), idea, authors, networks."""
    slug, lang = family.slug, desk.lang
    with st.container(key=f"card_{slug}"):
        st.html(f'<p class="year">{family.year}</p>')
        link(slug, label(f"families.{slug}.name", lang), desk)
        names = (", " if lang == "en" else "、").join(a.title for a in family.archs)
        st.html(
            f'<p class="cardtext">{escape(label(f"families.{slug}.idea", lang))}</p>'
            f'<p class="who">{escape(label(f"families.{slug}.authors", lang))}</p>'
            f'<p class="who">{escape(names)}</p>'
        )
