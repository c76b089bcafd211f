"""GoogLeNet: nine Inception modules, each with four branches side by side.

Szegedy et al., "Going Deeper with Convolutions", arXiv 1409.4842: Table 1 (the network), Figure 2
(the module, without and with reductions), section 5 (auxiliary heads). What the table leaves out
(LRN, rounding of the poolings) is from the authors' Caffe model, bvlc_googlenet.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from cnnviz.zoo.sizes import scaled, size_after

# Table 1: channels of 1×1 | before the 3×3, 3×3 | before the 5×5, 5×5 | behind the pooling.
MODULES = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
POOLED = ("3b", "4e")  # a pooling of stride 2 follows
HEADS = ("4a", "4d")  # section 5: an auxiliary classifier reads these outputs
Layers = Iterator[tuple[str, nn.Module]]


class Inception(nn.Module):
    """Four branches over one input, concatenated: (N, channels, h, w) → (N, out_channels, h, w).

    `reduced`: 1×1 convolutions before the 3×3 and the 5×5 and behind the pooling (Figure 2b);
    without them the naive module of Figure 2a, whose pooling passes every channel on.
    """

    def __init__(
        self, channels: int, table: tuple[int, ...], wide: int, norm: bool, reduced: bool
    ) -> None:
        super().__init__()
        one, before3, three, before5, five, pool = table
        pooling = nn.MaxPool2d(3, 1, padding=1, ceil_mode=True)
        self.branches: list[list[str]] = []
        self._branch(convolution("1x1", channels, one, 1, norm))
        for size, before, out in (("3x3", before3, three), ("5x5", before5, five)):
            kernel = 3 if size == "3x3" else wide
            source = before if reduced else channels
            first = convolution(f"{size}_reduce", channels, before, 1, norm) if reduced else ()
            self._branch((*first, *convolution(size, source, out, kernel, norm)))
        last = convolution("pool_proj", channels, pool, 1, norm) if reduced else ()
        self._branch((("pool", pooling), *last))
        self.out_channels = one + three + five + (pool if reduced else channels)

    def _branch(self, layers: Layers | tuple[tuple[str, nn.Module], ...]) -> None:
        named = dict(layers)
        for name, layer in named.items():
            self.add_module(name, layer)
        self.branches.append(list(named))

    def forward(self, x: Tensor) -> Tensor:
        outputs = []
        for branch in self.branches:
            y = x
            for name in branch:
                y = self.get_submodule(name)(y)
            outputs.append(y)
        return torch.cat(outputs, 1)


class Auxiliary(nn.Sequential):
    """A classifier on a map in the middle, for training (section 5)."""


class GoogLeNet(nn.Module):
    """Input (N, in_channels, size, size) → (N, classes); with running heads also theirs."""

    def __init__(self, layers: dict[str, nn.Module], heads: dict[str, nn.Module], run: bool):
        super().__init__()
        for name, layer in {**layers, **heads}.items():
            self.add_module(name, layer)
        self.order, self.heads, self.run = list(layers), dict(zip(HEADS, heads, strict=False)), run

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        aside = []
        for name in self.order:
            x = self.get_submodule(name)(x)
            head = self.heads.get(name.removeprefix("inception_"))
            if head and (self.run or self.training):
                aside.append(self.get_submodule(head)(x))
        return (x, *aside) if aside else x


def googlenet(
    *,
    input_size: int = 224,
    in_channels: int = 3,
    num_classes: int = 1000,
    width: float = 1.0,
    batch_norm: bool = False,
    lrn: bool = True,
    branch5: int = 5,
    pool4: int = 3,
    reductions: str = "all",
    aux: str = "none",
) -> GoogLeNet:
    """Table 1; input (N, in_channels, input_size, input_size).

    branch5: kernel of the "5×5" branch; libraries have 3. pool4: window of the pooling behind 4e.
    reductions: "all", "none", or the one module that goes without. aux: "none", "built" (run in
    training only), "run".
    """
    layers = dict(stem(in_channels, width, batch_norm, lrn))
    channels, side = scaled(192, width), input_size
    for kernel, padding in ((7, 6), (3, 1), (3, 1)):  # conv1, pool1, pool2: each halves, rounded up
        side = size_after(side, kernel, 2, padding)
    heads: dict[str, nn.Module] = {}
    for name, table in MODULES.items():
        widths = tuple(scaled(c, width) for c in table)
        reduced = reductions == "all" or reductions not in ("none", name)
        module = Inception(channels, widths, branch5, batch_norm, reduced)
        layers[f"inception_{name}"], channels = module, module.out_channels
        if name in HEADS and aux != "none":
            heads[f"aux_{name}"] = auxiliary(channels, side, width, num_classes, batch_norm)
        if name in POOLED:
            window = pool4 if name == "4e" else 3
            layers[f"pool{name[0]}"] = nn.MaxPool2d(window, 2, ceil_mode=True)
            side = size_after(side, window, 2, 1)
    layers["avgpool"] = nn.AdaptiveAvgPool2d(1)  # 7×7 at an input of 224
    layers["flatten"] = nn.Flatten()
    layers["drop"] = nn.Dropout(0.4)
    layers["fc"] = nn.Linear(channels, num_classes)
    return GoogLeNet(layers, heads, aux == "run")


def stem(in_channels: int, width: float, batch_norm: bool, lrn: bool) -> Layers:
    """Down to an eighth of the input: (N, in_channels, 224, 224) → (N, 192, 28, 28)."""
    c64, c192 = scaled(64, width), scaled(192, width)
    yield from convolution("conv1", in_channels, c64, 7, batch_norm, stride=2)
    yield "pool1", nn.MaxPool2d(3, 2, ceil_mode=True)
    if lrn:
        yield "norm1", nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75)
    yield from convolution("conv2_reduce", c64, c64, 1, batch_norm)
    yield from convolution("conv2", c64, c192, 3, batch_norm)
    if lrn:
        yield "norm2", nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75)
    yield "pool2", nn.MaxPool2d(3, 2, ceil_mode=True)


def convolution(
    name: str, channels: int, out: int, kernel: int, batch_norm: bool, stride: int = 1
) -> Layers:
    """A convolution padded on both sides and its ReLU: (N, channels, h, w) → (N, out, h, w)."""
    padding = kernel // 2
    yield name, nn.Conv2d(channels, out, kernel, stride, padding, bias=not batch_norm)
    if batch_norm:
        yield f"bn_{name}", nn.BatchNorm2d(out, eps=0.001)
    yield f"relu_{name}", nn.ReLU(inplace=True)


def auxiliary(channels: int, side: int, width: float, num_classes: int, norm: bool) -> nn.Module:
    """Section 5: 5×5 average pooling of stride 3, 1×1 to 128, 1024 units, dropout, classes."""
    out, hidden = scaled(128, width), scaled(1024, width)
    pooled = size_after(side, 5, 3)
    layers: dict[str, nn.Module] = {"pool": nn.AvgPool2d(5, 3)}
    layers |= dict(convolution("conv", channels, out, 1, norm))
    layers |= {"flatten": nn.Flatten(), "fc1": nn.Linear(out * pooled * pooled, hidden)}
    layers |= {"relu_fc1": nn.ReLU(inplace=True), "drop": nn.Dropout(0.7)}
    layers["fc2"] = nn.Linear(hidden, num_classes)
    return Auxiliary(OrderedDict(layers))
