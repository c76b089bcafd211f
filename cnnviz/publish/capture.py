"""Photographs of the running app: page × language × theme × size, each when it is still."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cnnviz.errors import ReaderError
from cnnviz.links import address, choices
from cnnviz.publish.browser import launch
from cnnviz.publish.server import serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Theme = Literal["light", "dark"]
LANGS = ("en", "zh")
THEMES: tuple[Theme, ...] = ("light", "dark")
SIZES = {"desktop": (1280, 800), "phone": (390, 844), "projector": (1920, 1080)}
TALLEST = 20_000  # pixels

# Still: the script has ended, nothing is a placeholder any more, fonts are here, and the page has
# not changed for 300 ms. Drawings live in shadow roots, whose first drawing changes the page too.
_STILL = """() => {
  if (!window.__still) {
    window.__still = {last: performance.now()};
    new MutationObserver(() => { window.__still.last = performance.now(); })
      .observe(document.body, {subtree: true, childList: true, attributes: true,
                               characterData: true});
  }
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === 'notRunning'
    && document.querySelector('[data-testid="stMainBlockContainer"]')
    && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
    && document.fonts.status === 'loaded'
    && performance.now() - window.__still.last > 300;
}"""


def capture(
    out_dir: Path,
    pages: Iterable[str] = ("",),
    langs: Iterable[str] = LANGS,
    themes: Iterable[str] = THEMES,
    sizes: Iterable[str] = ("desktop",),
) -> list[Path]:
    """Start the app, photograph every combination into `out_dir`, return the files in order.

    A page is an address without the leading slash: "", "vgg", "vgg?arch=vgg19&view=cost". A size
    is a key of SIZES or "WIDTHxHEIGHT"; pictures are as high as the page.
    ReaderError "bad_size", "bad_theme", "output_unwritable", and those of browser and server.
    """
    pages, langs, themes, sizes = tuple(pages), tuple(langs), tuple(themes), tuple(sizes)
    looks = [(theme_of(t), s, size_of(s)) for t in themes for s in sizes]
    make_folder(out_dir)
    files = []
    with serve() as server, launch() as browser:
        for theme, name, size in looks:
            with tab(browser, theme, size) as page:
                for where in pages:
                    for lang in langs:
                        page.set_viewport_size({"width": size[0], "height": size[1]})
                        page.goto(server.address + localised(where, lang))
                        files.append(out_dir / f"{stem(where)}_{lang}_{theme}_{name}.png")
                        files[-1].write_bytes(photograph(page))
    return files


def make_folder(folder: Path) -> None:
    """ReaderError "output_unwritable" where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReaderError("output_unwritable", path=str(folder), reason=error.strerror) from None


@contextmanager
def tab(browser: Browser, theme: Theme, size: tuple[int, int]) -> Iterator[Page]:
    """A fresh reader: no cookies, a theme, a screen; narrow ones touch."""
    context = browser.new_context(
        color_scheme=theme,
        viewport={"width": size[0], "height": size[1]},
        has_touch=size[0] < 700,
        reduced_motion="reduce",
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def settle(page: Page, seconds: float = 60) -> None:
    """Wait until the page is still. Playwright's TimeoutError after `seconds`."""
    page.wait_for_function(_STILL, timeout=1000 * seconds, polling=50)


def photograph(page: Page) -> bytes:
    """The whole page as PNG, as high as its content."""
    settle(page)
    size = page.viewport_size or {"width": 1280, "height": 800}
    for _ in range(2):  # a higher window may make a drawing higher, once
        tall = page.locator('[data-testid="stMain"]').evaluate("e => e.scrollHeight")
        height = min(TALLEST, max(size["height"], int(tall)))
        page.set_viewport_size({"width": size["width"], "height": height})
        settle(page)
    return page.screenshot(animations="disabled")


def localised(where: str, lang: str) -> str:
    """The page's address in a language."""
    page, _, query = where.lstrip("/").partition("?")
    return address(page, choices(query) | {"lang": lang})


def stem(where: str) -> str:
    """A file name for a page: "vgg?view=cost" → "vgg_cost", "" → "home"."""
    page, _, query = where.strip("/").partition("?")
    return re.sub(r"[^\w.-]+", "-", "_".join([page or "home", *choices(query).values()]))


def theme_of(text: str) -> Theme:
    for theme in THEMES:
        if theme == text:
            return theme
    raise ReaderError("bad_theme", value=text, choices=THEMES)


def size_of(text: str) -> tuple[int, int]:
    """ "desktop" or "1280x800" → width and height in pixels."""
    if text in SIZES:
        return SIZES[text]
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", text)
    if match is None:
        raise ReaderError("bad_size", value=text, choices=tuple(SIZES))
    return int(match[1]), int(match[2])
