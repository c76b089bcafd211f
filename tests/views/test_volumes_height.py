"""Volumes in a place of a given height: they fill it, and every edge keeps its scale."""

from __future__ import annotations

from math import sqrt

import pytest

from cnnviz import engine
from cnnviz.content import LANGS
from cnnviz.views.volumes import volumes
from tests.views.drawn import check, nodes, texts
from tests.views.test_volumes import edges, shapes

ARCHS = ["lenet5", "alexnet", "vgg16", "vgg16_cifar"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("height", [200, 300, 420, 600])
@pytest.mark.parametrize("arch", ARCHS)
def test_a_given_height_is_kept_and_every_chart_legible(
    arch: str, height: float, lang: str
) -> None:
    for width in (690, 1000, 1400):
        picture = volumes(engine.graph(arch), width=width, height=height, lang=lang)
        check(picture)
        assert picture.height <= height + 4


@pytest.mark.parametrize("arch", ARCHS)
def test_more_height_is_used(arch: str) -> None:
    graph = engine.graph(arch)
    plain, tall = volumes(graph), volumes(graph, height=420)
    assert tall.height >= 1.2 * plain.height
    assert tall.height >= 0.8 * 420


@pytest.mark.parametrize("arch", ["lenet5", "vgg16", "vgg16_cifar"])
def test_each_kind_of_edge_keeps_one_scale(arch: str) -> None:
    graph = engine.graph(arch)
    sides, channels = [], []
    for node, group in nodes(volumes(graph, height=420)).items():
        out = graph.by_id[node].out_shape
        (body,) = shapes(group)
        if body.get("points") is not None:
            thick, high, _ = edges(body)
            sides.append(high / sqrt(out[2]))
            channels += [thick / sqrt(out[1])] if thick > 2.05 else []
    assert sides == pytest.approx([sides[0]] * len(sides), rel=0.01)
    assert channels == pytest.approx([channels[0]] * len(channels), rel=0.02)


def test_the_number_of_a_bar_where_two_lanes_end_stands_right_of_it() -> None:
    for height in (None, 420):
        picture = volumes(engine.graph("alexnet"), height=height)
        (bar,) = shapes(nodes(picture)["fc8"])
        right = float(bar.get("x", 0)) + float(bar.get("width", 0))
        (number,) = [t for t in texts(picture) if t.words == "1000"]
        assert right < number.left < right + 10 and number.right <= picture.width
