"""Compare in place: a state of the page is kept in the address, `?pin=vgg19~input_size-299`.

From then on every number shows its difference from it, in the words of ui/compared.py. The token
is the network's name and the fewest knobs that make it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import streamlit as st

from cnnviz import zoo
from cnnviz.content import label
from cnnviz.errors import ReaderError
from cnnviz.ui import count, knobs
from cnnviz.ui.panel import lost
from cnnviz.ui.state import Desk
from cnnviz.ui.study import Study, of_zoo
from cnnviz.zoo import Choice, token

BETWEEN, IS = "~", "-"  # neither is escaped in an address, nor stands in a knob's name


def against(desk: Desk, study: Study) -> Study:
    """The study as the address wants it: counted by `?count=`, compared with what `?pin=` keeps.

    What cannot be had is noted.
    """
    study = count.by(desk, study)
    kept: list[Study] = []

    def parse(raw: str) -> str:
        try:
            choice = unpack(raw)
            pinned = of_zoo(choice, zoo.family(choice.arch.family))
            kept.append(count.counted(pinned, study.count))
        except ReaderError as error:
            raise ReaderError("bad_pin", why=error) from None
        return pack(choice)

    desk.read("pin", parse)
    return replace(study, pinned=kept[0]) if kept else study


def pack(choice: Choice) -> str:
    """A choice as one token: "vgg19~input_size-299"."""
    settings = (f"{name}{IS}{token(value)}" for name, value in choice.changed.items())
    return BETWEEN.join((choice.arch.name, *settings))


def unpack(text: str) -> Choice:
    """The choice of a token. ReaderError: no such network or knob, or an impossible value."""
    name, *settings = text.split(BETWEEN)
    pairs = (s.partition(IS) for s in settings)
    return zoo.resolve(name, {knob: value for knob, _, value in pairs})


def control(study: Study, lang: str) -> dict[str, str] | None:
    """The button at the end of the knobs, always there: pin, or unpin. None: nothing can be."""
    if study.choice is None:
        return None
    what = "unpin" if study.pinned else "pin"
    return {"word": label(f"pin.{what}", lang), "help": label(f"pin.{what}_help", lang)}


def toggle(desk: Desk, study: Study) -> None:
    """What that button does."""
    assert study.choice is not None
    desk.put({"pin": None if study.pinned else pack(study.choice)})


def row(desk: Desk, study: Study) -> None:
    """A line above the views: what is pinned, whose counting it is, and the way on from both."""
    if study.pinned is None and not study.count:
        return
    with st.container(key="pin_open", horizontal=True, vertical_alignment="center"):
        if study.pinned is not None:
            _pinned(desk, study, study.pinned)
        count.mark(desk, study)


def _pinned(desk: Desk, study: Study, pinned: Study) -> None:
    named = f'<i class="outline"></i> <b>{escape(name(study, desk.lang))}</b>'
    st.html(f'<p class="against">{label("pin.against", desk.lang, name=named)}</p>')
    if study.choice is None:
        _button(desk, "unpin", desk.put, {"pin": None})
        return
    if pinned.choice is not None and pinned.choice.key == study.choice.key:
        return
    if study.family == pinned.family:
        _button(desk, "swap", _swap, desk, study)
    _button(desk, "instead", desk.put, {"pin": pack(study.choice)})


def _button(desk: Desk, what: str, act: Callable[..., None], *args: object) -> None:
    st.button(
        label(f"pin.{what}", desk.lang),
        key=f"pin_{what}",
        type="tertiary",
        help=label(f"pin.{what}_help", desk.lang),
        on_click=act,
        args=args,
    )


def name(study: Study, lang: str) -> str:
    """What is pinned, named once: title, input size, and the knobs that are not at their default
    or not as they are now.
    """
    pinned = study.pinned
    if pinned is None or pinned.choice is None or pinned.family is None:
        return ""
    choice, now = pinned.choice, study.choice.knobs if study.choice else {}
    told = {k for k, v in choice.knobs.items() if k in now and now[k] != v} | set(choice.changed)
    parts = [pinned.title, str(choice.knobs["input_size"])]
    for knob in choice.arch.knobs:
        if knob.name in told - {"input_size"}:
            shown = knobs.shown_as(pinned.family.slug, knob, token(choice.knobs[knob.name]), lang)
            said = knobs.name_of(pinned.family.slug, knob, lang)
            parts.append(label("pin.setting", lang, name=said, value=shown))
    return label("pin.between", lang).join(parts)


def _swap(desk: Desk, study: Study) -> None:
    """What is shown and what is pinned change places; a layer that is not there is let go."""
    pinned = study.pinned
    assert study.choice is not None and pinned is not None
    assert pinned.choice is not None and pinned.family is not None
    every = {k.name for a in pinned.family.archs for k in a.knobs}
    arch = pinned.choice.arch.name
    changes: dict[str, str | None] = dict.fromkeys(every)
    changes |= {k: token(v) for k, v in pinned.choice.changed.items()}
    changes |= {"arch": None if arch == pinned.family.default else arch}
    gone = lost(pinned, st.query_params.to_dict())
    desk.put({**changes, "pin": pack(study.choice), **dict.fromkeys(gone)})
