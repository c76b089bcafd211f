"""Volumes: the edges read back from the SVG are the square roots of the graph's own shapes."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from xml.etree.ElementTree import Element

import pytest

from cnnviz import engine
from cnnviz.analysis.fold import fold
from cnnviz.content import LANGS
from cnnviz.graph import Graph, Node
from cnnviz.picture import Picture
from cnnviz.views.volumes import volumes
from tests.archs import every
from tests.views.drawn import by_class, check, classes, nodes, size, texts
from tests.views.fixtures import FOLDER, fixture

FIXTURES = sorted(p.name.removesuffix(".json.gz") for p in FOLDER.glob("*.json.gz"))
WIDTHS = (360, 690, 1000)


def drawn(arch: str, width: float = 1000, lang: str = "en", selected: str = "") -> Picture:
    return volumes(engine.graph(arch), width=width, lang=lang, selected=selected or None)


def shapes(group: Element) -> list[Element]:
    """The bodies in the group of a volume."""
    return [e for e in group if "shape" in classes(e)]


def corners(element: Element) -> list[tuple[float, float]]:
    points = element.get("points", "").split()
    return [(float(x), float(y)) for x, y in (p.split(",") for p in points)]


def edges(shape: Element) -> tuple[float, float, float]:
    """Thickness, height and depth of a box, as drawn; of a bar its height alone."""
    if shape.get("points") is None:
        return 0.0, size(shape, "height"), 0.0
    near, top, far_top, _, _, right = corners(shape)
    depth = sqrt((far_top[0] - top[0]) ** 2 + (far_top[1] - top[1]) ** 2)
    return right[0] - near[0], near[1] - top[1], depth


@pytest.mark.parametrize("arch", ["lenet5", "vgg16", "vgg11", "lenet_300_100"])
@pytest.mark.parametrize("width", WIDTHS)
def test_edges_are_proportional_to_square_roots(arch: str, width: float) -> None:
    graph = engine.graph(arch)
    sides, channels, depths, elements = [], [], [], []
    for node, group in nodes(drawn(arch, width)).items():
        out = graph.by_id[node].out_shape
        (body,) = shapes(group)
        thick, high, depth = edges(body)
        if body.get("points") is None:
            assert out[2:] in ((), (1, 1))
            elements.append((high, sqrt(out[1])))
            continue
        sides.append((high, sqrt(out[2])))
        depths.append((depth, sqrt(out[3])))
        if thick > 2.05:  # the thinnest that is drawn
            channels.append((thick, sqrt(out[1])))
    for found in (sides, channels, depths, elements):
        units = [length / n for length, n in found if length > 2.05]
        assert units == pytest.approx(units[:1] * len(units), rel=0.01)
    assert sides and elements


def test_a_window_has_the_scale_of_the_maps() -> None:
    """LeNet's C1 reads 5 × 5 of 32 × 32, S2 reads 2 × 2."""
    graph = engine.graph("lenet5")
    found = nodes(drawn("lenet5"))
    unit = edges(shapes(found["input"])[0])[1] / sqrt(32)
    for node, kernel in (("C1", 5), ("S2", 2), ("C3", 5), ("S4", 2)):
        assert graph.by_id[node].attrs["kernel_size"] == (kernel, kernel)
        (window,) = [e for e in found[node] if "window" in classes(e)]
        near = corners(window)
        assert near[0][1] - near[1][1] == pytest.approx(unit * sqrt(kernel), rel=0.01)
    assert not [e for e in found["C5"] if "window" in classes(e)]  # 5 × 5 of 5 × 5: all of it


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("arch", every())
def test_every_network_of_the_zoo_is_legible(arch: str, width: float) -> None:
    graph = engine.graph(arch)
    for lang in LANGS:
        check(volumes(graph, width=width, lang=lang, selected=graph.nodes[-1].id))


@pytest.mark.parametrize(
    "knobs",
    [
        {"input_size": 67},  # pool5 is a vector
        {"input_size": 512, "num_classes": 22000},
        {"width": 0.125},
        {"width": 4.0},
        {"towers": 1, "in_channels": 64},
        {"variant": "library"},
    ],
)
def test_alexnet_is_legible_at_any_knobs(knobs: dict[str, int | float | str]) -> None:
    graph = engine.graph("alexnet", **knobs)
    for width in (*WIDTHS, 240, 1800):
        check(volumes(graph, width=width, selected="conv4"))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", FIXTURES)
