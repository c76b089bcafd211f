"""The input as a plane, to scale: the photograph, what of it one unit sees, the padding around it.

The frame is the same for every unit of a layer, so a field can be moved without drawing anew: what
moves carries data-role, and ui/assets/field.js sets the same attributes as `moving` does.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from cnnviz.content import label
from cnnviz.views.chart import SMALL, room
from cnnviz.views.chart_parts import text
from cnnviz.views.numbers import square
from cnnviz.views.receptive_field_photos import drawn
from cnnviz.views.receptive_field_spans import Axis, Sight, Span, Unit
from cnnviz.views.svg import el

ABOVE: Final = 30.0  # px over the frame, for the dimension line of the field
BELOW: Final = 30.0  # px under it, for the input's
SIDE: Final = 4.0
MARGIN: Final = 0.14  # of the input: how far the frame follows fields into the padding
MOST: Final = 0.75  # of it: how far it follows those of the central unit and its neighbour
GRID: Final = 4.0  # px of a pixel from which pixels are told apart
BAND: Final = 8  # a sequence is drawn as a band this many times as long as high
STRIP: Final = 18.0  # px of the padding under the input from which it is named
HATCH: Final = 7.0  # px between the lines of the padding

Rect = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Plane:
    """Where the plane lies: pixel (0, 0) of the input at (x, y), `scale` px a pixel."""

    x: float
    y: float
    scale: float
    width: int  # pixels of the input
    height: int
    frame: Rect  # px
    box: float  # px of the whole
    bottom: float
    words: float  # px of the words over the dimension line

    def rect(self, across: Span, down: Span) -> Rect:
        return (
            self.x + across.first * self.scale,
            self.y + down.first * self.scale,
            self.x + (across.last + 1) * self.scale,
            self.y + (down.last + 1) * self.scale,
        )

    @property
    def image(self) -> Rect:
        right, bottom = self.width * self.scale, self.height * self.scale
        return self.x, self.y, self.x + right, self.y + bottom

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def plane_of(found: Sight, box: float, tallest: float, lang: str) -> Plane:
    """The plane of a layer in a place of `box` px, its frame at most `tallest` px high."""
    across, down = flat(found.axes)
    inner = flat(found.inner) if found.inner else (across, down)
    left, right = _ends(across, inner[0])
    top, bottom = _ends(down, inner[1])
    scale = min((box - 2 * SIDE) / (right - left), tallest / (bottom - top))
    x, y = SIDE - left * scale, ABOVE - top * scale
    frame = (x + left * scale, y + top * scale, x + right * scale, y + bottom * scale)
    words = room(_size_words(found, lang), SMALL, bold=True)
    wide = max(frame[2] + SIDE, words, room(_input_words(found, lang)))
    return Plane(x, y, scale, across.input, down.input, frame, wide, frame[3] + BELOW, words)


def flat(axes: tuple[Axis, ...]) -> tuple[Axis, Axis]:
    """(across, down): the last two axes; a sequence is a band, its own height seen whole."""
    if len(axes) > 1:
        return axes[-1], axes[-2]
    high = max(1, axes[0].input // BAND)
    return axes[0], Axis(high, axes[0].stride * 0, 0, 1, high)


def spans(axes: tuple[Axis, ...], unit: Unit) -> tuple[Span, Span]:
    """The same of one unit's field: (across, down)."""
    across, down = flat(axes)
    places = (unit[-1], unit[-2] if len(unit) > 1 else 0)
    made = []
    for a, u in zip((across, down), places, strict=True):
        first = a.first(u)
        made.append(Span(u, a.units, first, first + a.size - 1, a.input, a.stride))
    return made[0], made[1]


