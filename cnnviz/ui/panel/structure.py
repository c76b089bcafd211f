"""Structure: the folded graph; a click selects a layer or opens a group where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st

from cnnviz.analysis.fold import Fold, toggle
from cnnviz.content import label
from cnnviz.errors import ReaderError
from cnnviz.picture import Picture
from cnnviz.ui import exports
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import Scene, volumes
from cnnviz.ui.state import clip
from cnnviz.ui.study import Study
from cnnviz.views.dot import dot_source
from cnnviz.views.palette import drawn_kinds
from cnnviz.views.structure import signs, structure
from cnnviz.views.structure_sketch import folded_graph

KEY = "structure"
ALL, NONE = "all", "none"
DESK = 560  # px of width from which it is a desk
LOW, HIGH = 190, 640  # height of its place
ROOM = 84  # the bar above the picture, and air
SCALE = 1.35  # the drawing's 11 px text on a desk, so that it is read from the back


def show(scene: Scene) -> None:
    """The graph as `?open=` says; without it folded to about twenty visible nodes."""
    study, desk = scene.study, scene.desk
    folded = folded_graph(study.graph)
    text = desk.read("open", opened_of(study))
    opened = _opened(text, folded)
    width = scene.width()

    def on_fold(event: Mapping[str, Any]) -> None:
        if event.get("kind") == "fold":
            now = toggle(folded, opened, str(event.get("value")))
            desk.put({"open": _token(now, folded) or None})

    picture = _drawn(study, opened, round(width / (SCALE if width >= DESK else 1)), desk.lang)
    svgview(
        KEY,
        picture,
        desk.lang,
        legend=_legend(picture, desk.lang),
        width=width,
        height=_height(picture, width),
        tools=True,
        save=exports.menu(
            scene,
            KEY,
            picture,
            dot=lambda: dot_source(study.graph, opened, lang=desk.lang),
            note=signs(picture, desk.lang),
        ),
        on_event=scene.on_event(KEY, on_fold),
    )
    st.html(f'<p class="hint">{escape(signs(picture, desk.lang))}</p>')
    if width >= DESK:  # what flows through it, to scale; the same layer is marked in both
        below = volumes.drawn(study, width, desk.lang)
        save = exports.menu(scene, "flow", below)
        svgview("flow", below, desk.lang, save=save, on_event=scene.on_event("flow"))


def _height(picture: Picture, width: int) -> int:
    """Pixels of the place: as the picture at its usual scale, between two bounds."""
    scale = SCALE if width >= DESK else 1
    high = HIGH if width >= DESK else 4 * HIGH  # a phone scrolls its page, not the graph
    return int(min(max(picture.height * scale + ROOM, LOW), high))


def _legend(picture: Picture, lang: str) -> tuple[tuple[str, str], ...]:
    """The kinds that the picture shows, in the network's order."""
    return tuple(
        (k, label(f"ops.kind.{k}", lang)) for k in drawn_kinds(picture.svg) if k != "input"
    )


def _drawn(study: Study, opened: frozenset[str], width: int, lang: str) -> Picture:
    def make() -> Picture:
        return structure(study.graph, study.report, opened=opened, width=width, lang=lang)

    return kept(make, "structure", study.key, opened, width, lang)


# `open` lists the keys whose state differs from the default, so the plain page has none.


def _opened(text: str, folded: Fold) -> frozenset[str]:
    if text == ALL:
        return folded.all_open()
    if text == NONE:
        return frozenset()
    return folded.default() ^ frozenset(k for k in text.split(",") if k)


def _token(opened: frozenset[str], folded: Fold) -> str:
    if opened == folded.all_open():
        return ALL
    return ",".join(sorted(opened ^ folded.default())) if opened else NONE


def opened_of(study: Study) -> Callable[[str], str]:
    """The parser of `?open=`; its error names a block that the network does not have."""

    def parse(raw: str) -> str:
        known = folded_graph(study.graph).all_open()
        for key in raw.split(","):
            if key and raw not in (ALL, NONE) and key not in known:
                raise ReaderError("unknown_block", block=clip(key), name=study.title)
        return raw

    return parse
