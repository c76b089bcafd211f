"""How a running job says how far it is."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any


def _nobody(value: Any) -> None:
    """Outside a worker there is nobody to tell."""


listener: ContextVar[Callable[[Any], None]] = ContextVar("listener", default=_nobody)


def progress(value: Any) -> None:
    """Tell the reader how far the job is: any plain value; the newest one counts."""
    listener.get()(value)
