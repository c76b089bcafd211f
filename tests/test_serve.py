"""`make app` finds a port, and says in a sentence why it cannot; Streamlit's options are ours."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import serve

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def busy() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        yield s.getsockname()[1]


def test_a_busy_port_is_passed_over(busy: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "FIRST", busy)
    assert busy < serve.choose("127.0.0.1", None) < busy + serve.TRIES


@pytest.mark.parametrize("wanted", ["0", "-1", "65536", "http", "8501.5", " "])
def test_what_is_no_port_is_said(wanted: str) -> None:
    with pytest.raises(ValueError, match="is no port"):
        serve.choose("127.0.0.1", wanted)


def test_a_busy_port_that_was_asked_for_is_said(busy: int) -> None:
    with pytest.raises(ValueError, match=f"Port {busy} on 127.0.0.1 cannot be used"):
        serve.choose("127.0.0.1", str(busy))


def test_a_host_of_another_machine_is_said() -> None:
    with pytest.raises(ValueError, match="HOST an address of this machine"):
        serve.choose("192.0.2.1", None)


def test_the_sentence_is_all_that_is_shown(busy: int) -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "tools/serve.py")],
        env=os.environ | {"PORT": str(busy), "HOST": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "Traceback" not in run.stderr


def test_options_ask_for_nothing_and_send_nothing() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["showEmailPrompt"] is False
    assert config["server"]["address"] == "127.0.0.1"
    assert config["client"]["showErrorDetails"] == "none"


def test_by_default_this_machine_alone_and_no_code() -> None:
    assert serve.greeting("127.0.0.1", 8501) == "cnnviz: http://127.0.0.1:8501 (Ctrl+C ends it)\n"


def test_in_a_network_it_says_the_real_address_and_draws_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve.hosts, "addresses", lambda: ("192.168.1.20", "10.0.0.5"))
    said = serve.greeting("0.0.0.0", 8501)
    assert "phones too: http://192.168.1.20:8501\n" in said
    assert "another network of this machine: http://10.0.0.5:8501\n" in said
    assert serve.qr.text("http://192.168.1.20:8501", colour=False) in said
    assert "0.0.0.0" not in said


def test_without_a_network_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve.hosts, "addresses", lambda: ())
    assert "No network" in serve.greeting("0.0.0.0", 8501)


def test_the_code_is_black_on_white_in_any_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve.hosts, "addresses", lambda: ("192.168.1.20",))
    assert "\x1b[30;107m" in serve.greeting("0.0.0.0", 8501, colour=True)
