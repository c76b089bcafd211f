"""Tiny networks, each for one reason. All have bias-free, small widths; input (1, 2, h, w)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Of(nn.Module):
    """Layers by name and a forward as a function of (layers, x)."""

    def __init__(self, forward: Callable[..., Any], **layers: nn.Module) -> None:
        super().__init__()
        for name, layer in layers.items():
            self.add_module(name, layer)
        self.does = forward

    def forward(self, *xs: Tensor) -> Any:
        return self.does(self, *xs)


def conv(k: int = 3, c_in: int = 2, c_out: int = 2, **more: Any) -> nn.Conv2d:
    return nn.Conv2d(c_in, c_out, k, **more)


def seq(*layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(*layers)


def of(function: Callable[..., Any]) -> Of:
    """A function of tensors alone."""
    return Of(lambda _, *xs: function(*xs))


class FunctionalConv(nn.Module):
    """F.conv2d with a parameter of another name."""

    def __init__(self) -> None:
        super().__init__()
        self.kernels = nn.Parameter(torch.randn(3, 2, 3, 3))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(F.conv2d(x, self.kernels, stride=2, padding=1))


class Tied(nn.Module):
    """Two layers that share one weight tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = conv(padding=1), conv(padding=1)
        self.b.weight = self.a.weight

    def forward(self, x: Tensor) -> Tensor:
        return self.b(self.a(x))


