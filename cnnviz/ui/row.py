"""The six numbers and the knobs as the page shows them: one component, in a fragment of its own.

A turn writes the address and draws new numbers first, then the rest of the page. When a hand comes
near a knob, the numbers of its values are computed and sent (ui/ahead.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from cnnviz.content import label
from cnnviz.errors import ReaderError
from cnnviz.ui import ahead, components, header, knobs, pin
from cnnviz.ui.panel import lost
from cnnviz.ui.shell import guard
from cnnviz.ui.state import Desk
from cnnviz.ui.study import Study, of_zoo
from cnnviz.zoo import Choice, Family, Knob, token

WORDS = ("settings", "more", "reset", "copy", "copied", "by_hand", "other", "changed")
AHEAD = 0.2  # seconds that a hand near a knob may cost
SEEN = "_turn_seen"  # session key: the number of the last turn that came
TURNED = "_turned"  # session key: a knob was turned, the rest of the page is to follow
NEAR = "_near"  # session key: the knob that a hand is near


@st.fragment
def row(desk: Desk, study: Study) -> None:
    """Six numbers and, of a network of the zoo, its knobs."""
    turned = st.session_state.pop(TURNED, False)
    if turned and study.family is not None:  # the address moved on since the page drew this
        desk = Desk(desk.page, desk.lang)
        study = pin.against(desk, knobs.study(desk, study.family))
    if near := st.session_state.pop(NEAR, None):
        _ahead(desk, study, near)
    with st.container(key="row"):
        figures: tuple[header.Figure, ...] = ()
        with guard(desk):
            figures = header.figures(study, desk.lang)
        st.html(at_first(figures))
        key = desk.key("row")
        components.knobs(key, data(desk, study, figures), partial(_on_event, desk, study, key))
    if turned:
        st.rerun()


def at_first(figures: Sequence[header.Figure]) -> str:
    """The six numbers as plain HTML: seen with the title, until the component is there."""
    cells = "".join(
        f"<div><dt>{escape(f.name)}</dt><dd>{escape(f.shown)}</dd>"
        f'<dd class="note">{escape(f.note)}</dd></div>'
        for f in figures
    )
    return f'<dl class="at_first">{cells}</dl>'


def data(desk: Desk, study: Study, figures: Sequence[header.Figure]) -> dict[str, Any]:
    """What the component is told."""
    told: dict[str, Any] = {
        "n": st.session_state.get(SEEN, 0),
        "figures": [
            {"name": f.name, "shown": f.shown, "note": f.note, "hover": f.hover}
            | ({"difference": f.difference} if f.difference else {})
            for f in figures
        ],
        "knobs": [],
        "pin": pin.control(study, desk.lang),
        "next": {},
        "words": {w: label(f"knobs.row.{w}", desk.lang) for w in WORDS},
    }
    if study.choice is None or study.family is None:
        return told
    query = st.query_params.to_dict()
    smallest = study.report.totals.smallest_input
    choices = ahead.turns(study.family, query, smallest)
    knobs_shown = specs(desk, study.family, study.choice, smallest)
    return told | {
        "knobs": knobs_shown,
        "line": line(desk, study.choice, knobs_shown),
        "next": ahead.known(study, choices, desk.lang),
        "reset": any(k.name in query for k in study.choice.arch.knobs),
        "state": repr((study.choice.key, desk.lang)),
    }


def line(desk: Desk, choice: Choice, shown: list[dict[str, Any]]) -> str:
    """The knobs in one line where they are folded: the network, and what is not by default."""
    title = choice.arch.title
    values = {k["name"]: dict(map(tuple, k["options"]))[k["value"]] for k in shown}
    changed = [
        label("knobs.row.pair", desk.lang, name=k["label"], value=values[k["name"]])
        for k in shown
        if k.get("changed")
    ]
    if not changed and "input_size" in values:
        size = values["input_size"]
        return label("knobs.row.plain", desk.lang, name=title, size=f"{size} × {size}")
    return " · ".join((title, *changed))


def specs(desk: Desk, family: Family, choice: Choice, smallest: int | None) -> list[dict[str, Any]]:
    """The knobs as the component draws them, the network first."""
    titles = [[a.name, a.title] for a in family.archs]
    first = {
        "name": "arch",
        "label": label("ui.network", desk.lang),
        "kind": "list",
        "value": choice.arch.name,
        "options": titles,
        "wrong": desk.wrong.get("arch", ""),
    }
    changed = choice.changed
    return [
        first,
        *(_spec(desk, choice, knob, smallest, knob.name in changed) for knob in choice.arch.knobs),
    ]


def _spec(
    desk: Desk, choice: Choice, knob: Knob, smallest: int | None, changed: bool
) -> dict[str, Any]:
    """One knob: what works is offered, and of a range another value may be typed."""
    family = choice.arch.family
    value = token(choice.knobs[knob.name])
    tokens = [token(v) for v in knobs.offered(knob, smallest)]
    if value not in tokens:
        tokens = sorted({*tokens, value}, key=float)
    low = smallest if knob.name == "input_size" and smallest else knob.low
    given = {k: token(v) for k, v in choice.changed.items() if k != knob.name}
    usual = knobs.usual(choice.arch, given, knob)
    return {
        "name": knob.name,
        "label": knobs.name_of(family, knob, desk.lang),
        "kind": _kind(knob),
        "value": value,
        "options": [[t, knobs.shown_as(family, knob, t, desk.lang)] for t in tokens],
        "range": None if knob.choices else [f"{low:g}", f"{knob.high:g}"],
        "seldom": knob.seldom,
        "changed": changed,
        "usual": knobs.shown_as(family, knob, usual, desk.lang),
        "plain": not knob.implies,
        "wrong": desk.wrong.get(knob.name, ""),
    }


def _kind(knob: Knob) -> str:
    if not knob.choices:
        return "range"
    return (
        "check" if {True, False} == set(knob.choices) and knob.default in (True, False) else "list"
    )


def _on_event(desk: Desk, study: Study, key: str) -> None:
    """The component's callback: knobs were turned, a hand is near one, pin or unpin."""
    event = desk.event(key)
    if study.family is None:
        return
    if event.get("kind") == "ahead":
        st.session_state[NEAR] = str(event.get("knob"))
    elif event.get("kind") == "turn":
        n = event.get("n")
        st.session_state[SEEN] = n if isinstance(n, int) else 0
        st.session_state[TURNED] = True
        turned(desk, study.family, event.get("turns"))
    elif event.get("kind") == "pin":
        st.session_state[TURNED] = True
        pin.toggle(desk, study)


