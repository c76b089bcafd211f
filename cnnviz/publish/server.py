"""The app as its own process on a free port of this machine, for photographs and tests."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from cnnviz.errors import ReaderError

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0  # seconds until a server that does not answer counts as failed


@dataclass(frozen=True)
class Server:
    """A running app."""

    address: str  # "http://127.0.0.1:40123"
    pid: int
    log_file: Path

    def log(self) -> str:
        """All that it wrote so far, traces included."""
        return self.log_file.read_text("utf-8", errors="replace")


@contextmanager
def serve(
    options: Sequence[str] = (),
    script: Path = ROOT / "app.py",
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Start Streamlit on `script`, wait until it answers, end it with the block.

    `options` are Streamlit's own ("--server.fileWatcherType=auto"); the configuration is that of
    the script's folder. ReaderError "no_server" with the last line of its log.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        port = _free_port()
        with log.open("wb") as out:
            argv = [sys.executable, "-m", "streamlit", "run", script.name]
            argv += ["--server.address=127.0.0.1", f"--server.port={port}", *options]
            process = subprocess.Popen(
                argv,
                cwd=script.parent,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        server = Server(f"http://127.0.0.1:{port}", process.pid, log)
        try:
            _wait(server, process)
            yield server
        finally:
            _stop(process)


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    opener = build_opener(ProxyHandler({}))  # a proxy of the machine's is not for this machine
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with opener.open(f"{server.address}/_stcore/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise ReaderError("no_server", reason=(server.log().strip() or "…").splitlines()[-1])


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])
