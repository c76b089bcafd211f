"""The second opinion: live tools, every difference explained, presets equal to printed figures."""

from __future__ import annotations

import threading
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

import cnnviz.crosscheck
from cnnviz import engine, zoo
from cnnviz.analysis import analyze
from cnnviz.content import LANGS, has_label, label
from cnnviz.crosscheck import CONVENTIONS, PRESETS, Crosscheck, crosscheck, recorded
from cnnviz.tracing import trace
from tests.archs import every
from tests.views.fixtures import fixture

# Printed for torchvision's networks by each tool (torch 2.14.1, torchinfo 1.8.0, fvcore 0.1.5,
# thop 0.1.1), one image of 224: measured on real weights.
PRINTED = {
    "resnet50": (4_089_238_376, 4_089_184_256, 4_111_512_576, 4_133_742_592),
    "mobilenet_v2": (300_809_384, 300_774_272, 314_193_216, 327_486_720),
}


class Oddities(nn.Module):
    """Where counters are known to go wrong, one of each."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.free = nn.Parameter(torch.randn(8, 8, 1, 1))
        self.twice = nn.Sequential(nn.Conv2d(8, 8, 1), nn.ReLU())
        self.up = nn.ConvTranspose2d(8, 4, 2, 2)
        self.linear = nn.Linear(8, 8)
        self.slope = nn.PReLU()
        self.pair = nn.Bilinear(8, 8, 5)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        x = F.conv2d(self.norm(self.conv(x)), self.free)
        x = self.twice(self.twice(x))
        positions = self.slope(self.linear(x.flatten(2).transpose(1, 2)))  # 3-D linear
        pooled = x.mean((2, 3))
        mixed = self.linear(pooled) @ self.linear.weight  # a parameter as operand
        return self.up(x), positions, self.pair(mixed, pooled), self.linear.weight @ pooled[0]


class Leaf(nn.Module):
    """Holds weights and calls functions with them: torchinfo counts the weights, once."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 3, 3, 3))
        self.bias = nn.Parameter(torch.randn(4))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(F.conv2d(x, self.weight, self.bias))


class Sequence(nn.Module):
    """Recurrence, attention, layer norm."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(8, 16, 2, bidirectional=True, batch_first=True)
        self.norm = nn.LayerNorm(32)
        self.attention = nn.MultiheadAttention(32, 4, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.lstm(x)[0])
        return self.attention(y, y, y)[0]


class Locked(nn.Module):
    """Cannot be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class Tied(nn.Module):
    """Two layers with one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(8, 8), nn.Linear(8, 8)
        self.second.weight = self.first.weight

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x))


class Constant(nn.Module):
    """Holds a tensor that is neither parameter nor buffer: it does not move with the model."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.offset = torch.ones(4, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + self.offset


TINY: list[tuple[nn.Module, tuple[int, ...]]] = [
    (Oddities(), (2, 3, 8, 8)),
    (nn.Sequential(Leaf(), nn.MaxPool2d(2)), (1, 3, 8, 8)),
    (Leaf(), (1, 3, 8, 8)),
    (Sequence(), (2, 5, 8)),
    (nn.Conv1d(3, 9, 3, groups=3), (2, 3, 9)),
    (nn.Conv3d(2, 4, 3), (1, 2, 5, 5, 5)),
    (nn.ConvTranspose2d(4, 8, 3, groups=2), (1, 4, 5, 5)),
    (nn.GroupNorm(2, 8), (1, 8, 4, 4)),
    (nn.Linear(4, 3), (4,)),
    (nn.Identity(), (1, 3, 4, 4)),
    (Locked(), (1, 3, 8, 8)),
    (Constant(), (1, 3, 8, 8)),
    (Tied(), (2, 8)),
    (nn.Sequential(nn.LazyConv2d(8, 3), nn.Flatten(), nn.LazyLinear(3)), (1, 3, 8, 8)),
    (nn.Sequential(nn.Conv2d(3, 4, 3).half()), (1, 3, 8, 8)),
]


def explained(found: Crosscheck) -> None:
    """Every difference has reasons, they sum to it, and the rows sum to the tool's own total."""
    assert found.agree, found
    for tool, total in found.totals.items():
        assert sum(a for _, a in total.reasons) == total.macs - found.macs
        assert sum(r.opinions[tool].macs for r in found.rows) == total.macs
        for row in found.rows:
            opinion = row.opinions[tool]
            assert sum(a for _, a in opinion.reasons) == opinion.macs - row.macs
            assert all(reason != "unknown" for reason, _ in opinion.reasons)


@pytest.mark.parametrize("name", every())
def test_zoo_is_explained(name: str) -> None:
    explained(crosscheck(name))


@pytest.mark.parametrize(("model", "shape"), TINY, ids=[type(m).__name__ for m, _ in TINY])
def test_oddities_are_explained(model: nn.Module, shape: tuple[int, ...]) -> None:
    explained(crosscheck(model, shape))


@pytest.mark.parametrize("knobs", [{"batch_norm": True}, {"head": "gap"}, {"width": 0.5}])
def test_knobs_are_explained(knobs: dict[str, Any]) -> None:
    explained(crosscheck("vgg11", **knobs))


@pytest.mark.parametrize("name", ["lenet5", "lenet1", "alexnet"])
def test_meta_gives_what_real_weights_give(name: str) -> None:
    """The copy without numbers is counted as the model itself, on the CPU, by the tools alone."""
    import torchinfo

    choice = zoo.resolve(name)
    model = zoo.build(name, device="cpu").eval()
    x = torch.zeros(choice.input_shapes[0])
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(x)
    total = torchinfo.summary(model, input_data=x, verbose=0).total_mult_adds
    found = crosscheck(name)
    assert found.totals["FlopCounterMode"].macs * 2 == counter.get_total_flops()
    assert found.totals["torchinfo"].macs == total