def turned(desk: Desk, family: Family, turns: Any) -> None:
    """Write into the address what the reader turned, and take out what went with it."""
    query: dict[str, str] = st.query_params.to_dict()
    changes: dict[str, str | None] = {}
    choice: Choice | None = None
    for name, value in _pairs(turns):
        turn = knobs.turn(family, query, name, value)
        changes |= turn.changes
        merged = {**query, **turn.changes}
        query = {k: v for k, v in merged.items() if v is not None}
        choice = turn.choice
    if choice is not None:
        with suppress(ReaderError):  # the page says what is wrong
            changes |= dict.fromkeys(lost(of_zoo(choice, family), query))
    desk.put(changes)


def _pairs(turns: Any) -> list[tuple[str, str]]:
    if not isinstance(turns, list):
        return []
    return [
        (str(t[0]), str(t[1])[:60].strip()) for t in turns if isinstance(t, list) and len(t) == 2
    ]


def _ahead(desk: Desk, study: Study, near: str) -> None:
    """The values of this knob, the nearest first, as far as the time allows."""
    if study.family is None or study.choice is None:
        return
    smallest = study.report.totals.smallest_input
    values = ahead.turns(study.family, st.query_params.to_dict(), smallest).get(near, {})
    now = study.choice.arch.name if near == "arch" else token(study.choice.knobs.get(near, ""))
    order = list(values)
    at = order.index(now) if now in order else 0
    order.sort(key=lambda v: abs(list(values).index(v) - at))
    ahead.compute(study, filter(ahead.quick, (values[v] for v in order)), desk.lang, AHEAD)
