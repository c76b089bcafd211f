"""AlexNet: five convolutions and three linear layers, on two GPUs, with ReLU, LRN and dropout.

Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural Networks",
NeurIPS 2012: section 3.5 and Fig. 2 (layers), 3.2 (two GPUs), 3.3 (LRN), 3.4 (overlapping pools),
4.2 (dropout). The one-tower widths of libraries: Krizhevsky, arXiv 1404.5997, footnote 1; TF-slim
`alexnet_v2`. Layer names are those of the authors and of Caffe: conv1 … conv5, fc6, fc7, fc8.
"""

from __future__ import annotations

from torch import nn

from cnnviz.zoo.sizes import scaled, size_after

# Channels of the five convolutions.
CHANNELS = {
    "paper": (96, 256, 384, 384, 256),
    "library": (64, 192, 384, 256, 256),  # torchvision
    "slim": (64, 192, 384, 384, 256),  # TF-slim alexnet_v2
}
KERNELS = (11, 5, 3, 3, 3)
# Fig. 2 prints 224 and 55×55, but (224 − 11)/4 + 1 = 54.25: three ways to 55, by the padding of
# conv1 before and after.
READINGS = {
    "227": (0, 0),  # the authors' later code, Caffe: input 227
    "224_1_2": (1, 2),
    "224_2_2": (2, 2),  # torchvision; 55.25 is cut off
}
SPLIT = (2, 4, 5)  # layers that see only the maps of their own GPU (section 3.5)
NORMALISED = (1, 2)  # section 3.5: response normalisation, then pooling
POOLED = (1, 2, 5)
HIDDEN = 4096


class AlexNet(nn.Sequential):
    """Its layers in order, each under the paper's name."""


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

    towers: 2 groups conv2, conv4 and conv5 as the two GPUs did; 1 connects all maps.
    variant: "library" has torchvision's channels and pools any input to 6×6 before fc6.
    reading: how conv1 comes to 55×55.
    """
    net = AlexNet()
    before, after = READINGS[reading]
    if before != after:
        net.add_module("pad1", nn.ZeroPad2d((before, after, before, after)))
        channels, size = features(net, in_channels, input_size + 3, variant, width, towers, lrn, 0)
    else:
        channels, size = features(net, in_channels, input_size, variant, width, towers, lrn, before)
    if variant == "library":
        net.add_module("avgpool", nn.AdaptiveAvgPool2d(6))
        size = 6
    hidden = scaled(HIDDEN, width)
    net.add_module("flatten", nn.Flatten())
    for i, (n, out) in enumerate(((channels * size * size, hidden), (hidden, hidden)), start=6):
        if variant == "library":  # torchvision drops the inputs of fc6 and fc7
            net.add_module(f"drop{i}", nn.Dropout(0.5))
        net.add_module(f"fc{i}", nn.Linear(n, out))
        net.add_module(f"relu{i}", nn.ReLU(inplace=True))
        if variant != "library":  # section 4.2: their outputs
            net.add_module(f"drop{i}", nn.Dropout(0.5))
    net.add_module("fc8", nn.Linear(hidden, num_classes))
    return net


def alexnet_v2(
    *, input_size: int = 224, in_channels: int = 3, num_classes: int = 1000, width: float = 1.0
) -> AlexNet:
    """TF-slim's one-tower network: conv1 unpadded (54×54), linear layers as convolutions."""
    net = AlexNet()
    channels, size = features(net, in_channels, input_size, "slim", width, 1, False, 0)
    hidden = scaled(HIDDEN, width)
    net.add_module("fc6", nn.Conv2d(channels, hidden, size))
    net.add_module("relu6", nn.ReLU(inplace=True))
    net.add_module("drop6", nn.Dropout(0.5))
    net.add_module("fc7", nn.Conv2d(hidden, hidden, 1))
    net.add_module("relu7", nn.ReLU(inplace=True))
    net.add_module("drop7", nn.Dropout(0.5))
    net.add_module("fc8", nn.Conv2d(hidden, num_classes, 1))
    net.add_module("flatten", nn.Flatten())
    return net


def features(
    net: AlexNet,
    channels: int,
    size: int,
    variant: str,
    width: float,
    towers: int,
    lrn: bool,
    padding: int,
) -> tuple[int, int]:
    """Adds conv1 … pool5; returns channels and side of pool5's maps."""
    for i, (planes, kernel) in enumerate(zip(CHANNELS[variant], KERNELS, strict=True), start=1):
        out = scaled(planes, width, towers)
        groups = towers if i in SPLIT else 1
        stride, pad = (4, padding) if i == 1 else (1, kernel // 2)
        net.add_module(f"conv{i}", nn.Conv2d(channels, out, kernel, stride, pad, groups=groups))
        net.add_module(f"relu{i}", nn.ReLU(inplace=True))
        size = size_after(size, kernel, stride, 2 * pad)
        if lrn and i in NORMALISED:
            # n = 5, alpha = 1e-4, beta = 0.75, k = 2; PyTorch divides alpha by n, so n·1e-4
            net.add_module(f"norm{i}", nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0))
        if i in POOLED:
            net.add_module(f"pool{i}", nn.MaxPool2d(3, 2))
            size = size_after(size, 3, 2)
        channels = out
    return channels, size
