"""docs/report.md names every key of the report's JSON, and none that is not there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cnnviz import engine
from cnnviz.analysis import analyze
from cnnviz.report import SCHEMA
from tests.archs import every
from tests.views.fixtures import fixture

DOCUMENT = (Path(__file__).resolve().parents[1] / "docs/report.md").read_text("utf-8")
FIXTURES = ("seresnet50", "siamese", "inception_v3", "googlenet", "hrnet_w18_small")


def documented() -> dict[str, set[str]]:
    """Heading -> the keys in the first column of its table."""
    found: dict[str, set[str]] = {}
    for heading, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", DOCUMENT, re.M | re.S):
        cells = re.findall(r"^\| (`.*?`) \|", body, re.M)
        found[heading] = {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}
    return {heading: keys for heading, keys in found.items() if keys}


def present(report: dict[str, Any]) -> dict[str, set[str]]:
    """Heading -> the keys that occur in this report."""
    rows = report["rows"]
    fields = [f for r in rows for f in r["receptive_fields"].values()]
    return {
        "Report": set(report),
        "Totals": set(report["totals"]),
        "Scope": {k for s in report["scopes"] for k in s},
        "Row": {k for r in rows for k in r},
        "Field": {k for f in fields for k in f},
    }


@pytest.mark.parametrize("name", ["vgg16", *FIXTURES])
def test_every_key_is_documented(name: str) -> None:
    report = analyze(fixture(name)) if name in FIXTURES else engine.report(name)
    found = present(report.to_dict())
    for heading, keys in documented().items():
        assert found[heading] == keys or not found[heading], heading


def test_headings_are_the_objects() -> None:
    assert set(documented()) == {"Report", "Totals", "Scope", "Row", "Field"}
    assert SCHEMA in DOCUMENT


@pytest.mark.parametrize("name", [*every(), *FIXTURES])
def test_json_reads_back_and_sums(name: str) -> None:
    report = analyze(fixture(name)) if name in FIXTURES else engine.report(name)
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    for quantity in ("buffers", "macs", "flops", "connections", "activations", "memory_access"):
        assert sum(r[quantity] for r in data["rows"]) == data["totals"][quantity]
    assert sum(r["params"] for r in data["rows"]) == data["totals"]["params_executed"]
    statuses = {f["status"] for r in data["rows"] for f in r["receptive_fields"].values()}
    assert statuses <= set(
        re.findall(r'"(\w+)"', DOCUMENT.partition("`status`")[2].splitlines()[0])
    )
    assert {r["counted"] for r in data["rows"]} <= {"counted", "free", "no"}


def test_the_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[1])
    code = re.search(r"```python\n(.*?)```", DOCUMENT, re.S)
    assert code is not None
    exec(compile(code[1], "docs/report.md", "exec"), {})
