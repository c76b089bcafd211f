"""VGG-16 for CIFAR-10 with batch normalisation and a narrow classifier, whole or with filters cut.

Li, Kadav, Durdanovic, Samet, Graf, "Pruning Filters for Efficient ConvNets", arXiv 1608.08710:
section 4.1, Table 2 (the filters kept of each convolution). A 32×32 input ends as one pixel.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from cnnviz.zoo.sizes import scaled
from cnnviz.zoo.vgg import CHANNELS, DEPTHS, VGG, convolution

FILTERS = {
    "all": [c for c, depth in zip(CHANNELS, DEPTHS["D"], strict=True) for _ in range(depth)],
    "pruned_a": [32, 64, 128, 128, *[256] * 9],
}


def vgg16_cifar(
    *,
    input_size: int = 32,
    in_channels: int = 3,
    num_classes: int = 10,
    width: float = 1.0,
    filters: str = "all",
) -> VGG:
    """VGG-16 (D) with two linear layers; input (N, in_channels, input_size, input_size).

    filters: "all", or what the paper's pruned model A keeps.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    kept = iter(FILTERS[filters])
    channels = in_channels
    for stage, depth in enumerate(DEPTHS["D"], start=1):
        for i in range(1, depth + 1):
            out = scaled(next(kept), width)
            layers.update(convolution(f"{stage}_{i}", channels, out, 3, batch_norm=True))
            channels = out
        layers[f"pool{stage}"] = nn.MaxPool2d(2, 2)
    side = max(1, input_size // 32)
    hidden = scaled(512, width)
    layers["flatten"] = nn.Flatten()
    layers["fc1"] = nn.Linear(channels * side * side, hidden)
    layers["bn_fc1"] = nn.BatchNorm1d(hidden)
    layers["relu_fc1"] = nn.ReLU(inplace=True)
    layers["fc2"] = nn.Linear(hidden, num_classes)
    return VGG(layers)
