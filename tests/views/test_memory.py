"""Memory over the execution order: columns, peak and what is alive are the report's."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cnnviz import engine, zoo
from cnnviz.analysis import analyze
from cnnviz.analysis.budget import budget
from cnnviz.analysis.memory import OPTIMISERS
from cnnviz.analysis.memory import memory as totals_of
from cnnviz.content import LANGS
from cnnviz.picture import Picture
from cnnviz.report import Report
from cnnviz.views.memory import HIGH, MODES, alive, memory
from cnnviz.views.numbers import bytes_
from tests.views.drawn import by_class, check, classes, nodes, shape, size, texts
from tests.views.fixtures import fixture

ARCHS = ["lenet5", "alexnet", "vgg16"]


def amounts(report: Report, mode: str) -> dict[str, int]:
    return {m.id: getattr(m, mode) for m in report.totals.memory.timeline}


def levels(picture: Picture) -> dict[str, float]:
    """Each operation's tick: px above the floor of the plot."""
    (floor,) = {size(e, "y") for e in by_class(picture, "hit")}
    return {n: floor + HIGH - size(shape(g), "y") for n, g in nodes(picture).items()}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("arch", ARCHS)
def test_ticks_stand_as_high_as_the_numbers(arch: str, mode: str) -> None:
    report = engine.report(arch)
    state = report.totals.memory.weight_state if mode == "training" else 0
    expected, picture = amounts(report, mode), memory(report, mode, "en")
    found = levels(picture)
    assert list(found) == list(expected)
    unit = HIGH / ((max(expected.values()) - state) * 1.02)
    for node, n in expected.items():
        assert found[node] == pytest.approx((n - state) * unit, abs=0.02)
    (area,) = by_class(picture, "area")
    steps = re.findall(r"V([\d.]+)H", str(area.get("d")))
    tops = [size(shape(g), "y") for g in nodes(picture).values()]
    assert [float(y) for y in steps] == pytest.approx(tops, abs=0.02)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("arch", ARCHS)
def test_what_is_there_throughout_stands_below_the_break_with_its_amount(
    arch: str, mode: str
) -> None:
    report = engine.report(arch)
    found = report.totals.memory
    amount = bytes_(found.weight_bytes + (found.weight_state if mode == "training" else 0))
    for width in (360, 1000):
        picture = memory(report, mode, "en", width=width)
        (band,) = by_class(picture, "state")
        heights = [float(p.split(",")[1]) for p in str(band.get("points")).split()]
        assert min(heights) > max(size(shape(g), "y") for g in nodes(picture).values())
        inside = [t for t in texts(picture) if amount in t.words and t.top > min(heights)]
        assert len(inside) == 1 and inside[0].bottom < max(heights)
        assert f"above {amount}" in " ".join(t.words for t in texts(picture))


@pytest.mark.parametrize("optimizer", OPTIMISERS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("arch", ARCHS)
def test_the_peak_is_the_total_of_the_parts(arch: str, mode: str, optimizer: str) -> None:
    graph = engine.batch_of(zoo.resolve(arch, {}), 8, "float32")
    report = analyze(graph)
    report = replace(report, totals=replace(report.totals, memory=totals_of(graph, optimizer)))
    whole = budget(graph, mode == "training", optimizer).total
    picture = memory(report, mode, "en", optimizer=optimizer)
    assert any(t.words.startswith(f"peak {bytes_(whole)} ") for t in texts(picture))
    assert f"{bytes_(whole)} at the peak" in picture.caption
    assert picture.data is not None
    assert max(int(str(row[2])) for row in picture.data.rows) == whole


def test_the_colours_are_named() -> None:
    words = [t.words for t in texts(memory(engine.report("vgg16"), "training", "en"))]
    assert {"convolution", "pooling", "linear"} <= set(words)


def test_the_row_of_dots_and_the_batch_are_named() -> None:
    picture = memory(engine.report("vgg16"), "inference", "en")
    assert "alive at the peak" in [t.words for t in texts(picture)]
    assert "Batch of 1." in picture.caption
    report = replace(engine.report("lenet5"), inputs=((8, 1, 32, 32),))
    assert "批量为 8。" in memory(report, "training", "zh").caption


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("arch", ARCHS)
def test_the_peak_is_marked_where_it_is(arch: str, mode: str) -> None:
    report = engine.report(arch)
    found = amounts(report, mode)
    peak = getattr(report.totals.memory, f"peak_{mode}")
    assert max(found.values()) == peak
    at = next(node for node, n in found.items() if n == peak)
    picture = memory(report, mode, "en")
    whole = bytes_(peak + report.totals.memory.weight_bytes)
    assert f"peak {whole} at {at}" in [t.words for t in texts(picture)]
    assert whole in picture.caption and at in picture.alt


@pytest.mark.parametrize("mode", MODES)
def test_a_dot_stands_under_each_tensor_that_is_alive_at_the_peak(mode: str) -> None:
    report = engine.report("vgg16")
    picture = memory(report, mode, "en")
    columns = {
        n: size(shape(g), "x") + size(shape(g), "width") / 2 for n, g in nodes(picture).items()
    }
    dots = [size(d, "cx") for d in by_class(picture, "alive")]
    assert dots == pytest.approx(sorted(columns[n] for n in alive(report, mode)), abs=0.02)
    assert picture.data is not None
    held = [row[0] for row in picture.data.rows if row[3] == "yes"]
    assert held == [n for n in columns if n in alive(report, mode)]


def test_vgg16_peaks_between_its_first_two_convolutions() -> None:
    """Two maps of 64 × 224 × 224 floats: no formula of ours."""
    report = engine.report("vgg16")
    assert report.totals.memory.peak_inference == 2 * 64 * 224 * 224 * 4
    assert alive(report, "inference") == ("conv1_1", "conv1_2")
    assert "conv1_1, conv1_2" in memory(report, "inference", "en").caption


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [340, 360, 690, 1000])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("arch", ARCHS)
def test_every_chart_is_legible(arch: str, mode: str, width: float, lang: str) -> None:
    report = engine.report(arch)
    picture = memory(report, mode, lang, selected=report.rows[-2].id, width=width)
    check(picture)
    chosen = [n for n, g in nodes(picture).items() if "selected" in classes(g)]
    assert chosen == [report.rows[-2].id]


def test_a_very_deep_network_stays_legible() -> None:
    report = analyze(fixture("densenet201"))
    for width in (360, 1000):
        check(memory(report, "training", "zh", width=width))


def test_many_tensors_at_the_peak_are_summed_up_in_the_caption() -> None:
    picture = memory(analyze(fixture("resnet152")), "training", "en")
    assert " more." in picture.caption and len(picture.caption) < 500
