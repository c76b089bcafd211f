"""Cost by layer: the bars read back from the SVG are the report's numbers."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import log10

import pytest

from cnnviz import engine
from cnnviz.analysis import analyze
from cnnviz.content import LANGS
from cnnviz.graph import OPS
from cnnviz.report import Report
from cnnviz.views.cost import QUANTITIES, cost
from cnnviz.views.layout_text import text_width
from cnnviz.views.numbers import percent, si
from tests.views.drawn import by_class, check, classes, nodes, root, shape, size, texts
from tests.views.fixtures import fixture


def lengths(report: Report, quantity: str) -> dict[str, float]:
    return {k: size(shape(g), "width") for k, g in nodes(cost(report, quantity, "en")).items()}


@pytest.mark.parametrize("arch", ["lenet5", "alexnet", "vgg16"])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_bars_are_proportional_to_the_numbers(arch: str, quantity: str) -> None:
    report = engine.report(arch)
    expected = {r.id: getattr(r, quantity) for r in report.rows if getattr(r, quantity)}
    found = lengths(report, quantity)
    assert list(found) == list(expected)
    if expected:
        unit = max(found.values()) / max(expected.values())
        for node, n in expected.items():
            assert found[node] == pytest.approx(max(0.5, n * unit), abs=0.02)


def test_dots_on_a_logarithmic_axis_stand_at_their_decades() -> None:
    """A bar's length would mean nothing there."""
    report = engine.report("vgg16")
    found = nodes(cost(report, "params", "en", log=True))
    assert all(shape(g).tag.endswith("circle") for g in found.values())
    places = {n: size(shape(g), "cx") for n, g in found.items()}
    unit = (places["fc6"] - places["conv1_1"]) / log10(
        report.by_id["fc6"].params / report.by_id["conv1_1"].params
    )
    assert unit > 50
    for node, at in places.items():
        above = log10(report.by_id[node].params / report.by_id["conv1_1"].params)
        assert at - places["conv1_1"] == pytest.approx(unit * above, abs=0.02)


def test_the_share_of_alexnets_linear_layers_is_seen_at_once() -> None:
    report = engine.report("alexnet")
    picture = cost(report, "params", "en")
    strip = [g for g in root(picture) if "k-linear" in classes(g) and not g.get("data-node")]
    linear = sum(r.params for r in report.rows if OPS[r.op] == "linear")
    assert size(shape(strip[0]), "width") == pytest.approx(
        1000 * linear / report.totals.params, abs=1.1
    )
    assert "linear 96.2%" in [t.words for t in texts(picture)]
    assert "96.2%" in picture.alt


def test_bars_have_the_colour_of_their_kind_and_one_is_selected() -> None:
    report = engine.report("vgg16")
    found = nodes(cost(report, "macs", "en", selected="conv3_2"))
    for node, group in found.items():
        assert f"k-{OPS[report.by_id[node].op]}" in classes(group)
    assert [n for n, g in found.items() if "selected" in classes(g)] == ["conv3_2"]


def test_a_selected_layer_without_a_bar_changes_nothing() -> None:
    report = engine.report("vgg16")
    assert cost(report, "params", "en", selected="relu1_1") == cost(report, "params", "en")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [340, 360, 690, 1000])
@pytest.mark.parametrize("arch", ["lenet5", "alexnet", "vgg16"])
def test_every_chart_is_legible(arch: str, width: float, lang: str) -> None:
    report = engine.report(arch)
    for quantity in ("params", "macs", "flops", "memory_access"):
        for log in (False, True):
            selected = report.rows[len(report.rows) // 2].id
            check(cost(report, quantity, lang, selected=selected, log=log, width=width))


@pytest.mark.parametrize("width", [360, 1000])
def test_a_very_deep_network_stays_legible_and_of_bounded_height(width: float) -> None:
    report = analyze(fixture("densenet201"))
    picture = cost(report, "params", "en", selected=report.rows[-1].id, width=width)
    check(picture)
    assert picture.height < 1900
    tops = sorted((size(shape(g), "y"), size(shape(g), "height")) for g in nodes(picture).values())
    assert all(a[0] + a[1] <= b[0] + 0.01 for a, b in pairwise(tops))


@pytest.mark.parametrize("lang", LANGS)
def test_caption_table_and_alternative_say_the_numbers(lang: str) -> None:
    report = engine.report("alexnet")
    picture = cost(report, "macs", lang, selected="conv2")
    assert si(report.totals.macs) in picture.caption
    assert picture.data is not None and picture.data.totals is not None
    assert sum(int(row[2]) for row in picture.data.rows) == report.totals.macs  # type: ignore[arg-type]
    assert picture.data.totals[2] == report.totals.macs
    assert si(report.by_id["conv2"].macs) in picture.alt
    assert percent(report.by_id["conv2"].macs, report.totals.macs) in picture.alt


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("quantity", ["params", "macs", "flops", "activations"])
def test_ticks_stay_off_the_column_of_numbers(quantity: str, log: bool) -> None:
    for width in (360, 1000):
        boxes = texts(cost(engine.report("vgg16"), quantity, "en", log=log, width=width))
        bottom = max(b.bottom for b in boxes if b.words == "fc8")
        amounts = [b for b in boxes if b.words.endswith((" M", " G", " k")) and b.top < bottom]
        ticks = [b for b in boxes if b.top > bottom]
        assert ticks and max(b.right for b in ticks) <= min(b.left for b in amounts)


def test_nothing_to_show_is_said() -> None:
    picture = cost(engine.report("vgg16"), "buffers", "en")
    check(picture)
    assert "none" in picture.caption and not nodes(picture)


def test_brackets_name_each_size_of_map_once() -> None:
    words = [t.words for t in texts(cost(engine.report("vgg16"), "macs", "en"))]
    assert [w for w in words if w.endswith("²")] == ["224²", "112²", "56²", "28²", "14²"]
    assert len(by_class(cost(engine.report("vgg16"), "macs", "en"), "bracket")) == 6


def test_rows_do_not_lie_on_one_another() -> None:
    hits = by_class(cost(engine.report("vgg16"), "params", "en"), "hit")
    spans = [(size(h, "y"), size(h, "y") + size(h, "height")) for h in hits]
    assert all(a[1] <= b[0] + 1e-6 or b[1] <= a[0] + 1e-6 for a, b in combinations(spans, 2))


def test_where_rows_are_crowded_the_selected_name_is_read_out() -> None:
    """A bar without a name holds one that only shows while it is selected, clear of the axis."""
    picture = cost(analyze(fixture("densenet201")), "params", "en", width=360)
    said = by_class(picture, "readout")
    assert len(said) > 100
    bottom = max(t.bottom for t in texts(picture))
    for line in said:
        assert bottom < size(line, "y") - 9 and size(line, "y") < picture.height
        assert text_width(line.text or "", 12, bold=True) <= 360
