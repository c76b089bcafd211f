"""The worker process: reads (path, settings), answers (kind, value), ends with its parent.

Kinds: "ready" (once), "progress", "done", "reader_error" (the ReaderError itself), "failed" (a
one-line reason; the trace goes to standard error, where the server's log is).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from cnnviz.errors import ReaderError
from cnnviz.jobs.progress import listener

_PR_SET_PDEATHSIG = 1


def serve(handle: int, parent: int) -> None:
    """Answer jobs on the inherited connection until it closes. `parent` is the parent's pid."""
    _end_with(parent)
    connection = _connection(handle)
    listener.set(lambda value: connection.send(("progress", value)))
    connection.send(("ready", None))
    while True:
        try:
            path, settings = connection.recv()
        except (EOFError, OSError):
            return
        answer = _answer(path, settings)
        try:
            connection.send(answer)
        except OSError:
            return
        except Exception as error:  # the result does not pickle
            connection.send(("failed", f"{path}: {error}"))


def _answer(path: str, settings: Mapping[str, Any]) -> tuple[str, Any]:
    try:
        module, _, name = path.partition(":")
        return "done", getattr(import_module(module), name)(**settings)
    except ReaderError as error:
        return "reader_error", error
    except BaseException as error:  # also SystemExit: a job must not end the worker unnoticed
        traceback.print_exc()
        return "failed", f"{type(error).__name__}: {error}"


def _end_with(parent: int) -> None:
    """End when the parent does, however it ends; leave the keyboard's interrupt to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)
    if sys.platform != "win32":
        os.nice(5)  # the server's own threads come first


def _connection(handle: int) -> Connection:
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        return PipeConnection(handle)
    return Connection(handle)
