"""Compare in place: a state of the page is kept in the address, `?pin=vgg19~input_size-299`.

From then on every number shows its difference from it. The token is the network's name and the
fewest knobs that make it again; views take the words for differences from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from html import escape

import streamlit as st

from cnnviz import zoo
from cnnviz.content import label
from cnnviz.errors import ReaderError
from cnnviz.report import Row
from cnnviz.ui import knobs
from cnnviz.ui.panel import lost
from cnnviz.ui.state import Desk
from cnnviz.ui.study import Study, of_zoo
from cnnviz.views import numbers
from cnnviz.zoo import Choice, token

BETWEEN, IS = "~", "-"  # neither is escaped in an address, nor stands in a knob's name
DIGITS = 3


def against(desk: Desk, study: Study) -> Study:
    """The study with what `?pin=` keeps, if anything; what cannot be kept is noted."""
    kept: list[Study] = []

    def parse(raw: str) -> str:
        try:
            choice = unpack(raw)
            kept.append(of_zoo(choice, zoo.family(choice.arch.family)))
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


def row(desk: Desk, study: Study) -> None:
    """The control beside the knobs: pin; or what is pinned, swap and unpin."""
    if study.choice is None and study.pinned is None:
        return
    with st.container(key="pin", horizontal=True, vertical_alignment="center"):
        if study.pinned is None:
            st.button(
                label("pin.pin", desk.lang),
                key="pin_now",
                type="tertiary",
                help=label("pin.pin_help", desk.lang),
                on_click=_pin,
                args=(desk, study),
            )
            return
        said = label("pin.against", desk.lang, name=f"<b>{escape(name(study, desk.lang))}</b>")
        st.html(f'<p class="against">{said}</p>')
        if study.choice is not None and study.family == study.pinned.family:
            st.button(
                label("pin.swap", desk.lang),
                key="pin_swap",
                type="tertiary",
                on_click=_swap,
                args=(desk, study),
            )
        st.button(
            label("pin.unpin", desk.lang),
            key="pin_gone",
            type="tertiary",
            on_click=desk.put,
            args=({"pin": None},),
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


def difference(now: int | None, then: int | None, lang: str) -> str:
    """Signed and rounded, "+5.31 M"; "±0" of equal ones; "—" where either is missing.

    Called where something is pinned; where nothing is, nothing is said.
    """
    if now is None or then is None:
        return label("pin.incomparable", lang)
    return signed(now - then, lang)


def signed(amount: float, lang: str, digits: int = DIGITS) -> str:
    """An amount with its sign: "+5.31 M", "−12", "±0"."""
    if not amount:
        return label("pin.equal", lang)
    return f"{'+' if amount > 0 else ''}{numbers.si(amount, digits=digits)}"


def exactly(now: int | None, then: int | None, lang: str) -> str:
    """The same with all digits, for hovers: "+5,309,696"."""
    if now is None or then is None:
        return label("pin.incomparable", lang)
    amount = now - then
    return (
        f"{'+' if amount > 0 else ''}{numbers.exact(amount)}" if amount else difference(0, 0, lang)
    )


def sizes(
    now: Sequence[int | Fraction] | None, then: Sequence[int | Fraction] | None, lang: str
) -> str:
    """The difference of two sizes along their axes: "+28", or "+28 × +14" where axes differ."""
    if now is None or then is None or len(now) != len(then):
        return label("pin.incomparable", lang)
    amounts = [a - b for a, b in zip(now, then, strict=True)]
    said = [
        label("pin.equal", lang) if not x else f"{'+' if x > 0 else '−'}{abs(x)}" for x in amounts
    ]
    return said[0] if len(set(said)) == 1 else f" {numbers.TIMES} ".join(said)


def then(study: Study, node: str) -> Row | None:
    """The pinned network's row of that layer, by its name; None where it has none."""
    return study.pinned.report.by_id.get(node) if study.pinned else None


def _pin(desk: Desk, study: Study) -> None:
    assert study.choice is not None
    desk.put({"pin": pack(study.choice)})


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
