"""AlexNet: five convolutions and three linear layers on two GPUs, with ReLU, LRN and dropout.

Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural Networks",
NeurIPS 2012: section 3.5 and Fig. 2 (layers), 3.2 (two GPUs), 3.3 (LRN), 3.4 (overlapping pools),
4.2 (dropout). The one-tower widths of libraries: Krizhevsky, arXiv 1404.5997; TF-slim's alexnet_v2.
Layer names are those of Caffe's file: conv1 … conv5, norm1, pool1, fc6, fc7, fc8.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from torch import nn

from cnnviz.zoo.sizes import scaled, size_after

CHANNELS = {
    "paper": (96, 256, 384, 384, 256),
    "library": (64, 192, 384, 256, 256),  # torchvision
    "slim": (64, 192, 384, 384, 256),  # TF-slim
}
KERNELS = (11, 5, 3, 3, 3)  # conv1 has stride 4, the others keep the size
SPLIT = (2, 4, 5)  # see only the maps of their own GPU (section 3.5)
NORMALISED = (1, 2)  # section 3.5: response normalisation, then pooling
POOLED = (1, 2, 5)
HIDDEN = 4096
# Fig. 2 prints an input of 224 and maps of 55×55, but (224 − 11) / 4 + 1 = 54.25. Three ways to
# read it: the padding of conv1 before and after.
READINGS = {
    "227": (0, 0),  # Caffe, with an input of 227
    "224_1_2": (1, 2),
    "224_2_2": (2, 2),  # torchvision; 55.25 is cut off
}

Layers = Iterator[tuple[str, nn.Module]]


class AlexNet(nn.Sequential):
    """The layers in order, each under Caffe's name."""


def alexnet(
    *,
    input_size: int = 227,
    in_channels: int = 3,
    num_classes: int = 1000,
    width: float = 1.0,
    variant: str = "paper",
    towers: int = 2,
    lrn: bool = True,
    reading: str = "227",
) -> AlexNet:
    """AlexNet; input (N, in_channels, input_size, input_size).

    variant: "library" has torchvision's channels and pools every input to 6×6 before fc6.
    towers: 2 splits conv2, conv4 and conv5 between the two GPUs; 1 connects all maps.
    reading: how conv1 comes to 55×55.
    """
    planes = [scaled(c, width, towers) for c in CHANNELS[variant]]
    layers = OrderedDict(features(in_channels, planes, READINGS[reading], towers, lrn))
    side = last_side(input_size, sum(READINGS[reading]))
    if variant == "library":
        side = 6
        layers["avgpool"] = nn.AdaptiveAvgPool2d(side)
    inputs = planes[-1] * side * side
    early = variant == "library"
    layers.update(classifier(inputs, scaled(HIDDEN, width), num_classes, early))
    return AlexNet(layers)


def alexnet_v2(
    *, input_size: int = 224, in_channels: int = 3, num_classes: int = 1000, width: float = 1.0
) -> AlexNet:
    """TF-slim's network: one tower, no padding in conv1 (54×54), linear layers as convolutions."""
    planes = [scaled(c, width) for c in CHANNELS["slim"]]
    layers = OrderedDict(features(in_channels, planes, (0, 0), towers=1, lrn=False))
    hidden = scaled(HIDDEN, width)
    layers["fc6"] = nn.Conv2d(planes[-1], hidden, last_side(input_size, 0))
    layers["relu6"] = nn.ReLU(inplace=True)
    layers["drop6"] = nn.Dropout(0.5)
    layers["fc7"] = nn.Conv2d(hidden, hidden, 1)
    layers["relu7"] = nn.ReLU(inplace=True)
    layers["drop7"] = nn.Dropout(0.5)
    layers["fc8"] = nn.Conv2d(hidden, num_classes, 1)
    layers["flatten"] = nn.Flatten()
    return AlexNet(layers)


def features(
    channels: int, planes: list[int], padding: tuple[int, int], towers: int, lrn: bool
) -> Layers:
    """conv1 to pool5: (N, channels, 227, 227) → (N, planes[4], 6, 6)."""
    before, after = padding
    if before != after:  # a convolution's own padding is the same on both sides
        yield "pad1", nn.ZeroPad2d((before, after, before, after))
        before = 0
    for i, (out, kernel) in enumerate(zip(planes, KERNELS, strict=True), start=1):
        stride, pad = (4, before) if i == 1 else (1, kernel // 2)
        groups = towers if i in SPLIT else 1
        yield f"conv{i}", nn.Conv2d(channels, out, kernel, stride, pad, groups=groups)
        yield f"relu{i}", nn.ReLU(inplace=True)
        if lrn and i in NORMALISED:
            # k = 2, n = 5, alpha = 1e-4, beta = 0.75; PyTorch divides alpha by n, hence 5e-4
            yield f"norm{i}", nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
        if i in POOLED:
            yield f"pool{i}", nn.MaxPool2d(3, 2)
        channels = out


def last_side(input_size: int, padding: int) -> int:
    """Side of pool5's maps; only conv1 and the poolings change the size."""
    side = size_after(input_size, 11, 4, padding)
    for _ in POOLED:
        side = size_after(side, 3, 2)
    return side


def classifier(inputs: int, hidden: int, num_classes: int, early: bool) -> Layers:
    """fc6, fc7, fc8. Dropout falls on the outputs of fc6 and fc7, `early` on their inputs."""
    yield "flatten", nn.Flatten()
    for i, size in ((6, inputs), (7, hidden)):
        if early:
            yield f"drop{i}", nn.Dropout(0.5)
        yield f"fc{i}", nn.Linear(size, hidden)
        yield f"relu{i}", nn.ReLU(inplace=True)
        if not early:
            yield f"drop{i}", nn.Dropout(0.5)
    yield "fc8", nn.Linear(hidden, num_classes)
