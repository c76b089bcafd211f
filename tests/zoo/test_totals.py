"""Parameters that libraries and papers state, or that were counted from the authors' files."""

from __future__ import annotations

import pytest

from cnnviz import zoo
from cnnviz.zoo import Value

# name, knobs, parameters; the source of each figure beside it
TOTALS: list[tuple[str, dict[str, Value], int]] = [
    ("lenet5", {}, 60_000),  # 1998, section II.B
    ("lenet5", {"variant": "library"}, 61_706),  # 156 + 2,416 + 48,120 + 10,164 + 850
    ("lenet1", {}, 2_578),  # LeCun 1989: "2578 free parameters"
    ("lenet5_caffe", {}, 431_080),  # Han 2015, Table 1: 431K
    ("lenet_300_100", {}, 266_610),  # Han 2015, Table 1: 267K
    ("alexnet", {}, 60_965_224),  # BVLC's file, counted
    ("alexnet", {"reading": "224_1_2"}, 60_965_224),
    ("alexnet", {"reading": "224_2_2"}, 60_965_224),
    ("alexnet", {"towers": 1}, 62_378_344),
    ("alexnet", {"variant": "library"}, 61_100_840),  # torchvision's documentation
    ("alexnet_v2", {}, 50_303_912),  # TF-slim, counted
    ("vgg11", {}, 132_863_336),  # torchvision's documentation, as the next
    ("vgg11", {"batch_norm": True}, 132_868_840),
    ("vgg11_lrn", {}, 132_863_336),
    ("vgg13", {}, 133_047_848),
    ("vgg13", {"batch_norm": True}, 133_053_736),
    ("vgg16_c", {}, 133_638_952),  # Table 2: 134 million
    ("vgg16", {}, 138_357_544),
    ("vgg16", {"batch_norm": True}, 138_365_992),
    ("vgg16", {"variant": "library", "input_size": 64}, 138_357_544),
    ("vgg19", {}, 143_667_240),
    ("vgg19", {"batch_norm": True}, 143_678_248),
    ("googlenet", {}, 6_998_552),  # BVLC's file, counted
    ("googlenet", {"aux": "built"}, 13_378_280),
    ("googlenet", {"variant": "library"}, 6_624_904),  # torchvision's documentation
    ("googlenet", {"variant": "library", "branch5": 5}, 7_005_832),  # counted by hand
    ("resnet18", {"variant": "library"}, 11_689_512),  # torchvision's documentation, as the next
    ("resnet34", {"variant": "library"}, 21_797_672),
    ("resnet50", {"variant": "library"}, 25_557_032),
    ("resnet101", {}, 44_549_160),
    ("resnet152", {}, 60_192_808),
    ("resnet50", {"variant": "release"}, 25_557_096),  # the authors' file: conv1 has a bias
    ("resnet18", {"shortcut": "C"}, 12_043_816),  # counted from the authors' files, as the next
    ("resnet200", {}, 64_673_832),
    ("resnet110_cifar", {"shortcut": "C"}, 1_826_202),
    ("preact_resnet164_cifar", {}, 1_703_258),
    ("preact_resnet1001_cifar", {}, 10_327_706),
]


@pytest.mark.parametrize(("name", "knobs", "total"), TOTALS, ids=str)
def test_known_parameters(name: str, knobs: dict[str, Value], total: int) -> None:
    net = zoo.build(name, **knobs)
    assert sum(p.numel() for p in net.parameters()) == total
