"""Fills the placeholders of lessons, for the app and the handbook alike.

`parts` gives a lesson as text with the places of its figures, `fill` the text alone, `draw` one of
those figures. Every number comes from the engine, every printed one from the ledger; nothing is
typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cnnviz import engine, zoo
from cnnviz.errors import ReaderError
from cnnviz.prose import values
from cnnviz.prose.figures import draw
from cnnviz.prose.grammar import (
    PLACEHOLDER,
    Figure,
    PlaceholderError,
    Published,
    Subject,
    Value,
    parse,
)
from cnnviz.prose.quoted import quoted
from cnnviz.prose.words import in_words
from cnnviz.report import Report
from cnnviz.views.cost import QUANTITIES
from cnnviz.views.numbers import bytes_, exact, percent, si

__all__ = ["Figure", "PlaceholderError", "draw", "fill", "parts", "placeholders"]

NO_BREAK: Final = "\u00a0"  # a size and its ×, a number and its unit stay on one line
SMALL: Final = 10_000  # below, a number is written out; above, with a prefix


def parts(markdown: str, lang: str) -> tuple[str | Figure, ...]:
    """The lesson in order: filled Markdown, and a Figure wherever a picture stands.

    PlaceholderError (a ValueError) names a placeholder that cannot be filled.
    """
    found: list[str | Figure] = []
    text = ""
    for piece in _pieces(markdown, lang):
        if isinstance(piece, str):
            text += piece
            continue
        found += [text, piece] if text.strip() else [piece]
        text = ""
    return (*found, text) if text.strip() else tuple(found)


def fill(markdown: str, lang: str) -> str:
    """The Markdown with every placeholder filled, figures left out. PlaceholderError as `parts`."""
    return "".join(p for p in parts(markdown, lang) if isinstance(p, str))


def placeholders(markdown: str) -> tuple[str, ...]:
    """What stands between double braces, in order, spaces around and doubled ones removed."""
    return tuple(" ".join(m.split()) for m in PLACEHOLDER.findall(markdown))


def _pieces(markdown: str, lang: str) -> Iterator[str | Figure]:
    end = 0
    for match in PLACEHOLDER.finditer(markdown):
        yield markdown[end : match.start()]
        yield _filled(" ".join(match[1].split()), lang)
        end = match.end()
    yield markdown[end:]


def _filled(text: str, lang: str) -> str | Figure:
    asked = parse(text)
    try:
        if isinstance(asked, Figure):
            return _checked(asked)
        said = quoted(asked) if isinstance(asked, Published) else _value(asked, lang)
        return said.replace(" ", NO_BREAK)
    except (ReaderError, ValueError, LookupError) as error:
        raise PlaceholderError(text, str(error)) from error


def _checked(asked: Figure) -> Figure:
    """The figure as it is, to be drawn where it is shown; its mistakes show here."""
    choice = zoo.resolve(asked.arch, asked.knobs)
    if node := asked.options.get("node"):
        values.select(_report(Subject(choice.arch.name, asked.knobs)), {"node": node})
    if (quantity := asked.options.get("quantity", QUANTITIES[0])) not in QUANTITIES:
        raise ValueError(f"no quantity is called {quantity!r}; {', '.join(QUANTITIES)} are")
    return asked


def _value(asked: Value, lang: str) -> str:
    first = asked.subjects[0]
    if not asked.verb and values.is_shape(asked.quantity):
        return values.shape(_report(first), asked.quantity, first.part)
    n = values.number(_report(first), asked.quantity, first.part)
    if asked.verb == "share":
        return percent(n, values.number(_report(first), asked.quantity, {}))
    if asked.verb:
        second = asked.subjects[1]
        other = values.number(_report(second), asked.quantity, second.part)
        if not other:
            raise ValueError("the second is nothing")
        return percent(other - n, other) if asked.verb == "saving" else _ratio(n / other, lang)
    return _number(n, asked, lang)


def _number(n: int, asked: Value, lang: str) -> str:
    if asked.format not in ("", "exact", "words"):
        raise ValueError(f"no format is called {asked.format!r}; exact and words are")
    if asked.format == "words":
        return in_words(n, lang)
    if asked.format == "exact" or n < SMALL:
        return exact(n)
    return bytes_(n) if asked.quantity in values.BYTES else si(n)


def _ratio(x: float, lang: str) -> str:
    return in_words(round(x), lang) if x >= 10 else f"{x:.2g}"


def _report(subject: Subject) -> Report:
    choice = zoo.resolve(subject.arch, subject.knobs)
    return engine.report_of(choice)
