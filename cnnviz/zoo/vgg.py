"""VGG: depth alone. Stacks of 3×3 convolutions between five poolings, then three linear layers.

Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
arXiv 1409.1556: Table 1 (configurations), section 2.1 (padding, pooling, LRN), 2.3 (why 3×3).
Layer names are the authors' (their Caffe files): conv1_1 … conv5_3, pool1 … pool5, fc6, fc7, fc8.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from torch import nn

from cnnviz.zoo.sizes import scaled

# Table 1: the convolutions in each of the five stages, and the channels of each stage.
DEPTHS = {
    "A": (1, 1, 2, 2, 2),  # 8 convolutions and 3 linear layers: VGG-11
    "B": (2, 2, 2, 2, 2),  # VGG-13
    "C": (2, 2, 3, 3, 3),  # VGG-16 whose third convolutions, in stages 3 to 5, are 1×1
    "D": (2, 2, 3, 3, 3),  # VGG-16
    "E": (2, 2, 4, 4, 4),  # VGG-19
}
CHANNELS = (64, 128, 256, 512, 512)
HIDDEN = 4096

Layers = Iterator[tuple[str, nn.Module]]


class VGG(nn.Sequential):
    """The layers in order, each under the authors' name."""


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

    variant: "paper" sizes fc6 for the input; "library" pools every input to 7×7 before it.
    lrn: response normalisation after conv1_1, which makes A into A-LRN.
    head: "own" is fc6, fc7, fc8; "gap" is global average pooling and one linear layer.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    channels = in_channels
    for stage, depth in enumerate(DEPTHS[config], start=1):
        out = scaled(CHANNELS[stage - 1], width)
        for i in range(1, depth + 1):
            kernel = 1 if config == "C" and i == 3 else 3
            layers.update(convolution(f"{stage}_{i}", channels, out, kernel, batch_norm))
            if lrn and stage == 1:
                # section 2.1: AlexNet's; PyTorch divides alpha by n = 5, hence 5 times 1e-4
                layers["norm1_1"] = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
            channels = out
        layers[f"pool{stage}"] = nn.MaxPool2d(2, 2)  # (N, channels, h, w) → (N, channels, h/2, w/2)

    if head == "gap":
        layers.update(global_average(channels, num_classes))
        return VGG(layers)
    side = max(1, input_size // 32)  # of pool5's maps: five halvings
    if variant == "library":
        side = 7
        layers["avgpool"] = nn.AdaptiveAvgPool2d(side)
    layers.update(classifier(channels * side * side, scaled(HIDDEN, width), num_classes))
    return VGG(layers)


def convolution(name: str, channels: int, out: int, kernel: int, batch_norm: bool) -> Layers:
    """A convolution that keeps the size, and its ReLU: (N, channels, h, w) → (N, out, h, w)."""
    yield f"conv{name}", nn.Conv2d(channels, out, kernel, padding=kernel // 2)
    if batch_norm:
        yield f"bn{name}", nn.BatchNorm2d(out)
    yield f"relu{name}", nn.ReLU(inplace=True)


def classifier(features: int, hidden: int, num_classes: int) -> Layers:
    """The three linear layers of every configuration, the first two with dropout (section 3.1)."""
    yield "flatten", nn.Flatten()
    yield "fc6", nn.Linear(features, hidden)
    yield "relu6", nn.ReLU(inplace=True)
    yield "drop6", nn.Dropout(0.5)
    yield "fc7", nn.Linear(hidden, hidden)
    yield "relu7", nn.ReLU(inplace=True)
    yield "drop7", nn.Dropout(0.5)
    yield "fc8", nn.Linear(hidden, num_classes)


def global_average(channels: int, num_classes: int) -> Layers:
    """What later networks have in the place of fc6 and fc7: the mean of each map."""
    yield "gap", nn.AdaptiveAvgPool2d(1)
    yield "flatten", nn.Flatten()
    yield "fc8", nn.Linear(channels, num_classes)
