"""The knobs of a family's networks: read from the address, offered where they work, reset."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape

import streamlit as st

from cnnviz import zoo
from cnnviz.content import knob_label, sentence
from cnnviz.errors import ReaderError
from cnnviz.ui.panel import lost
from cnnviz.ui.state import Desk, clip
from cnnviz.ui.study import Study, of_zoo
from cnnviz.zoo import Arch, Choice, Family, Knob, Value, token

log = logging.getLogger("cnnviz")
SELDOM = ("in_channels", "num_classes")  # behind "more"


def study(desk: Desk, family: Family) -> Study:
    """The network that the address asks for; what cannot be had is noted and left out."""
    arch = _arch(desk, family)
    given = _given(desk, arch)
    try:
        return of_zoo(zoo.resolve(arch.name, given), family)
    except ReaderError as error:
        said = sentence(error, desk.lang)
    except Exception:
        log.exception("%s with %r", arch.name, given)
        said = desk.say("conflict")
    instead, dropped = _first_that_works(arch, family, given)
    named = {k.name: k for k in arch.knobs}
    words = (
        desk.say(
            "setting",
            name=name_of(family.slug, named[k], desk.lang),
            value=shown_as(family.slug, named[k], token(given[k]), desk.lang),
        )
        for k in dropped
    )
    gone = (", " if desk.lang == "en" else "、").join(words)
    desk.note(desk.say("instead", sentence=said, gone=gone) if gone else said)
    return instead


def row(desk: Desk, shown: Study) -> None:
    """The row of knobs of a network of the zoo."""
    if shown.choice is None or shown.family is None:
        return
    choice, family = shown.choice, shown.family
    _line(desk, choice)
    with st.container(key="knobs", horizontal=True, vertical_alignment="center"):
        _arch_box(desk, choice.arch, family)
        for knob in choice.arch.knobs:
            if knob.name not in SELDOM:
                _box(desk, family, knob, choice, shown)
        with st.container(key="knobs_end"):
            with st.popover(desk.say("more"), key="more", type="tertiary"):
                for knob in choice.arch.knobs:
                    if knob.name in SELDOM:
                        _box(desk, family, knob, choice, shown)
            st.button(
                desk.say("reset"),
                key="reset",
                type="tertiary",
                disabled=not _chosen(choice.arch),
                on_click=_reset,
                args=(desk, family, choice.arch),
            )


def _line(desk: Desk, choice: Choice) -> None:
    """On a phone the knobs' values in one line, which opens them; the changed ones' mark."""
    knobs = (k for k in choice.arch.knobs if k.name not in SELDOM)
    values = (
        shown_as(choice.arch.family, k, token(choice.knobs[k.name]), desk.lang) for k in knobs
    )
    said = " · ".join((choice.arch.title, *values))
    with st.container(key="knobs_line"):
        st.html(
            f"<details><summary>{escape(desk.say('settings'))}</summary></details>"
            f'<p aria-hidden="true">{escape(said)}</p>'
        )
    changed = ", ".join(f".st-key-{desk.key(k)} [role=group]" for k in choice.changed)
    if changed:
        st.html(f"<style>{changed} {{ border-color: var(--accent) !important; }}</style>")


def shown_as(family: str, knob: Knob, text: str, lang: str) -> str:
    """A value as the reader sees it."""
    if said := knob_label(family, f"{knob.name}_{text}", lang):
        return said
    return f"× {text}" if knob.name == "width" else text


def name_of(family: str, knob: Knob, lang: str) -> str:
    return knob_label(family, knob.name, lang) or knob.name


def _arch(desk: Desk, family: Family) -> Arch:
    """The network of `?arch=`. A name that stands for settings too is written out."""
    members = tuple(a.name for a in family.archs)

    def parse(raw: str) -> str:
        try:
            choice = zoo.resolve(raw)
        except ReaderError:
            raise ReaderError("unknown_arch", name=clip(raw), close=members) from None
        if choice.arch.name not in members:
            raise ReaderError("unknown_choice", name="arch", value=clip(raw), known=members)
        name = choice.arch.name
        settings = {k: token(v) for k, v in choice.changed.items() if k not in st.query_params}
        desk.put({"arch": None if name == family.default else name, **settings})
        return name

    before = len(desk.notices)
    arch = zoo.find(desk.read("arch", parse, family.default))
    if len(desk.notices) > before:  # it says what there is; and this, what is shown meanwhile
        desk.notices[-1] = desk.say("shown", sentence=desk.notices[-1], title=arch.title)
    return arch


def _given(desk: Desk, arch: Arch) -> dict[str, Value]:
    """The knobs that the address sets, each one possible by itself."""
    given: dict[str, Value] = {}
    for knob in arch.knobs:
        raw = desk.read(knob.name, _parser(arch, knob))
        if raw:
            given[knob.name] = zoo.resolve(arch.name, {knob.name: raw}).knobs[knob.name]
    return given


def _parser(arch: Arch, knob: Knob) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        return token(zoo.resolve(arch.name, {knob.name: raw[:60]}).knobs[knob.name])

    return parse


def _first_that_works(
    arch: Arch, family: Family, given: dict[str, Value]
) -> tuple[Study, tuple[str, ...]]:
    """The network with as few settings left out as will do, and which: one, else all."""
    first = sorted(given, key=lambda k: k != "input_size")  # the size is what most often cannot be
    for dropped in first:
        try:
            rest = {k: v for k, v in given.items() if k != dropped}
            return of_zoo(zoo.resolve(arch.name, rest), family), (dropped,)
        except Exception:  # noted by the caller; here only what works counts
            log.info("%s without %s does not work either", arch.name, dropped)
    return of_zoo(zoo.resolve(arch.name), family), tuple(given)


def _arch_box(desk: Desk, arch: Arch, family: Family) -> None:
    titles = {a.name: a.title for a in family.archs}

    def push() -> None:
        name = desk.touched("arch")
        _turn(desk, family, name, {"arch": None if name == family.default else name})

    st.selectbox(
        desk.say("network"),
        tuple(titles),
        key=desk.mirror("arch", arch.name),
        format_func=titles.__getitem__,
        on_change=push,
    )


def _box(desk: Desk, family: Family, knob: Knob, choice: Choice, shown: Study) -> None:
    """One knob: what works is offered, and where it is a range another value may be typed."""
    value = token(choice.knobs[knob.name])
    options = [token(v) for v in _offered(knob, shown)]
    if value not in options:
        options = sorted({*options, value}, key=float)

    def push() -> None:
        # a version sets other knobs: what was set on them by hand gives way
        changes = {name: None for values in knob.implies.values() for name in values}
        given = {k.name: st.query_params[k.name] for k in choice.arch.knobs if _set(k)}
        others = {k: v for k, v in given.items() if k != knob.name and k not in changes}
        touched = desk.touched(knob.name).strip()
        usual = _default(choice.arch, others, knob)
        token_or_none = None if touched == usual else touched
        _turn(desk, family, choice.arch.name, {**changes, knob.name: token_or_none})

    st.selectbox(
        name_of(family.slug, knob, desk.lang),
        options,
        key=desk.mirror(knob.name, value, hidden=knob.name in SELDOM),
        format_func=lambda text: shown_as(family.slug, knob, text, desk.lang),
        accept_new_options=not knob.choices,
        on_change=push,
    )


def _turn(desk: Desk, family: Family, name: str, changes: dict[str, str | None]) -> None:
    """Write what the reader turned, and take out what the new network no longer has."""
    query = {k: v for k, v in {**st.query_params.to_dict(), **changes}.items() if v is not None}
    given: dict[str, Value] = {}
    for knob in {k.name for a in family.archs for k in a.knobs} & query.keys():
        try:
            given[knob] = zoo.resolve(name, {knob: query[knob]}).knobs[knob]
        except ReaderError:
            if knob not in changes:  # a value just typed stays, and a notice says what is wrong
                changes[knob] = None
    try:
        gone = lost(of_zoo(zoo.resolve(name, given), family), query)
    except ReaderError:
        gone = []
    desk.put({**changes, **dict.fromkeys(gone)})


def _default(arch: Arch, given: dict[str, str], knob: Knob) -> str:
    """What the knob is at when the address does not say: other knobs may imply it."""
    try:
        return token(zoo.resolve(arch.name, given).knobs[knob.name])
    except ReaderError:
        return token(knob.default)


def _offered(knob: Knob, shown: Study) -> tuple[Value, ...]:
    if knob.choices:
        return knob.choices
    values = {*knob.offered, knob.default}
    smallest = shown.report.totals.smallest_input
    if knob.name == "input_size" and smallest:
        values = {v for v in values if float(v) >= smallest} | {smallest}
    return tuple(sorted(values, key=float))


def _set(knob: Knob) -> bool:
    return knob.name in st.query_params


def _chosen(arch: Arch) -> bool:
    return any(_set(k) for k in arch.knobs)


def _reset(desk: Desk, family: Family, arch: Arch) -> None:
    _turn(desk, family, arch.name, {k.name: None for k in arch.knobs})
