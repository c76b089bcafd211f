"""Every number by another's convention: rows sum to the tool's total, and open to their factors."""

from __future__ import annotations

import pytest
from torch import nn

from cnnviz import engine
from cnnviz.analysis import analyze
from cnnviz.crosscheck import CONVENTIONS, PRESETS, reasons, recount, summary
from cnnviz.graph import Graph
from cnnviz.report import ADDITIVE, Report
from cnnviz.tracing import trace
from tests.archs import every
from tests.test_crosscheck import TINY
from tests.views.fixtures import fixture

FIXTURES = ("resnet50", "mobilenet_v2", "googlenet", "seresnet50", "siamese", "densenet121")


def holds(graph: Graph, report: Report, name: str) -> None:
    """What a recounted report promises."""
    preset = CONVENTIONS[name]
    found = recount(graph, report, preset)
    assert found.counting == name and report.counting == ""
    assert found.totals.macs == preset.total(graph, report) == sum(r.macs for r in found.rows)
    why = reasons(graph, report, preset)
    for ours, row in zip(report.rows, found.rows, strict=True):
        assert row.macs == sum(t.value for t in row.terms["macs"]), row
        assert row.macs - ours.macs == sum(a for _, a in why.get(row.id, ())), row
        for quantity in ADDITIVE:
            if quantity != "macs":
                assert getattr(row, quantity) == getattr(ours, quantity)
                assert row.terms[quantity] == ours.terms[quantity]
    by_id = found.by_id
    for scope in found.scopes:
        assert scope.macs == sum(by_id[i].macs for i in scope.rows)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("name", every())
def test_zoo(name: str, convention: str) -> None:
    graph = engine.graph(name)
    report = analyze(graph)
    holds(graph, report, convention)
    if convention in PRESETS:
        assert recount(graph, report, PRESETS[convention]).totals.macs == (
            summary(convention, graph, report).theirs
        )


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("name", FIXTURES)
def test_fixtures(name: str, convention: str) -> None:
    graph = fixture(name)
    holds(graph, analyze(graph), convention)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(("model", "shape"), TINY, ids=[type(m).__name__ for m, _ in TINY])
def test_oddities(model: nn.Module, shape: tuple[int, ...], convention: str) -> None:
    graph = trace(model, shape)
    holds(graph, analyze(graph), convention)


def test_the_terms_are_the_tool_s_own() -> None:
    graph = engine.graph("vgg16", batch_norm=True)
    report = analyze(graph)
    found = recount(graph, report, PRESETS["torchinfo"]).by_id
    kept, bias = found["conv1_1"].terms["macs"]
    assert kept.factors == report.by_id["conv1_1"].terms["macs"][0].factors
    assert dict(bias.factors) == {"N": 1, "C_out": 64, "H_out": 224, "W_out": 224}
    norm = next(r for r in found.values() if r.op == "batch_norm")
    assert [dict(t.factors) for t in norm.terms["macs"]] == [{"N": 1, "C": 64}] * 2
    assert norm.macs == 128
    twice = recount(graph, report, CONVENTIONS["doubled"])
    assert twice.totals.macs == 2 * report.totals.macs
    assert twice.by_id["fc8"].terms["macs"][0].factors[0] == ("per_mac", 2)


def test_a_report_is_recounted_once() -> None:
    graph = engine.graph("lenet5")
    found = recount(graph, analyze(graph), PRESETS["thop"])
    assert found.to_dict()["counting"] == "thop"
    with pytest.raises(ValueError, match="thop"):
        recount(graph, found, PRESETS["torchinfo"])
