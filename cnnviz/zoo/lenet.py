"""LeNet: the convolutional networks of Bell Labs, as printed and as they are taught today.

LeNet-5: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document Recognition",
Proc. IEEE 86(11), 1998: section II.B (layers), Table I (C3), appendix A (squashing function).
LeNet-1: LeCun et al., "Handwritten Digit Recognition with a Back-Propagation Network", NIPS 1989.
LeNet-300-100 and Caffe's LeNet-5 (examples/mnist/lenet.prototxt) are the networks that the pruning
papers start from. Layer names are the papers'.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.zoo.bitmaps import CODE_SIZE, codes
from cnnviz.zoo.sizes import scaled, size_after

# Table I: which maps of S2 (rows) each of C3's 16 maps (columns) reads.
TABLE_I = (
    "#...###..####.##",
    "##...###..####.#",
    "###...###..#.###",
    ".###..####..#.##",
    "..###..####.##.#",
    "...###..####.###",
)
# LeNet-1, Table 1 of its paper: two halves that meet in the output only; 20 of 48 pairs.
TABLE_1 = (
    "###.##......",
    ".#####......",
    "......###.##",
    ".......#####",
)
A, S = 1.7159, 2 / 3  # appendix A: f(±1) = ±1, and the curvature is largest there


class SparseConv2d(nn.Module):
    """Convolution whose output maps each read only some of the input maps (Table I).

    `inputs`: for each output map those that it reads. One kernel for each link: weight
    (links, k, k), bias (out,).
    """

    cnnviz_op: ClassVar[str] = "conv2d"

    def __init__(self, in_channels: int, inputs: Sequence[Sequence[int]], kernel: int) -> None:
        super().__init__()
        self.in_channels, self.out_channels, self.kernel = in_channels, len(inputs), kernel
        self.target = [o for o, maps in enumerate(inputs) for _ in maps]
        self.source = [i for maps in inputs for i in maps]
        self.weight = nn.Parameter(torch.empty(len(self.target), kernel, kernel))
        self.bias = nn.Parameter(torch.empty(len(inputs)))
        fan_in = kernel * kernel * max(len(maps) for maps in inputs)
        nn.init.uniform_(self.weight, -2.4 / fan_in, 2.4 / fan_in)  # appendix A
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, h, w) → (N, out, h − k + 1, w − k + 1)."""
        shape = (self.out_channels, self.in_channels, self.kernel, self.kernel)
        dense = self.weight.new_zeros(shape)
        dense[self.target, self.source] = self.weight
        return F.conv2d(x, dense, self.bias)

    def cnnviz_attrs(self) -> dict[str, Any]:
        return {
            "kernel_size": (self.kernel, self.kernel),
            "stride": (1, 1),
            "padding": ((0, 0), (0, 0)),
            "dilation": (1, 1),
            "groups": 1,
            "bias": True,
            "links": len(self.target),
        }


class SubSampling(nn.Module):
    """Sum of each 2×2, times one trainable coefficient a map, plus one bias (section II.B, S2)."""

    cnnviz_op: ClassVar[str] = "avg_pool2d"

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels))
        self.bias = nn.Parameter(torch.empty(channels))
        nn.init.constant_(self.weight, 0.25)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """(N, c, h, w) → (N, c, h/2, w/2)."""
        sums = F.avg_pool2d(x, 2, divisor_override=1)
        return sums * self.weight[:, None, None] + self.bias[:, None, None]

    def cnnviz_attrs(self) -> dict[str, Any]:
        return {
            "kernel_size": (2, 2),
            "stride": (2, 2),
            "padding": ((0, 0), (0, 0)),
            "ceil_mode": False,
            "bias": True,
        }


class ScaledTanh(nn.Module):
    """A tanh(S x), element by element (appendix A)."""

    cnnviz_op: ClassVar[str] = "tanh"

    def forward(self, x: Tensor) -> Tensor:
        return A * torch.tanh(S * x)

    def cnnviz_attrs(self) -> dict[str, Any]:
        return {"amplitude": A, "slope": S}


class RBF(nn.Module):
    """Squared distances to fixed codes of ±1, one a class (section II.B, output layer)."""

    cnnviz_op: ClassVar[str] = "rbf"
    codes: Tensor

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.register_buffer("codes", torch.tensor(codes(num_classes), dtype=torch.float32))

    def forward(self, x: Tensor) -> Tensor:
        """(N, 84) → (N, classes)."""
        return (x[:, None, :] - self.codes).square().sum(dim=2)

    def cnnviz_attrs(self) -> dict[str, Any]:
        return {"units": self.codes.shape[0]}


Layers = Iterator[tuple[str, nn.Module]]


class LeNet(nn.Sequential):
    """The layers in order, each under its paper's name; "C1_f" is C1's squashing function."""

    def __init__(self, *layers: tuple[str, nn.Module]) -> None:
        super().__init__(OrderedDict(layers))


ACTIVATIONS: dict[str, type[nn.Module]] = {
    "scaled_tanh": ScaledTanh,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "relu": nn.ReLU,
}


