"""`cnnviz capture`: which pages there are to photograph."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from cnnviz.errors import ReaderError

PAGES = Path(__file__).resolve().parents[1] / "pages"


def check_page(address: str) -> None:
    """ReaderError: no such page. Home is "", what follows "?" is the page's own affair."""
    page = address.partition("?")[0].strip("/")
    known = tuple(sorted(p.stem for p in PAGES.glob("*.py")))
    if page and page not in known:
        close = tuple(get_close_matches(page[:40], known)) or known
        raise ReaderError("unknown_page", page=page[:40], close=close)
