"""The views of the panel, one thin file each. Adding one: a file here and a line in VIEWS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import streamlit as st

from cnnviz.errors import ReaderError
from cnnviz.ui import exports
from cnnviz.ui.state import Desk, clip
from cnnviz.ui.study import Study
from cnnviz.views.derivation import derive

# In the order of the switch: name -> the file here, loaded when first chosen.
VIEWS: dict[str, str] = {
    "lesson": "lesson",
    "structure": "structure",
    "volumes": "volumes",
    "layers": "layers",
    "receptive_field": "receptive_field",
    "cost": "cost",
    "opinion": "second_opinion",
    "code": "code",
}
DEFAULT = "structure"
ZOO_ONLY = ("lesson", "opinion", "code")


OnEvent = Callable[[Mapping[str, Any]], None]

WIDTH = "_width_"  # session key, a place's name after it: its width in CSS pixels
NARROW, WIDE = 360, 700  # what a phone's and a desk's are likely to be
STEP = 20


@dataclass(frozen=True)
class Scene:
    """What a view is drawn from: the reader's desk, the network, and the one selection."""

    desk: Desk
    study: Study
    view: str
    sel: str  # node id, "" for none
    number: str  # the quantity that is opened, "" for none

    def pick(self, node: str | None, number: str | None = None, **more: str | None) -> None:
        """Choose a layer, in every view at once; `more` are further words of the address."""
        known = node if isinstance(node, str) and node in self.study.graph.by_id else None
        unit = {} if known == (self.sel or None) else {"unit": None}  # another layer's map
        self.desk.put({"sel": known, "number": number if known else None, **unit, **more})

    def on_event(
        self, component: str, more: OnEvent | None = None, place: str = "view"
    ) -> Callable[[], None]:
        """The callback of a component: a layer or a number chosen, the width of its place; `more`
        for others.
        """

        def callback() -> None:
            event = self.desk.event(component)
            if event.get("kind") == "node":
                self.pick(event.get("value"))
            elif event.get("kind") == "number":
                self.toggle(event.get("value"), str(event.get("quantity")))
            elif event.get("kind") == "width" and isinstance(event.get("value"), int):
                st.session_state[WIDTH + place] = min(max(event["value"], 240), 2400)
            elif event.get("kind") == "save":
                exports.answer(self, component, event)
            elif more is not None:
                more(event)

        return callback

    def toggle(self, node: str | None, number: str) -> None:
        """Open a number's derivation, or close it."""
        same = node == self.sel and number == self.number
        self.pick(node, None if same else number)

    def width(self, place: str = "view", guess: int = 0) -> int:
        """Width of a place: what the browser told, else the guess, else one from its name.

        In CSS pixels of a laptop (a projector's are larger), in steps: readers share pictures.
        """
        told = st.session_state.get(WIDTH + place) or guess
        if told:
            return int(told) // STEP * STEP
        return NARROW if "Mobi" in str(st.context.headers.get("User-Agent", "")) else WIDE

    def shared(self) -> dict[str, Any]:
        """What all components must know at once; a file that was asked for, in this run only."""
        return {
            "sel": self.sel or None,
            "title": self.study.title,
            "derivation": self._derivation(),
            "file": exports.taken(),
        }

    def _derivation(self) -> dict[str, str] | None:
        if not (self.sel and self.number):
            return None
        try:
            d = derive(self.study.report, self.sel, self.number, self.desk.lang)
        except ReaderError:
            return None
        return {
            "id": self.sel,
            "label": d.label,
            "shown": d.shown,
            "formula": d.formula_html,
            "substitution": d.substitution_html,
            "letters": d.letters_html,
            "convention": d.convention,
            "counted": "" if d.formula else d.counted,
        }


def views_of(study: Study) -> tuple[str, ...]:
    """The views that a network has: some need its entry in the zoo."""
    return tuple(v for v in VIEWS if study.choice is not None or v not in ZOO_ONLY)


def layer_of(study: Study) -> Callable[[str], str]:
    """The parser of `?sel=`: a layer of this network."""

    def parse(raw: str) -> str:
        if raw in study.graph.by_id:
            return raw
        raise ReaderError("unknown_node", node=clip(raw), name=study.title)

    return parse


def lost(study: Study, query: Mapping[str, str]) -> list[str]:
    """The choices of an address that another network's panel left and this one cannot take."""
    from cnnviz.ui.panel.structure import opened_of

    gone = []
    for name, parse in (("sel", layer_of(study)), ("open", opened_of(study))):
        try:
            if name in query:
                parse(query[name])
        except ReaderError:
            gone.append(name)
    return [*gone, "number", "unit"] if "sel" in gone else gone


def load(view: str) -> Callable[[Scene], None]:
    """The view's `show`."""
    show: Callable[[Scene], None] = import_module(f"cnnviz.ui.panel.{VIEWS[view]}").show
    return show
