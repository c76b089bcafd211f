"""One server and one Chromium a test process; a fresh reader for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cnnviz.publish.browser import launch
from cnnviz.publish.capture import tab
from cnnviz.publish.server import Server, serve
from tests.browser.reader import DESKTOP, PHONE, Reader, reading

expect.set_options(timeout=20_000)  # a busy machine; what is right needs a tenth of a second


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with launch() as browser:
        yield browser


@pytest.fixture
def reader(chromium: Browser, server: Server) -> Iterator[Reader]:
    """A desktop; fails the test at its end if the console complained or the server traced."""
    before = len(server.log())
    with reading(chromium, server.address) as someone:
        yield someone
        assert someone.errors == []
    assert "Traceback" not in server.log()[before:]


@pytest.fixture
def phone(chromium: Browser, server: Server) -> Iterator[Reader]:
    with reading(chromium, server.address, size=PHONE) as someone:
        yield someone
        assert someone.errors == []


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page, for a component alone; fails the test at its end if a script failed."""
    with tab(chromium, "light", DESKTOP) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        assert errors == []
