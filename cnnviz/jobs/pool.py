"""A pool of worker processes, each with one permanent thread that starts, feeds and ends it.

Limit and cancel both kill the worker's process group, so that a hung C call ends at once; a new
worker takes its place. Plain Popen: multiprocessing would run the server's main script again.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any, Literal

from cnnviz.errors import ReaderError

State = Literal["queued", "running", "done", "failed", "cancelled"]

_BOOT = """import json, sys
sys.path[:] = json.loads(sys.argv[3])
from cnnviz.jobs.worker import serve
serve(int(sys.argv[1]), int(sys.argv[2]))"""


class Job:
    """One submitted call. `result` is set when done, `error` when failed or cancelled."""

    def __init__(self, pool: Pool, path: str, settings: Mapping[str, Any], key: str, limit: float):
        self.path, self.settings, self.key, self.limit = path, settings, key, limit
        self.state: State = "queued"
        self.progress: Any = None  # the newest value that the function told
        self.result: Any = None
        self.error: ReaderError | None = None
        self._pool = pool
        self._ended = threading.Event()

    @property
    def place(self) -> int:
        """1 for the next one to start; 0 once it has started."""
        return self._pool.place(self)

    def wait(self, seconds: float | None = None) -> bool:
        """True as soon as the job has ended, however it ended; False after `seconds`."""
        return self._ended.wait(seconds)

    def cancel(self) -> None:
        """End it, also for the others who submitted the same key. No effect once it has ended."""
        self._pool.cancel(self)


class Worker:
    """One worker process and our end of its connection."""

    def __init__(self) -> None:
        ours, theirs = Pipe()
        handle = theirs.fileno()
        argv = [sys.executable, "-c", _BOOT, str(handle), str(os.getpid()), json.dumps(sys.path)]
        env = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        if sys.platform == "win32":
            os.set_handle_inheritable(handle, True)
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, env=env, close_fds=False
            )
        else:
            self.process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                env=env,
                pass_fds=[handle],
                start_new_session=True,
            )
        theirs.close()  # so that the worker's end closes with the worker
        self.connection: Connection = ours
        self.ready = False

    def kill(self) -> None:
        """End the process and its children; it stays ours to wait for."""
        if self.process.returncode is not None:
            return
        if sys.platform == "win32":
            self.process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):  # it ended by itself
                os.killpg(self.process.pid, signal.SIGKILL)


class Pool:
    """`workers` processes and at most `queue` waiting jobs. Safe in threads."""

    def __init__(self, workers: int, queue: int) -> None:
        self._lock = threading.Condition()
        self._queue: deque[Job] = deque()
        self._room = queue
        self._live: dict[str, Job] = {}
        self._running: dict[Job, Worker] = {}
        self._workers: set[Worker] = set()
        self._closed = False
        atexit.register(self.close)
        self._threads = [
            threading.Thread(target=self._supervise, name=f"jobs-{i}", daemon=True)
            for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, path: str, settings: Mapping[str, Any], key: str, limit: float) -> Job:
        """As `cnnviz.jobs.submit`."""
        with self._lock:
            if key in self._live:
                return self._live[key]
            if self._closed or len(self._queue) >= self._room:
                raise ReaderError("job_queue_full", waiting=len(self._queue))
            job = Job(self, path, dict(settings), key, limit)
            self._live[key] = job
            self._queue.append(job)
            self._lock.notify()
            return job

    def place(self, job: Job) -> int:
        with self._lock:
            return self._queue.index(job) + 1 if job in self._queue else 0

    def cancel(self, job: Job) -> None:
        with self._lock:
            worker = self._running.get(job)
            if job in self._queue:
                self._queue.remove(job)
            self._end(job, "cancelled", error=ReaderError("job_cancelled"))
            if worker is not None:
                worker.kill()

    def close(self) -> None:
        """End all workers and jobs; nothing can be submitted any more."""
        with self._lock:
            self._closed = True
            for job in list(self._live.values()):
                self._end(job, "cancelled", error=ReaderError("job_cancelled"))
            self._queue.clear()
            for worker in self._workers:
                worker.kill()
            self._lock.notify_all()
        atexit.unregister(self.close)
        for thread in self._threads:
            thread.join(5)

    def _supervise(self) -> None:
        """One worker's life after another. The kernel ends a worker with the thread that started
        it (PR_SET_PDEATHSIG), so this thread must never end before the pool."""
        while (worker := self._start()) is not None:
            while (job := self._next(worker)) is not None:
                kind, value = self._follow(worker, job)
                with self._lock:
                    del self._running[job]
                    self._end(job, *_outcome(kind, value))
                    if kind in ("limit", "crashed") or job.state == "cancelled":
                        break
            self._bury(worker)

    def _start(self) -> Worker | None:
        """A new worker, however long the machine refuses one; None when the pool closes."""
        while True:
            with self._lock:
                if self._closed:
                    return None
                with suppress(OSError):
                    worker = Worker()
                    self._workers.add(worker)
                    return worker
            time.sleep(1)

    def _next(self, worker: Worker) -> Job | None:
        """The next job, now running on `worker`; None if the pool closes or the worker is gone."""
        with self._lock:
            self._lock.wait_for(lambda: self._queue or self._closed)
            if self._closed or worker.process.poll() is not None:
                return None
            job = self._queue.popleft()
            job.state = "running"
            self._running[job] = worker
            return job

    def _follow(self, worker: Worker, job: Job) -> tuple[str, Any]:
        """Feed the job, keep its newest progress, return its answer, "limit" or "crashed"."""
        line = worker.connection
        try:
            if not worker.ready:
                line.recv()
                worker.ready = True
            line.send((job.path, job.settings))
            deadline = time.monotonic() + job.limit
            while line.poll(max(0.0, deadline - time.monotonic())):
                kind, value = line.recv()
                if kind != "progress":
                    return kind, value
                job.progress = value
        except (EOFError, OSError):
            return "crashed", None
        return "limit", job.limit

    def _end(
        self, job: Job, state: State, result: Any = None, error: ReaderError | None = None
    ) -> None:
        """Settle a job once (the lock is held): what came first, a cancel or an answer, counts."""
        if self._live.get(job.key) is job:
            del self._live[job.key]
            job.state, job.result, job.error = state, result, error
            job._ended.set()

    def _bury(self, worker: Worker) -> None:
        with self._lock:
            worker.kill()
            worker.process.wait()
            self._workers.discard(worker)
        worker.connection.close()


def _outcome(kind: str, value: Any) -> tuple[State, Any, ReaderError | None]:
    if kind == "done":
        return "done", value, None
    if kind == "reader_error":
        return "failed", None, value
    if kind == "limit":
        return "failed", None, ReaderError("job_limit", seconds=f"{value:g}")
    if kind == "failed":
        return "failed", None, ReaderError("job_failed", reason=value)
    return "failed", None, ReaderError("job_crashed")
