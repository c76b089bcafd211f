"""A reader at a browser: opens, waits until the page is still, keeps what went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from cnnviz.publish.capture import Theme, settle, tab
from cnnviz.publish.server import Server
from cnnviz.ui.panel import VIEWS

DESKTOP, PHONE = (1280, 800), (390, 844)
# Streamlit asks for these two below the page's own address first, and then at the root.
HARMLESS = re.compile(r"/\w+/_stcore/(health|host-config)$")


@dataclass
class Reader:
    """One tab. `errors`: what the console and the page's scripts complained about."""

    page: Page
    home: str
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, where: str = "") -> None:
        self.page.goto(f"{self.home}/{where}")
        self.still()

    def still(self) -> None:
        """No turn of a knob is on its way, and the page stands still."""
        self.answered()
        settle(self.page)

    def answered(self) -> None:
        expect(self.page.locator(".st-key-row .root[data-pending]")).to_have_count(0)

    def choice(self, name: str) -> str | None:
        """What the address holds."""
        return parse_qs(urlsplit(self.page.url).query).get(name, [None])[0]

    def numbers(self) -> list[str]:
        """The six numbers as shown."""
        return self.page.locator("dl.numbers dd:not(.note)").all_inner_texts()

    def view(self, name: str) -> Locator:
        """The button of a view; a network of the zoo has them all, in their order."""
        return self.page.locator(".st-key-view_switch button").nth(list(VIEWS).index(name))

    def layer(self, position: int = 0) -> Locator:
        """A layer drawn in the graph, by its place."""
        return self.page.locator(".st-key-view [data-node]").nth(position)

    def pick(self, knob: str, option: str) -> None:
        """Turn a knob: choose the option with this text in its list; the server has answered."""
        self.knob(knob).select_option(label=option)
        self.answered()

    def knob(self, name: str) -> Locator:
        """The control of a knob: its list or its tick."""
        return self.page.locator(f'.st-key-row [data-k="{name}"] :is(select, [type=checkbox])')


@contextmanager
def reading(
    browser: Browser, home: str, theme: Theme = "light", size: tuple[int, int] = DESKTOP
) -> Iterator[Reader]:
    with tab(browser, theme, size) as page:
        reader = Reader(page, home)

        def heard(message: ConsoleMessage) -> None:
            if message.type == "error" and not HARMLESS.search(message.location.get("url", "")):
                reader.errors.append(f"{message.text} {message.location}")

        page.on("console", heard)
        page.on("pageerror", lambda error: reader.errors.append(str(error)))
        page.on("request", lambda request: reader.requests.append(request.url))
        yield reader


def workers(server: Server) -> list[int]:
    """The worker processes of the app: its children, whichever thread started them."""
    found: list[int] = []
    for children in Path(f"/proc/{server.pid}/task").glob("*/children"):
        with suppress(OSError):  # one that ended meanwhile
            for pid in children.read_text().split():
                if b"cnnviz.jobs.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(int(pid))
    return found
