"""Batch, precision and optimiser stand in the address, change memory alone; mistakes are said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cnnviz import engine, zoo
from cnnviz.analysis.budget import budget
from cnnviz.content import LANGS, sentence
from cnnviz.errors import ReaderError
from cnnviz.ui.panel.memory import BATCHES, _batch, _drawn
from cnnviz.ui.study import of_zoo
from cnnviz.views.numbers import bytes_
from cnnviz.zoo.registry import RESERVED
from tests.pages.conftest import Visit, html


def test_the_names_are_no_knobs() -> None:
    assert {"batch", "dtype", "optimizer", "by"} <= RESERVED


@pytest.mark.parametrize("raw", ["0", "513", "-8", "8.5", "", "²", "9" * 400, "eight", "1e2"])
def test_an_absurd_batch_is_a_sentence(raw: str) -> None:
    with pytest.raises(ReaderError) as caught:
        _batch(raw)
    for lang in LANGS:
        assert BATCHES[-1] in sentence(caught.value, lang)


@pytest.mark.parametrize("raw, read", [("1", "1"), ("008", "8"), ("512", "512"), ("7", "7")])
def test_any_batch_up_to_the_last_can_be_typed(raw: str, read: str) -> None:
    assert _batch(raw) == read


@pytest.mark.parametrize("chart", ["training", "inference"])
def test_the_small_print_follows_the_address(visit: Visit, chart: str) -> None:
    one = html(visit("alexnet", view="cost", chart=chart, lang="en"))
    many = html(visit("alexnet", view="cost", chart=chart, lang="en", batch="8", dtype="float16"))
    assert "Batch of 1." in one and "Batch of 8." in many
    assert "Everything is in float16" in many and "Everything is in" not in one
    graph = engine.batch_of(zoo.resolve("alexnet", {}), 8, "float16")
    found = budget(graph, chart == "training")
    assert f"{bytes_(found.total)} at the peak" in many.replace("\u00a0", " ")


def test_adam_keeps_one_more_tensor_for_each_weight(visit: Visit) -> None:
    adam = html(visit("lenet", view="cost", chart="training", lang="en", optimizer="adam"))
    found = budget(engine.graph("lenet5"), True, "adam")
    assert found.optimiser == 2 * found.gradients
    assert f"both moments {bytes_(3 * found.gradients)}" in adam.replace("\u00a0", " ")


@pytest.mark.parametrize("query", [{"batch": "0"}, {"dtype": "int4"}, {"optimizer": "lion"},
                                   {"by": "colour"}, {"chart": "joules"}])  # fmt: skip
def test_a_bad_value_is_one_line(visit: Visit, query: dict[str, str]) -> None:
    chart = {} if {"by", "chart"} & query.keys() else {"chart": "training"}
    at = visit("vgg", view="cost", lang="en", **chart, **query)
    assert not at.exception
    assert html(at).count('class="notice"') == 1


@pytest.mark.parametrize("chart", ["all", "params", "macs", "flops", "activations"])
@pytest.mark.parametrize("query", [{}, {"by": "stage"}, {"scale": "log"}, {"pin": "vgg11"}])
def test_every_chart_is_drawn(visit: Visit, chart: str, query: dict[str, str]) -> None:
    at = visit("vgg", view="cost", lang="zh", chart=chart, **query)
    assert not at.exception and 'class="notice"' not in html(at)


def test_connections_are_offered_where_the_table_has_them(visit: Visit) -> None:
    at = visit("lenet", view="cost", chart="connections", lang="en")
    assert 'class="notice"' not in html(at)
    assert 'class="notice"' in html(visit("vgg", view="cost", chart="connections", lang="en"))


@pytest.mark.parametrize("arch", ["resnet50", "vgg16", "googlenet"])
@pytest.mark.parametrize("mode", ["inference", "training"])
def test_all_three_pictures_name_one_peak(arch: str, mode: str) -> None:
    study = of_zoo(zoo.resolve(arch, {}), zoo.family(zoo.resolve(arch, {}).arch.family))
    found = budget(engine.graph(arch), mode == "training")
    parts, over, held = _drawn(study, mode, (1, "float32", "sgd"), "en", 1300)
    total = bytes_(found.total)
    assert f"needs {total} " in parts.caption and f"{total} at the peak" in over.caption
    assert f"peak {total} at {found.node}<" in over.svg and f" {found.node}" in held.caption


def test_what_is_pinned_is_compared_at_the_same_setting() -> None:
    vgg = zoo.family("vgg")
    pinned = of_zoo(zoo.resolve("vgg16", {}), vgg)
    now = replace(of_zoo(zoo.resolve("vgg19", {}), vgg), pinned=pinned)
    setting = (4, "float16", "adam")
    graphs = [engine.batch_of(zoo.resolve(n, {}), 4, "float16") for n in ("vgg19", "vgg16")]
    more, less = (budget(g, True, "adam").total for g in graphs)
    first, _, _ = _drawn(now, "training", setting, "en", 700)
    assert f"+{bytes_(more - less)} against {pinned.title}" in first.caption
    same, _, _ = _drawn(replace(pinned, pinned=pinned), "training", setting, "en", 700)
    assert "No difference" in same.caption
