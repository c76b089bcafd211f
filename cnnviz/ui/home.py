"""Home: the networks on a line of years, a card for each family. Imports no PyTorch."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz import zoo
from cnnviz.content import label, listed
from cnnviz.picture import Picture
from cnnviz.ui import components, warm
from cnnviz.ui.drawn import kept
from cnnviz.ui.shell import corner, frame, guard, link
from cnnviz.ui.state import Desk
from cnnviz.zoo import Family

EVERY = 4  # years between the marks of the axis
WAIT = 1.0  # seconds between looks at whether the drawings can be made
WIDTH = 760  # px: so wide that a family's first network is drawn in one row
APART = 20.0  # percent of the axis that a name takes; a nearer one goes a line up


def page() -> None:
    with frame("") as desk:
        with st.container(key="head", horizontal=True, vertical_alignment="top"):
            st.html(
                f'<h1 class="title">{escape(desk.say("home.title"))}</h1>'
                f'<p class="lead">{escape(desk.say("home.lead"))}</p>'
            )
            corner(desk)
        with guard(desk):
            _axis(desk, zoo.families())
        with st.container(key="cards"):
            for family in zoo.families():
                with guard(desk):
                    _card(desk, family)
        with st.container(key="notices"):
            desk.show_notices()
        if not warm.ready():
            st.fragment(_await_drawings, run_every=WAIT)()


def _await_drawings() -> None:
    """Draw the page again once PyTorch has been imported: a first reader waits for no drawing."""
    if warm.ready():
        st.rerun()


def _axis(desk: Desk, families: tuple[Family, ...]) -> None:
    """The years as a line, from the first network's to the last's; a dot is a link to its page."""
    first, last = min(f.year for f in families), max(f.year for f in families)
    places = {f.slug: 100 * (f.year - first) / max(1, last - first) for f in families}
    floors = _floors(places)
    years = (*range(first, last, EVERY), last)
    marks = "".join(
        f'<span style="left:{100 * (y - first) / max(1, last - first):.2f}%">{y}</span>'
        for y in years
    )
    rules = "".join(
        f".st-key-dot_{slug} {{ --at: {at:.2f}; --floor: {floors[slug]}; }}"
        for slug, at in places.items()
    )
    st.html(f"<style>.st-key-axis {{ --floors: {max(floors.values())}; }} {rules}</style>")
    with st.container(key="axis"):
        st.html(f'<div class="axis" aria-hidden="true">{marks}</div>')
        for f in families:
            with guard(desk), st.container(key=f"dot_{f.slug}"):
                link(f.slug, label(f"families.{f.slug}.name", desk.lang), desk)


def _floors(places: dict[str, float]) -> dict[str, int]:
    """The line of each name above the axis: the lowest where it meets no other."""
    ends: list[float] = []
    floors = {}
    for slug, at in sorted(places.items(), key=lambda kv: kv[1]):
        free = (i for i, end in enumerate(ends) if at >= end)
        floor = next(free, len(ends))
        ends[floor : floor + 1] = [at + APART]
        floors[slug] = floor
    return floors


def _card(desk: Desk, family: Family) -> None:
    """Year, name (the whole card is its link), idea, authors, networks, the first one's volumes."""
    slug, lang = family.slug, desk.lang
    with st.container(key=f"card_{slug}"):
        st.html(f'<p class="year">{family.year}</p>')
        link(slug, label(f"families.{slug}.name", lang), desk)
        names = listed((a.title for a in family.archs), lang)
        names = names.replace(" (", "\u00a0(").replace("-", "\u2011")
        st.html(
            f'<p class="cardtext">{escape(label(f"families.{slug}.idea", lang))}</p>'
            f'<p class="who">{escape(label(f"families.{slug}.authors", lang))}</p>'
            f'<p class="who">{escape(names)}</p>'
        )
        with st.container(key=f"sketch_{slug}"), guard(desk):
            if warm.ready():  # never import PyTorch for it: its place stays empty till then
                components.svgview(f"idea_{slug}", _sketch(family, lang), lang, crop=1, still=True)


def _sketch(family: Family, lang: str) -> Picture:
    """What flows through the family's first network, to scale."""
    from cnnviz import engine
    from cnnviz.views.volumes import volumes

    def make() -> Picture:
        return volumes(engine.graph(family.default), width=WIDTH, lang=lang)

    return kept(make, "sketch", family.default, lang)
