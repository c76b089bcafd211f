"""Home: the networks in the order of their years, a card for each family. Imports no PyTorch."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from urllib.parse import urlsplit

import streamlit as st

from cnnviz import zoo
from cnnviz.content import label, listed
from cnnviz.picture import Picture
from cnnviz.ui import components, warm
from cnnviz.ui.drawn import kept
from cnnviz.ui.pages import pages
from cnnviz.ui.shell import corner, frame, guard, link
from cnnviz.ui.state import Desk, clip
from cnnviz.zoo import Family

MOST = 7  # networks that a card names
WAIT = 1.0  # seconds between looks at whether the drawings can be made
WIDTH = 760  # px: so wide that a family's first network is drawn in one row


def page() -> None:
    with frame("") as desk:
        if wrong := _unknown():
            desk.note(desk.say("home.unknown", page=wrong))
        with st.container(key="head", horizontal=True, vertical_alignment="top"):
            st.html(
                f'<h1 class="title">{escape(_title(desk))}</h1>'
                f'<p class="lead">{escape(desk.say("home.lead"))}</p>'
            )
            corner(desk)
        with st.container(key="notices"):
            desk.show_notices()
        with guard(desk):
            _axis(desk, zoo.families())
        with st.container(key="cards"):
            for family in zoo.families():
                with guard(desk):
                    _card(desk, family)
        if not warm.ready():
            st.fragment(_await_drawings, run_every=WAIT)()


def _await_drawings() -> None:
    """Draw the page again once PyTorch has been imported: a first reader waits for no drawing."""
    if warm.ready():
        st.rerun()


def _unknown() -> str:
    """The page that the browser's address asks for and that there is not: home stands for it."""
    path = urlsplit(st.context.url or "").path.strip("/")
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    asked = path.removeprefix(base).strip("/")
    return "" if asked in {p.slug for p in pages()} else clip(asked)


def _title(desk: Desk) -> str:
    years = [f.year for f in zoo.families()]
    return desk.say("home.title", first=min(years), last=max(years))


def _axis(desk: Desk, families: tuple[Family, ...]) -> None:
    """The families one after another, each with its year; a dot is a link to its page."""
    places = [(i + 0.5) * 100 / len(families) for i in range(len(families))]
    marks = "".join(
        f'<span style="left:{at:.2f}%">{f.year}</span>'
        for f, at in zip(families, places, strict=True)
    )
    rules = "".join(
        f".st-key-dot_{f.slug} {{ --at: {at:.2f}; --floor: {i % 2}; }}"
        for i, (f, at) in enumerate(zip(families, places, strict=True))
    )
    st.html(f"<style>{rules}</style>")  # on a phone every second name stands a line higher
    with st.container(key="axis"):
        st.html(f'<div class="axis" aria-hidden="true">{marks}</div>')
        for f in families:
            with guard(desk), st.container(key=f"dot_{f.slug}"):
                link(f.slug, label(f"families.{f.slug}.name", desk.lang), desk)


def _card(desk: Desk, family: Family) -> None:
    """Year, name (the whole card is its link), idea, authors, networks, the first one's volumes."""
    slug, lang = family.slug, desk.lang
    with st.container(key=f"card_{slug}"):
        st.html(f'<p class="year">{family.year}</p>')
        link(slug, label(f"families.{slug}.name", lang), desk)
        titles = [a.title for a in family.archs]
        names = listed(titles[:MOST], lang)
        if more := len(titles[MOST:]):
            names = desk.say("home.more", names=names, n=more)
        names = names.replace(" (", "\u00a0(").replace("-", "\u2011")
        st.html(
            f'<p class="cardtext">{escape(label(f"families.{slug}.idea", lang))}</p>'
            f'<p class="who">{escape(label(f"families.{slug}.authors", lang))}</p>'
            f'<p class="who">{escape(names)}</p>'
        )
        with st.container(key=f"sketch_{slug}"), guard(desk):
            st.html('<div class="place"></div>')  # without anything there would be no container
            if warm.ready():  # never import PyTorch for it: its place stays empty till then
                components.svgview(f"idea_{slug}", _sketch(family, lang), lang, crop=1, still=True)


def _sketch(family: Family, lang: str) -> Picture:
    """What flows through the family's first network, at the foot of its place: one base line."""
    from cnnviz import engine
    from cnnviz.views.volumes import volumes

    def make() -> Picture:
        drawn = volumes(engine.graph(family.default), width=WIDTH, lang=lang)
        at_foot = '<svg preserveAspectRatio="xMidYMax meet" '
        return replace(drawn, svg=drawn.svg.replace("<svg ", at_foot, 1))

    return kept(make, "sketch", family.default, lang)