def test_every_fixture_is_legible(name: str, width: float) -> None:
    graph = fixture(name)
    for lang in LANGS:
        picture = volumes(graph, width=width, lang=lang, selected=graph.nodes[-1].id)
        check(picture)
        assert picture.height < 700
        for shape in by_class(picture, "shape"):
            if shape.get("points"):
                assert all(0 <= x <= width for x, _ in corners(shape))


@pytest.mark.parametrize("name", FIXTURES)
def test_every_volume_says_the_graphs_own_shape(name: str) -> None:
    """The channels below a volume are those of an output in the graph; a shuffle's is whole."""
    graph = fixture(name)
    data = volumes(graph).data
    assert data is not None
    for node, _, channels, _, elements, *_ in data.rows:
        at = graph.by_id[str(node)]
        outs = [n.out_shape for n in graph.nodes if n is at or _reshaped(graph, n, at)]
        whole = [o for o in outs if o[1 if len(o) > 1 else 0] == channels]
        batch = whole[0][0] if len(whole[0]) > 1 else 1
        assert whole and elements == at.outputs[0].numel // batch


def _reshaped(graph: Graph, n: Node, at: Node) -> bool:
    """Whether n only reshapes what `at` reshaped."""
    if at.kind != "reshape" or n.kind != "reshape":
        return False
    source = n.inputs[0].node
    return source == at.id or _reshaped(graph, graph.by_id[source], at)


