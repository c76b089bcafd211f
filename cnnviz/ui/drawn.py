"""What views have drawn: one bounded cache for all of them, shared between readers.

A picture is found by what it shows, not by the network it was drawn from, so that the cache keeps
no graph alive; and of many readers who ask for the same one, one waits for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from cnnviz.engine import Shared

T = TypeVar("T")

_kept: Shared[Any] = Shared(256)


def kept(make: Callable[[], T], *key: Hashable) -> T:
    """The result of `make()`, now or from before. `key`: the view, `Study.key`, every option."""
    return cast(T, _kept.get(key, make))
