"""The home page's timeline: the families in the order of their papers. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cnnviz.content import label
from cnnviz.links import address
from cnnviz.picture import Column, Picture, Table
from cnnviz.views.chart import TEXT, Scale, linear, room, spread
from cnnviz.views.chart_parts import drawing, line, text
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

    Names that would touch stand in rows one above the other; where not every year has room below
    the axis, only the papers' stand there, and a name whose year has none carries it.
    """
    shown = cards(families, lang)
    first = min([FIRST, *(c.year for c in shown)])
    years = [*range(first, max([LAST, *(c.year for c in shown)]) + 1)]
    scale = linear(years[-1] - first, EDGE, width - EDGE)
    places = [scale(c.year - first) for c in shown]
    written = _years(years, [c.year for c in shown], scale)
    names = [c.name if c.year in written else f"{c.name} {c.year}" for c in shown]
    lefts = [_left(n, x, width) for n, x in zip(names, places, strict=True)]
    lanes = _lanes(names, lefts)
    base = LANE * (max(lanes, default=0) + 1) + 14
    entries = zip(shown, names, places, lefts, lanes, strict=True)
    svg_parts = [
        line(EDGE, base, width - EDGE, base, "axis"),
        *(_entry(*entry, base) for entry in entries),
        *(text(scale(y - first), base + 18, str(y), "small muted", "middle") for y in written),
    ]
    told = label("views.chart_list", lang).join(f"{c.name} {c.year}" for c in shown)
    alt = label("views.timeline_alt", lang, first=first, last=years[-1], names=told)
    caption = label("views.timeline_caption", lang)
    svg = drawing(width, base + 30, alt, *svg_parts)
    return Picture("timeline", svg, width, base + 30, alt, caption, _table(shown, caption, lang))


def _years(years: list[int], papers: list[int], scale: Scale) -> list[int]:
    """The years written below the axis: all if there is room, else the papers' and the ends."""
    places = [scale(y - years[0]) for y in years]
    words = [str(y) for y in years]
    kept = [years.index(y) for y in papers] + [0, len(years) - 1]
    fit = spread(places, words, keep=kept, gap=10)
    return [years[i] for i in fit if len(fit) == len(years) or i in kept]


def _left(name: str, place: float, width: float) -> float:
    """The left edge of a name, centred at its dot but kept inside the picture."""
    wide = room(name, TEXT, bold=True)
    return min(max(place - wide / 2, 0), width - wide)


def _lanes(names: list[str], lefts: list[float]) -> list[int]:
    """For each name the lowest row in which it touches no other."""
    ends: list[float] = []
    lanes = []
    for name, left in zip(names, lefts, strict=True):
        lane = next((i for i, end in enumerate(ends) if left >= end), len(ends))
        ends[lane : lane + 1] = [left + room(name, TEXT, bold=True) + 14]
        lanes.append(lane)
    return lanes


def _entry(card: Card, name: str, x: float, left: float, lane: int, base: float) -> str:
    y = base - 20 - LANE * lane
    parts = (
        line(x, y + 9, x, base, "bracket"),
        el("circle", class_="alive", cx=x, cy=base, r=5),
        text(left, y, name, "strong accent"),
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
