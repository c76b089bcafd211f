"""Receptive field: what one unit of a layer sees of the input, drawn to scale upon a photograph."""

from __future__ import annotations

from typing import Final

from cnnviz.content import label
from cnnviz.graph import Graph
from cnnviz.picture import Column, Picture, Table
from cnnviz.report import Report
from cnnviz.views.chart import TEXT, room, wrapped
from cnnviz.views.chart_parts import NARROW, drawing, text
from cnnviz.views.receptive_field_growth import growth
from cnnviz.views.receptive_field_map import cells, cells_of
from cnnviz.views.receptive_field_plane import ABOVE, BELOW, plane, plane_of
from cnnviz.views.receptive_field_spans import Sight, Span, Unit, sight
from cnnviz.views.receptive_field_words import alt, caption, told
from cnnviz.views.svg import el

__all__ = ["Span", "field", "growth", "table"]

TALLEST: Final = 420.0  # px of the plane and what lies outside it
LEAST: Final = 120.0  # px of it, however low the place
MAP: Final = 150.0  # px of the map beside it
GAP: Final = 16.0


def field(
    graph: Graph,
    report: Report,
    node_id: str,
    lang: str,
    width: float = 1000,
    height: float | None = None,
    *,
    unit: Unit | None = None,
    photo: str = "none",
    units: bool = False,
) -> Picture:
    """The field of one unit of `node_id`, else the central one, on the first input it sees.

    The figures stand beside the plane, below it where that is narrow; with `units` the map too.
    `height`: what the picture may take, as far as text and a plane of LEAST px allow. `photo`: one
    of PHOTOS (views/receptive_field_photos.py). KeyError for a node that the report lacks. Of three
    axes the last two are drawn.
    """
    name = f"{report.name}_field_{node_id}"
    found = sight(graph, report, node_id)
    if found is None:
        said = label("views.field_none", lang, layer=node_id)
        svg = drawing(width, 40, said, text(0, 20, said, "muted"))
        return Picture(name, svg, width, 40, said, said)
    unit = unit or found.central
    title = f"{node_id} · {label(f'ops.op.{found.row.op}', lang)}"
    words = [("", title), *told(found, report, unit, lang)]
    parts, high = _drawn(found, unit, words, (width, height), photo, units, lang)
    said = alt(found, unit, lang)
    written = caption(found, report, unit, lang)
    return Picture(name, drawing(width, high, said, *parts), width, high, said, written,
                   table(found, unit, name, written, lang))  # fmt: skip


def _drawn(
    found: Sight,
    unit: Unit,
    words: list[tuple[str, str]],
    place: tuple[float, float | None],
    photo: str,
    units: bool,
    lang: str,
) -> tuple[list[str], float]:
    """Plane, map and figures; and the height of all."""
    width, height = place
    wide = width >= NARROW
    tallest = TALLEST
    if height is not None:
        below = 0.0 if wide else figures(words, 0.0, 0.0, width)[1] + 16
        tallest = min(TALLEST, max(LEAST, height - ABOVE - BELOW - below))
    at = plane_of(found, width * 0.55 if wide else width, tallest, lang)
    parts = [plane(found, at, unit, photo, lang)]
    left, top = (at.box + GAP, ABOVE) if wide else (0.0, at.bottom + GAP)
    if units and found.mapped:
        grid = cells_of(found, MAP, MAP)
        drawn = cells(found, grid, unit, lang)
        parts.append(el("g", drawn, transform=f"translate({left:.2f},{top - ABOVE:.2f})"))
        top += grid.bottom - ABOVE + GAP
    said, bottom = figures(words, left, top, width - left)
    return [*parts, said], max(at.bottom, bottom) if wide else bottom


def figures(
    words: list[tuple[str, str]], left: float, top: float, width: float
) -> tuple[str, float]:
    """Names and figures in two columns, what is longer wrapped; and where they end."""
    tab = max(room(name, TEXT) for name, _ in words) + 14
    parts, y = [], top
    for name, said in words:
        lead = "strong" if not name else ""
        at = left + tab if name else left
        if name:
            parts.append(text(left, y, name, "muted"))
        for piece in wrapped(said, TEXT, width - (at - left)):
            parts.append(text(at, y, piece, lead))
            y += 20
        y += 4
    return "".join(parts), y + 4


def table(found: Sight, unit: Unit, name: str, written: str, lang: str) -> Table:
    """The figures of one unit, an axis a row."""
    keys = ("axis", "input", "size", "stride", "unit", "first", "last", "before", "after")
    columns = tuple(
        Column(k, label(f"views.field_column_{k}", lang), "text" if k == "axis" else "int")
        for k in keys
    )
    along = found.at(unit)
    names = {1: ("w",), 2: ("h", "w"), 3: ("d", "h", "w")}[len(along)]
    rows = tuple(
        (n, s.input, s.size, float(s.stride), s.unit, s.first, s.last, s.before, s.after)
        for n, s in zip(names, along, strict=True)
    )
    return Table(name, written, columns, rows)
