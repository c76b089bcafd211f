"""A Picture as a file: svg with its colours inside, png and pdf by Typst (text stays text)."""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from cnnviz.errors import ReaderError
from cnnviz.picture import Picture
from cnnviz.views.palette import Theme, colour, resolve

if TYPE_CHECKING:
    from typst import Fonts

FORMATS: Final = ("svg", "png", "pdf")
PPI: Final = 144  # a picture's unit is one point, so a PNG has two pixels a unit

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


def export(picture: Picture, fmt: str, theme: Theme = "light") -> bytes:
    """The picture in one of FORMATS. ReaderError: unknown format, no Chinese font for png or pdf.

    A PNG has two pixels for each of the picture's units; a PDF page is as large as the picture.
    """
    check_format(fmt)
    svg = _described(resolve(picture.svg, theme), picture)
    return svg.encode() if fmt == "svg" else _typeset(svg, picture, fmt, colour("paper", theme))


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


def _typeset(svg: str, picture: Picture, fmt: str, paper: str) -> bytes:
    import typst

    fonts = _fonts()
    if has_wide(svg):
        svg = _with_family(svg, cjk_family(frozenset(fonts.families())))
    page = _PAGE.format(width=picture.width, height=picture.height, paper=paper)
    with tempfile.TemporaryDirectory(prefix="cnnviz-") as name:
        folder = Path(name)
        (folder / "picture.svg").write_text(svg, "utf-8")
        (folder / "page.typ").write_text(page, "utf-8")
        try:
            made = typst.compile(
                folder / "page.typ",
                root=folder,
                font_paths=fonts,
                format="png" if fmt == "png" else "pdf",
                ppi=PPI,
                sys_inputs={"title": picture.caption or picture.name, "alt": picture.alt},
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


def _described(svg: str, picture: Picture) -> str:
    """Title and description inside the drawing, for readers who hear it, unless it has them."""
    if "<title" in svg[:2000] or "<desc" in svg[:2000]:
        return svg
    title = _escape(picture.caption or picture.name)
    start = svg.index(">", svg.index("<svg")) + 1
    return f"{svg[:start]}<title>{title}</title><desc>{_escape(picture.alt)}</desc>{svg[start:]}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