def lenet5(
    *,
    input_size: int = 32,
    in_channels: int = 1,
    num_classes: int = 10,
    width: float = 1.0,
    connections: str = "table",
    pooling: str = "trainable",
    activation: str = "scaled_tanh",
    output: str = "rbf",
) -> LeNet:
    """LeNet-5 as printed; with the other choices as it is taught. Input (N, channels, size, size).

    C5's kernels cover the whole of S4's maps, 5×5 at 32. A wider network stretches Table I.
    With the RBF output F6 keeps its 84 units, for they are the 7×12 pixels of its codes.
    """
    c1, c3, c5 = scaled(6, width), scaled(16, width), scaled(120, width)
    f6 = CODE_SIZE if output == "rbf" else scaled(84, width)
    squash = ACTIVATIONS[activation]
    s4 = size_after(size_after(size_after(size_after(input_size, 5), 2, 2), 5), 2, 2)
    third: nn.Module = nn.Conv2d(c1, c3, 5)
    if connections == "table":
        third = SparseConv2d(c1, reads(TABLE_I, c1, c3), 5)
    return LeNet(
        ("C1", nn.Conv2d(in_channels, c1, 5)),
        ("C1_f", squash()),
        *subsampling("S2", pooling, c1, squash),
        ("C3", third),
        ("C3_f", squash()),
        *subsampling("S4", pooling, c3, squash),
        ("C5", nn.Conv2d(c3, c5, s4)),
        ("C5_f", squash()),
        ("flatten", nn.Flatten()),
        ("F6", nn.Linear(c5, f6)),
        ("F6_f", squash()),
        ("output", RBF(num_classes) if output == "rbf" else nn.Linear(f6, num_classes)),
    )


def lenet1(
    *, input_size: int = 28, in_channels: int = 1, num_classes: int = 10, width: float = 1.0
) -> LeNet:
    """LeNet-1: H1 to H4 and ten outputs; input (N, channels, 28, 28)."""
    h1, h3 = scaled(4, width), scaled(12, width)
    h4 = size_after(size_after(size_after(size_after(input_size, 5), 2, 2), 5), 2, 2)
    return LeNet(
        ("H1", nn.Conv2d(in_channels, h1, 5)),
        ("H1_f", ScaledTanh()),
        *subsampling("H2", "trainable", h1, ScaledTanh),
        ("H3", SparseConv2d(h1, reads(TABLE_1, h1, h3), 5)),
        ("H3_f", ScaledTanh()),
        *subsampling("H4", "trainable", h3, ScaledTanh),
        ("flatten", nn.Flatten()),
        ("output", nn.Linear(h3 * h4 * h4, num_classes)),
        ("output_f", ScaledTanh()),
    )


def lenet5_caffe(
    *, input_size: int = 28, in_channels: int = 1, num_classes: int = 10, width: float = 1.0
) -> LeNet:
    """Caffe's LeNet: 20 and 50 maps, 500 units, one ReLU; input (N, channels, 28, 28)."""
    c1, c2, hidden = scaled(20, width), scaled(50, width), scaled(500, width)
    # Caffe rounds pooled sizes up; kernels of 2 with stride 2 then differ at odd sizes only.
    side = size_after(size_after(input_size, 5) + 1, 2, 2)
    side = size_after(size_after(side, 5) + 1, 2, 2)
    return LeNet(
        ("conv1", nn.Conv2d(in_channels, c1, 5)),
        ("pool1", nn.MaxPool2d(2, 2, ceil_mode=True)),
        ("conv2", nn.Conv2d(c1, c2, 5)),
        ("pool2", nn.MaxPool2d(2, 2, ceil_mode=True)),
        ("flatten", nn.Flatten()),
        ("ip1", nn.Linear(c2 * side * side, hidden)),
        ("relu1", nn.ReLU()),
        ("ip2", nn.Linear(hidden, num_classes)),
    )


def lenet_300_100(
    *, input_size: int = 28, in_channels: int = 1, num_classes: int = 10, width: float = 1.0
) -> LeNet:
    """Two hidden layers, no convolution (1998, section III.C.4); input (N, channels, 28, 28)."""
    first, second = scaled(300, width), scaled(100, width)
    return LeNet(
        ("flatten", nn.Flatten()),
        ("fc1", nn.Linear(in_channels * input_size * input_size, first)),
        ("fc1_f", nn.Tanh()),
        ("fc2", nn.Linear(first, second)),
        ("fc2_f", nn.Tanh()),
        ("fc3", nn.Linear(second, num_classes)),
    )


def subsampling(name: str, pooling: str, channels: int, squash: type[nn.Module]) -> Layers:
    """Halves the maps. As printed it has weights and a squashing function of its own."""
    if pooling == "trainable":
        yield name, SubSampling(channels)
        yield f"{name}_f", squash()
    else:
        yield name, nn.MaxPool2d(2, 2) if pooling == "max" else nn.AvgPool2d(2, 2)


def reads(table: Sequence[str], in_channels: int, out_channels: int) -> list[list[int]]:
    """For each output map the input maps that it reads.

    For other widths the table is stretched: old and new maps lie side by side on one line, in equal
    shares, and a new input map stands for the old ones that it overlaps. None is left unread.
    """
    old, columns = len(table), len(table[0])

    def overlap(new: int, row: int) -> bool:
        return new * old < (row + 1) * in_channels and row * in_channels < (new + 1) * old

    def column(new: int) -> list[int]:
        rows = [r for r in range(old) if table[r][new * columns // out_channels] == "#"]
        return [i for i in range(in_channels) if any(overlap(i, r) for r in rows)]

    return [column(o) for o in range(out_channels)]
