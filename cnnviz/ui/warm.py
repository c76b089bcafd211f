"""What the server does while nobody waits: import PyTorch, compute the first reports and what the
knobs beside them offer, collect.

Streamlit's own full collection after each run is switched off (.streamlit/config.toml); here one
thread freezes what was imported and collects at a calm moment.
"""

from __future__ import annotations

import gc
import logging
import socket
import threading
import time
from contextlib import suppress
from functools import cache

from streamlit import runtime

CALM = 3.0  # seconds without a touch that count as a calm moment
PAUSE = 0.5  # seconds without a touch after which a short step may be taken
EVERY = 60.0  # seconds between collections at the most
log = logging.getLogger("cnnviz")
_touched = threading.Event()
_starting = threading.Lock()
_warm = threading.Event()
_last = 0.0  # when a page was last served, by the monotonic clock


def touch() -> None:
    """A page was served: start the thread if it is the first, and note that a reader is here."""
    global _last
    if runtime.exists():
        _thread()
    _last = time.monotonic()
    _touched.set()


def _thread() -> threading.Thread:
    with _starting:  # two first readers at once start one
        return _started()


@cache
def _started() -> threading.Thread:
    thread = threading.Thread(target=_work, name="cnnviz-warm", daemon=True)
    thread.start()
    return thread


def _work() -> None:
    undelay()
    time.sleep(0.3)  # let the first page leave the server first
    try:
        warm()
    except Exception:
        log.exception("warming up failed; pages will import and compute by themselves")
    try:
        look_ahead()
    except Exception:
        log.exception("no numbers ahead; they come when a hand is near a knob")
    while True:
        time.sleep(EVERY)
        _touched.wait()  # nobody was here: nothing to collect
        while _touched.is_set():
            _touched.clear()
            time.sleep(CALM)
        gc.collect()


def undelay() -> None:
    """Let this process's TCP sockets send at once; connections inherit it from their listener.

    Streamlit's listener holds a small message back until the browser has confirmed the one before:
    up to 40 ms, several times a page (home 1.16 → 0.89 s, a knob 165 → 134 ms).
    """
    for fd in range(3, 256):
        with suppress(OSError), socket.fromfd(fd, socket.AF_INET, socket.SOCK_STREAM) as s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def warm() -> None:
    """Import the engine and compute what a page shows first; a family that fails stops no other."""
    from cnnviz import engine, zoo

    for family in zoo.families():
        try:
            engine.report(family.default)
        except Exception:
            log.exception("%s does not warm up; its page says why", family.slug)
    gc.collect()
    gc.freeze()
    _warm.set()


def look_ahead() -> None:
    """The numbers behind the first knobs of the families' first pages, a network a step; between
    steps readers go first.
    """
    from cnnviz.ui import ahead

    for _ in ahead.of_families():
        while time.monotonic() - _last < PAUSE:
            time.sleep(PAUSE / 5)


def ready() -> bool:
    """Whether the families' first networks are computed: home may draw them then."""
    return _warm.is_set()
