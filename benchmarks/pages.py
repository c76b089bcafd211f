"""Our pages against a bare Streamlit app, in Chromium: first sight, and a touch.

The bare app runs twice, with Streamlit's default options and with ours; all are measured in turn.
Times are taken in the page: from the navigation, or from the touch, to the frame that shows it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.ratio import Ratio
from cnnviz.publish.browser import launch
from cnnviz.publish.capture import settle, tab
from cnnviz.publish.server import ROOT, Server, serve

REPEATS = 9
BARE = Path(__file__).parent / "bare" / "app.py"
OURS_ONLY = ("server.address", "server.headless")  # serve() and every server here sets them
SIX = "dl.at_first dd"  # the six numbers as plain HTML, before the component takes their place
# What is compared with what; the aims against the default options, and against the same ones.
ROWS = (
    ("home, first sight", "home", "page", 1.0, 2.0),
    ("vgg, six numbers", "family", "page", 1.0, 2.0),
    ("a knob, numbers known ahead", "ahead", "touch", 0.7, 2.0),
    ("a knob, a value typed", "typed", "touch", 0.7, 2.0),
)

# The first match in the page or in a component's shadow.
_FIND = """selector => {
  const found = document.querySelector(selector);
  if (found) return found;
  for (const e of document.querySelectorAll('.stBidiComponent *')) {
    const inside = e.shadowRoot?.querySelector(selector);
    if (inside) return inside;
  }
}"""
# The first frame in which the selector's first match is visible and has a text.
_WATCH = (
    f"""selector => {{
  const find = {_FIND};"""
    """
  const look = () => {
    const e = find(selector);
    if (e && e.innerText.trim() && e.checkVisibility({visibilityProperty: true}))
      window.__seen = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}"""
)
# From the touch (a key or a press anywhere) to the first frame with another text.
_TOUCH = (
    f"""selector => {{
  const find = {_FIND};"""
    """
  const text = () => find(selector)?.innerText;
  const before = text();
  window.__changed = undefined;
  const start = () => {
    const from = performance.now();
    const look = () => {
      if (text() && text() !== before) window.__changed = performance.now() - from;
      else requestAnimationFrame(look);
    };
    look();
  };
  for (const kind of ['keydown', 'pointerdown'])
    window.addEventListener(kind, start, {capture: true, once: true});
}"""
)


@dataclass
class Side:
    """One app and what was measured of it."""

    server: Server
    seen: dict[str, list[float]] = field(default_factory=dict)

    def add(self, what: str, ms: float) -> None:
        self.seen.setdefault(what, []).append(ms)


def options() -> list[str]:
    """Our config.toml as Streamlit's flags, the theme left out."""
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
    return [
        f"--{section}.{key}={str(value).lower() if isinstance(value, bool) else value}"
        for section, values in config.items()
        for key, value in values.items()
        if section != "theme" and f"{section}.{key}" not in OURS_ONLY
    ]


def ratios() -> Iterator[Ratio]:
    quiet = ["--server.headless=true", "--browser.gatherUsageStats=false"]
    with ExitStack() as stack:
        ours = Side(stack.enter_context(serve()))
        plain = Side(stack.enter_context(serve(quiet, script=BARE)))
        same = Side(stack.enter_context(serve([*quiet, *options()], script=BARE)))
        browser = stack.enter_context(launch())
        _warm(browser, ours.server)
        for i in range(REPEATS):
            for bare in (plain, same):
                bare.add("page", first_sight(browser, bare.server.address, "#value"))
                bare.add("touch", slide(browser, bare.server.address))
            home = ours.server.address
            ours.add("home", first_sight(browser, home, "h1"))
            ours.add("family", first_sight(browser, f"{home}/vgg", SIX))
            ours.add("ahead", knob(browser, f"{home}/vgg"))
            ours.add("typed", typed(browser, f"{home}/vgg", str(97 + i)))
    for name, what, against, aim_plain, aim_same in ROWS:
        for bare, named, aim in ((plain, "defaults", aim_plain), (same, "our options", aim_same)):
            label = f"{name} / bare app with {named}"
            yield Ratio(label, "ms", ours.seen[what], bare.seen[against], aim)


def _warm(browser: Browser, server: Server) -> None:
    """Until torch is loaded: the first family page waits for it."""
    first_sight(browser, server.address, "h1")
    first_sight(browser, f"{server.address}/vgg", SIX)


def first_sight(browser: Browser, address: str, selector: str) -> float:
    """Milliseconds from the navigation to the text, for a browser that has nothing cached."""
    with tab(browser, "light", (1280, 800)) as page:
        page.add_init_script(f"({_WATCH})({selector!r})")
        page.goto(address, wait_until="commit")
        page.wait_for_function("window.__seen", timeout=120_000)
        return float(page.evaluate("window.__seen"))


def slide(browser: Browser, address: str) -> float:
    """A key on the slider of the bare app."""
    with tab(browser, "light", (1280, 800)) as page:
        page.goto(address)
        settle(page)
        slider = page.locator("[data-testid=stSlider] input[type=range]")
        slider.focus()
        return _touched(page, "#value", lambda: slider.press("ArrowRight"))


def knob(browser: Browser, address: str) -> float:
    """The next network of the list, by a key; the hand is there, as before any touch."""
    with tab(browser, "light", (1280, 800)) as page:
        page.goto(address)
        settle(page)
        box = page.locator('[data-k="arch"] select')
        box.focus()
        page.wait_for_timeout(1000)  # what a hand takes from reaching a list to choosing in it
        settle(page)
        return _touched(page, "dl.numbers", lambda: box.press("ArrowDown"))


def typed(browser: Browser, address: str, size: str) -> float:
    """An input size that no list offers: nobody can know its numbers ahead."""
    with tab(browser, "light", (1280, 800)) as page:
        page.goto(address)
        settle(page)
        page.locator('[data-k="input_size"] select').select_option(value="other")
        field = page.locator('[data-k="input_size"] input')
        field.fill(size)
        settle(page)
        return _touched(page, "dl.numbers", lambda: field.press("Enter"))


def _touched(page: Page, selector: str, touch: Callable[[], None]) -> float:
    page.evaluate(_TOUCH, selector)
    touch()
    page.wait_for_function("window.__changed !== undefined", timeout=60_000)
    return float(page.evaluate("window.__changed"))
