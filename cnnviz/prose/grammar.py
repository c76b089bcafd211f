"""The grammar of placeholders: `{{quantity arch key=value … | format}}` as plain data.

docs/how-to-add-a-lesson.md describes it for authors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PLACEHOLDER: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
# Keys that choose part of a network; every other key is a knob of the network.
CHOOSERS: Final = ("node", "kind", "op")
# Keys that a figure's view takes; every other key is a knob of the network.
VIEW_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "structure": (),
    "volumes": ("node",),
    "cost": ("quantity", "node", "scale"),
    "memory": ("mode", "node"),
    "receptive_field": ("node",),
    "growth": ("node",),
}
# Options that a view cannot do without, and those that take one of a few words.
NEEDED: Final = {"cost": "quantity", "memory": "mode", "receptive_field": "node"}
WORDS: Final = {"scale": ("linear", "log"), "mode": ("inference", "training")}
PAIRS: Final = ("ratio", "saving")


class PlaceholderError(ValueError):
    """A placeholder that cannot be filled: an author's mistake, so it names the placeholder."""

    def __init__(self, placeholder: str, reason: str) -> None:
        super().__init__(f"{{{{{placeholder}}}}}: {reason}")


@dataclass(frozen=True, slots=True)
class Subject:
    """A network with knobs, and the part of it that is meant: all of it where `part` is empty."""

    arch: str
    knobs: Mapping[str, str] = field(default_factory=dict)
    part: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Value:
    """One number: `verb` is "" (the quantity itself), "share", "ratio" or "saving"."""

    verb: str
    quantity: str
    subjects: tuple[Subject, ...]
    format: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A printed figure, quoted from the ledger; `cell` is its label where a row has several."""

    paper: str
    quantity: str
    cell: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture's place in the text: which view of which network, with the view's options."""

    view: str
    arch: str
    knobs: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


def parse(text: str) -> Value | Published | Figure:
    """The placeholder between the braces. PlaceholderError where it is none.

    "params vgg16 node=fc6 | exact" is the Value of one node, "figure cost vgg16 quantity=macs"
    a Figure.
    """
    body, _, shown = text.partition("|")
    words = body.split()
    if len(words) < 2:
        raise PlaceholderError(text, "a quantity and a network are needed")
    head, *rest = words
    if head == "figure":
        if len(rest) < 2:
            raise PlaceholderError(text, "a figure needs a view and a network")
        return _figure(text, rest[0], rest[1:])
    if head == "published":
        paper, dot, quantity = rest[0].partition(".")
        if not dot:
            raise PlaceholderError(text, "published takes paper.quantity")
        return Published(paper, quantity, " ".join(rest[1:]))
    return _value(text, head, rest, shown.strip())


def _figure(text: str, view: str, words: list[str]) -> Figure:
    if view not in VIEW_OPTIONS:
        raise PlaceholderError(text, f"no view is called {view!r}; {', '.join(VIEW_OPTIONS)} are")
    subject = _subject(text, words, VIEW_OPTIONS[view])
    if (needed := NEEDED.get(view)) and needed not in subject.part:
        raise PlaceholderError(text, f"{view} needs {needed}=")
    for key, value in subject.part.items():
        if key in WORDS and value not in WORDS[key]:
            raise PlaceholderError(text, f"{key}= takes {' or '.join(WORDS[key])}")
    return Figure(view, subject.arch, subject.knobs, subject.part)


def _value(text: str, head: str, rest: list[str], shown: str) -> Value:
    verb = head if head in (*PAIRS, "share") else ""
    quantity, words = (rest[0], rest[1:]) if verb else (head, rest)
    groups: list[list[str]] = [[]]
    for word in words:
        if word == "/":
            groups.append([])
        else:
            groups[-1].append(word)
    if len(groups) != (2 if verb in PAIRS else 1):
        raise PlaceholderError(text, "ratio and saving take two networks with a / between them")
    subjects = tuple(_subject(text, g, CHOOSERS) for g in groups)
    if verb == "share" and not subjects[0].part:
        raise PlaceholderError(text, "share takes node=, kind= or op=")
    return Value(verb, quantity, subjects, shown)


def _subject(text: str, words: list[str], apart: tuple[str, ...]) -> Subject:
    if not words or "=" in words[0]:
        raise PlaceholderError(text, "the name of a network is missing")
    given: dict[str, str] = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not (equals and value) or key in given:
            raise PlaceholderError(text, f"{word!r} is not key=value")
        given[key] = value
    part = {k: v for k, v in given.items() if k in apart}
    return Subject(words[0], {k: v for k, v in given.items() if k not in apart}, part)
