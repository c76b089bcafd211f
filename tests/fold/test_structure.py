"""The picture: text fits, names cannot break out, every box can be found, both languages."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from cnnviz import engine
from cnnviz.analysis.fold import fold, toggle
from cnnviz.picture import Picture
from cnnviz.views.layout_text import shorten, text_width
from cnnviz.views.palette import (
    BASE,
    HOLLOW,
    KINDS,
    TEXT,
    Theme,
    css,
    drawn_kinds,
    resolve,
    text_on,
)
from cnnviz.views.structure import structure
from cnnviz.views.structure_draw import Look, measure
from cnnviz.views.structure_sketch import sketch
from cnnviz.views.structure_words import SIZE
from tests.fold.networks import NAMES, Maker, fixture

SVG = "{http://www.w3.org/2000/svg}"


def tree(picture: Picture) -> ET.Element:
    return ET.fromstring(picture.svg)


def groups(picture: Picture, class_: str) -> list[ET.Element]:
    return [g for g in tree(picture).iter(f"{SVG}g") if class_ in g.get("class", "").split()]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_text_fits_its_box(name: str, lang: str) -> None:
    folded = fold(fixture(name))
    for opened in (folded.default(), folded.all_open()):
        for look in sketch(folded, opened, lang).looks:
            w, h = measure(look)
            for line in look.words.lines:
                assert text_width(line, SIZE, bold=look.words.bold) + 6 <= w - strips(look)
            assert len(look.words.lines) * SIZE <= h


def strips(look: Look) -> float:
    return 4.5 * (len(look.before) + len(look.after)) + 6 * look.stacked


def test_text_is_never_small() -> None:
    sizes = [float(s) for s in re.findall(r"font-size:([\d.]+)px", css())]
    assert SIZE >= 10.5 and sizes and "font-size" not in structure(fixture("vgg16")).svg
    picture = structure(fixture("googlenet"), width=360)
    root = tree(picture)
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


@pytest.mark.parametrize("name", ["lenet5", "alexnet", "vgg16"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_operation_can_be_found(name: str, lang: str) -> None:
    graph = engine.graph(name)
    picture = structure(graph, engine.report(name), lang=lang)
    held: list[str] = []
    for g in groups(picture, "item"):
        held += (g.get("data-holds") or g.get("data-node") or "").split()
        assert g.get("data-key") and g.get("data-kind") and g.get("aria-label")
    assert sorted(held) == sorted(n.id for n in graph.nodes)


@pytest.mark.parametrize("name", ["alexnet", "vgg16"])
def test_table_sums_to_the_totals(name: str) -> None:
    report = engine.report(name)
    table = structure(engine.graph(name), report).data
    assert table is not None
    rows = table.to_dicts()
    assert sum(int(r["macs"] or 0) for r in rows) == report.totals.macs
    assert sum(int(r["params"] or 0) for r in rows) == report.totals.params_executed


def test_selection_marks_the_box_that_stands_for_the_node() -> None:
    graph = engine.graph("vgg16")
    for node in ("conv3_2", "relu3_2", "fc7"):
        chosen = groups(structure(graph, selected=node), "selected")
        assert len(chosen) == 1
        held = (chosen[0].get("data-holds") or chosen[0].get("data-node") or "").split()
        assert node in held
    assert not groups(structure(graph, selected="no such node"), "selected")


def test_an_opened_block_has_a_frame_that_closes_it() -> None:
    graph = fixture("resnet50")
    folded = fold(graph)
    run = next(k for k, i in folded.items.items() if i.kind == "run" and i.times == 5)
    picture = structure(graph, opened=toggle(folded, folded.default(), run))
    frame = next(g for g in groups(picture, "frame") if g.get("data-open") == run)
    assert "Bottleneck ×5" in ET.tostring(frame, encoding="unicode")
    keys = [g.get("data-fold") for g in frame.iter(f"{SVG}g") if g.get("data-fold")]
    assert keys == [run, run + "!"]
    assert not groups(structure(graph), "frame"), "what is open at first has no frame"


def test_every_opened_block_can_be_closed() -> None:
    """Also where no frame can be drawn, because several edges lead in and out."""
    graph = fixture("hrnet_w18_small")
    folded = fold(graph)
    block = next(k for k, i in folded.items.items() if i.cls == "HighResolutionModule")
    picture = structure(graph, opened=toggle(folded, folded.default(), block))
    closers = {g.get("data-fold") for g in groups(picture, "tool")}
    assert block in closers


def test_a_run_too_long_for_one_row_breaks_and_still_closes() -> None:
    graph = fixture("resnet152")
    folded = fold(graph)
    run = next(k for k, i in folded.items.items() if i.kind == "run" and i.times == 35)
    opened = toggle(folded, toggle(folded, folded.default(), run), run + "!")
    picture = structure(graph, opened=opened)
    assert picture.width == 1000
    closers = {g.get("data-fold") for g in groups(picture, "tool")}
    assert {run, run + "!"} <= closers


def test_alternative_says_what_is_shown() -> None:
    graph = engine.graph("vgg16")
    english, chinese = structure(graph), structure(graph, lang="zh")
    assert "14 boxes" in english.alt and "convolution 3×3" in english.alt
    assert "14 个框" in chinese.alt and "卷积" in chinese.alt
    opened = structure(graph, opened=fold(graph).all_open())
    assert opened.alt != english.alt


def test_edges_carry_their_tensor() -> None:
    wires = [g for g in groups(structure(engine.graph("lenet5")), "wire") if g.get("data-shape")]
    assert [w.get("data-shape") for w in wires][:3] == ["1·32²", "6·28²", "6·14²"]
    assert (wires[0].get("data-from"), wires[0].get("data-to")) == ("input", "C1")


def test_names_cannot_break_out() -> None:
    m = Maker()
    bad = "<script>alert('x')</script>&\""
    x = m.add("conv2d", m.add("input"), name=bad)
    m.add("add", x, m.add("conv2d", x, at="<b>"), at="<b>")
    picture = structure(m.graph(), opened=frozenset())
    assert "<script" not in picture.svg and "<b>" not in picture.svg
    assert bad in {g.get("data-node") for g in groups(picture, "item")}


def test_standalone_has_plain_colours() -> None:
    for theme, paper in (("light", "#ffffff"), ("dark", "#10141b")):
        svg = resolve(structure(fixture("alexnet")).svg, theme)  # type: ignore[arg-type]
        assert "var(" not in svg and "light-dark" not in svg and paper in svg
        ET.fromstring(svg)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_text_on_shapes_passes_aa(kind: str, theme: int) -> None:
    name: Theme = "dark" if theme else "light"
    fill = BASE["paper"][theme] if kind in HOLLOW else KINDS[kind][theme]
    assert contrast(fill, text_on(kind, name)) >= 4.5
    rule = rf"\.k-{kind} text\.on{{fill:([^}}]+)}}"
    found = re.findall(rule, resolve("<svg></svg>", name))
    assert (found or [TEXT[theme]]) == [text_on(kind, name)]  # what the sheet says too


def test_a_legend_lists_what_is_drawn() -> None:
    assert drawn_kinds(structure(engine.graph("vgg16")).svg) == (
        "input", "convolution", "activation", "pooling", "linear",
    )  # fmt: skip
    assert {"reshape", "dropout"} <= {n.kind for n in engine.graph("vgg16").nodes}
    assert "normalisation" in drawn_kinds(structure(engine.graph("alexnet")).svg)


def test_kinds_differ_without_colour() -> None:
    shapes = [shape for _, _, shape in KINDS.values()]
    assert len(set(shapes)) == len(shapes) - 2  # input, constant and convolution differ in text
    assert len({a for a, _, _ in KINDS.values()}) >= len(KINDS) - 1


def contrast(a: str, b: str) -> float:
    """WCAG 2.2 contrast ratio."""
    one, two = sorted((luminance(a), luminance(b)))
    return (two + 0.05) / (one + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_widths() -> None:
    assert text_width("0000", 10) == pytest.approx(19.88)
    assert text_width("卷积", 11) == 22
    assert text_width("ab", bold=True) > text_width("ab")
    assert shorten("HighResolutionModule", 11, 60).endswith("…")
    assert text_width(shorten("HighResolutionModule", 11, 60), 11) <= 60


def test_groups_are_marked() -> None:
    words = [
        " ".join(t.text or "" for t in g.iter(f"{SVG}text"))
        for g in groups(structure(engine.graph("alexnet")), "item")
    ]
    assert "5×5 256 g2" in words
    assert "11×11 /4 96" in words


def test_strips_stand_in_the_order_of_execution() -> None:
    graph = fixture("resnet18")
    svg = tree(structure(graph, opened=fold(graph).all_open()))
    seen = {
        s.get("data-op"): float(s.get("x", 0)) for s in svg.iter(f"{SVG}rect") if s.get("data-op")
    }
    assert seen["layer1.0.bn1"] < seen["layer1.0.relu"]
    assert "layer1.0.relu_1" in seen, "the activation behind the addition shows too"
    light = [n.id for n in graph.nodes if n.kind in ("normalisation", "activation")]
    assert sorted(seen) == sorted(light)


def test_picture_of_nothing_but_an_input() -> None:
    m = Maker()
    m.add("input")
    assert len(groups(structure(m.graph()), "item")) == 1


def test_rows_on_a_phone() -> None:
    picture = structure(engine.graph("vgg16"), width=360)
    assert picture.width == 360
    assert picture.height > structure(engine.graph("vgg16"), width=1000).height
