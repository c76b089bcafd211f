"""Numbers ahead of a touch: what the six numbers would say for each value that a knob offers.

The page sends those that are known with the knobs, so that the browser shows them in the frame of
the touch. They are the very strings that the page itself would show, kept by what they depend on;
they become known while nobody waits (ui/warm.py), when a hand comes near a knob (ui/row.py), and
by being shown. Only strings are kept, no graph.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from cnnviz import zoo
from cnnviz.content import LANGS
from cnnviz.engine import Shared
from cnnviz.errors import ReaderError
from cnnviz.ui import count, header, knobs
from cnnviz.ui.study import Study, of_zoo
from cnnviz.zoo import Choice, Family, token

log = logging.getLogger("cnnviz")
Choices = Mapping[str, Mapping[str, Choice]]  # knob -> value -> the network after this turn
Words = tuple[tuple[str, ...], ...]  # six times: a Figure, its hover in two parts

FIRST = ("arch", "input_size", "width")  # the knobs whose numbers are computed while nobody waits
DEEP = 20  # blocks; a network of more takes too long for a step

_words: Shared[Words | None] = Shared(8192)  # about 1 kB each


def turns(family: Family, query: Mapping[str, str], smallest: int | None) -> Choices:
    """The network behind every value that the page offers at this address; impossible ones not."""
    names = {"arch", *(k.name for a in family.archs for k in a.knobs)}
    asked = tuple(sorted((k, v[:60]) for k, v in query.items() if k in names))
    return _turns(family.slug, asked, smallest)


@lru_cache(512)
def _turns(slug: str, asked: tuple[tuple[str, str], ...], smallest: int | None) -> Choices:
    family, query = zoo.family(slug), dict(asked)
    values = {"arch": [a.name for a in family.archs], knobs.RESET: [""]}
    for knob in knobs.arch_at(family, query).knobs:
        values[knob.name] = [token(v) for v in knobs.offered(knob, smallest)]
    return {
        name: {
            value: choice
            for value in offered
            if (choice := knobs.turn(family, query, name, value).choice) is not None
        }
        for name, offered in values.items()
    }


def known(study: Study, choices: Choices, lang: str) -> dict[str, Any]:
    """What the browser is told: {"texts": […], "of": {knob: {value: [36 places in texts]}}}."""
    places: dict[str, int] = {}
    of: dict[str, dict[str, list[int]]] = {}
    for name, values in choices.items():
        for value, choice in values.items():
            words = _words.known(_key(study, choice, lang))
            if words is not None:
                ids = [places.setdefault(t, len(places)) for part in words for t in part]
                of.setdefault(name, {})[value] = ids
    return {"texts": list(places), "of": of}


def compute(
    study: Study, choices: Iterable[Choice], lang: str, seconds: float | None = None
) -> None:
    """Make the numbers of these networks known, for at most about so long."""
    start = time.monotonic()
    for choice in choices:
        if seconds is not None and time.monotonic() - start > seconds:
            return
        words_of(study, choice, lang)


def words_of(study: Study, choice: Choice, lang: str) -> Words | None:
    """The six numbers that the page would show for this choice; None: it would show another."""

    def make() -> Words | None:
        assert study.family is not None
        try:
            return words(header.figures(beside(study, choice), lang))
        except ReaderError:
            return None
        except Exception:  # the page itself says so, when somebody turns to it
            log.exception("%s ahead", choice.arch.name)
            return None

    return _words.get(_key(study, choice, lang), make)


def words(figures: Iterable[header.Figure]) -> Words:
    return tuple(
        (f.name, f.shown, f.note, f.difference, *f.hover.partition("\n")[::2]) for f in figures
    )


def beside(study: Study, choice: Choice) -> Study:
    """Another network of the family, counted and compared as this one is."""
    assert study.family is not None
    counted = count.counted(of_zoo(choice, study.family), study.count)
    return replace(counted, pinned=study.pinned)


def _key(study: Study, choice: Choice, lang: str) -> tuple[Any, ...]:
    pinned = study.pinned.key if study.pinned else None
    return (*choice.key, study.count, pinned, lang)


def of_families() -> Iterator[None]:
    """Step by step, what is turned most on the families' first pages, deep networks left out.

    A step is one network: some 10 ms, at most some 200 ms (GoogLeNet at four times its width).
    Between steps the caller may wait.
    """
    for family in zoo.families():
        choice = zoo.resolve(family.default)
        study = of_zoo(choice, family)
        smallest = study.report.totals.smallest_input
        choices = turns(family, {}, smallest)
        for near in (n for knob in FIRST for n in choices.get(knob, {}).values()):
            if quick(near):
                for lang in LANGS:
                    words_of(study, near, lang)
                yield
        of_zoo(choice, family)  # the engine keeps the latest: the first page's own stays among them


def quick(choice: Choice) -> bool:
    """Whether its numbers come in a short step: of a deep network they come when it is chosen."""
    blocks = (int(n) for name, n in choice.knobs.items() if name.startswith("blocks"))
    return sum(blocks) <= DEEP
