"""What stands under a drawing that leaves the page: the kinds' legend, the caption, the link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cnnviz.content import label
from cnnviz.views.chart import wrapped
from cnnviz.views.layout_text import text_width
from cnnviz.views.palette import FONTS, Theme, colour
from cnnviz.views.svg import el

SIZE: Final = 11.0  # px of the type
LINE: Final = 15.0  # px from line to line
SLACK: Final = 1.06  # a reader's own font may be wider than the measured one
GAP: Final = 12.0  # px above the first line
AFTER: Final = 4.0  # px after the legend, and after the caption
SWATCH: Final = 8.0  # px, the square before a kind's name
SHOWN: Final = 300  # characters of a link that are written out; the link itself is whole


@dataclass(frozen=True, slots=True)
class Foot:
    """The foot as SVG, its height, and where the link's lines lie: (x, y, width, height) in px."""

    svg: str = ""
    height: float = 0.0
    places: tuple[tuple[float, float, float, float], ...] = ()


@dataclass
class _Sheet:
    """Lines set one under another."""

    width: float
    theme: Theme
    y: float = GAP
    parts: list[str] = field(default_factory=list)

    def line(self, words: str, x: float = 0, shade: str = "ink") -> str:
        """One line of text at the height reached; it is returned, not yet added."""
        fill = colour(shade, self.theme)
        style = f"font-family:{FONTS};font-size:{SIZE:g}px;font-weight:400;fill:{fill}"
        return el("text", text=words, x=x, y=self.y + 11, style=style)


def foot(
    caption: str,
    link: str,
    width: float,
    theme: Theme,
    *,
    kinds: Sequence[str] = (),
    lang: str = "en",
) -> Foot:
    """The foot of a drawing `width` px wide: `kinds` name the legend's entries. Empty: nothing."""
    sheet = _Sheet(width, theme)
    _legend(sheet, kinds, lang)
    for words in wrapped(caption, SIZE, width):
        sheet.parts.append(sheet.line(words))
        sheet.y += LINE
    sheet.y += AFTER if caption and link else 0
    places = _link(sheet, link) if link else []
    if not sheet.parts:
        return Foot()
    return Foot("".join(sheet.parts), sheet.y, tuple(places))


def _legend(sheet: _Sheet, kinds: Sequence[str], lang: str) -> None:
    x = 0.0
    for kind in kinds:
        name = label(f"ops.kind.{kind}", lang)
        wide = SWATCH + 5 + SLACK * text_width(name, SIZE) + 14
        if x and x + wide > sheet.width:
            x, sheet.y = 0.0, sheet.y + LINE
        style = f"fill:{colour(kind, sheet.theme)};stroke:none"
        square = el("rect", style=style, x=x, y=sheet.y + 3, width=SWATCH, height=SWATCH, rx=1.5)
        sheet.parts.append(square)
        sheet.parts.append(sheet.line(name, x + SWATCH + 5))
        x += wide
    sheet.y += LINE + AFTER if kinds else 0


def _link(sheet: _Sheet, link: str) -> list[tuple[float, float, float, float]]:
    """The link in lines cut where they are full: an address has no spaces."""
    shown = link if len(link) <= SHOWN else link[: SHOWN - 1] + "…"
    places, lines, rest = [], [], shown
    while rest:
        most = len(rest)
        while most > 1 and SLACK * text_width(rest[:most], SIZE) > sheet.width:
            most -= 1
        words, rest = rest[:most], rest[most:]
        lines.append(sheet.line(words, shade="accent"))
        places.append((0.0, sheet.y, SLACK * text_width(words, SIZE), LINE))
        sheet.y += LINE
    sheet.parts.append(el("a", *lines, href=link, target="_blank"))
    return places
