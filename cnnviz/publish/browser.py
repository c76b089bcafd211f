"""The one place that starts Chromium: found, not downloaded; silent; sandboxed unless root."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.errors import ReaderError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
# Chromium looks its maker's hosts up at every start; none of that may leave, nor what a page asks.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def find() -> Path | None:
    """Chromium's or Chrome's program: on the path, in its usual place, or Playwright's own."""
    for name in NAMES:
        if (found := shutil.which(name)) is not None:
            return Path(found)
    for place in PLACES:
        if Path(place).exists():
            return Path(place)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as p:
        own = Path(p.chromium.executable_path)
    return own if own.exists() else None


@contextmanager
def launch() -> Iterator[Browser]:
    """A headless Chromium, ended with the block. ReaderError "no_playwright", "no_chromium"."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise ReaderError("no_playwright") from None
    program = find()
    if program is None:
        raise ReaderError("no_chromium")
    root = os.name == "posix" and os.geteuid() == 0
    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=program, args=list(QUIET), chromium_sandbox=not root
        )
        try:
            yield browser
        finally:
            browser.close()
