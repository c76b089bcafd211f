"""Reading a chart back from its SVG: bars, texts with their boxes by the width table, classes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from cnnviz.picture import Picture
from cnnviz.views import palette
from cnnviz.views.layout_text import text_width

NS = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    words: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def root(picture: Picture) -> Element:
    return ElementTree.fromstring(picture.svg)


def classes(element: Element) -> list[str]:
    return element.get("class", "").split()


def nodes(picture: Picture) -> dict[str, Element]:
    """data-node -> the group that stands for it."""
    return {str(g.get("data-node")): g for g in root(picture).iter() if g.get("data-node")}


def shape(group: Element) -> Element:
    return next(e for e in group if "shape" in classes(e))


def size(element: Element, name: str) -> float:
    return float(element.get(name, "0"))


def by_class(picture: Picture, name: str) -> list[Element]:
    return [e for e in root(picture).iter() if name in classes(e)]


def texts(picture: Picture) -> list[Box]:
    """Every line of text with its box; 13 px, 12 where it is small."""
    found = []
    for group in root(picture).iter():
        selected = "selected" in classes(group)
        for e in group:
            if e.tag != f"{NS}text" or ("readout" in classes(e) and not selected):
                continue
            px = 12 if "small" in classes(e) else 13
            bold = "strong" in classes(e) or selected
            wide = text_width(e.text or "", px, bold=bold)
            left = size(e, "x") - {"middle": wide / 2, "end": wide}.get(e.get("text-anchor", ""), 0)
            base = size(e, "y")
            found.append(Box(e.text or "", left, base - 0.72 * px, left + wide, base + 0.1 * px))
    return found


def check(picture: Picture) -> None:
    """What holds for every chart: it says what it shows, every class has a rule, texts are apart
    and inside the picture."""
    assert root(picture).get("aria-label") == picture.alt
    assert len(picture.alt) > 10 and len(picture.caption) > 5
    assert not re.search(r"[{}]", picture.alt + picture.caption)
    assert root(picture).get("viewBox") == f"0 0 {picture.width:g} {picture.height:g}"
    used = {c for e in root(picture).iter() for c in classes(e)}
    unstyled = {c for c in used if not re.search(rf"\.{c}\b", palette.css())}
    assert not unstyled, unstyled
    boxes = texts(picture)
    for box in boxes:
        assert box.left >= -0.5 and box.right <= picture.width + 0.5, box
        assert box.top >= 0 and box.bottom <= picture.height, box
    meeting = [(a, b) for a, b in combinations(boxes, 2) if a.meets(b)]
    assert not meeting, meeting[:3]