class Shortcut(nn.Module):
    """ResNet's option A: every second pixel, zero channels added."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = conv(3, 2, 4, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 1, 1))


def diamond(m: Any, x: Tensor) -> Tensor:
    return m.stem(x) + m.right(m.left(m.stem(x)))


def gated(m: Any, x: Tensor) -> Tensor:
    y = m.conv(x)
    return y * torch.sigmoid(m.up(F.relu(m.down(y.mean((2, 3), keepdim=True)))))


def shuffled(m: Any, x: Tensor) -> Tensor:
    y = m.a(x)
    n, c, h, w = y.shape
    return m.b(y.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w))


def parts(m: Any, x: Tensor) -> Tensor:
    left, right = m.a(x).chunk(2, dim=1)
    return torch.cat([left, m.b(right)], dim=1)


def strides_differ(m: Any, x: Tensor) -> Tensor:
    fine, coarse = m.a(x), m.b(x)
    (h, w), (ch, cw) = fine.shape[2:], coarse.shape[2:]
    return fine + F.pad(coarse, (0, w - cw, 0, h - ch))


def unet(m: Any, x: Tensor) -> Tensor:
    coarse = m.b(F.max_pool2d(m.a(x), 2))
    return torch.cat([x, F.interpolate(coarse, x.shape[2:])], 1)


def channels_last(m: Any, x: Tensor) -> Tensor:
    return m.fc(m.a(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def written(m: Any, x: Tensor) -> Tensor:
    y = m.a(x)
    y[:, :1] = m.b(x)
    return y


def bypass(m: Any, x: Tensor) -> Tensor:
    y = torch.cat([m.wide(x), m.point(x)], 1)
    left, right = y[:, :2], y[:, 2:]
    return torch.cat([left, m.b(right)], 1)


def mixed_groups(m: Any, x: Tensor) -> Tensor:
    y = torch.cat([m.wide(x), m.point(x)], 1)
    n, c, h, w = y.shape
    z = y
    if m.turn == "views":
        z = y.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
    elif m.turn == "shuffle":
        z = F.channel_shuffle(y, 2)
    return torch.cat([z[:, :2] + 1, m.b(F.max_pool2d(F.relu(z[:, 2:]), 3, 1, 1))], 1)


class Turned(Of):
    """`turn`: how channels are shuffled before they are parted."""

    def __init__(self, turn: str) -> None:
        layers = {"wide": conv(7, padding=3), "point": conv(1), "b": conv(3, padding=1, groups=2)}
        super().__init__(mixed_groups, **layers)
        self.turn = turn


# name -> (network, the reason it is here)
MAPS: dict[str, tuple[nn.Module, str]] = {
    "chain": (seq(conv(), nn.MaxPool2d(2), conv(padding=1), nn.MaxPool2d(3, 2)), "the plain rule"),
    "diamond": (
        Of(diamond, stem=conv(padding=1), left=conv(padding=1), right=conv(padding=1)),
        "a residual: one branch inside the other, same centre",
    ),
    "misaligned": (
        Of(lambda m, x: m.a(x) + m.b(x)[:, :, 1:, 1:], a=conv(3), b=conv(2)),
        "branches with different centres",
    ),
    "even": (
        Of(lambda m, x: m.a(x)[:, :, :-1, :-1] + m.b(x), a=conv(2, padding=1), b=conv(1)),
        "an even kernel has no centre pixel",
    ),
    "called_twice": (
        Of(lambda m, x: m.a(F.relu(m.a(x))), a=conv(stride=2, padding=1)),
        "one module, two nodes",
    ),
    "dilated": (seq(conv(dilation=3), conv(dilation=2, stride=2)), "gaps in the window"),
    "ceil_mode": (
        seq(conv(5, stride=2), nn.MaxPool2d(3, 2, ceil_mode=True), conv()),
        "the last window hangs over the border, the start stays",
    ),
    "stride_over_kernel": (seq(conv(1, stride=3), conv(2, stride=3)), "pixels that nobody sees"),
    "dilated_pool": (seq(nn.MaxPool2d(2, 1, dilation=2), conv()), "pooling has a dilation, too"),
    "asymmetric_padding": (
        seq(nn.ZeroPad2d((0, 1, 2, 3)), conv(stride=2)),
        "start from the begin of the padding only; height and width differ",
    ),
    "cropped": (seq(nn.ZeroPad2d((-1, -2, -3, 0)), conv()), "negative padding"),
    "same_even": (seq(conv(4, padding="same", dilation=2), conv()), "odd one at the end"),
    "functional": (FunctionalConv(), "no module at all"),
    "tied": (Tied(), "one tensor, two layers"),
    "option_a": (Shortcut(), "a slice with a step and a zero padding of the channels"),
    "grouped": (seq(conv(3, 2, 4, groups=2), conv(3, 4, 4, groups=4)), "groups and depthwise"),
    "shuffled": (
        Of(shuffled, a=conv(3, 2, 4), b=conv(3, 4, 4, groups=2)),
        "a channel shuffle is the identity in space",
    ),
    "split": (Of(parts, a=conv(3, 2, 4), b=conv(3, 2, 2, padding=1)), "one node, two outputs"),
    "written": (
        Of(written, a=conv(3, padding=1), b=conv(5, 2, 1, padding=2)),
        "some channels are written over",
    ),
    "bypass": (
        Of(bypass, wide=conv(7, padding=3), point=conv(1), b=conv(padding=1)),
        "the wide branch's channels pass by the last convolution: 7, not 9",
    ),
    "parted": (Turned(""), "the same, in groups and through a pooling: 7"),
    "turned": (Turned("views"), "shuffled first, each part has a wide channel: 11"),
    "turned_at_once": (Turned("shuffle"), "the same by one function"),
    "rectangle": (
        seq(nn.Conv2d(2, 2, (1, 7), padding=(0, 3)), nn.Conv2d(2, 2, (5, 1), stride=(2, 1))),
        "axes apart",
    ),
    "channels_last": (
        Of(channels_last, a=conv(), fc=nn.Linear(2, 3)),
        "a linear layer on the channels of each pixel",
    ),
    "lrn": (seq(conv(), nn.LocalResponseNorm(3), conv()), "across channels, at one place"),
    "batch_norm": (seq(conv(), nn.BatchNorm2d(2), nn.ReLU(True), conv()), "a point in evaluation"),
    "unshuffle": (seq(nn.PixelUnshuffle(2), conv(3, 8, 2)), "space to depth is a window"),
    "no_parameters": (seq(nn.AvgPool2d(3, 2), nn.ReLU()), "nothing to count but the window"),
    "adaptive_even": (
        Of(lambda m, x: m.a(F.adaptive_avg_pool2d(x[..., :20, :24], (10, 6))), a=conv()),
        "an adaptive pooling whose windows are all alike",
    ),
}

BOUNDED: dict[str, tuple[nn.Module, str]] = {
    "transposed": (
        seq(conv(stride=2), nn.ConvTranspose2d(2, 2, 4, stride=2, padding=1), conv()),
        "units see different numbers of pixels",
    ),
    "transposed_odd": (
        seq(nn.ConvTranspose2d(2, 4, 3, stride=2, output_padding=1, groups=2), conv(3, 4, 2)),
        "grouped, padded at the end",
    ),
    "transposed_sparse": (seq(nn.ConvTranspose2d(2, 2, 1, stride=3), conv()), "some see nothing"),
    "nearest": (seq(conv(), nn.Upsample(scale_factor=2), conv()), "two units see the same"),
    "bilinear": (
        seq(conv(), nn.Upsample(scale_factor=3, mode="bilinear"), conv(stride=2)),
        "neighbours mixed",
    ),
    "corners": (
        seq(nn.Upsample(size=(37, 41), mode="bilinear", align_corners=True), conv()),
        "a step that is no fraction of the sizes",
    ),
    "bicubic": (seq(nn.Upsample(scale_factor=2, mode="bicubic"), conv()), "four taps"),
    "uneven": (seq(conv(), nn.AdaptiveAvgPool2d((7, 5)), conv()), "windows of two widths"),
    "shuffle_up": (seq(conv(3, 2, 8), nn.PixelShuffle(2), conv()), "depth to space"),
    "strides_differ": (
        Of(strides_differ, a=conv(1), b=conv(1, stride=2)),
        "maps of different steps added",
    ),
    "unet": (
        Of(unet, a=conv(padding=1), b=conv(padding=1)),
        "a fine and a coarse branch",
    ),
    "rolled": (
        Of(lambda m, x: m.a(torch.roll(x, (2, 2), (2, 3))), a=conv()),
        "a border wraps around",
    ),
    "side_by_side": (
        Of(lambda m, x: torch.cat([m.a(x), m.a(x)], 2), a=conv(3)),
        "a concatenation in space",
    ),
    "indexed": (Of(lambda m, x: m.a(x[:, :, [3, 2, 1, 5]][..., :4]), a=conv(3)), "any pixel"),
}

WHOLE: dict[str, tuple[nn.Module, str]] = {
    "global_pool": (seq(conv(), nn.AdaptiveAvgPool2d(1), conv(1)), "one average"),
    "mean": (Of(lambda m, x: m.a(x).mean((2, 3), keepdim=True), a=conv()), "as a method"),
    "flatten": (
        seq(conv(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(32, 3)),
        "into features",
    ),
    "tokens": (
        Of(lambda m, x: m.fc(m.a(x).flatten(2)), a=conv(4, stride=4), fc=nn.Linear(30, 3)),
        "pixels as a sequence that is mixed",
    ),
    "group_norm": (
        seq(conv(3, 2, 4), nn.GroupNorm(2, 4), conv(3, 4, 2)),
        "statistics of this image",
    ),
    "instance_norm": (seq(conv(), nn.InstanceNorm2d(2)), "the same, channel by channel"),
}
