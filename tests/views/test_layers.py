"""The table of layers: LeNet-5's as its paper prints it; columns sum to totals everywhere."""

from __future__ import annotations

import csv
import io

import pytest

import cnnviz
from cnnviz import engine
from cnnviz.analysis import analyze
from cnnviz.content import LANGS
from cnnviz.report import ADDITIVE, Report
from cnnviz.views import table
from cnnviz.views.layers import NUMBERS, layers
from tests.archs import every
from tests.views.fixtures import fixture

# Gradient-Based Learning Applied to Document Recognition (1998), section II.B: maps, trainable
# parameters and connections of C1 to F6.
LENET5 = [
    ("C1", "6 × 28 × 28", "5 × 5 / 1", 156, 122_304, "5 × 5"),
    ("S2", "6 × 14 × 14", "2 × 2 / 2", 12, 5_880, "6 × 6"),
    ("C3", "16 × 10 × 10", "5 × 5 / 1", 1_516, 151_600, "14 × 14"),
    ("S4", "16 × 5 × 5", "2 × 2 / 2", 32, 2_000, "16 × 16"),
    ("C5", "120 × 1 × 1", "5 × 5 / 1", 48_120, 48_120, "32 × 32"),
    ("F6", "84", "", 10_164, 10_164, "whole input"),
]
FIXTURES = ("resnet50", "densenet121", "mobilenet_v2", "inception_v3")


def test_lenet5_as_printed() -> None:
    rows = {
        r["name"]: r for r in layers(engine.report("lenet5"), "en", connections=True).to_dicts()
    }
    keys = ("name", "output", "kernel", "params", "connections", "receptive_field")
    assert [tuple(rows[name][k] for k in keys) for name, *_ in LENET5] == LENET5


def test_connections_where_the_family_counts_them_or_asked_for() -> None:
    assert "connections" not in [c.key for c in layers(engine.report("vgg11"), "en").columns]
    report = engine.report("lenet5")
    assert "connections" not in [c.key for c in layers(report, "en", connections=False).columns]
    with_them = layers(report, "en")
    assert with_them == layers(report, "en", connections=True)
    assert with_them.totals is not None
    assert with_them.totals[[c.key for c in with_them.columns].index("connections")] == 340_908


def sums(report: Report, lang: str) -> None:
    found = layers(report, lang, connections=True)
    assert found.totals is not None
    for i, column in enumerate(found.columns):
        if column.key in ADDITIVE:
            values = [row[i] for row in found.rows]
            assert sum(v for v in values if isinstance(v, int)) == found.totals[i], column.key
            executed = "params_executed" if column.key == "params" else column.key
            assert getattr(report.totals, executed) == found.totals[i], column.key


@pytest.mark.parametrize("name", every())
def test_columns_sum_to_the_report_s_totals(name: str) -> None:
    for lang in LANGS:
        sums(engine.report(name), lang)


@pytest.mark.parametrize("name", FIXTURES)
def test_columns_sum_for_branching_networks(name: str) -> None:
    sums(analyze(fixture(name)), "zh")


def test_both_languages_differ_in_words_only() -> None:
    report = engine.report("vgg16")
    english, chinese = (layers(report, lang) for lang in LANGS)
    assert [c.key for c in english.columns] == [c.key for c in chinese.columns]
    assert english.columns[0].label != chinese.columns[0].label
    numeric = [i for i, c in enumerate(english.columns) if c.key in NUMBERS]
    for a, b in zip(english.rows, chinese.rows, strict=True):
        assert [a[i] for i in numeric] == [b[i] for i in numeric]


def test_kernel_tells_what_departs_from_the_usual() -> None:
    report = engine.report("alexnet", towers=2)
    kernels = [r["kernel"] for r in layers(report, "en").to_dicts()]
    assert "11 × 11 / 4" in kernels
    assert "5 × 5 / 1, g 2" in kernels  # two towers


def test_public_table_is_this_table() -> None:
    report = engine.report("lenet1")
    assert cnnviz.table(report, "csv") == table(report, "csv")
    rows = list(csv.DictReader(io.StringIO(table(report, "csv"))))
    assert [r["name"] for r in rows] == [r.id for r in report.rows]
    assert sum(int(r["params"]) for r in rows) == 2_578  # LeNet-1, 1989
    assert "<table>" in report._repr_html_()
