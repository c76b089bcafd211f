"""ResNet with pre-activation: normalisation and ReLU come before each convolution.

He, Zhang, Ren, Sun, "Identity Mappings in Deep Residual Networks", arXiv 1603.05027: Figure 1(b),
Table 3 (networks for CIFAR-10), appendix (the first and the last unit). Details are from the
authors' resnet-pre-act.lua.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn

from cnnviz.zoo.resnet import EXPANSION, ZeroPadded
from cnnviz.zoo.sizes import scaled


class PreActivation(nn.Module):
    """x + branch(x), nothing behind the sum. A projection reads what bn1 and relu1 made of x."""

    def __init__(self, block: str, channels: int, inner: int, stride: int, shortcut: str) -> None:
        super().__init__()
        out = inner * EXPANSION[block]
        kernels = (3, 3) if block == "basic" else (1, 3, 1)
        source = channels
        self.branch: list[str] = []
        for i, kernel in enumerate(kernels, start=1):
            target = out if i == len(kernels) else inner
            convolution = nn.Conv2d(
                source, target, kernel, stride if i == 1 else 1, kernel // 2, bias=False
            )
            layers = {"bn": nn.BatchNorm2d(source), "relu": nn.ReLU(inplace=True)}
            for name, layer in {**layers, "conv": convolution}.items():
                self.add_module(f"{name}{i}", layer)
                self.branch.append(f"{name}{i}")
            source = target
        self.shared = shortcut == "B" and (stride != 1 or channels != out)
        if self.shared:
            self.shortcut: nn.Module = nn.Conv2d(channels, out, 1, stride, bias=False)
        elif shortcut == "A" and (stride != 1 or channels != out):
            self.shortcut = ZeroPadded(out - channels, stride)
        else:
            self.shortcut = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y, seen = x, x
        for name in self.branch:
            y = self.get_submodule(name)(y)
            if name == "relu1" and self.shared:
                seen = y
        out: Tensor = y + self.shortcut(seen)
        return out


class PreActivationResNet(nn.Sequential):
    """Stem, units, a last normalisation and ReLU, head."""


def resnet_preact(
    *,
    block: str,
    blocks1: int,
    blocks2: int,
    blocks3: int,
    shortcut: str,
    in_channels: int = 3,
    num_classes: int = 10,
    width: float = 1.0,
    input_size: int = 32,  # noqa: ARG001  the average at the end takes any
) -> PreActivationResNet:
    """Input (N, in_channels, input_size, input_size). shortcut: "A" zeros, "B" 1×1 convolutions."""
    channels = scaled(16, width)
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    layers["conv1"] = nn.Conv2d(in_channels, channels, 3, padding=1, bias=False)
    for stage, count in enumerate((blocks1, blocks2, blocks3)):
        inner = scaled(16 * 2**stage, width)
        for i in range(count):
            stride = 2 if stage and not i else 1
            unit = PreActivation(block, channels, inner, stride, shortcut)
            layers[f"conv{stage + 2}_{i + 1}"] = unit
            channels = inner * EXPANSION[block]
    layers["bn"], layers["relu"] = nn.BatchNorm2d(channels), nn.ReLU(inplace=True)
    layers["avgpool"], layers["flatten"] = nn.AdaptiveAvgPool2d(1), nn.Flatten()
    layers["fc"] = nn.Linear(channels, num_classes)
    return PreActivationResNet(layers)
