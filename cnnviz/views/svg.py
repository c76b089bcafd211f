"""SVG as text, escaped: names may hold markup, none gets through."""

from __future__ import annotations

import re
from html import escape
from typing import Final

Number = float | int

# XML 1.0 has no way to write these: a file that holds one is not read at all.
FORBIDDEN: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def el(tag: str, *inner: str, text: str | None = None, **attrs: object) -> str:
    """One element. `class_` is class, other underscores are hyphens; None leaves an attribute out.

    `inner` is markup made here already; `text` is escaped, what no drawing can hold is shown.
    """
    body = (escape(shown(text), quote=False) if text is not None else "") + "".join(inner)
    head = "".join(f' {_name(k)}="{_value(v)}"' for k, v in attrs.items() if v is not None)
    return f"<{tag}{head}>{body}</{tag}>" if body else f"<{tag}{head}/>"


def shown(text: str) -> str:
    """What no drawing can hold is written as its escape: a name may hold anything."""
    return FORBIDDEN.sub(lambda m: ascii(m[0])[1:-1], text)


def number(value: Number) -> str:
    """At most two decimals, none where they are zeros."""
    return f"{round(value, 2):g}" if abs(value) < 1e4 else f"{value:.1f}"


def path(points: list[tuple[float, float]], radius: float = 0.0) -> str:
    """The `d` of a polyline through `points`, its right angles rounded."""
    d = [f"M{_point(points[0])}"]
    for i in range(1, len(points) - 1):
        a, b, c = points[i - 1], points[i], points[i + 1]
        r = min(radius, _distance(a, b) / 2, _distance(b, c) / 2)
        if r < 0.5 or _straight(a, b, c):
            d.append(f"L{_point(b)}")
        else:
            d.append(f"L{_point(_toward(b, a, r))}Q{_point(b)} {_point(_toward(b, c, r))}")
    d.append(f"L{_point(points[-1])}")
    return "".join(d)


def polygon(points: list[tuple[float, float]]) -> str:
    """The `points` of a polygon."""
    return " ".join(_point(p) for p in points)


def _name(key: str) -> str:
    return "class" if key == "class_" else key.replace("_", "-")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, int | float) else escape(str(value))


def _point(p: tuple[float, float]) -> str:
    return f"{number(p[0])},{number(p[1])}"


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _straight(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return abs((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])) < 1e-6


def _toward(a: tuple[float, float], b: tuple[float, float], r: float) -> tuple[float, float]:
    t = r / max(_distance(a, b), 1e-9)
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
