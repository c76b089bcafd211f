"""The size of the maps on the wires: where it changes, and on nothing else."""

from __future__ import annotations

import pytest

from cnnviz import engine
from cnnviz.analysis.fold import fold
from cnnviz.views.layout_text import text_width
from cnnviz.views.structure import structure
from cnnviz.views.structure_key import signs
from cnnviz.views.structure_sketch import sketch
from tests.fold.networks import NAMES, fixture
from tests.fold.test_structure import SVG, groups, tree


@pytest.mark.parametrize("name", [*NAMES, "alexnet", "lenet5"])
@pytest.mark.parametrize("width", [360, 1000])
def test_sizes_stand_on_the_wires_where_they_change(name: str, width: float) -> None:
    graph = fixture(name) if name in NAMES else engine.graph(name)
    folded = fold(graph)
    for opened in (folded.default(), folded.all_open()):
        picture = structure(graph, opened=opened, width=width)
        shown = sketch(folded, opened, "en")
        expected = [s for n in range(len(shown.view.leaves)) if (s := shown.new_size(n))]
        words = [
            (t.text or "", float(t.get("x", 0)), float(t.get("y", 0)))
            for t in tree(picture).iter(f"{SVG}text")
            if t.get("class") == "size"
        ]
        left = [w for w, _, _ in words]
        assert all(left.count(w) <= expected.count(w) for w in left)
        if name in ("alexnet", "lenet5", "vgg16"):
            assert sorted(left) == sorted(expected)
        boxes = [
            (float(r.get("x", 0)), float(r.get("y", 0)), float(r.get("width", 0)),
             float(r.get("height", 0)))
            for g in groups(picture, "item")
            for r in g.iter(f"{SVG}rect")
        ]  # fmt: skip
        for w, x, y in words:
            right = x + text_width(w, 10.5)
            for bx, by, bw, bh in boxes:
                assert right <= bx or bx + bw <= x or y <= by or by + bh <= y - 8, w
            assert right < picture.width


def test_the_key_explains_the_signs_that_are_there() -> None:
    said = {a: signs(structure(engine.graph(a)), "en") for a in ("lenet5", "alexnet", "vgg16")}
    assert said["lenet5"].startswith("5×5 · 6: kernel, output channels; 2/2: window/stride; 28²:")
    assert {a for a, k in said.items() if "g2: 2 groups" in k} == {"alexnet"}
    assert {a for a, k in said.items() if "/4: stride" in k} == {"alexnet"}
    assert {a for a, k in said.items() if "×2: 2 alike" in k} == {"vgg16"}
    assert signs(structure(engine.graph("lenet_300_100")), "en") == ""


def test_sizes_of_vgg() -> None:
    sizes = [
        t.text
        for t in tree(structure(engine.graph("vgg16"))).iter(f"{SVG}text")
        if t.get("class") == "size"
    ]
    assert sizes == ["112²", "56²", "28²", "14²", "7²"]
