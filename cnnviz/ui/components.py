"""The components that run in the browser: a picture, a table, the row of knobs, a layer's map, the
recurrence, a second opinion, and one that shows nothing: the bus.

Each is plain scripts and a stylesheet under assets/. What a reader does comes back as one event,
{"kind": …, "value": …}, which `Desk.event` reads in the callback. A layer or what is in it: node,
number, unit, photo; a graph's frames and bar: fold, open, shapes, layout, find; a table's choices:
table; knobs: turn, ahead; counting: tool, count; anywhere: save, width; the page: present.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from cnnviz.content import label
from cnnviz.picture import Picture

ASSETS = Path(__file__).parent / "assets"
SAVED = ("svgview", "table", "field", "opinion", "steps")  # what has a menu of files
FEW = 8  # rows: fewer need no filter
TABLE_WORDS = (
    *("filter", "filter_short", "filter_help", "shown", "none", "hidden", "clear", "columns"),
    *("default", "rollup", "ungrouped", "stage", "fold", "module", "open_all", "close_all"),
    *("holds", "total", "sum", "sum_shown", "more_terms", "keys", "sort"),
)
WORDS = ("zoom_in", "zoom_out", "fit", "full_screen", "keys", "open_number")


def svgview(
    key: str,
    picture: Picture,
    lang: str,
    *,
    legend: Sequence[tuple[str, str]] = (),
    title: str = "",
    width: int = 0,
    height: int = 0,
    tools: bool = False,
    crop: float = 0,
    still: bool = False,
    graph: Mapping[str, Any] | None = None,
    save: Mapping[str, Any] | None = None,
    on_event: Callable[[], None] = lambda: None,
) -> None:
    """A Picture that can be clicked, walked by keyboard and, with `tools`, panned and zoomed.

    A node without a shape of its own is marked where data-holds names it. `width` is the width of
    the place in CSS pixels as far as known; if it turns out to be another, an event of kind "width"
    says so. `height` in pixels of a laptop's type, 0: as the picture needs. `legend`: (kind, name).
    A `title` makes a card of a picture without tools. With `crop` what is drawn fills the place, up
    to so many times its size. A `still` one is looked at only. `graph`: what the bar of a graph
    offers, as `panel/structure.py` makes it. `save`: its menu of files, as `exports.menu` makes it;
    so in `table`.
    """
    data = {
        "svg": picture.svg,
        "w": picture.width,
        "h": picture.height,
        "alt": picture.alt,
        "legend": [list(entry) for entry in legend],
        "title": title,
        "width": width,
        "height": height,
        "tools": tools,
        "crop": crop,
        "still": still,
        "graph": graph and {k: v for k, v in graph.items() if k != "words"},
        "save": save,
        "words": words(lang) | dict(graph["words"] if graph else {}),
    }
    _mount("svgview")(key=key, data=data, height="content", on_event_change=on_event)


def table(
    key: str,
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    totals: Sequence[Any] | None,
    lang: str,
    *,
    caption: str,
    groups: Mapping[str, Sequence[Any]] | None = None,
    choices: Mapping[str, str] | None = None,
    pinned: Sequence[Any] | None = None,
    notes: Sequence[str] = (),
    save: Mapping[str, Any] | None = None,
    on_event: Callable[[], None],
) -> None:
    """A table of 5 to 5,000 rows: a click selects, a number opens; sort, filter, columns, groups.

    columns: {"key", "label", "number"}, and where it departs from the plain: "opens" False, "q" the
    quantity that opens, "of" what groups and totals say of it (sum, max, first, last or None; a
    number's is the sum), "order" what it is sorted by, "first" False if it is to be chosen, "wide"
    if a phone has no room, "spare" if it goes first, "convention". rows: {"id", "kind", "cells"}, a
    cell a text, a whole number, None or [shown, exact]; "find" what it is found by, "then" the
    pinned cells, "only" where alone it is, "gone" if that is what is pinned, "after" its place.
    totals and `pinned`, the totals of what is compared with, as cells; `notes`, sentences below.
    groups: {way: parts}, a part the index of a row or {"name", "times", "what", "parts"}.
    `choices`: sort, filter, columns, rollup as the address has them; what the reader chooses then
    comes as an event of kind "table" with all four. Without them they stay in the browser.
    """
    data = {
        "place": key if choices is not None else None,
        "columns": list(columns),
        "rows": list(rows),
        "totals": list(totals) if totals else None,
        "caption": caption,
        "groups": groups,
        "pinned": pinned,
        "notes": list(notes),
        "tools": choices is not None or len(rows) > FEW,
        "save": save,
        "words": {w: label(f"layers.tools.{w}", lang) for w in TABLE_WORDS},
    }
    if choices is not None:
        with st.container(key="bus_of_table"):
            bus(f"choices_{key}", {"choices": {key: dict(choices)}})
    _mount("table")(key=key, data=data, height="content", on_event_change=on_event)


def knobs(key: str, data: Mapping[str, Any], on_event: Callable[[], None]) -> None:
    """The row of knobs, and the numbers that it moves. `data` as `ui/row.py` makes it:

    n: number of the last turn that came; figures: {"name", "shown", "note", "hover"}; knobs:
    {"name", "label", "kind": list | range | check, "value", "options": [[token, shown]], …}; pin:
    the words of its button or None; next:
    what `figures` will be after each turn, as far as known.
    """
    _mount("knobs")(key=key, data=dict(data), height="content", on_event_change=on_event)


def field(key: str, data: Mapping[str, Any], on_event: Callable[[], None]) -> None:
    """A layer's map and what one unit sees, moved by hand; `data` as ui/panel/receptive_field.py
    makes it. Events: {"kind": "unit" | "photo" | "width" | "save", …}.
    """
    _mount("field")(key=key, data=dict(data), height="content", on_event_change=on_event)


def steps(key: str, html: str, save: Mapping[str, Any], on_event: Callable[[], None]) -> None:
    """A table made by views/receptive_field_steps.py; a click chooses a layer."""
    _mount("steps")(
        key=key, data={"html": html, "save": save}, height="content", on_event_change=on_event
    )


def opinion(
    key: str, html: str, lang: str, *, save: Mapping[str, Any], on_event: Callable[[], None]
) -> None:
    """Tables made by ui/opinion.py. Events of kind "node", "tool", "count", "save"."""
    data = {"html": html, "lang": lang, "save": save}
    _mount("opinion")(key=key, data=data, height="content", on_event_change=on_event)


def bus(key: str, data: Mapping[str, Any], on_event: Callable[[], None] = lambda: None) -> None:
    """Tell the browser what is small and changes often: language, selection, opened number."""
    _mount("bus")(key=f"bus_{key}", data=dict(data), height="content", on_event_change=on_event)


def words(lang: str) -> dict[str, str]:
    return {w: label(f"ui.tools.{w}", lang) for w in WORDS}


@cache
def _mount(name: str) -> Callable[..., Any]:
    from cnnviz.views import palette

    style = palette.css() + palette.marks() + _joined(name, "css")
    return st.components.v2.component(
        f"cnnviz_{name}",
        html='<div class="root"></div>',
        css=style,
        js=_joined(name, "js"),
    )


def _joined(name: str, suffix: str) -> str:
    """What all components share, then the parts of this one (`name_*`) by name, then itself."""
    shared = ("component", "sheet", "save") if name in SAVED else ("component",)
    parts = [f"{s}.{suffix}" for s in shared]
    parts += sorted(p.name for p in ASSETS.glob(f"{name}_*.{suffix}"))
    found = (ASSETS / part for part in (*parts, f"{name}.{suffix}"))
    return "".join(path.read_text("utf-8") for path in found if path.exists())
