"""The line under a folded graph: what the signs in it mean, by the first of each that is drawn."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from cnnviz.content import clauses, label
from cnnviz.picture import Picture

SVG = "{http://www.w3.org/2000/svg}"
ORDER = (
    *("kernel", "block", "stride", "pooling", "size", "shape"),
    *("groups", "depthwise", "times"),
)


def signs(picture: Picture, lang: str) -> str:
    """What the signs of a structure mean; "" where it has none."""
    found = _found(picture.svg)
    said = [label(f"structure.key.{name}", lang, **found[name]) for name in found]
    return clauses(said, lang)


def _found(svg: str) -> dict[str, dict[str, str]]:
    """Name of a sign -> what its label shows, in the order in which they are explained."""
    found: dict[str, dict[str, str]] = {}
    root = ElementTree.fromstring(svg)
    words = [(g.get("data-kind", ""), _lines(g)) for g in root.iter(f"{SVG}g") if g.get("data-key")]
    for kind, (first, *rest) in ((k, w) for k, w in words if w):
        last = " ".join(rest)
        if kind == "convolution" and rest:
            found.setdefault("kernel", {"kernel": first.split()[0], "n": _channels(last)})
        if kind == "block" and (m := re.match(r"\w+ · \d+", last)):
            found.setdefault("block", {"words": m[0]})
        if kind in ("convolution", "block") and (m := re.search(r"/(\d[\d×]*)", f"{first} {last}")):
            found.setdefault("stride", {"n": m[1]})
        if kind == "pooling" and (m := re.fullmatch(r"([\d×]+)/([\d×]+)", last)):
            found.setdefault("pooling", {"window": m[1], "stride": m[2]})
        if kind == "convolution" and (m := re.search(r" g(\d+)", last)):
            found.setdefault("groups", {"n": m[1]})
        if kind == "convolution" and last.startswith("dw "):
            found.setdefault("depthwise", {})
        if m := re.search(r"×(\d+)$", last):
            found.setdefault("times", {"n": m[1]})
    for t in root.iter(f"{SVG}text"):
        size = (t.text or "").split(" + ")[0]
        if t.get("class") == "size" and "·" in size:
            found.setdefault("shape", {"shape": size})
        elif t.get("class") == "size" and not size.isdecimal():
            found.setdefault("size", {"size": size})
    order = (
        "kernel",
        "block",
        "stride",
        "pooling",
        "size",
        "shape",
        "groups",
        "depthwise",
        "times",
    )
    return {name: found[name] for name in order if name in found}


def _lines(group: ElementTree.Element) -> list[str]:
    return [t.text or "" for t in group.findall(f"{SVG}text")]


def _channels(line: str) -> str:
    """ "96 g2", "dw 32", "64 ×2" -> the number of channels."""
    found = re.search(r"\d+", line)
    return found[0] if found else line
