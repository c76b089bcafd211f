"""A Picture as a file: svg with its colours inside, png and pdf by Typst (text stays text).

Caption, legend and link, where they are given, stand under the drawing (views/foot.py).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from cnnviz.errors import ReaderError
from cnnviz.picture import Picture
from cnnviz.views.foot import Foot, foot
from cnnviz.views.palette import Theme, colour, resolve
from cnnviz.views.svg import FORBIDDEN, el, shown

if TYPE_CHECKING:
    from typst import Fonts

FORMATS: Final = ("svg", "png", "pdf")
SCALES: Final = (1, 2, 3)  # pixels of a PNG for each of the picture's units
PPI: Final = 72  # a unit is one point
MOST_PIXELS: Final = 60e6  # of a PNG: Typst holds all of them in memory, four bytes each

# Simplified Chinese faces of Linux, macOS and Windows, the ones without serifs first.
CJK_FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Noto Serif CJK SC",
    "Songti SC",
    "SimSun",
    "AR PL UMing CN",
)

_PAGE: Final = """\
#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: rgb("{paper}"))
#set document(title: sys.inputs.title, date: none)
#image("picture.svg", width: {width}pt, height: {height}pt, alt: sys.inputs.alt)
"""
_LINK: Final = """\
#place(top + left, dx: {0}pt, dy: {1}pt, link(sys.inputs.link, box(width: {2}pt, height: {3}pt)))
"""


def export(
    picture: Picture,
    fmt: str,
    theme: Theme = "light",
    *,
    caption: str = "",
    link: str = "",
    kinds: Sequence[str] = (),
    lang: str = "en",
    scale: int = 2,
) -> bytes:
    """The picture in one of FORMATS. ReaderError: unknown format, no Chinese font for png or pdf,
    a png too large to make.

    Under the drawing stand, if given: a legend of `kinds` of operations in `lang`, the caption and
    the link (it can be clicked in svg and pdf). A PNG has `scale` pixels for each of the picture's
    units; a PDF page is as large as drawing and foot.
    """
    check_format(fmt)
    under = foot(caption, link, picture.width, theme, kinds=kinds, lang=lang)
    height = picture.height + under.height
    if fmt == "png" and picture.width * height * scale**2 > MOST_PIXELS:
        sides = {"width": round(picture.width * scale), "height": round(height * scale)}
        raise ReaderError("png_too_large", **sides)
    svg = _described(resolve(_with_foot(picture, under), theme), picture, caption)
    if fmt == "svg":
        return svg.encode()
    if has_wide(svg):
        svg = _with_family(svg, cjk_family(frozenset(_fonts().families())))
    page = _PAGE.format(width=picture.width, height=height, paper=colour("paper", theme))
    page += "".join(_LINK.format(x, picture.height + y, w, h) for x, y, w, h in under.places)
    said = {"title": caption or picture.caption or picture.name, "alt": picture.alt, "link": link}
    return _typeset(svg, page, said, fmt, PPI * scale)


def check_format(fmt: str, more: tuple[str, ...] = ()) -> None:
    """ReaderError names the formats unless `fmt` is one of them (or of `more`)."""
    known = (*FORMATS, *more)
    if fmt not in known:
        raise ReaderError("unknown_format", format=fmt, known=known)


def cjk_family(families: frozenset[str]) -> str:
    """The face to set Chinese in, of those the system has. ReaderError where it has none."""
    for family in CJK_FAMILIES:
        if family in families:
            return family
    other = sorted(f for f in families if re.search(r"CJK|Han S|Hei\b|Song\b|Ming\b", f))
    if not other:
        raise ReaderError("no_cjk_font")
    return other[0]


def has_wide(text: str) -> bool:
    """Whether the text has characters that only a Chinese font draws."""
    return any(east_asian_width(c) in "WF" for c in text)


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
    """The system's fonts, read once: 0.15 s."""
    import typst

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


def _typeset(svg: str, page: str, said: dict[str, str], fmt: str, ppi: int) -> bytes:
    """`page` is the Typst source that sets picture.svg, `said` what it takes as sys.inputs."""
    import typst

    with tempfile.TemporaryDirectory(prefix="cnnviz-") as name:
        folder = Path(name)
        (folder / "picture.svg").write_text(svg, "utf-8")
        (folder / "page.typ").write_text(page, "utf-8")
        try:
            made = typst.compile(
                folder / "page.typ",
                root=folder,
                font_paths=_fonts(),
                format="png" if fmt == "png" else "pdf",
                ppi=ppi,
                sys_inputs={k: shown(v) for k, v in said.items()},
            )
        except typst.TypstError as error:
            raise ReaderError("drawing_failed", format=fmt, reason=error.message) from error
    assert isinstance(made, bytes)  # one page
    return made


def _with_family(svg: str, family: str) -> str:
    """The found Chinese face before the generic one, in each list of faces."""
    if family in svg:
        return svg
    return re.sub(r"(?<=[,:\"'] )?\bsans-serif\b", f"'{family}', sans-serif", svg)


def _with_foot(picture: Picture, under: Foot) -> str:
    """The drawing, and the foot below it, as one svg element."""
    svg = FORBIDDEN.sub("\ufffd", picture.svg)  # a name in an attribute may hold anything
    if not under.height:
        return svg
    height = picture.height + under.height
    return el(
        "svg",
        svg,
        el("g", under.svg, transform=f"translate(0,{picture.height:g})"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {picture.width:g} {height:g}",
        width=f"{picture.width:g}",
        height=f"{height:g}",
    )


def _described(svg: str, picture: Picture, caption: str) -> str:
    """Title and description as the drawing's first, for readers who hear it."""
    words = el("title", text=caption or picture.caption or picture.name)
    words += el("desc", text=picture.alt)
    start = svg.index(">", svg.index("<svg")) + 1
    return svg[:start] + words + svg[start:]
