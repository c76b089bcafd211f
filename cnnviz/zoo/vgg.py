"""VGG: depth alone. Stacks of 3×3 convolutions between five poolings, then three linear layers.

Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
arXiv 1409.1556: Table 1 (configurations), section 2.1 (padding, pooling, LRN), 2.3 (why 3×3).
Layer names are the authors' (their Caffe files): conv1_1 … conv5_3, pool1 … pool5, fc6, fc7, fc8.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from cnnviz.zoo.sizes import scaled

# Table 1: convolutions in each of the five stages, and the stages' channels.
DEPTHS = {
    "A": (1, 1, 2, 2, 2),  # 8 convolutions + 3 linear layers = 11
    "B": (2, 2, 2, 2, 2),  # 13
    "C": (2, 2, 3, 3, 3),  # 16, the third convolution of stages 3 to 5 is 1×1
    "D": (2, 2, 3, 3, 3),  # 16
    "E": (2, 2, 4, 4, 4),  # 19
}
CHANNELS = (64, 128, 256, 512, 512)
HIDDEN = 4096

Layers = Iterator[tuple[str, nn.Module]]


class VGG(nn.Sequential):
    """Its layers in order, each under the paper's name."""


def vgg(
    config: str,
    *,
    input_size: int = 224,
    in_channels: int = 3,
    num_classes: int = 1000,
    width: float = 1.0,
    variant: str = "paper",
    batch_norm: bool = False,
    lrn: bool = False,
    head: str = "own",
) -> VGG:
    """Configuration "A" to "E" of Table 1; input (N, in_channels, input_size, input_size).

    variant: "paper" sizes fc6 for the input; "library" pools any input to 7×7 first.
    head: "own" is fc6-fc7-fc8; "gap" is global average pooling and one linear layer.
    lrn: response normalisation after conv1_1 (configuration A-LRN).
    """
    net = VGG()
    channels = in_channels
    for stage, (depth, planes) in enumerate(zip(DEPTHS[config], CHANNELS, strict=True), start=1):
        out = scaled(planes, width)
        for i in range(1, depth + 1):
            kernel = 1 if config == "C" and i == 3 else 3
            _add(net, convolution(f"{stage}_{i}", channels, out, kernel, batch_norm))
            if lrn and (stage, i) == (1, 1):
                # section 2.1: as in AlexNet; PyTorch divides alpha by n, so n·1e-4
                net.add_module("norm1_1", nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0))
            channels = out
        net.add_module(f"pool{stage}", nn.MaxPool2d(2, 2))
    if head == "gap":
        _add(net, global_average(channels, num_classes))
    else:
        side = 7 if variant == "library" else max(1, input_size // 32)  # five halvings
        if variant == "library":
            net.add_module("avgpool", nn.AdaptiveAvgPool2d(7))
        _add(net, classifier(channels * side * side, scaled(HIDDEN, width), num_classes))
    return net


def convolution(name: str, channels: int, out: int, kernel: int, batch_norm: bool) -> Layers:
    """Size-preserving convolution and ReLU: (N, channels, h, w) → (N, out, h, w)."""
    yield f"conv{name}", nn.Conv2d(channels, out, kernel, padding=kernel // 2)
    if batch_norm:
        yield f"bn{name}", nn.BatchNorm2d(out)
    yield f"relu{name}", nn.ReLU(inplace=True)


def classifier(features: int, hidden: int, num_classes: int) -> Layers:
    """The three linear layers of all configurations, with dropout (section 3.1)."""
    yield "flatten", nn.Flatten()
    yield "fc6", nn.Linear(features, hidden)
    yield "relu6", nn.ReLU(inplace=True)
    yield "drop6", nn.Dropout(0.5)
    yield "fc7", nn.Linear(hidden, hidden)
    yield "relu7", nn.ReLU(inplace=True)
    yield "drop7", nn.Dropout(0.5)
    yield "fc8", nn.Linear(hidden, num_classes)


def global_average(channels: int, num_classes: int) -> Layers:
    """What later networks put in the place of fc6 and fc7: the mean of each map."""
    yield "gap", nn.AdaptiveAvgPool2d(1)
    yield "flatten", nn.Flatten()
    yield "fc8", nn.Linear(channels, num_classes)


def _add(net: VGG, layers: Layers) -> None:
    for name, layer in layers:
        net.add_module(name, layer)