def test_rows_are_pytorch_s_own_by_module() -> None:
    """FlopCounterMode with its own tracker gives the same figure for each leaf module."""
    model = Oddities()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(2, 3, 8, 8))
    theirs = {k: sum(v.values()) for k, v in counter.get_flop_counts().items()}
    found = crosscheck(model, (2, 3, 8, 8))
    for path in ("conv", "twice", "up"):
        ours = sum(
            r.opinions["FlopCounterMode"].macs for r in found.rows if r.path.startswith(path)
        )
        assert ours * 2 == theirs[f"Oddities.{path}"], path


def test_the_reasons_are_the_known_ones() -> None:
    totals = crosscheck(Oddities(), (2, 3, 8, 8)).totals
    torchinfo, counter = (dict(totals[t].reasons) for t in ("torchinfo", "FlopCounterMode"))
    assert torchinfo["norm_params"] == 16 * 2  # weight and bias of 8 channels, two images
    assert torchinfo["transposed_grid"] == 3 * 8 * 4 * 4 * 64 * 2  # counted at 4 times the places
    assert torchinfo["linear_per_sample"] == -63 * 64 * 2  # one of 64 positions
    assert torchinfo["functional"] < 0 and "bias" in torchinfo
    assert counter == {"vector_product": -64, "not_a_product": -640}


@pytest.mark.parametrize("figure", recorded.figures(), ids=lambda f: f"{f.arch}-{f.knobs}")
def test_presets_reproduce_what_was_printed(figure: recorded.Figure) -> None:
    graph = engine.graph(figure.arch, **figure.knobs)
    report = analyze(graph)
    assert set(figure.printed) == {"fvcore", "thop"}
    for tool, printed in figure.printed.items():
        assert PRESETS[tool].total(graph, report) == printed, tool


def test_recorded_figures_are_of_just_that_network() -> None:
    found = recorded.printed(zoo.resolve("vgg_16", {"batch_norm": "true"}))
    assert found == {"fvcore": 15_497_359_360, "thop": 15_524_454_400}
    assert recorded.printed(zoo.resolve("vgg16", {"input_size": 256})) == {}
    assert {zoo.find(f.arch).family for f in recorded.figures()} == {"lenet", "alexnet", "vgg"}


@pytest.mark.parametrize("name", PRINTED)
def test_presets_reproduce_torchvision_s_networks(name: str) -> None:
    graph = fixture(name)
    report = analyze(graph)
    assert tuple(p.total(graph, report) for p in PRESETS.values()) == PRINTED[name]


@pytest.mark.parametrize("name", ["vgg16", "lenet5", "alexnet"])
def test_presets_are_the_live_tools(name: str) -> None:
    graph = engine.graph(name)
    totals = crosscheck(name).totals
    for tool in ("torchinfo", "FlopCounterMode"):
        assert PRESETS[tool].total(graph, analyze(graph)) == totals[tool].macs


def test_a_tool_that_stops_says_why() -> None:
    model = Constant().to("meta")
    model.offset = torch.ones(4, 1, 1)  # the trace copes, the tools cannot add it to a meta tensor
    found = crosscheck(model, (1, 3, 8, 8))
    assert found.macs == 3 * 4 * 9 * 36
    assert set(found.failed) == {"torchinfo", "FlopCounterMode"}
    assert all("\n" not in words and "meta" in words for words in found.failed.values())
    assert found.to_dict()["failed"] == found.failed


def test_versions_are_those_that_run() -> None:
    from importlib.metadata import version

    assert PRESETS["torchinfo"].version == version("torchinfo")
    assert PRESETS["FlopCounterMode"].version == version("torch").partition("+")[0]
    for tool, run in recorded.versions().items():
        assert run.startswith(PRESETS[tool].version)


def test_the_callers_model_is_left_alone() -> None:
    model = Oddities().train()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    crosscheck(model, (2, 3, 8, 8))
    assert model.training and all(m.training for m in model.modules())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())
    after = model.state_dict()
    assert all(torch.equal(before[k], after[k]) and after[k].device.type == "cpu" for k in before)


def test_threads_give_the_single_thread_answers() -> None:
    """Different networks and one shared model at once."""
    shared = Oddities()
    names = ["lenet5", "lenet1", "alexnet", "vgg11"]
    alone = [crosscheck(n).to_dict() for n in names]
    alone += [crosscheck(shared, (2, 3, 8, 8)).to_dict()] * 4
    found: list[Any] = [None] * 8

    def work(i: int) -> None:
        result = crosscheck(names[i]) if i < 4 else crosscheck(shared, (2, 3, 8, 8))
        found[i] = result.to_dict()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == alone


def test_every_reason_has_its_words() -> None:
    rules = Path(cnnviz.crosscheck.__file__).parent.glob("*.py")
    source = "".join(path.read_text("utf-8") for path in rules)
    found: set[str] = {"unknown"}
    for model, shape in TINY:
        graph = trace(model, shape)
        for preset in CONVENTIONS.values():
            found |= set(preset.breakdown(graph, analyze(graph)))
    found -= {"macs"}
    assert len(found) > 10
    for reason, lang in product(found, LANGS):
        assert has_label(f"crosscheck.reason.{reason}"), reason
        assert label(f"crosscheck.short.{reason}", lang)
        assert label(f"crosscheck.reason.{reason}", lang)
        assert reason == "unknown" or f'"{reason}"' in source
