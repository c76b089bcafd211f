"""A layer's map as a grid of units, the chosen one marked: what is touched to choose another."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from cnnviz.content import label
from cnnviz.views.chart import SMALL
from cnnviz.views.chart_parts import text
from cnnviz.views.layout_text import shorten
from cnnviz.views.numbers import size
from cnnviz.views.receptive_field_plane import flat, neighbour
from cnnviz.views.receptive_field_spans import Sight, Unit
from cnnviz.views.svg import el

ABOVE: Final = 26.0  # px over the map, for its name
BELOW: Final = 22.0
LARGEST: Final = 24.0  # px of a cell
GRID: Final = 3.5  # px of a cell from which cells are told apart
MARK: Final = 6.0  # px: no mark is smaller


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the map lies: unit (0, 0) at (x, y), `cell` px a unit."""

    x: float
    y: float
    cell: float
    columns: int
    rows: int
    box: float
    bottom: float

    @property
    def width(self) -> float:
        return self.columns * self.cell

    @property
    def height(self) -> float:
        return self.rows * self.cell

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def cells_of(found: Sight, box: float, tallest: float) -> Cells:
    across, down = flat(found.axes)
    cell = min((box - 8) / across.units, tallest / down.units, LARGEST)
    high = down.units * cell
    return Cells(4, ABOVE, cell, across.units, down.units, box, ABOVE + high + BELOW)


def cells(found: Sight, at: Cells, unit: Unit, lang: str) -> str:
    """The grid, the chosen unit and the neighbour whose field is dashed."""
    x0, y0, x1, y1 = at.x, at.y, at.x + at.width, at.y + at.height
    lines = ""
    if at.cell >= GRID:
        lines = "".join(f"M{x0 + i * at.cell:.2f},{y0}V{y1:.2f}" for i in range(1, at.columns))
        lines += "".join(f"M{x0},{y0 + i * at.cell:.2f}H{x1:.2f}" for i in range(1, at.rows))
    roles = marks(found, at, unit)
    units = size(tuple(a.units for a in found.axes))
    return "".join(
        (
            text(at.x, 10, shorten(found.row.id, SMALL, at.box - 8, bold=True), "small strong"),
            el("rect", class_="cells", x=x0, y=y0, width=at.width, height=at.height),
            el("path", class_="cell", d=lines) if lines else "",
            *(_marked(n, roles[n]) for n in ("near", "here") if n in roles),
            text(at.x, y1 + 13, label("field.units", lang, units=units), "small muted"),
        )
    )


def marks(found: Sight, at: Cells, unit: Unit) -> dict[str, dict[str, float]]:
    """The two marks: role -> attributes."""
    found_near = neighbour(found.inner or found.axes, unit)
    roles = {"here": _mark(at, unit)}
    if found_near is not None:
        roles["near"] = _mark(at, found_near)
    return roles


def _marked(name: str, place: dict[str, float]) -> str:
    x, y, wide, high = (place[k] for k in ("x", "y", "width", "height"))
    return el("rect", class_=name, data_role=name, x=x, y=y, width=wide, height=high)


def _mark(at: Cells, unit: Unit) -> dict[str, float]:
    side = max(at.cell, MARK)
    row = unit[-2] if len(unit) > 1 else 0
    x = at.x + (unit[-1] + 0.5) * at.cell - side / 2
    y = at.y + (row + 0.5) * at.cell - side / 2
    return {"x": round(x, 2), "y": round(y, 2), "width": round(side, 2), "height": round(side, 2)}
