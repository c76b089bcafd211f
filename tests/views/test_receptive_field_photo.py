"""Fields on photographs: the pictures, their terms, the map, the loupe, the recurrence, files."""

from __future__ import annotations

import struct

import pytest

from cnnviz import engine
from cnnviz.analysis import analyze
from cnnviz.content import LANGS
from cnnviz.graph import Graph
from cnnviz.report import Report
from cnnviz.views.export import export
from cnnviz.views.receptive_field import field
from cnnviz.views.receptive_field_photos import FOLDER, PHOTOS, decode, default, fitted
from cnnviz.views.receptive_field_spans import bringer, last_map, sight, unit_of
from cnnviz.views.receptive_field_steps import html, steps, steps_table
from tests.views.drawn import by_class, check, root, size
from tests.views.fixtures import fixture

ARCHS = ["lenet5", "alexnet", "vgg16"]


def network(name: str) -> tuple[Graph, Report]:
    if name in ARCHS:
        return engine.graph(name), engine.report(name)
    graph = fixture(name)
    return graph, analyze(graph)


def test_every_picture_is_small_and_has_its_terms() -> None:
    terms = (FOLDER / "LICENSE.md").read_text("utf-8")
    files = [p for p in FOLDER.iterdir() if p.suffix in (".jpg", ".png")]
    assert {p.stem.removesuffix("_grey") for p in files} == {*PHOTOS} - {"none"}
    for path in files:
        assert path.stat().st_size <= 40_000, path.name
        assert f"`{path.name}`" in terms or f"`{path.stem}.*`" in terms, path.name


def test_a_small_input_gets_its_own_pixels() -> None:
    rows = decode(fitted("digit", 32, 32, grey=True))
    assert struct.unpack(">II", fitted("digit", 32, 32, grey=True)[16:24]) == (32, 32)
    assert len(rows) == 32 and all(len(r) == 96 for r in rows)
    assert max(rows[16]) > 200 and max(rows[0]) == 0  # a light stroke in the dark
    assert all(r[i] == r[i + 1] == r[i + 2] for r in rows for i in range(0, 96, 3))
    # the mean of all pixels is the source's: nothing is skipped
    source = decode((FOLDER / "coffee.png").read_bytes())
    small = decode(fitted("coffee", 24, 24, grey=False))
    mean = [sum(map(sum, r)) / sum(map(len, r)) for r in (source, small)]
    assert mean[0] == pytest.approx(mean[1], abs=0.5)


def test_the_default_is_a_digit_for_one_channel() -> None:
    shapes = ((1, 1, 28, 28), (1, 3, 224, 224), (1, 64, 100), (1, 2, 33, 33))
    assert [default(s) for s in shapes] == ["digit", "chelsea", "none", "none"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [360, 900])
@pytest.mark.parametrize("arch", ARCHS)
def test_photograph_and_map_are_drawn_legibly(arch: str, width: float, lang: str) -> None:
    graph, report = network(arch)
    for row in report.rows[::3]:
        found = sight(graph, report, row.id)
        assert found is not None
        corner = tuple(0 for _ in found.axes)
        check(field(graph, report, row.id, lang, width, unit=corner, photo="chelsea", units=True))


def test_the_mark_on_the_map_is_the_unit() -> None:
    graph, report = network("vgg16")
    picture = field(graph, report, "conv4_3", "en", 900, unit=(3, 20), units=True)
    grid, here = by_class(picture, "cells")[0], by_class(picture, "here")[0]
    cell = size(grid, "width") / 28
    middle = (size(here, "x") + size(here, "width") / 2 - size(grid, "x")) / cell
    assert middle == pytest.approx(20.5, abs=0.05)
    middle = (size(here, "y") + size(here, "height") / 2 - size(grid, "y")) / cell
    assert middle == pytest.approx(3.5, abs=0.05)


def test_the_loupe_shows_the_field() -> None:
    graph, report = network("vgg16")
    picture = field(graph, report, "conv3_3", "en", 900, unit=(10, 30), photo="coffee", units=True)
    image = next(e for e in root(picture).iter() if e.tag.endswith("image"))
    loupe = next(e for e in root(picture).iter() if e.get("data-role") == "loupe")
    left, top, wide, high = map(float, str(loupe.get("viewBox")).split())
    pixel = size(image, "width") / 224
    seen = [(left - size(image, "x")) / pixel, (top - size(image, "y")) / pixel, wide / pixel]
    assert seen == pytest.approx([30 * 4 - 18, 10 * 4 - 18, 40], abs=0.05)
    assert wide == pytest.approx(high)
    assert next(iter(loupe)).get("href") == f"#{image.get('id')}"


@pytest.mark.parametrize("fmt", ["svg", "png", "pdf"])
def test_a_file_carries_the_photograph(fmt: str) -> None:
    graph, report = network("lenet5")
    made = {
        photo: export(field(graph, report, "C3", "en", 600, photo=photo, units=True), fmt)
        for photo in ("none", "astronaut", "chelsea")
    }
    assert len(set(made.values())) == 3
    if fmt == "svg":
        assert b"data:image/png;base64," in made["chelsea"]
    if fmt == "pdf":
        assert len(made["chelsea"]) > len(made["none"]) + 2000


@pytest.mark.parametrize(
    "name", [*ARCHS, "googlenet", "resnet50", "seresnet50", "inception_v3", "hrnet_w18_small"]
)
def test_the_recurrence_ends_at_the_report_s_numbers(name: str) -> None:
    graph, report = network(name)
    for row in report.rows[:: max(1, len(report.rows) // 15)]:
        found = sight(graph, report, row.id)
        assert found is not None
        listed = steps(report, found, 0, "en")
        assert (listed[0].layer, listed[-1].layer) == (found.source, row.id)
        own = found.field.without_gate or found.field
        if own.status != "whole":
            last = (listed[-1].r[1], listed[-1].j[1], listed[-1].start[1].replace("−", "-"))
            assert last == (str(own.size[0]), str(own.stride[0]), str(own.start[0]))
        for step in listed:
            for how, value in (step.r, step.start):
                if how:
                    plain = how.replace("−", "-").replace("·", "*")
                    assert eval(plain) == int(value.replace("−", "-")), step
        assert len(steps_table(report, found, "zh").rows) == len(listed)
        assert "<script" not in html(report, found, "zh")


def test_a_unit_is_read_as_it_is_written() -> None:
    found = sight(*network("vgg16"), "conv4_3")
    assert found is not None
    assert unit_of(found, "0,27") == (0, 27)
    assert found.at((0, 27))[1].last == 27 * 8 - 42 + 91


@pytest.mark.parametrize(
    ("arch", "shown", "named"),
    [("lenet5", "S4", "C5"), ("alexnet", "pool5", "pool5"), ("vgg16", "pool5", "pool5")],
)
def test_unless_chosen_the_last_map_of_several_units_is_shown(
    arch: str, shown: str, named: str
) -> None:
    graph, report = network(arch)
    assert last_map(graph, report) == shown
    assert bringer(report, str(report.totals.receptive_field_at)) == named
