"""Nothing leaves the machine: neither the page nor the server turns to another host."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from cnnviz.publish.server import Server, serve
from tests.browser.reader import Reader, reading

pytestmark = pytest.mark.browser
AUDIT = Path(__file__).parent / "audit"
LOCAL = {"127.0.0.1", "localhost", "::1", "None", "0.0.0.0"}


def audited(file: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(AUDIT), "AUDIT_FILE": str(file)}


def hosts(file: Path) -> set[str]:
    """Hosts that were turned to; paths of local sockets left out."""
    lines = file.read_text().splitlines() if file.exists() else []
    names = {line.partition(" ")[2] for line in lines}
    return {n for n in names if n and not n.startswith(("/", "b'/", "b'\\x00"))}


def foreign(requests: list[str], home: str) -> list[str]:
    here = urlsplit(home).netloc
    return [
        url
        for url in requests
        if not url.startswith(("data:", "blob:")) and urlsplit(url).netloc != here
    ]


def test_page_asks_only_its_own_server(reader: Reader) -> None:
    for where in ("", "vgg", "lenet?lang=zh&view=lesson"):
        reader.open(where)
    assert len(reader.requests) > 10
    assert foreign(reader.requests, reader.home) == []


def test_a_request_elsewhere_would_be_seen(chromium: Browser, server: Server) -> None:
    with reading(chromium, server.address) as someone:
        someone.open()
        someone.page.evaluate("fetch('https://example.invalid/x').catch(() => 0)")
        assert foreign(someone.requests, server.address) == ["https://example.invalid/x"]


def test_server_turns_to_no_other_host(chromium: Browser, tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    with serve(env=audited(file)) as server:
        for where in ("", "alexnet"):
            with reading(chromium, server.address) as someone:
                someone.open(where)
    assert hosts(file) - LOCAL == set()


def test_a_host_that_the_server_turned_to_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    ask = "import socket\ntry: socket.getaddrinfo('example.invalid', 80)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", ask], env=audited(file), check=True)
    assert hosts(file) == {"example.invalid"}
