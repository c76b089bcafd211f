"""For all tests: one torch thread, reproducible hypothesis, seconds by folder at the end."""

from __future__ import annotations

import os
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: two workers share two cores

settings.register_profile("gate", derandomize=True, deadline=None, database=None)
settings.register_profile(
    "fuzz", deadline=None, print_blob=True, suppress_health_check=list(HealthCheck)
)
FUZZ_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 2000)
settings.load_profile("gate")


def pytest_configure() -> None:
    """Torch reads its number of threads once; a test process has one."""
    os.environ["MKL_NUM_THREADS"] = "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make fuzz`: the property tests alone, with a new seed and as many examples as asked for."""
    if config.getoption("--hypothesis-profile") != "fuzz":
        return
    items[:] = [i for i in items if is_hypothesis_test(getattr(i, "obj", None))]
    for item in items:
        test = item.obj  # type: ignore[attr-defined]
        own = test._hypothesis_internal_use_settings  # a test's own settings win over a profile
        test._hypothesis_internal_use_settings = settings(
            own, derandomize=False, database=None, max_examples=FUZZ_EXAMPLES
        )


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
