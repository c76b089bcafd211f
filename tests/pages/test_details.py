"""The card: padding of unequal sides, settings that it has no name for, the accuracy's size."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn
from torch.nn import functional

from cnnviz import zoo
from cnnviz.analysis import analyze
from cnnviz.tracing import trace
from cnnviz.ui.details import card
from cnnviz.ui.header import figures
from cnnviz.ui.overview import overview
from cnnviz.ui.study import Study, of_zoo


class Odd(nn.Module):
    """A convolution, and an operation whose settings no label names."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.interpolate(self.conv(x), scale_factor=2, mode="nearest")


def odd() -> Study:
    graph = trace(Odd(), (1, 3, 8, 8))
    return Study(graph, analyze(graph), "odd")


def test_begin_and_end_of_the_padding_stand_in_order() -> None:
    """As TensorFlow pads an even kernel: nothing at the top, one at the bottom."""
    study = odd()
    sides = {"padding": ((0, 1), (1, 1))}
    nodes = tuple(
        replace(n, attrs={**n.attrs, **sides}) if n.id == "conv" else n for n in study.graph.nodes
    )
    uneven = replace(study, graph=replace(study.graph, nodes=nodes))
    assert "<dd>0+1, 1+1</dd>" in card(uneven, "conv", "", "en")


def test_settings_without_a_name_are_shown_too() -> None:
    study = odd()
    last = study.graph.nodes[-1]
    unknown = [k for k in last.attrs if k in ("scale_factor", "mode")]
    assert unknown, last.attrs
    for name in unknown:
        assert f"<dt>{name.replace('_', ' ')}</dt>" in card(study, last.id, "", "en")


def test_studies_from_elsewhere_do_not_share_drawings() -> None:
    assert odd().key != odd().key


def test_the_published_accuracy_belongs_to_the_published_size() -> None:
    """224's accuracy is not that of a VGG on 64 pixels; in ten classes for CIFAR it is its own."""
    family = zoo.family("vgg")
    shown = {
        size: figures(of_zoo(zoo.resolve("vgg16", {"input_size": size}), family), "en")[4].shown
        for size in (224, 64)
    }
    assert shown[224] != "—"
    assert shown[64] == "—"


class Sharing(nn.Module):
    """One layer twice, a sum of two maps, a tensor cut in two."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return torch.chunk(self.pool(self.conv(self.conv(x)) + x), 2, dim=1)


def test_sharers_several_inputs_and_outputs_are_named() -> None:
    graph = trace(Sharing(), (1, 4, 8, 8))
    study = Study(graph, analyze(graph), "sharing")
    first, again = (n.id for n in graph.nodes if n.op == "conv2d")
    assert f"<dt>Weights used again by</dt><dd>{again}</dd>" in card(study, first, "", "en")
    shown = card(study, again, "", "en")
    assert f"<dt>Weights shared with</dt><dd>{first}</dd>" in shown
    assert "they are counted once, at" in shown
    total = next(n for n in graph.nodes if n.op == "add")
    both = card(study, total.id, "", "en")
    assert "<dt>Inputs</dt>" in both and both.count("4 × 8 × 8") == 3
    assert all(f'<span class="from">{e.node}</span>' in both for e in total.inputs)
    cut = next(n for n in graph.nodes if len(n.outputs) == 2)
    assert "<dt>输出</dt><dd>2 × 4 × 4<br>2 × 4 × 4</dd>" in card(study, cut.id, "", "zh")
    assert "<dt>窗口</dt>" in card(study, "pool", "", "zh")


def test_a_card_beside_what_is_pinned() -> None:
    vgg = zoo.family("vgg")
    now, then = (of_zoo(zoo.resolve(a), vgg) for a in ("vgg19", "vgg16"))
    both = replace(now, pinned=then)
    assert "not in VGG-16 (D)" in card(both, "conv3_4", "", "en")
    assert card(both, "conv3_4", "", "en").count("—") >= 8, "every number, not only some"
    wide = of_zoo(zoo.resolve("vgg16", {"width": 0.5}), vgg)
    shown = card(replace(wide, pinned=then), "conv2_1", "macs", "en")
    assert '64 × 112 × 112 <span class="delta">−64 × ±0 × ±0</span>' in shown
    assert 'class="delta">−694 M</span>' in shown
    plain = card(wide, "conv2_1", "macs", "en")
    assert "delta" not in plain and '<details class="derived in-row" open>' in plain


def test_shares_differ_in_percentage_points() -> None:
    vgg = zoo.family("vgg")
    now, then = (of_zoo(zoo.resolve(a), vgg) for a in ("vgg16", "vgg19"))
    shown = overview(replace(now, pinned=then), "en")
    assert "−3.3 pp" in shown and "+3.3 pp" in shown
    assert " M<" not in shown
