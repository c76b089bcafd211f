"""The contract of `jobs`, whatever back-end runs them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cnnviz.errors import ReaderError
from cnnviz.jobs import Job, Pool, submit

PATIENCE = 60.0  # how long a test waits for what must happen; a right pool needs milliseconds
AT = "tests.jobs.sample:"


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool(workers=1, queue=2)
    yield pool
    pool.close()


def run(pool: Pool, name: str, limit: float = PATIENCE, **settings: Any) -> Job:
    return pool.submit(AT + name, settings, f"{name} {settings}", limit)


def ended(job: Job) -> Job:
    assert job.wait(PATIENCE), f"still {job.state}"
    return job


def text_of(path: Path) -> str:
    """The file's text, as soon as it has one."""
    until = time.monotonic() + PATIENCE
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < until, f"{path} never came"
        time.sleep(0.01)
    return path.read_text()


def gone(pid: int) -> bool:
    """True as soon as no living process has this id (a zombie does not live)."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


def reason(job: Job) -> str:
    assert job.error is not None
    return job.error.key


def test_result(pool: Pool) -> None:
    job = ended(run(pool, "add", a=2, b=3))
    assert (job.state, job.result, job.error) == ("done", 5, None)


def test_large_settings_and_results_come_through_whole(pool: Pool) -> None:
    data = os.urandom(1 << 20)
    assert ended(pool.submit(AT + "echo", {"data": data}, "big", PATIENCE)).result == data


def test_worker_stays_warm_between_jobs(pool: Pool) -> None:
    first = ended(pool.submit(AT + "pid", {}, "1", PATIENCE)).result
    assert ended(pool.submit(AT + "pid", {}, "2", PATIENCE)).result == first != os.getpid()


def test_worker_has_one_thread_and_no_torch(pool: Pool) -> None:
    assert ended(run(pool, "environment")).result == {"threads": "1", "torch": "False"}


def test_progress_is_the_newest_that_was_told(pool: Pool, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    job = run(pool, "steps", n=3, gate=str(gate))
    until = time.monotonic() + PATIENCE
    while job.progress != {"step": 3, "of": 3} and time.monotonic() < until:
        time.sleep(0.01)
    assert (job.state, job.progress) == ("running", {"step": 3, "of": 3})
    gate.touch()
    assert ended(job).result == "through"


def test_limit_ends_a_hung_c_call_and_the_next_job_runs(pool: Pool, tmp_path: Path) -> None:
    job = ended(run(pool, "hang", limit=0.2, note=str(tmp_path / "pid")))
    assert (job.state, reason(job)) == ("failed", "job_limit")
    assert gone(int(text_of(tmp_path / "pid")))
    assert ended(run(pool, "add", a=1, b=1)).result == 2


def test_cancel_ends_a_hung_c_call_and_the_next_job_runs(pool: Pool, tmp_path: Path) -> None:
    job = run(pool, "hang", note=str(tmp_path / "pid"))
    pid = int(text_of(tmp_path / "pid"))
    job.cancel()
    assert (ended(job).state, reason(job)) == ("cancelled", "job_cancelled")
    assert gone(pid)
    assert ended(run(pool, "add", a=1, b=1)).result == 2


def test_cancel_takes_the_worker_s_own_children_along(pool: Pool, tmp_path: Path) -> None:
    job = run(pool, "family", note=str(tmp_path / "pid"))
    child = int(text_of(tmp_path / "pid"))
    job.cancel()
    assert gone(child)


def test_cancel_of_a_waiting_job_leaves_the_running_one(pool: Pool, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    first = run(pool, "steps", n=1, gate=str(gate))
    second = run(pool, "add", a=1, b=1)
    second.cancel()
    assert ended(second).state == "cancelled"
    gate.touch()
    assert ended(first).state == "done"


def test_cancel_after_the_end_changes_nothing(pool: Pool) -> None:
    job = ended(run(pool, "add", a=2, b=3))
    job.cancel()
    assert (job.state, job.result) == ("done", 5)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("die", "job_crashed"),
        ("bug", "job_failed"),
        ("leave", "job_failed"),
        ("unpicklable", "job_failed"),
        ("absent", "job_failed"),
        ("mistake", "unknown_arch"),
    ],
)
def test_what_goes_wrong_is_told_and_the_next_job_runs(pool: Pool, name: str, key: str) -> None:
    job = ended(run(pool, name))
    assert (job.state, reason(job), job.result) == ("failed", key, None)
    assert ended(run(pool, "add", a=1, b=1)).result == 2


def test_a_worker_that_was_killed_while_idle_is_replaced(pool: Pool) -> None:
    pid = ended(pool.submit(AT + "pid", {}, "1", PATIENCE)).result
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    assert ended(pool.submit(AT + "pid", {}, "2", PATIENCE)).result != pid


def test_full_queue_refuses_and_places_count_from_one(pool: Pool, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    running = run(pool, "steps", n=1, gate=str(gate))
    text = time.monotonic() + PATIENCE
    while running.state == "queued" and time.monotonic() < text:
        time.sleep(0.01)
    waiting = [run(pool, "add", a=i, b=0) for i in range(2)]
    assert [running.place, *(j.place for j in waiting)] == [0, 1, 2]
    with pytest.raises(ReaderError) as refused:
        run(pool, "add", a=9, b=9)
    assert refused.value.key == "job_queue_full"
    gate.touch()
    assert [ended(j).result for j in waiting] == [0, 1]


def test_same_key_runs_once_for_all_and_again_afterwards(pool: Pool, tmp_path: Path) -> None:
    note, gate = tmp_path / "note", tmp_path / "gate"

    def ask(_: int) -> Job:
        return run(pool, "count_to", note=str(note), gate=str(gate))

    with ThreadPoolExecutor(8) as readers:
        jobs = list(readers.map(ask, range(30)))
    gate.touch()
    assert len(set(map(id, jobs))) == 1
    assert ended(jobs[0]).result == "x"
    assert ended(ask(0)).result == "xx"


def test_close_ends_what_runs_and_refuses_what_comes(tmp_path: Path) -> None:
    pool = Pool(workers=1, queue=2)
    job = run(pool, "hang", note=str(tmp_path / "pid"))
    pid = int(text_of(tmp_path / "pid"))
    pool.close()
    assert ended(job).state == "cancelled"
    assert gone(pid)
    with pytest.raises(ReaderError):
        run(pool, "add", a=1, b=1)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_its_parent(tmp_path: Path, how: signal.Signals) -> None:
    note = tmp_path / "pid"
    script = tmp_path / "parent with space.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import signal, sys, time
            sys.path.insert(0, {str(Path.cwd())!r})
            # a shell starts what runs in its background with this one ignored
            signal.signal(signal.SIGINT, signal.default_int_handler)
            from cnnviz.jobs import submit
            submit("{AT}hang", {{"note": {str(note)!r}}}, "k", 600)
            time.sleep(600)
            """
        )
    )
    with subprocess.Popen([sys.executable, str(script)], stderr=subprocess.DEVNULL) as parent:
        pid = int(text_of(note))
        parent.send_signal(how)
        parent.wait(PATIENCE)
    assert gone(pid)


def test_default_pool_outlives_the_thread_that_first_used_it() -> None:
    """The kernel ends a worker with its starting thread; ours must not be a reader's thread."""
    with ThreadPoolExecutor(1) as reader:
        first = reader.submit(lambda: ended(submit(AT + "add", {"a": 1, "b": 2}, "a", 30))).result()
    assert first.result == 3
    pids = {ended(submit(AT + "pid", {}, f"p{i}", 30)).result for i in range(4)}
    assert all(Path(f"/proc/{p}").exists() for p in pids)
