"""The knobs of a family's networks: read from the address, and what it says after a turn."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from cnnviz import zoo
from cnnviz.content import knob_label, listed, sentence
from cnnviz.errors import ReaderError
from cnnviz.ui.state import Desk, clip
from cnnviz.ui.study import Study, of_zoo
from cnnviz.zoo import Arch, Choice, Family, Knob, Value, token

log = logging.getLogger("cnnviz")
RESET = ""  # the name of the turn that takes every knob back


@dataclass(frozen=True, slots=True)
class Turn:
    """What turning a knob writes into the address, and the network that this asks for, if any."""

    changes: dict[str, str | None]
    choice: Choice | None


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
    desk.wrong |= dict.fromkeys(dropped, said)
    gone = listed(words, desk.lang)
    desk.note(desk.say("instead", sentence=said, gone=gone) if gone else said)
    return instead


def shown_as(family: str, knob: Knob, text: str, lang: str) -> str:
    """A value as the reader sees it."""
    return knob_label(family, f"{knob.name}_{text}", lang) or knob.prefix + text


def name_of(family: str, knob: Knob, lang: str) -> str:
    return knob_label(family, knob.name, lang) or knob.name


def _arch(desk: Desk, family: Family) -> Arch:
    """The network of `?arch=`. A name that stands for settings too is written out."""
    members = tuple(a.name for a in family.archs)
    titles = tuple(a.title for a in family.archs)

    def parse(raw: str) -> str:
        try:
            choice = zoo.resolve(raw)
        except ReaderError:
            raise ReaderError("unknown_arch", name=clip(raw), close=titles) from None
        if choice.arch.name not in members:
            raise ReaderError("unknown_choice", name="@ui.network", value=clip(raw), known=titles)
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
        raw = desk.read(knob.name, _parser(arch, knob, desk.lang))
        if raw:
            given[knob.name] = zoo.resolve(arch.name, {knob.name: raw}).knobs[knob.name]
    return given


def _parser(arch: Arch, knob: Knob, lang: str) -> Callable[[str], str]:
    """Reads a knob's value; its error has the words of the page, not those of the address."""

    def parse(raw: str) -> str:
        try:
            return token(zoo.resolve(arch.name, {knob.name: raw[:60]}).knobs[knob.name])
        except ReaderError as error:
            tokens = (token(c) for c in knob.choices)
            shown = tuple(shown_as(arch.family, knob, t, lang) for t in tokens)
            said = {"knob": name_of(arch.family, knob, lang), "choices": shown}
            raise ReaderError(error.key, **(error.values | said)) from None

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


def turn(family: Family, query: Mapping[str, str], name: str, value: str) -> Turn:
    """One knob turned at an address: "arch", a knob's name, or RESET.

    What the other network does not have, and what a version sets by itself, goes with it.
    """
    arch = arch_at(family, query)
    changes: dict[str, str | None] = {}
    if name == RESET:
        changes = {k.name: None for k in arch.knobs}
    elif name == "arch":
        arch = zoo.find(value) if value in {a.name for a in family.archs} else arch
        changes = {"arch": None if arch.name == family.default else arch.name}
    elif knob := {k.name: k for k in arch.knobs}.get(name):
        # a version sets other knobs: what was set on them by hand gives way
        changes = {other: None for values in knob.implies.values() for other in values}
        given = {k.name: query[k.name] for k in arch.knobs if k.name in query}
        others = {k: v for k, v in given.items() if k != name and k not in changes}
        changes[name] = None if value == usual(arch, others, knob) else value
    return _settled(family, arch, {**query, **changes}, changes)


def _settled(
    family: Family, arch: Arch, after: Mapping[str, str | None], changes: dict[str, str | None]
) -> Turn:
    """The turn, with what this network cannot take left out of the address."""
    given: dict[str, Value] = {}
    for name in {k.name for a in family.archs for k in a.knobs}:
        raw = after.get(name)
        if raw is None:
            continue
        try:
            given[name] = zoo.resolve(arch.name, {name: raw}).knobs[name]
        except ReaderError:
            if name in changes:  # a value just typed stays, and a notice says what is wrong
                return Turn(changes, None)
            changes[name] = None
    try:
        return Turn(changes, zoo.resolve(arch.name, given))
    except ReaderError:
        return Turn(changes, None)


def arch_at(family: Family, query: Mapping[str, str]) -> Arch:
    """The network of an address; the family's first if it names none of this page."""
    try:
        arch = zoo.find(query.get("arch", family.default))
    except ReaderError:
        return zoo.find(family.default)
    return arch if arch in family.archs else zoo.find(family.default)


def usual(arch: Arch, given: Mapping[str, str], knob: Knob) -> str:
    """What the knob is at when the address does not say: other knobs may imply it."""
    try:
        return token(zoo.resolve(arch.name, given).knobs[knob.name])
    except ReaderError:
        return token(knob.default)


def offered(knob: Knob, smallest: int | None) -> tuple[Value, ...]:
    """What the page offers: every choice, or values of a range that work."""
    if knob.choices:
        return knob.choices
    values = {*knob.offered, knob.default}
    if knob.name == "input_size" and smallest:
        values = {v for v in values if float(v) >= smallest} | {smallest}
    return tuple(sorted(values, key=float))
