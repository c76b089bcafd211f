"""Known totals of whole networks: ours by name, libraries' as traced graphs in tests/fixtures."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from torch import nn

from cnnviz import zoo
from cnnviz.analysis import analyze
from cnnviz.graph import Graph
from cnnviz.report import Report
from cnnviz.tracing import trace
from tests.analysis.test_cost import check_sums
from tests.analysis.test_receptive_field import check

FIXTURES = Path(__file__).parents[1] / "fixtures"

# arch -> parameters, MACs, receptive field and its stride, depth
OURS = {
    "lenet5": (60_000, 325_680, 32, 4, 5),
    "lenet1": (2_578, 91_520, 16, 4, 3),
    "alexnet": (60_965_224, 724_406_816, 195, 32, 8),
    "vgg11": (132_863_336, 7_609_090_048, 150, 32, 11),
    "vgg13": (133_047_848, 11_308_466_176, 156, 32, 13),
    "vgg16": (138_357_544, 15_470_264_320, 212, 32, 16),
    "vgg19": (143_667_240, 19_632_062_464, 268, 32, 19),
}

# parameters that run (without auxiliary heads), MACs, field and its stride, depth
LIBRARIES = {
    "alexnet": (61_100_840, 714_188_480, 195, 32, 8),
    "vgg16": (138_357_544, 15_470_264_320, 212, 32, 16),
    "googlenet": (6_624_904, 1_498_376_192, 379, 32, 22),
    "inception_v3": (23_834_568, 5_713_216_096, 1311, 32, 48),
    "inception_resnet_v2": (55_843_464, 13_155_794_016, 3039, 32, None),
    "resnet18": (11_689_512, 1_814_073_344, 435, 32, 18),
    "resnet50": (25_557_032, 4_089_184_256, 427, 32, 50),
    "resnet152": (60_192_808, 11_513_626_624, 1451, 32, 152),
    "densenet121": (7_978_856, 2_834_161_664, 2071, 32, 121),
    "densenet201": (20_013_928, 4_291_365_888, None, 32, 201),
    "mobilenet_v2": (3_504_872, 300_774_272, 491, 32, 53),
    "shufflenet_v2_x1_0": (2_278_604, 144_907_992, 527, 32, None),
    "siamese": (38_951_745, 1_817_251_840, None, None, 6),
}


def library(name: str) -> Graph:
    return Graph.from_dict(json.loads(gzip.decompress((FIXTURES / f"{name}.json.gz").read_bytes())))


def ours(name: str) -> Report:
    knobs = zoo.resolve(name, {}).knobs
    size = int(knobs["input_size"])
    return analyze(trace(zoo.build(name), (1, int(knobs["in_channels"]), size, size)))


def compare(report: Report, expected: tuple[int | None, ...]) -> None:
    params, macs, size, stride, depth = expected
    totals = report.totals
    check_sums(report)
    assert (totals.params_executed, totals.macs) == (params, macs)
    assert depth in (None, totals.depth)
    field = totals.receptive_field
    assert field is not None
    assert field.status == "exact"
    assert size is None or field.size == (size, size)
    assert stride is None or field.stride == (stride, stride)
    assert report.not_counted == ()


@pytest.mark.parametrize("name", OURS)
def test_known_totals(name: str) -> None:
    compare(ours(name), OURS[name])


@pytest.mark.parametrize("name", LIBRARIES)
def test_known_totals_of_libraries(name: str) -> None:
    compare(analyze(library(name)), LIBRARIES[name])


def test_squeeze_and_excitation() -> None:
    """The gates see everything, and make the network no deeper than ResNet-50."""
    report = analyze(library("seresnet50"))
    check_sums(report)
    totals = report.totals
    assert (totals.params, totals.macs, totals.depth) == (28_088_024, 4_091_699_200, 50)
    assert totals.receptive_field is not None
    assert totals.receptive_field.status == "whole"
    assert totals.receptive_field.without_gate is not None
    assert totals.receptive_field.without_gate.size == (427, 427)


def test_lenet5_is_as_printed() -> None:
    """LeCun et al. 1998, II.B: the connections and trainable parameters of each layer."""
    report = ours("lenet5")
    printed = {
        "C1": (156, 122_304),
        "S2": (12, 5_880),
        "C3": (1_516, 151_600),
        "S4": (32, 2_000),
        "C5": (48_120, 48_120),
        "F6": (10_164, 10_164),
        "output": (0, 840),
    }
    found = {k: (report.by_id[k].params, report.by_id[k].connections) for k in printed}
    assert found == printed
    assert report.totals.connections == 340_908
    assert report.totals.buffers == 840  # the codes


def test_lenet1_is_as_printed() -> None:
    assert ours("lenet1").totals.connections == 98_442


@pytest.mark.parametrize(
    ("name", "width", "short"),
    [("lenet5", 1.0, 32), ("alexnet", 1 / 8, 67), ("vgg11", 1 / 8, 32)],
)
def test_fields_of_our_networks_are_the_gradients(name: str, width: float, short: int) -> None:
    """Up to the flatten, at the smallest width, on a strip longer than the field."""
    _check_features(name, width, short)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vgg13", "vgg16", "vgg16_c", "vgg19"])
def test_fields_of_deeper_networks_are_the_gradients(name: str) -> None:
    _check_features(name, 1 / 8, 32)


def _check_features(name: str, width: float, short: int) -> None:
    model = zoo.build(name, device="cpu", width=width)
    layers: list[nn.Module] = []
    for layer in model.children():
        if isinstance(layer, nn.Flatten):
            break
        layers.append(layer)
    channels = next(model.parameters()).shape[1]
    field = check(nn.Sequential(*layers), (1, channels, short, short), most=9)
    assert field.status == "exact"
