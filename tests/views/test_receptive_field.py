"""Receptive field: the rectangle drawn is the report's numbers, to scale."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from cnnviz import engine
from cnnviz.analysis import analyze
from cnnviz.content import LANGS, label
from cnnviz.picture import Picture
from cnnviz.report import Field
from cnnviz.views.receptive_field import field, growth
from cnnviz.views.receptive_field_spans import Axis, Sight
from tests.views.drawn import Box, by_class, check, classes, nodes, shape, size, texts
from tests.views.fixtures import fixture

ARCHS = ["lenet5", "alexnet", "vgg16", "vgg19"]


def rectangle(picture: Picture, style: str) -> Box:
    """The box of a rectangle, or of a path: an outline, a surface."""
    e = by_class(picture, style)[0]
    if e.tag.endswith("path"):
        d = e.get("d", "")
        corners = [(float(x), float(y)) for x, y in re.findall(r"M([-\d.]+),([-\d.]+)", d)]
        xs = [float(x) for x in re.findall(r"H([-\d.]+)", d)] + [x for x, _ in corners]
        ys = [float(y) for y in re.findall(r"V([-\d.]+)", d)] + [y for _, y in corners]
        return Box(style, min(xs), min(ys), max(xs), max(ys))
    x, y = size(e, "x"), size(e, "y")
    return Box(style, x, y, x + size(e, "width"), y + size(e, "height"))


@pytest.mark.parametrize(
    ("arch", "node", "first", "last"),
    [
        ("vgg16", "conv3_3", 28 * 4 - 18, 28 * 4 - 18 + 39),  # by hand: 40 pixels, step 4
        ("vgg16", "pool5", 6, 217),
        ("vgg19", "conv5_4", -6, 245),  # 252 pixels: wider than the input
        ("alexnet", "conv1", 27 * 4, 27 * 4 + 10),
        ("lenet5", "C3", 10, 23),
    ],
)
def test_the_rectangle_is_the_field_to_scale(arch: str, node: str, first: int, last: int) -> None:
    graph, report = engine.graph(arch), engine.report(arch)
    picture = field(graph, report, node, "en")
    plane, seen = rectangle(picture, "plane"), rectangle(picture, "field")
    pixel = (plane.right - plane.left) / report.inputs[0][-1]
    assert (seen.left - plane.left) / pixel == pytest.approx(first, abs=0.05)
    assert (seen.right - plane.left) / pixel == pytest.approx(last + 1, abs=0.05)
    assert (seen.top - plane.top) / pixel == pytest.approx(first, abs=0.05)
    assert (seen.bottom - plane.top) / pixel == pytest.approx(last + 1, abs=0.05)
    assert (plane.bottom - plane.top) / pixel == pytest.approx(report.inputs[0][-2], abs=0.05)


def test_the_neighbour_stands_one_step_further() -> None:
    picture = field(engine.graph("vgg16"), engine.report("vgg16"), "conv3_3", "en")
    plane, seen, near = (rectangle(picture, s) for s in ("plane", "field", "next"))
    pixel = (plane.right - plane.left) / 224
    assert (near.left - seen.left) / pixel == pytest.approx(4, abs=0.02)
    assert near.right - near.left == pytest.approx(seen.right - seen.left, abs=0.02)


def test_what_lies_in_the_padding_is_shown_as_such() -> None:
    graph, report = engine.graph("vgg19"), engine.report("vgg19")
    picture = field(graph, report, "conv5_4", "en")
    assert rectangle(picture, "padded").left == rectangle(picture, "field").left
    inside, plane = rectangle(picture, "seen"), rectangle(picture, "plane")
    assert (inside.left, inside.right) == pytest.approx((plane.left, plane.right), abs=0.02)
    assert "lies in the padding: 6 px above, 22 px below" in picture.alt
    assert by_class(field(graph, report, "conv1_1", "en"), "padded")[0].get("d") == ""


def test_a_layer_behind_a_flatten_sees_the_whole_input() -> None:
    picture = field(engine.graph("vgg16"), engine.report("vgg16"), "fc6", "en")
    plane, seen = rectangle(picture, "plane"), rectangle(picture, "field")
    assert (seen.left, seen.top, seen.right, seen.bottom) == pytest.approx(
        (plane.left, plane.top, plane.right, plane.bottom), abs=0.02
    )
    assert "whole input" in picture.alt
    assert "100.0% of the input's area" in [t.words for t in texts(picture)]
    assert not by_class(picture, "next")


def test_spans_of_a_fractional_step() -> None:
    report = engine.report("lenet5")
    found = Field((5, 7), (Fraction(1, 2), Fraction(2)), (-1, 0), "bound")
    axes = (Axis(5, Fraction(1, 2), -1, 9, 8), Axis(7, Fraction(2), 0, 4, 16))
    seen = Sight(report.rows[1], "input", (1, 1, 8, 16), found, axes, ())
    down, across = seen.at(seen.central)
    assert (down.unit, down.first, down.last) == (4, 1, 5)
    assert (across.unit, across.first, across.last, across.after) == (2, 4, 10, 0)
    assert (down.before, across.before) == (0, 0)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [340, 360, 690, 1000])
@pytest.mark.parametrize("arch", ARCHS)
def test_every_layer_of_every_network_is_drawn_legibly(arch: str, width: float, lang: str) -> None:
    graph, report = engine.graph(arch), engine.report(arch)
    for row in report.rows:
        picture = field(graph, report, row.id, lang, width=width)
        check(picture)
        assert row.receptive_field is not None
        said = label(f"views.field_{row.receptive_field.status}", lang)
        assert picture.alt.endswith(said)
        assert picture.data is not None and len(picture.data.rows) == 2


@pytest.mark.parametrize("name", ["resnet152", "googlenet", "seresnet50", "siamese"])
def test_networks_to_come_are_drawn_too(name: str) -> None:
    graph = fixture(name)
    report = analyze(graph)
    for row in report.rows[:: max(1, len(report.rows) // 12)]:
        check(field(graph, report, row.id, "zh", width=360))
    check(growth(report, "en", selected=report.rows[-1].id, width=1000))


def test_a_node_without_a_field_is_said() -> None:
    graph, report = engine.graph("vgg16"), engine.report("vgg16")
    with pytest.raises(KeyError):
        field(graph, report, "nowhere", "en")


@pytest.mark.parametrize("arch", ARCHS)
def test_the_curve_has_a_point_for_each_map_at_its_size(arch: str) -> None:
    report = engine.report(arch)
    picture = growth(report, "en")
    expected = {
        r.id: max(r.receptive_field.size)
        for r in report.rows
        if r.receptive_field and r.receptive_field.status != "whole" and len(r.out_shape) > 2
    }
    points = {n: size(shape(g), "cy") for n, g in nodes(picture).items()}
    assert list(points) == list(expected)
    side = report.inputs[0][-1]
    first, last = next(iter(expected)), max(expected, key=lambda n: expected[n])
    unit = (points[first] - points[last]) / (expected[last] - expected[first])
    for node, n in expected.items():
        assert points[first] - points[node] == pytest.approx((n - expected[first]) * unit, abs=0.02)
    levels = [float(e.get("d", "").split(",")[1].split("L")[0]) for e in by_class(picture, "guide")]
    bottom = points[first] + expected[first] * unit
    assert [bottom - y for y in levels] == pytest.approx([side * unit, side * unit / 2], abs=0.05)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("arch", ARCHS)
def test_field_and_curve_fit_a_given_height(arch: str, lang: str) -> None:
    graph, report = engine.graph(arch), engine.report(arch)
    for row in report.rows[::3]:
        beside, below = (
            field(graph, report, row.id, lang, width=w, height=h)
            for w, h in ((900, 300), (360, 480))
        )
        check(beside)
        check(below)
        assert beside.height <= 300 and below.height <= 480
    for high in (220, 420):
        curve = growth(report, lang, width=560, height=high)
        check(curve)
        assert curve.height == high


def test_padding_is_spoken_of_only_where_there_is_some() -> None:
    graph, report = engine.graph("vgg16"), engine.report("vgg16")
    inside = " ".join(t.words for t in texts(field(graph, report, "input", "en")))
    outside = " ".join(t.words for t in texts(field(graph, report, "conv1_1", "en")))
    assert "padding" not in inside and "unit 0 starts at pixel −1" in outside
    assert "to the next unit (dashed)" in outside
    last = " ".join(t.words for t in texts(field(graph, report, "fc6", "en")))
    assert "dashed" not in last


def test_the_curve_names_the_last_map_the_poolings_and_where_it_grows() -> None:
    for arch, names in (("alexnet", {"conv1", "pool1", "conv2", "pool2", "conv3", "pool5"}),
                        ("vgg16", {"pool3", "pool4", "pool5"})):  # fmt: skip
        picture = growth(engine.report(arch), "en")
        words = [t.words for t in texts(picture)]
        assert names <= set(words)
        assert not any(re.match(r"(relu|norm)\d", w) for w in words)
    assert "212 px · pool5" in words
    assert "32 px · C5" in [t.words for t in texts(growth(engine.report("lenet5"), "en"))]


@pytest.mark.parametrize("arch", ARCHS)
@pytest.mark.parametrize("width", [340, 1000])
def test_no_marked_level_crosses_a_word(arch: str, width: float) -> None:
    for high in (240, 372):
        picture = growth(engine.report(arch), "zh", width=width, height=high)
        check(picture)
        levels = [float(e.get("d", "").split(",")[1].split("L")[0])
                  for e in by_class(picture, "guide")]  # fmt: skip
        for box in texts(picture):
            if " · " in box.words:
                assert not any(box.top < level < box.bottom for level in levels), box


def test_a_layer_behind_the_last_map_marks_it_and_says_so() -> None:
    report = engine.report("vgg16")
    found = nodes(growth(report, "en", selected="fc7"))
    assert [n for n, g in found.items() if "selected" in classes(g)] == ["pool5"]
    assert "fc7" in str(found["pool5"].get("data-holds")).split()
    assert "212 px · pool5, the last map" in [
        t.words for t in texts(growth(report, "en", selected="fc7"))
    ]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [340, 360, 690, 1000])
@pytest.mark.parametrize("arch", ARCHS)
def test_the_curve_is_legible(arch: str, width: float, lang: str) -> None:
    report = engine.report(arch)
    node = report.rows[5].id
    picture = growth(report, lang, selected=node, width=width)
    check(picture)
    assert [n for n, g in nodes(picture).items() if "selected" in classes(g)] == [node]


def test_the_curve_says_where_half_of_the_input_is_passed() -> None:
    picture = growth(engine.report("vgg16"), "en")
    assert "exceeds half of the input from conv5_1 on" in picture.alt
    assert "exceeds the input" not in picture.alt
    assert "exceeds the input from conv5_4 on" in growth(engine.report("vgg19"), "en").alt
