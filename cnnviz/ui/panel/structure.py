"""Structure: the folded graph; a click selects a layer or opens a group where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st

from cnnviz.analysis.fold import Fold, toggle
from cnnviz.content import label
from cnnviz.errors import ReaderError
from cnnviz.graph import OPS
from cnnviz.picture import Picture
from cnnviz.ui import exports
from cnnviz.ui.components import svgview
from cnnviz.ui.drawn import kept
from cnnviz.ui.panel import OnEvent, Scene, by_dot, volumes
from cnnviz.ui.present import presenting
from cnnviz.ui.state import clip, one_of
from cnnviz.ui.study import Study
from cnnviz.views.dot import dot_source
from cnnviz.views.layout_graphviz import FLOWS
from cnnviz.views.palette import drawn_kinds
from cnnviz.views.structure import asked_of_dot, structure
from cnnviz.views.structure_key import signs
from cnnviz.views.structure_sketch import folded_graph

KEY = "structure"
ALL, NONE = "all", "none"
ROWS = "rows"
LAYOUTS = (ROWS, *FLOWS)
# The words of the bar and of the search.
WORDS = (
    *("search", "search_hint", "search_close", "hits", "no_hit", "shapes", "more_tools"),
    *("open_all", "close_all", "as_drawn", "layout", *(f"layout_{name}" for name in LAYOUTS)),
    "keys",
)
DESK = 560  # px of width from which it is a desk
LOW, HIGH = 150, 640  # height of its place
ROOM = 84  # the bar above the picture, and air
LESS = 24  # in class, for the volumes below it
LEAST = 0.97  # of 11 px: no text is under 10.5 px
SCALE = 1.35  # the drawing's 11 px text on a desk, so that it is read from the back


def show(scene: Scene) -> None:
    """The graph as `?open=` says, without it folded to about twenty visible nodes; `?shapes=1`
    writes the tensors on the wires, `?layout=` lets dot place it.
    """
    study, desk, width = scene.study, scene.desk, scene.width()
    folded = folded_graph(study.graph)
    opened = _opened(desk.read("open", opened_of(study)), folded)
    shapes = desk.read("shapes", one_of("shapes", ("1",))) == "1"
    layout = desk.read("layout", one_of("layout", LAYOUTS), ROWS)
    picture = _picture(scene, opened, shapes, layout)
    if picture is not None:
        legend, key = _legend(picture, desk.lang), signs(picture, desk.lang)
        save = exports.menu(
            scene,
            KEY,
            picture,
            dot=lambda: dot_source(study.graph, opened, lang=desk.lang),
            note=key,
        )
        svgview(
            KEY,
            picture,
            desk.lang,
            legend=legend,
            width=width,
            height=_height(picture, width) - (LESS if presenting(desk) else 0),
            tools=True,
            graph=_tools(study, folded, opened, shapes, layout, desk.lang),
            save=save,
            on_event=scene.on_event(KEY, _on_event(scene, folded, opened, shapes)),
        )
        if key:
            st.html(f'<p class="hint">{escape(key)}</p>')
    if width >= DESK:  # what flows through it, to scale; the same layer is marked in both
        volumes.below(scene, width)


def _on_event(scene: Scene, folded: Fold, opened: frozenset[str], shapes: bool) -> OnEvent:
    """What a touch of the graph or of its bar does to the address."""
    desk, known = scene.desk, scene.study.graph.by_id

    def answer(event: Mapping[str, Any]) -> None:
        kind, value = event.get("kind"), str(event.get("value") or "")
        if kind == "fold":
            desk.put({"open": _token(toggle(folded, opened, value), folded)})
        elif kind == "open":
            desk.put({"open": value if value in (ALL, NONE) else None})
        elif kind == "find" and value in known:  # what hides it opens
            scene.pick(value, open=_token(opened | folded.holding(value), folded))
        elif kind == "shapes":
            desk.put({"shapes": None if shapes else "1"})
        elif kind == "layout":
            desk.put({"layout": value if value in FLOWS else None})

    return answer


def _tools(
    study: Study, folded: Fold, opened: frozenset[str], shapes: bool, layout: str, lang: str
) -> dict[str, Any]:
    """What the bar of a graph shows, and what can be searched: [id, position of its words]."""
    ops = list(dict.fromkeys(n.op for n in study.graph.nodes))
    said = [
        f"{label(f'ops.op.{op}', lang)}\n{op}\n{label(f'ops.kind.{OPS[op]}', lang)}" for op in ops
    ]
    at = {op: k for k, op in enumerate(ops)}
    token = _token(opened, folded)
    return {
        "folds": bool(folded.all_open()),
        "open": "" if token is None else token,
        "shapes": shapes,
        "layout": layout,
        "layouts": LAYOUTS,
        "names": {"nodes": [[n.id, at[n.op]] for n in study.graph.nodes], "ops": said},
        "words": {w: label(f"structure.tool.{w}", lang) for w in WORDS},
    }


def _height(picture: Picture, width: int) -> int:
    """Pixels of the place: as the picture at its usual scale, between two bounds."""
    scale = min(SCALE, max(width / picture.width, 1)) if width >= DESK else 1
    high = HIGH if width >= DESK else 4 * HIGH  # a phone scrolls its page, not the graph
    return int(min(max(picture.height * scale + ROOM, LOW), high))


def _legend(picture: Picture, lang: str) -> tuple[tuple[str, str], ...]:
    """The kinds that the picture shows, in the network's order."""
    return tuple(
        (k, label(f"ops.kind.{k}", lang)) for k in drawn_kinds(picture.svg) if k != "input"
    )


def _picture(scene: Scene, opened: frozenset[str], shapes: bool, layout: str) -> Picture | None:
    """The drawing, in rows or where dot places it; None while dot has not answered."""
    study, lang, width = scene.study, scene.desk.lang, scene.width()
    placed = None
    if layout != ROWS:
        asked = asked_of_dot(study.graph, layout, opened=opened, lang=lang, shapes=shapes)
        placed = by_dot.answer(scene, asked)
        if placed is None:
            return None
    room = round(width / (SCALE if width >= DESK else 1))
    single = 0 if presenting(scene.desk) else round(width / LEAST)

    def make() -> Picture:
        return structure(
            study.graph,
            study.report,
            opened=opened,
            width=room,
            most=width,
            single=single,
            lang=lang,
            shapes=shapes,
            by_dot=placed,
        )

    return kept(make, "structure", study.key, opened, room, single, lang, shapes, layout)


# `open` lists the keys whose state differs from the default, so the plain page has none.


def _opened(text: str, folded: Fold) -> frozenset[str]:
    if text == ALL:
        return folded.all_open()
    if text == NONE:
        return frozenset()
    return folded.default() ^ frozenset(k for k in text.split(",") if k)


def _token(opened: frozenset[str], folded: Fold) -> str | None:
    """None at the default."""
    if opened == folded.default():
        return None
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
