"""Functions that the tests run in workers."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

from cnnviz.errors import ReaderError
from cnnviz.jobs import progress


def add(a: int, b: int) -> int:
    return a + b


def pid() -> int:
    return os.getpid()


def nap(seconds: float, note: str = "") -> float:
    """Sleeps; leaves its process id in the file `note` first."""
    if note:
        Path(note).write_text(str(os.getpid()))
    time.sleep(seconds)
    return seconds


def hang(note: str) -> None:
    """A C call that holds the interpreter's lock: no signal handler of Python's runs."""
    Path(note).write_text(str(os.getpid()))
    ctypes.PyDLL(None).sleep(3600)


def family(note: str) -> None:
    """Starts a child of its own, then waits."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    Path(note).write_text(str(child.pid))
    time.sleep(3600)


def steps(n: int, gate: str) -> str:
    """Tells n steps, then waits until the file `gate` exists."""
    for i in range(1, n + 1):
        progress({"step": i, "of": n})
    while not Path(gate).exists():
        time.sleep(0.01)
    return "through"


def count_to(note: str, gate: str) -> str:
    """Appends a line: how often it ran."""
    with Path(note).open("a") as f:
        f.write("x")
    while not Path(gate).exists():
        time.sleep(0.01)
    return Path(note).read_text()


def mistake() -> None:
    raise ReaderError("unknown_arch", name="vgg99", close="vgg19")


def bug() -> None:
    raise ZeroDivisionError("nobody should see a trace")


def die() -> None:
    os._exit(9)


def leave() -> None:
    raise SystemExit(3)


def unpicklable() -> object:
    return lambda: None


def environment() -> dict[str, str | None]:
    return {"threads": os.environ.get("OMP_NUM_THREADS"), "torch": str("torch" in sys.modules)}


def echo(data: bytes) -> bytes:
    return data
