"""A peak explained: the parts of the bar and the tensors listed are the budget's."""

from __future__ import annotations

import pytest

from cnnviz import engine, zoo
from cnnviz.analysis import analyze
from cnnviz.analysis.budget import budget
from cnnviz.analysis.memory import OPTIMISERS
from cnnviz.content import LANGS
from cnnviz.views.memory_parts import FEW, PARTS, held, parts
from cnnviz.views.numbers import bytes_
from tests.views.drawn import by_class, check, nodes, size, texts


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("arch", ["lenet5", "alexnet", "vgg19"])
def test_parts_fill_the_bar_and_the_sum_is_said(arch: str, training: bool, lang: str) -> None:
    graph = engine.batch_of(zoo.resolve(arch, {}), 8, "bfloat16")
    report, found = analyze(graph), budget(graph, training, "adam")
    for width in (340, 700):
        picture = parts(found, report, "batch 8", lang, width, "+3 MB against another.")
        check(picture)
        assert bytes_(found.total) in picture.caption
        bars = [e for e in by_class(picture, "part") if size(e, "height") > 20]
        amounts = [n for p in PARTS if (n := getattr(found, p))]
        wanted = [max(0.5, width * n / found.total) for n in amounts]
        assert [size(b, "width") for b in bars] == pytest.approx(wanted, abs=0.02)
    assert picture.data is not None and picture.data.totals is not None
    assert sum(int(str(r[1])) for r in picture.data.rows) == found.total == picture.data.totals[1]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [340, 700, 1300])
@pytest.mark.parametrize("arch", ["lenet5", "alexnet", "vgg19"])
def test_the_tensors_alive_are_listed_the_largest_first(arch: str, width: float, lang: str) -> None:
    graph = engine.batch_of(zoo.resolve(arch, {}), 8, "float32")
    found = budget(graph, True)
    picture = held(found, analyze(graph), lang, width)
    check(picture)
    listed = [h.node for h in found.held[:FEW]]
    assert set(nodes(picture)) <= set(listed)
    assert [t.words for t in texts(picture) if t.words == bytes_(found.held[0].nbytes)]
    assert picture.data is not None
    assert sum(int(str(r[3])) for r in picture.data.rows) == found.total - sum(
        (found.weights, found.gradients, found.optimiser)
    )


def test_a_batch_of_vgg16_by_hand() -> None:
    """Eight images: two maps of 64 × 224 × 224 floats each at the peak of inference."""
    graph = engine.batch_of(zoo.resolve("vgg16", {}), 8, "float32")
    found = budget(graph, False)
    assert found.activations == 8 * 2 * 64 * 224 * 224 * 4
    assert found.weights == 138_357_544 * 4 and not found.gradients
    half = budget(engine.batch_of(zoo.resolve("vgg16", {}), 8, "float16"), True, "adam")
    assert half.gradients == 138_357_544 * 2
    assert half.optimiser == OPTIMISERS["adam"] * half.gradients