def test_alexnet_in_two_towers_stands_in_two_rows() -> None:
    found = nodes(drawn("alexnet"))
    split = [n for n, g in found.items() if len(shapes(g)) == 2]
    assert split == [
        "conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5", "fc6", "fc7"
    ]  # fmt: skip
    graph = engine.graph("alexnet")
    for node in split:
        group = found[node]
        below = [e.text for e in group if e.tag.endswith("text") and e.text and e.text.isdigit()]
        assert below == [str(graph.by_id[node].out_shape[1] // 2)] * 2
    upper, lower = ({round(bottom(shapes(found[n])[k])) for n in split} for k in (0, 1))
    assert len(upper) == len(lower) == 1 and min(upper) < min(lower)


def bottom(shape: Element) -> float:
    if shape.get("points"):
        return corners(shape)[0][1]
    return size(shape, "y") + size(shape, "height")


def test_only_layers_without_groups_read_both_towers() -> None:
    """Each half of conv4 reads its own tower, each half of conv3 both; Fig. 2 of the paper."""
    found = nodes(drawn("alexnet"))
    fans = {n: len([e for e in g if "fan" in classes(e)]) for n, g in found.items()}
    assert fans == {
        "input": 0, "conv1": 2, "pool1": 2, "conv2": 2, "pool2": 2, "conv3": 4, "conv4": 2,
        "conv5": 2, "pool5": 2, "fc6": 4, "fc7": 4, "fc8": 2,
    }  # fmt: skip
    assert "conv3, fc6, fc7, fc8 read both rows" in drawn("alexnet").caption


@pytest.mark.parametrize("arch", ["alexnet_v2", "vgg16", "lenet5"])
def test_one_tower_stands_in_one_row(arch: str) -> None:
    assert all(len(shapes(g)) == 1 for g in nodes(drawn(arch)).values())
    assert all(
        len(shapes(g)) == 1 for g in nodes(volumes(engine.graph("alexnet", towers=1))).values()
    )


def test_siamese_inputs_stand_in_a_row_each_and_meet() -> None:
    graph = fixture("siamese")
    found = nodes(volumes(graph))
    first, second = graph.inputs
    rows = {n: bottom(shapes(g)[0]) for n, g in found.items()}
    assert rows[first] < rows["sub"] < rows[second]
    assert len([e for e in found["sub"] if "ray" in classes(e)]) == 2
    assert len(found) == 20


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", FIXTURES)
def test_whatever_is_selected_marks_one_volume(name: str, width: float) -> None:
    """Every operation on the way to the output is a volume's own or held by exactly one."""
    graph = fixture(name)
    picture = volumes(graph, width=width)
    held: list[str] = []
    for node, group in nodes(picture).items():
        held += {node, *group.get("data-holds", "").split()}
    assert len(held) == len(set(held))
    needed, waiting = set(), [graph.outputs[0].node]
    while waiting:
        n = waiting.pop()
        if n not in needed:
            needed.add(n)
            waiting += [e.node for e in graph.by_id[n].inputs]
    assert needed - {n.id for n in graph.nodes if n.op == "constant"} <= set(held)


@pytest.mark.parametrize("arch", ["lenet5", "alexnet", "vgg16"])
def test_each_volume_can_be_selected(arch: str) -> None:
    for node in nodes(drawn(arch)):
        picture = drawn(arch, selected=node)
        assert [n for n, g in nodes(picture).items() if "selected" in classes(g)] == [node]
        assert node in picture.alt.rpartition("Selected")[2]
    picture = drawn("alexnet", selected="relu3")
    assert [n for n, g in nodes(picture).items() if "selected" in classes(g)] == ["conv3"]


def test_vgg_shows_all_volumes_where_they_fit_and_folds_elsewhere() -> None:
    cells = len(fold(engine.graph("vgg16")).cells)
    assert len(nodes(drawn("vgg16", 1000))) == cells == 22
    narrow = drawn("vgg16", 360)
    assert len(nodes(narrow)) == 14
    words = [t.words for t in texts(narrow)]
    assert words.count("×2") == 2 and words.count("×3") == 3


def test_a_size_is_written_once_under_all_volumes_of_that_size() -> None:
    words = [t.words for t in texts(drawn("vgg16"))]
    assert [w for w in words if w.endswith("²")] == ["224²", "112²", "56²", "28²", "14²", "7²"]
    assert words.count("vector") == 1 and len(by_class(drawn("vgg16"), "bracket")) == 7


def test_runs_say_how_many_they_are() -> None:
    words = [t.words for t in texts(volumes(fixture("resnet152")))]
    assert [w for w in words if w.startswith("×")] == ["×2", "×7", "×35", "×2"]


def test_a_concatenation_is_striped_by_the_channels_of_its_inputs() -> None:
    """Inception 3a: 64 + 128 + 32 + 32; every second input is drawn lighter."""
    graph = fixture("googlenet")
    node = next(n for n in graph.nodes if n.op == "concat")
    parts = [s[1] for s in node.in_shapes]
    assert parts == [64, 128, 32, 32]
    group = nodes(volumes(graph))[node.id]
    thick = edges(shapes(group)[0])[0]
    slabs = [corners(e) for e in group if "stripe" in classes(e)]
    left = corners(shapes(group)[0])[0][0]
    assert [s[5][0] - s[0][0] for s in slabs] == pytest.approx(
        [thick * p / 256 for p in (128, 32)], abs=0.03
    )
    assert [s[0][0] - left for s in slabs] == pytest.approx(
        [thick * p / 256 for p in (64, 64 + 128 + 32)], abs=0.03
    )


@pytest.mark.parametrize("name", ["googlenet", "densenet201", "inception_resnet_v2"])
def test_no_body_covers_the_front_of_another(name: str) -> None:
    for width in WIDTHS:
        spans: dict[float, list[tuple[float, float]]] = {}
        for shape in by_class(volumes(fixture(name), width=width), "shape"):
            if shape.get("points"):
                points = corners(shape)
                spans.setdefault(points[0][1], []).append((points[0][0], points[3][0]))
        for row in spans.values():
            assert all(a[1] < b[0] for a, b in pairwise(sorted(row)))


@pytest.mark.parametrize("lang", LANGS)
def test_table_and_alternative_say_the_shapes(lang: str) -> None:
    graph, report = engine.graph("alexnet"), engine.report("alexnet")
    picture = volumes(graph, report, lang=lang)
    assert picture.data is not None
    rows = {r[0]: r for r in picture.data.rows}
    assert rows["conv3"][2:6] == (384, "13 × 13", 384 * 13 * 13, "3 × 3")
    assert sum(int(r[6] or 0) for r in picture.data.rows) == report.totals.params
    assert sum(int(r[7] or 0) for r in picture.data.rows) == report.totals.macs
    assert "384 × 13 × 13" in picture.alt and "11 × 11" in picture.alt
