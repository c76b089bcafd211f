"""A Picture as a file: svg with its colours inside, png and pdf by Typst (text stays text).

Caption, legend and link, where they are given, stand under the drawing (views/foot.py).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
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
MARGIN: Final = 12.0  # around a drawing with a foot, in the picture's units
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
    units; a PDF page is as large as drawing, foot and, where there is one, a margin around both.
    """
    check_format(fmt)
    under = foot(caption, link, picture.width, theme, kinds=kinds, lang=lang)
    width, height = whole = size(picture, under)
    if fmt == "png" and width * height * scale**2 > MOST_PIXELS:
        raise ReaderError("png_too_large", width=round(width * scale), height=round(height * scale))
    svg = _described(resolve(_with_foot(picture, under, whole), theme), picture, caption)
    if fmt == "svg":
        return svg.encode()
    if has_wide(svg):
        svg = _with_family(svg, cjk_family(frozenset(_fonts().families())))
    page = _PAGE.format(width=width, height=height, paper=colour("paper", theme))
    below = MARGIN + picture.height
    page += "".join(_LINK.format(MARGIN + x, below + y, w, h) for x, y, w, h in under.places)
    said = {"title": caption or picture.caption or picture.name, "alt": picture.alt, "link": link}
    return _typeset(svg, page, said, fmt, PPI * scale)


def size(picture: Picture, under: Foot) -> tuple[float, float]:
    """Width and height of the whole in the picture's units: with a foot there is a margin too."""
    margin = 2 * MARGIN if under.height else 0
    return picture.width + margin, picture.height + under.height + margin


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
    """The page's own Latin face, which drawings are measured by, and the system's; read once."""
    import typst

    found = find_spec("font_source_sans_pro")
    own = [Path(p) / "files" for p in (found and found.submodule_search_locations) or ()]
    return typst.Fonts(True, True, font_paths=own)


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
    """Each text with Chinese in it set in `family`.

    Typst's renderer would set it in whatever face it finds first that has the characters, a Korean
    one perhaps. Latin in such a text is the Chinese face's own.
    """

    def marked(text: re.Match[str]) -> str:
        start, words, end = text.groups()
        if not has_wide(words):
            return text[0]
        return f"{start}<tspan style=\"font-family:'{family}'\">{words}</tspan>{end}"

    return re.sub(r"(<text\b[^>]*>)(.*?)(</text>)", marked, svg, flags=re.DOTALL)


def _with_foot(picture: Picture, under: Foot, whole: tuple[float, float]) -> str:
    """The drawing, and the foot below it, as one svg element of the `whole` size."""
    svg = FORBIDDEN.sub("\ufffd", picture.svg)  # a name in an attribute may hold anything
    if not under.height:
        return svg
    width, height = (f"{side:.2f}" for side in whole)
    below = el("g", under.svg, transform=f"translate({MARGIN:g},{MARGIN + picture.height:.2f})")
    return el(
        "svg",
        svg.replace("<svg", f'<svg x="{MARGIN:g}" y="{MARGIN:g}"', 1),
        below,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
    )


def _described(svg: str, picture: Picture, caption: str) -> str:
    """Title and description as the drawing's first, for readers who hear it."""
    words = el("title", text=caption or picture.caption or picture.name)
    words += el("desc", text=picture.alt)
    start = svg.index(">", svg.index("<svg")) + 1
    return svg[:start] + words + svg[start:]
