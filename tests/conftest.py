"""For all tests: one torch thread, reproducible hypothesis, seconds by folder at the end."""

from __future__ import annotations

import os
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: two workers share two cores

settings.register_profile("gate", derandomize=True, deadline=None, database=None)
settings.register_profile(
    "fuzz", deadline=None, max_examples=20_000, suppress_health_check=list(HealthCheck)
)
settings.load_profile("gate")


def pytest_configure() -> None:
    """Torch reads its number of threads once; a test process has one."""
    os.environ["MKL_NUM_THREADS"] = "1"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Seconds by folder, all workers added, so that a slow folder is seen."""
    seconds: dict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                parts = report.nodeid.partition("::")[0].split("/")
                seconds["/".join(parts[:2])] += report.duration
    if seconds:
        terminalreporter.section("seconds by folder")
        for folder, total in sorted(seconds.items(), key=lambda item: -item[1]):
            terminalreporter.write_line(f"{total:8.1f}  {folder}")
