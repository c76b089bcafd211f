"""Slow work in warm worker processes: time limit, progress, cancel, one run a key.

    job = submit("package.module:function", {"dot": source}, key=digest, limit=3)
    job.wait(1) and job.result

The function is named by its path and called with the settings as keywords; settings and result
are plain values that pickle. It may call `progress(value)` with whatever the reader should see.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from cnnviz.jobs.pool import Job, Pool
from cnnviz.jobs.progress import progress

__all__ = ["Job", "Pool", "progress", "submit"]


def submit(path: str, settings: Mapping[str, Any], key: str, limit: float) -> Job:
    """Run `path` (settings) in a worker, for at most `limit` seconds once it has started.

    A job with the same key that is still queued or running is returned instead of a second one:
    the key must name the function and its settings. ReaderError "job_queue_full" if too many wait.
    """
    return _pool().submit(path, settings, key, limit)


@cache
def _pool() -> Pool:
    """The process's own pool, started by the first job."""
    return Pool(workers=2, queue=32)
