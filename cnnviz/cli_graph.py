"""`cnnviz graph`: which format a file name asks for, and the drawing in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from cnnviz.errors import ReaderError

if TYPE_CHECKING:
    from cnnviz.graph import Graph
    from cnnviz.views.palette import Theme

FORMATS: Final = ("svg", "png", "pdf", "dot")
THEMES: Final = ("light", "dark")


def format_of(path: Path) -> str:
    """The format by the file's ending. ReaderError: an ending of no format."""
    _, dot, ending = path.name.lower().rpartition(".")
    if not dot:
        raise ReaderError("no_ending", path=path.name[:80], known=FORMATS)
    if ending not in FORMATS:
        raise ReaderError("unknown_format", format=ending[:40], known=FORMATS)
    return ending


def drawn(graph: Graph, fmt: str, *, theme: str, unfold: bool, lang: str) -> bytes:
    """The graph as a file: folded as its page shows it, or with everything unfolded."""
    if theme not in THEMES:
        raise ReaderError("unknown_choice", name="--theme", value=theme, known=THEMES)
    from cnnviz.views import draw

    return draw(graph, fmt, lang=lang, theme=cast("Theme", theme), unfold=unfold)
