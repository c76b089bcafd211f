"""The table as a reader has it: sorted, filtered, rolled up; groups sum to the totals."""

from __future__ import annotations

import pytest

from cnnviz import engine, zoo
from cnnviz.analysis import analyze
from cnnviz.content import LANGS
from cnnviz.errors import ReaderError
from cnnviz.graph import Graph
from cnnviz.report import ADDITIVE, Report
from cnnviz.views.layers import COLUMNS, every, natural, ranks
from cnnviz.views.layers_shown import (
    Choices,
    default_columns,
    matching,
    parse_columns,
    parse_filter,
    parse_rollup,
    parse_sort,
    shown,
)
from cnnviz.views.rollup import ROLLUPS, Group, groups
from tests.views.fixtures import fixture

DEEP = ("resnet50", "densenet121", "googlenet", "shufflenet_v2_x1_0", "siamese")


def studied(name: str) -> tuple[Graph, Report]:
    if name in DEEP:
        graph = fixture(name)
        return graph, analyze(graph)
    choice = zoo.resolve(name, {})
    return engine.graph_of(choice), engine.report_of(choice)


def names(report: Report, graph: Graph, **choices: str) -> list[object]:
    return [r["name"] for r in shown(graph, report, "en", Choices(**choices)).to_dicts()]


@pytest.mark.parametrize("by", ROLLUPS)
@pytest.mark.parametrize("name", [*zoo.list_archs(), *DEEP])
def test_a_roll_up_holds_each_row_once_and_its_sums_are_the_totals(name: str, by: str) -> None:
    graph, report = studied(name)
    tree = groups(graph, report, by, "en")
    held = [i for part in tree for i in (part.rows() if isinstance(part, Group) else (part,))]
    assert sorted(held) == list(range(len(report.rows)))
    columns = ".".join(COLUMNS[1:])
    table = shown(graph, report, "en", Choices(rollup=by, columns=columns))
    for i, column in enumerate(table.columns):
        if column.key in ADDITIVE:
            cells = [v for row in table.rows if isinstance(v := row[i], int)]
            total = "params_executed" if column.key == "params" else column.key
            assert sum(cells) == getattr(report.totals, total), column.key
            assert table.totals is not None and table.totals[i] == sum(cells)


def test_vgg_by_map_size_and_by_block() -> None:
    graph, report = studied("vgg16")
    table = shown(graph, report, "en", Choices(rollup="stage"))
    assert [r[0] for r in table.rows] == [
        *("maps of 224²", "maps of 112²", "maps of 56²", "maps of 28²", "maps of 14²"),
        *("pool5", "vectors"),
    ]
    assert names(report, graph, rollup="fold")[:3] == ["input", "conv1_1–2 (×2)", "pool1"]
    vectors = dict(zip([c.key for c in table.columns], table.rows[-1], strict=True))
    assert vectors["params"] == 123_642_856  # the three linear layers of VGG-16
    assert vectors["op"] == "8 layers"


def test_groups_open_by_their_numbers() -> None:
    graph, report = studied("vgg16")
    closed = names(report, graph, rollup="fold")
    run = names(report, graph, rollup="fold.0")
    assert run[:4] == ["input", closed[1], "conv1_1", "conv1_2"]
    assert names(report, graph, rollup="fold.0.1")[:5] == [*run[:3], "conv1_1", "relu1_1"]
    opened = names(report, graph, rollup="fold.all")
    assert [n for n in opened if n in report.by_id and opened.count(n) == 1] != []
    assert {r.id for r in report.rows} <= set(opened)
    assert names(report, graph, rollup="fold.all.0")[:3] == closed[:3]
    assert names(report, graph, rollup="fold.9999") == closed  # another network's group


def test_modules_nest_as_they_are_called() -> None:
    graph, report = studied("resnet50")
    tree = groups(graph, report, "module", "en")
    assert [p.name for p in tree if isinstance(p, Group)] == [f"layer{i}" for i in range(1, 5)]
    stage = next(p for p in tree if isinstance(p, Group))
    assert [p.name for p in stage.parts if isinstance(p, Group)] == [
        "layer1.0", "layer1.1", "layer1.2",
    ]  # fmt: skip
    assert {p.what for p in stage.parts if isinstance(p, Group)} == {"Bottleneck"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", COLUMNS)
def test_sorting_by_every_column_and_back(key: str, lang: str) -> None:
    graph, report = studied("alexnet")
    order = ranks(report, key, lang)
    at = {r.id: i for i, r in enumerate(report.rows)}
    for sort, sign in ((key, 1), (f"-{key}", -1)):
        table = shown(graph, report, lang, Choices(sort=sort))
        rows = [at[str(r[0])] for r in table.rows]
        assert sorted(rows) == list(range(len(rows)))
        values = [order[i] for i in rows]
        said = [v for v in values if v is not None]
        assert values == [*said, *[None] * (len(values) - len(said))]  # nothing stands last
        assert said == sorted(said, key=lambda v: sign * v)
        pairs = zip(rows, rows[1:], strict=False)
        assert all(a < b for a, b in pairs if order[a] == order[b])  # else as executed


def test_groups_are_sorted_by_their_sums_and_rows_within() -> None:
    graph, report = studied("vgg16")
    table = shown(graph, report, "en", Choices(rollup="stage.all", sort="-params"))
    first = [r[0] for r in table.rows][:5]
    assert first[:4] == ["vectors", "fc6", "fc7", "fc8"]


def test_names_are_sorted_as_people_count() -> None:
    assert sorted(["conv10", "conv2", "Conv1"], key=natural) == ["Conv1", "conv2", "conv10"]


def test_filter() -> None:
    graph, report = studied("vgg16")
    assert names(report, graph, filter="conv3") == ["conv3_1", "conv3_2", "conv3_3"]
    assert names(report, graph, filter="LINEAR") == ["fc6", "fc7", "fc8"]
    assert "pool1" not in names(report, graph, filter="-relu -pooling")
    assert len(matching(report, "zh", "卷积")) == 13
    assert names(report, graph, filter="nothing is called so") == []
    table = shown(graph, report, "en", Choices(filter="fc"))
    assert table.totals is not None
    assert table.totals[0] == "3 of 40 layers"
    assert 123_642_856 in table.totals


def test_a_filter_opens_groups_and_sums_what_is_found() -> None:
    graph, report = studied("vgg16")
    table = shown(graph, report, "en", Choices(filter="conv1_1", rollup="fold"))
    params = [c.key for c in table.columns].index("params")
    assert [r[params] for r in table.rows] == [1_792, 1_792, 1_792]


def test_columns() -> None:
    graph, report = studied("vgg16")
    table = shown(graph, report, "en", Choices(columns="flops.input"))
    assert [c.key for c in table.columns] == ["name", "input", "flops"]
    assert "connections" in default_columns(engine.report("lenet5"))
    assert len(every(report, "en").columns) == len(COLUMNS)


def test_tokens() -> None:
    assert parse_sort("-macs") == "-macs"
    assert parse_columns("macs.output.macs") == "output.macs"
    assert parse_rollup("fold.all.3") == "fold.all.3"
    assert parse_filter("  a\n b " + "x" * 500).startswith("a b x")
    assert len(parse_filter("x" * 500)) <= 80
    for parse, raw in (
        (parse_sort, "size"), (parse_sort, "--macs"), (parse_columns, "macs,flops"),
        (parse_columns, ""), (parse_rollup, "all"), (parse_rollup, "fold.x"),
        (parse_rollup, "stage.²"),
    ):  # fmt: skip
        with pytest.raises(ReaderError, match="choose one of"):
            parse(raw)
