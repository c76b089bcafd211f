"""What one unit sees, enlarged: the photograph cut to its field."""

from __future__ import annotations

from typing import Any, Final
from zlib import crc32

from cnnviz.content import label
from cnnviz.views.chart_parts import text
from cnnviz.views.receptive_field_plane import Plane, spans
from cnnviz.views.receptive_field_spans import Sight, Unit
from cnnviz.views.svg import el

ABOVE: Final = 26.0  # px, for its name
GRID: Final = 24  # pixels of a field up to which they are told apart


def image_id(found: Sight, photo: str) -> str:
    """The photograph's name in the drawing, for the loupe to use it again."""
    return f"photo-{crc32(f'{found.row.id} {found.shape} {photo}'.encode()):08x}"


def size_of(found: Sight, at: Plane, side: float) -> tuple[float, float]:
    """Width and height of the enlarged field, the longer `side` px."""
    left, top, right, bottom = _field(found, at, found.central)
    most = max(right - left, bottom - top)
    return side * (right - left) / most, side * (bottom - top) / most


def loupe(
    found: Sight,
    at: Plane,
    unit: Unit,
    photo: str,
    side: float,
    lang: str,
    corner: tuple[float, float] = (0, 0),
) -> str:
    """The enlarged field under its name, ABOVE + `side` px high at the most."""
    width, height = size_of(found, at, side)
    x, y = corner[0] + 4, corner[1] + ABOVE
    again = el("use", href=f"#{image_id(found, photo)}")
    across, down = spans(found.inner or found.axes, unit)
    lines = ""
    if max(across.size, down.size) <= GRID:
        for i in range(1, across.size):
            lines += f"M{x + i * width / across.size:.2f},{y}v{height:.2f}"
        for i in range(1, down.size):
            lines += f"M{x},{y + i * height / down.size:.2f}h{width:.2f}"
    inside = el("svg", again, data_role="loupe", x=x, y=y, width=width, height=height,
                preserveAspectRatio="none", **view_box(found, at, unit))  # fmt: skip
    under, over = (
        el("rect", class_=name, x=x, y=y, width=width, height=height)
        for name in ("beyond", "field")
    )
    return "".join(
        (
            text(x, y - 16, label("field.enlarged", lang), "small muted"),
            under,
            inside,
            el("path", class_="pixel", d=lines) if lines else "",
            over,
        )
    )


def view_box(found: Sight, at: Plane, unit: Unit) -> dict[str, Any]:
    """The part of the plane's drawing that the loupe shows."""
    left, top, right, bottom = _field(found, at, unit)
    return {"viewBox": f"{left:.3f} {top:.3f} {right - left:.3f} {bottom - top:.3f}"}


def _field(found: Sight, at: Plane, unit: Unit) -> tuple[float, float, float, float]:
    return at.rect(*spans(found.inner or found.axes, unit))
