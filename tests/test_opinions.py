"""A tool's opinion laid out: lines and reasons sum to what it prints."""

from __future__ import annotations

import pytest

from cnnviz import engine, zoo
from cnnviz.analysis import analyze
from cnnviz.crosscheck import (
    PRESETS,
    TOOLS,
    Crosscheck,
    beside,
    compare,
    grouped,
    lines,
    recorded,
    summary,
)


@pytest.mark.parametrize("tool", PRESETS)
@pytest.mark.parametrize("name", ["vgg11", "lenet5", "alexnet"])
def test_lines_and_reasons_sum_to_the_total(name: str, tool: str) -> None:
    graph, choice = engine.graph(name), zoo.resolve(name)
    report = analyze(graph)
    live = compare(zoo.construct(choice), graph, report)
    printed = recorded.printed(choice)
    whole = summary(tool, graph, report, live, printed)
    found = lines(tool, graph, report, live)
    assert whole.how == ("live" if tool in TOOLS else "recorded")
    assert whole.theirs == {**printed, **{t: o.macs for t, o in live.totals.items()}}[tool]
    assert sum(x.ours for x in found) == whole.ours == report.totals.macs
    assert sum(x.theirs for x in found) == whole.theirs
    assert sum(a for _, a in whole.reasons) == whole.difference
    assert "unknown" not in dict(whole.reasons)
    assert all(sum(a for _, a in x.reasons) == x.difference for x in found)
    sizes = [abs(x.difference) for x in found]
    assert sizes == sorted(sizes, reverse=True)
    by_rule = summary(tool, graph, report)
    assert (by_rule.how, by_rule.theirs) == ("by_rule", whole.theirs)
    assert {x.ids: x.theirs for x in lines(tool, graph, report)} == {x.ids: x.theirs for x in found}


def test_what_was_printed_is_shown_even_where_the_rules_do_not_explain_it() -> None:
    graph = engine.graph("vgg11")
    report = analyze(graph)
    rule = summary("thop", graph, report)
    assert rule.theirs is not None
    found = summary("thop", graph, report, printed={"thop": int(rule.theirs) + 5})
    assert found.theirs == rule.theirs + 5
    assert dict(found.reasons)["unknown"] == 5


def test_a_line_is_named_after_what_matters_in_it() -> None:
    graph = engine.graph("vgg11")
    named = {x.head[0] for x in lines("torchinfo", graph, analyze(graph))}
    assert {"conv1_1", "fc8"} <= named


def test_a_tool_that_stopped_has_no_figure() -> None:
    graph = engine.graph("vgg11")
    report = analyze(graph)
    stopped = Crosscheck("vgg11", (), report.totals.macs, {}, {"torchinfo": "TypeError: no"})
    found = summary("torchinfo", graph, report, stopped)
    assert (found.how, found.theirs, found.difference) == ("failed", None, None)
    assert found.failed == "TypeError: no"
    assert lines("torchinfo", graph, report, stopped) == ()


@pytest.mark.parametrize("name", ["vgg11_lrn", "lenet5", "alexnet"])
def test_side_by_side_and_grouped(name: str) -> None:
    """Columns sum to the totals; a group's sums to its reasons; none is lost, none told twice."""
    graph, choice = engine.graph(name), zoo.resolve(name)
    report = analyze(graph)
    live = compare(zoo.construct(choice), graph, report)
    rows = beside(tuple(PRESETS), graph, report, live)
    assert sum(r.ours for r in rows) == report.totals.macs
    for tool in PRESETS:
        whole = summary(tool, graph, report, live)
        assert sum(r.theirs[tool] for r in rows) == whole.theirs
        told: dict[str, float] = {}
        for group in grouped(rows):
            for (by, reason), amount in group.sums.items():
                if by == tool:
                    told[reason] = told.get(reason, 0) + amount
        assert {r: a for r, a in told.items() if a} == dict(whole.reasons)
    groups = grouped(rows)
    assert sorted(r.ids for g in groups for r in g.lines) == sorted(r.ids for r in rows)
    assert all(g.agree == all(r.largest == 0 and not r.why for r in g.lines) for g in groups)
    assert [g.agree for g in groups] == sorted(g.agree for g in groups), "those that agree last"
    order = [n.id for n in graph.nodes]
    places = [order.index(r.ids[0]) for r in rows]
    assert places == sorted(places)


def test_one_reason_is_one_group() -> None:
    graph = engine.graph("vgg16")
    groups = grouped(beside(TOOLS, graph, analyze(graph)))
    assert [(tuple(g.sums), len(g.lines)) for g in groups] == [((("torchinfo", "bias"),), 16)]


def test_a_tool_that_stopped_has_no_column() -> None:
    graph = engine.graph("vgg11")
    report = analyze(graph)
    stopped = Crosscheck("vgg11", (), report.totals.macs, {}, {"torchinfo": "TypeError: no"})
    rows = beside(TOOLS, graph, report, stopped)
    assert {tuple(r.theirs) for r in rows} == {("FlopCounterMode",)}
    assert [g.agree for g in grouped(rows)] == [True]
