"""The home page's timeline: the families in the order of their papers. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cnnviz.content import label
from cnnviz.links import address
from cnnviz.picture import Column, Picture, Table
from cnnviz.views.chart import SMALL, TEXT, linear, spread
from cnnviz.views.chart_parts import drawing, line, text
from cnnviz.views.layout_text import text_width
from cnnviz.views.svg import el

FIRST, LAST = 1998, 2018
EDGE: Final = 22.0  # px left and right of the axis
LANE: Final = 26.0  # px between two rows of names


@dataclass(frozen=True, slots=True)
class Card:
    """One family as the home page shows it, in one language."""

    slug: str
    year: int
    name: str
    authors: str
    idea: str
    address: str


def cards(families: Iterable[tuple[str, int]], lang: str) -> tuple[Card, ...]:
    """A card for each (slug, year), oldest first; texts from labels/families.toml."""
    return tuple(
        Card(
            slug,
            year,
            label(f"families.{slug}.name", lang),
            label(f"families.{slug}.authors", lang),
            label(f"families.{slug}.idea", lang),
            address(slug, {"lang": lang}),
        )
        for slug, year in sorted(families, key=lambda f: f[1])
    )


def timeline(families: Iterable[tuple[str, int]], lang: str, width: float = 1000) -> Picture:
    """The years as an axis, a dot and a name for each family; each is a link to its page.

    Names that would touch stand in rows one above the other.
    """
    shown = cards(families, lang)
    last = max([LAST, *(c.year for c in shown)])
    first = min([FIRST, *(c.year for c in shown)])
    scale = linear(last - first, EDGE, width - EDGE)
    lanes = _lanes(shown, [scale(c.year - first) for c in shown], width)
    base = LANE * (max(lanes, default=0) + 1) + 14
    parts = [line(EDGE, base, width - EDGE, base, "axis")]
    for card, lane in zip(shown, lanes, strict=True):
        parts.append(_entry(card, scale(card.year - first), lane, base, width))
    years = [*range(first, last + 1)]
    middles = [scale(y - first) for y in years]
    chosen = [years.index(c.year) for c in shown]
    ends = [0, len(years) - 1]
    for i in spread(middles, [str(y) for y in years], keep=[*chosen, *ends], gap=10):
        parts.append(text(middles[i], base + 18, str(years[i]), "small muted", "middle"))
    names = label("views.chart_list", lang).join(f"{c.name} ({c.year})" for c in shown)
    alt = label("views.timeline_alt", lang, first=first, last=last, names=names)
    caption = label("views.timeline_caption", lang)
    svg = drawing(width, base + 30, alt, *parts)
    return Picture("timeline", svg, width, base + 30, alt, caption, _table(shown, caption, lang))


def _lanes(shown: tuple[Card, ...], places: list[float], width: float) -> list[int]:
    """For each name the lowest row in which it touches no other."""
    ends: list[float] = []
    lanes = []
    for card, place in zip(shown, places, strict=True):
        left, right = _extent(card, place, width)
        lane = next((i for i, end in enumerate(ends) if left >= end), len(ends))
        ends[lane : lane + 1] = [right + 14]
        lanes.append(lane)
    return lanes


def _extent(card: Card, place: float, width: float) -> tuple[float, float]:
    """Left and right edge of a name, centred at its dot but kept inside the picture."""
    wide = text_width(card.name, TEXT, bold=True)
    left = min(max(place - wide / 2, 0), width - wide)
    return left, left + wide


def _entry(card: Card, x: float, lane: int, base: float, width: float) -> str:
    left, _ = _extent(card, x, width)
    y = base - 14 - LANE * lane - SMALL / 2
    parts = (
        line(x, y + 9, x, base, "grid"),
        el("circle", class_="alive", cx=x, cy=base, r=5),
        text(left, y, card.name, "strong accent"),
    )
    return el("a", el("title", text=card.idea), *parts, href=card.address, target="_self")


def _table(shown: tuple[Card, ...], caption: str, lang: str) -> Table:
    columns = (
        Column("year", label("views.timeline_year", lang), "int"),
        Column("name", label("views.timeline_name", lang)),
        Column("authors", label("views.timeline_authors", lang)),
        Column("idea", label("views.timeline_idea", lang)),
    )
    return Table(
        "timeline", caption, columns, tuple((c.year, c.name, c.authors, c.idea) for c in shown)
    )
