"""ResNet: layers that learn a difference, added to what came in.

He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", arXiv 1512.03385: Table 1 (the
networks for ImageNet), section 3.3 (shortcuts A, B, C), Figure 5 (the two blocks), section 4.2
(those for CIFAR-10, 6n + 2 layers). Stages are the paper's: conv2_1 is the first block of conv2_x.
"""

from __future__ import annotations

from collections import OrderedDict

import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.zoo.sizes import scaled

Layers = OrderedDict[str, nn.Module]
EXPANSION = {"basic": 1, "bottleneck": 4}  # channels out of a block, over those inside


class ZeroPadded(nn.Module):
    """Shortcut A: every `stride`-th position, and zeros for the channels that are missing."""

    def __init__(self, missing: int, stride: int) -> None:
        super().__init__()
        self.missing, self.stride = missing, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, 0, self.missing)) if self.missing else x


class Block(nn.Module):
    """The branch, the shortcut, their sum, ReLU; without a shortcut a block of the plain twin."""

    def __init__(self, branch: Layers, shortcut: nn.Module | None) -> None:
        super().__init__()
        for name, layer in branch.items():
            self.add_module(name, layer)
        self.branch = list(branch)
        self.shortcut = shortcut
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for name in self.branch:
            y = self.get_submodule(name)(y)
        if self.shortcut is not None:
            y = y + self.shortcut(x)
        out: Tensor = self.relu(y)
        return out


class Basic(Block):
    """Two 3×3 convolutions (Figure 5, left)."""


class Bottleneck(Block):
    """1×1 to a quarter of the channels, 3×3, 1×1 back (Figure 5, right)."""


class Plain(Block):
    """The same layers without a shortcut."""


class ResNet(nn.Sequential):
    """Stem, blocks, head in order."""


def resnet(
    *,
    block: str,
    blocks1: int,
    blocks2: int,
    blocks3: int,
    blocks4: int = 0,
    in_channels: int = 3,
    num_classes: int = 1000,
    width: float = 1.0,
    shortcut: str = "B",
    stride_on: str = "1x1",
    variant: str = "paper",
    cifar: bool = False,
    first_bias: bool = False,
    input_size: int = 224,  # noqa: ARG001  the average at the end takes any
) -> ResNet:
    """Table 1, or with `cifar` section 4.2; input (N, in_channels, input_size, input_size).

    shortcut: "A" zeros, "B" 1×1 convolutions where the shape changes, "C" everywhere, "none": the
    plain twin. stride_on: which convolution of a bottleneck halves the map: its first "1x1", its
    "3x3", or "last": the 3×3 of a stage's last block (TF-slim). variant "release": the authors'
    Caffe files, whose first pooling rounds up, and with `first_bias` conv1 has a bias.
    """
    release = variant == "release"
    layers = stem(in_channels, width, cifar, release, release and first_bias)
    counts = [blocks1, blocks2, blocks3, blocks4][: 3 if cifar else 4]
    channels = scaled(16 if cifar else 64, width)
    for stage, count in enumerate(counts):
        inner = scaled((16 if cifar else 64) * 2**stage, width)
        for i in range(count):
            last = stride_on == "last" and block == "bottleneck"
            halves = (stage < len(counts) - 1 and i == count - 1) if last else (stage and i == 0)
            made = one(block, channels, inner, 2 if halves else 1, shortcut, stride_on)
            layers[f"conv{stage + 2}_{i + 1}"] = made
            channels = inner * EXPANSION[block]
    layers["avgpool"] = nn.AdaptiveAvgPool2d(1)
    layers["flatten"] = nn.Flatten()
    layers["fc"] = nn.Linear(channels, num_classes)
    return ResNet(layers)


def stem(in_channels: int, width: float, cifar: bool, ceil: bool, bias: bool) -> Layers:
    """Down to a quarter of the input, or for CIFAR one 3×3 that keeps its size."""
    out = scaled(16 if cifar else 64, width)
    layers: Layers = OrderedDict()
    if cifar:
        layers["conv1"] = nn.Conv2d(in_channels, out, 3, padding=1, bias=False)
    else:
        layers["conv1"] = nn.Conv2d(in_channels, out, 7, 2, padding=3, bias=bias)
    layers["bn1"], layers["relu1"] = nn.BatchNorm2d(out), nn.ReLU(inplace=True)
    if not cifar:
        layers["pool1"] = nn.MaxPool2d(3, 2, padding=0 if ceil else 1, ceil_mode=ceil)
    return layers


def one(block: str, channels: int, inner: int, stride: int, shortcut: str, stride_on: str) -> Block:
    """A block: (N, channels, h, w) → (N, inner · EXPANSION, h / stride, w / stride)."""
    out = inner * EXPANSION[block]
    kernels = (3, 3) if block == "basic" else (1, 3, 1)
    strided = 0 if block == "basic" or stride_on == "1x1" else 1
    branch: Layers = OrderedDict()
    source = channels
    for i, kernel in enumerate(kernels):
        target = out if i == len(kernels) - 1 else inner
        s = stride if i == strided else 1
        branch[f"conv{i + 1}"] = nn.Conv2d(source, target, kernel, s, kernel // 2, bias=False)
        branch[f"bn{i + 1}"] = nn.BatchNorm2d(target)
        if i < len(kernels) - 1:
            branch[f"relu{i + 1}"] = nn.ReLU(inplace=True)
        source = target
    if shortcut == "none":
        return Plain(branch, None)
    kind = Basic if block == "basic" else Bottleneck
    return kind(branch, aside(channels, out, stride, shortcut))


def aside(channels: int, out: int, stride: int, shortcut: str) -> nn.Module:
    """The shortcut of a block (section 3.3)."""
    if shortcut == "C" or (shortcut == "B" and channels != out):
        projection = nn.Conv2d(channels, out, 1, stride, bias=False)
        return nn.Sequential(OrderedDict(conv=projection, bn=nn.BatchNorm2d(out)))
    if shortcut == "A" and (stride != 1 or channels != out):
        return ZeroPadded(out - channels, stride)
    # TF-slim's last block of a stage halves the map and keeps its channels
    return nn.MaxPool2d(1, stride) if stride != 1 else nn.Identity()
