"""A page as a reader opens it: AppTest on app.py, the page and the address chosen first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.ui import warm

ROOT = Path(__file__).parents[2]
Visit = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing computes in the background of a test."""
    monkeypatch.setattr(warm, "touch", lambda: None)


@pytest.fixture
def visit() -> Visit:
    def open_page(page: str = "", **query: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if page:
            at.switch_page(f"pages/{page}.py")
        for name, value in query.items():
            at.query_params[name] = value
        return at.run()

    return open_page


def html(at: AppTest) -> str:
    """Everything that the page wrote as HTML."""
    return "\n".join(e.proto.body for e in at.main if e.type == "html")


def alone(script: str) -> None:
    """Run the script in a process of its own; what it asserts must hold."""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
