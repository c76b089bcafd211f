"""The set of pictures that a manifest lists: one PNG a screen, in one run of app and browser.

A manifest is TOML, a table a picture: its name is the file's; `page` an address without language,
`lang`, `theme`, `size` as `capture` takes them; `window = true` keeps to the window's height, where
a page fills it (?present=1, ?embed=1).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.errors import ReaderError
from cnnviz.publish.browser import launch
from cnnviz.publish.capture import (
    LANGS,
    Theme,
    localised,
    make_folder,
    photograph,
    settle,
    size_of,
    tab,
    theme_of,
)
from cnnviz.publish.server import serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KEYS = {"page", "lang", "theme", "size", "window"}


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture of the app."""

    name: str
    page: str
    lang: str = "en"
    theme: Theme = "light"
    size: tuple[int, int] = (1280, 800)
    window: bool = False


def screens(manifest: Path) -> tuple[Screen, ...]:
    """What a manifest lists. ReaderError "bad_manifest" with the reason."""
    try:
        tables = tomllib.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ReaderError("bad_manifest", path=str(manifest), reason=str(error)) from None
    return tuple(_screen(name, table, manifest) for name, table in tables.items())


def _screen(name: str, table: Any, manifest: Path) -> Screen:
    def wrong(reason: str) -> ReaderError:
        return ReaderError("bad_manifest", path=str(manifest), reason=f"[{name}] {reason}")

    if not isinstance(table, dict) or not isinstance(table.get("page"), str):
        raise wrong("page = …")
    if unknown := table.keys() - KEYS:
        raise wrong(", ".join(sorted(unknown)))
    if not re.fullmatch(r"[\w-]+", name):
        raise wrong("a-z 0-9 _ -")
    lang = table.get("lang", "en")
    if lang not in LANGS:
        raise ReaderError("unknown_lang", lang=str(lang)[:20], known=LANGS)
    return Screen(
        name,
        table["page"],
        lang,
        theme_of(str(table.get("theme", "light"))),
        size_of(str(table.get("size", "desktop"))),
        bool(table.get("window", False)),
    )


def photograph_all(manifest: Path, folder: Path) -> list[Path]:
    """Photograph every screen of a manifest into a folder; the files in the manifest's order.

    ReaderError "bad_manifest", "output_unwritable", and those of browser and server.
    """
    listed = screens(manifest)
    make_folder(folder)
    files = []
    with serve() as server, launch() as browser:
        for screen in listed:
            files.append(folder / f"{screen.name}.png")
            files[-1].write_bytes(_photograph(browser, server.address, screen))
    return files


def _photograph(browser: Browser, home: str, screen: Screen) -> bytes:
    with tab(browser, screen.theme, screen.size) as page:
        page.goto(home + localised(screen.page, screen.lang))
        if not screen.window:
            return photograph(page)
        settle(page)
        return page.screenshot(animations="disabled")