def plane(found: Sight, at: Plane, unit: Unit, photo: str, lang: str, name: str = "photo") -> str:
    """The drawing: hatched padding, photograph, what is outside the field dimmed, outlines.

    `name` is the id of the photograph's element.
    """
    left, top, right, bottom = at.image
    high = bottom - top
    beyond = at.frame != at.image
    image = drawn(photo, found.shape, name, left, top, right - left, high)
    roles = moving(found, at, unit, bool(image))
    parts = [
        _beyond(at, lang) if beyond else "",
        _rect("plane", at.image),
        image,
        _grid(at) if at.scale >= GRID else "",
        *(_role(name, roles[name]) for name in ("dim", "seen", "padded") if name in roles),
        _rect("border", at.image),
        *(_role(n, roles[n]) for n in ("next", "halo", "field", "inner") if n in roles),
        el("circle", class_="unit", data_role="unit", r=3, **roles["unit"]),
        _role("outline", roles["outline"]),
        text(float(roles["words"]["x"]), at.frame[1] - 22, _size_words(found, lang),
             "small strong accent", "middle").replace("<text", '<text data-role="words"', 1),
        _under(at, found, lang),
    ]  # fmt: skip
    return "".join(parts)


def moving(found: Sight, at: Plane, unit: Unit, photo: bool) -> dict[str, dict[str, Any]]:
    """What another unit moves: role -> attributes."""
    across, down = spans(found.axes, unit)
    field = at.rect(across, down)
    image = at.image
    seen = _cut(field, image)
    roles: dict[str, dict[str, Any]] = {
        "padded": {"d": _box(_cut(field, at.frame)) + _box(seen) if field != seen else ""},
        "halo": {"d": outline(field, at.frame)},
        "field": {"d": outline(field, at.frame)},
    }
    if photo:
        roles["dim"] = {"d": _box(image) + _box(seen)}
    else:
        roles["seen"] = {"d": _box(seen)}
    target = found.inner or found.axes
    step = neighbour(target, unit)
    if step is not None:
        near = at.rect(*spans(target, step))
        roles["next"] = {"d": outline(near, at.frame)}
    if found.inner:
        roles["inner"] = {"d": outline(at.rect(*spans(target, unit)), at.frame)}
        field = at.rect(*spans(target, unit))
    middle = ((field[0] + field[2]) / 2, (field[1] + field[3]) / 2)
    inside = _clamp(middle, at.frame)
    roles["unit"] = {"cx": round(inside[0], 2), "cy": round(inside[1], 2)}
    roles |= _dimension(at.rect(across, down), at)
    return roles


def neighbour(axes: tuple[Axis, ...], unit: Unit) -> Unit | None:
    """The unit after this one along the last axis that has another, or before it at the end."""
    for i in reversed(range(len(axes))):
        if axes[i].units > 1 and axes[i].stride:
            step = 1 if unit[i] + 1 < axes[i].units else -1
            return (*unit[:i], unit[i] + step, *unit[i + 1 :])
    return None


def outline(rect: Rect, frame: Rect) -> str:
    """The sides of a rectangle, as far as they lie in the frame: what goes beyond stays open."""
    x0, y0, x1, y1 = rect
    left, top, right, bottom = _cut(rect, frame)
    if left >= right or top >= bottom:
        return ""
    d = ""
    for y in (y0, y1):
        if frame[1] - 0.01 <= y <= frame[3] + 0.01:
            d += f"M{left:.2f},{y:.2f}H{right:.2f}"
    for x in (x0, x1):
        if frame[0] - 0.01 <= x <= frame[2] + 0.01:
            d += f"M{x:.2f},{top:.2f}V{bottom:.2f}"
    return d


def _ends(a: Axis, b: Axis) -> tuple[int, int]:
    """First and last pixel of the frame along an axis: what the central unit and its neighbour
    see, and a little of what the others do.
    """
    left, right = 0, a.input
    for x in (a, b):
        middle = x.units // 2
        near = (middle, min(middle + 1, x.units - 1))
        for units, part in ((near, MOST), ((0, x.units - 1), MARGIN)):
            most, ends = part * a.input, (x.first(units[0]), x.first(units[1]) + x.size)
            if part == MOST and max(-ends[0], ends[1] - a.input) > most:
                continue  # what is not seen whole needs no more room than the others
            left = min(left, max(-round(most), ends[0]))
            right = max(right, min(a.input + round(most), ends[1]))
    return left, right


def _dimension(field: Rect, at: Plane) -> dict[str, dict[str, Any]]:
    """The bracket over the frame and the middle of its words, which stay in the picture."""
    left, _, right, _ = _cut(field, at.frame)
    y = at.frame[1] - 10
    begin = f"M{left:.2f},{y - 4:.2f}v8m0,-4" if left == field[0] else f"M{left:.2f},{y:.2f}"
    end = "m0,-4v8" if right == field[2] else ""
    half = at.words / 2
    middle = min(max((left + right) / 2, half), max(half, at.box - half))
    return {"outline": {"d": f"{begin}H{right:.2f}{end}"}, "words": {"x": round(middle, 2)}}


def _under(at: Plane, found: Sight, lang: str) -> str:
    left, _, right, _ = at.image
    y = at.frame[3] + 10
    bar = el("path", class_="axis", d=f"M{left:.2f},{y - 4:.2f}v8m0,-4H{right:.2f}m0,-4v8")
    words = _input_words(found, lang)
    half = room(words) / 2
    middle = min(max((left + right) / 2, half), max(half, at.box - half))
    return bar + text(middle, y + 13, words, "small muted", "middle")


def _input_words(found: Sight, lang: str) -> str:
    return label("field.input", lang, n=square(tuple(a.input for a in found.axes)[-2:]))


def _size_words(found: Sight, lang: str) -> str:
    size = tuple(a.size for a in (found.inner or found.axes))[-2:]
    whole = label("field.whole_short", lang)
    px = label("views.px", lang, n=square(size))
    if found.inner:
        return label("field.inner_short", lang, n=px)
    return whole if found.field.status == "whole" else px


def _role(name: str, attributes: dict[str, Any]) -> str:
    rule = "evenodd" if name in ("dim", "padded") else None
    return el("path", class_=name, data_role=name, fill_rule=rule, **attributes)


def _rect(style: str, r: Rect) -> str:
    return el("rect", class_=style, x=r[0], y=r[1], width=r[2] - r[0], height=r[3] - r[1])


def _beyond(at: Plane, lang: str) -> str:
    """What lies around the input, named where there is room."""
    left, _, right, bottom = at.frame
    words, strip = label("field.beyond", lang), bottom - at.image[3]
    named = strip >= STRIP and room(words) + 8 <= right - left
    said = text(left + 4, bottom - strip / 2, words, "small halo") if named else ""
    return _rect("beyond", at.frame) + _hatch(at.frame) + said


def _hatch(r: Rect) -> str:
    """Diagonal lines over the frame; the plane covers the middle."""
    wide, high = r[2] - r[0], r[3] - r[1]
    d, t = "", HATCH
    while t < wide + high:
        x, y, end, up = max(0.0, t - high), min(t, high), min(t, wide), max(0.0, t - wide)
        d += f"M{r[0] + x:.1f},{r[1] + y:.1f}L{r[0] + end:.1f},{r[1] + up:.1f}"
        t += HATCH
    return el("path", class_="hatch", d=d)


def _grid(at: Plane) -> str:
    left, top, right, bottom = at.image
    d = "".join(f"M{left + i * at.scale:.2f},{top:.2f}V{bottom:.2f}" for i in range(1, at.width))
    d += "".join(f"M{left:.2f},{top + i * at.scale:.2f}H{right:.2f}" for i in range(1, at.height))
    return el("path", class_="pixel", d=d)


def _cut(r: Rect, frame: Rect) -> Rect:
    left, top = max(r[0], frame[0]), max(r[1], frame[1])
    return left, top, max(left, min(r[2], frame[2])), max(top, min(r[3], frame[3]))


def _box(r: Rect) -> str:
    if r[0] >= r[2] or r[1] >= r[3]:
        return ""
    return f"M{r[0]:.2f},{r[1]:.2f}H{r[2]:.2f}V{r[3]:.2f}H{r[0]:.2f}Z"


def _clamp(point: tuple[float, float], frame: Rect) -> tuple[float, float]:
    return min(max(point[0], frame[0]), frame[2]), min(max(point[1], frame[1]), frame[3])
