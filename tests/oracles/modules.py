"""Random networks for property tests: stacks of layers with branches, gates and shared modules.

`modules()` draws (network, input shape). Every operation is a leaf module of its own, so that hooks
see each of them. Weights are real and small; the map never vanishes.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor, nn


class Add(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y


class AddInPlace(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        x += y
        return x


class Multiply(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x * y


class Concat(nn.Module):
    def forward(self, *xs: Tensor) -> Tensor:
        return torch.cat(xs, 1)


class Slice(nn.Module):
    """Channels start … start + length - 1."""

    def __init__(self, start: int, length: int) -> None:
        super().__init__()
        self.start, self.length = start, length

    def forward(self, x: Tensor) -> Tensor:
        return x[:, self.start : self.start + self.length]


class GlobalMean(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean(tuple(range(2, x.dim())), keepdim=True)


class Residual(nn.Module):
    """x + body(x)."""

    def __init__(self, body: nn.Module, add: nn.Module) -> None:
        super().__init__()
        self.body, self.add = body, add

    def forward(self, x: Tensor) -> Tensor:
        return self.add(self.body(x), x)


class Branches(nn.Module):
    """The branches' results, concatenated."""

    def __init__(self, branches: list[nn.Module]) -> None:
        super().__init__()
        self.branches, self.cat = nn.ModuleList(branches), Concat()

    def forward(self, x: Tensor) -> Tensor:
        return self.cat(*(b(x) for b in self.branches))


class Gate(nn.Module):
    """x times a number for each channel that the whole map decides."""

    def __init__(self, conv: nn.Module) -> None:
        super().__init__()
        self.squeeze, self.excite, self.sigmoid = GlobalMean(), conv, nn.Sigmoid()
        self.scale = Multiply()

    def forward(self, x: Tensor) -> Tensor:
        return self.scale(x, self.sigmoid(self.excite(self.squeeze(x))))


class Twice(nn.Module):
    """One module, called twice."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        return self.body(self.body(x))


class Split(nn.Module):
    """Half of the channels goes through the body, half passes by."""

    def __init__(self, channels: int, body: nn.Module) -> None:
        super().__init__()
        half = channels // 2
        self.left, self.right = Slice(0, half), Slice(half, channels - half)
        self.body, self.cat = body, Concat()

    def forward(self, x: Tensor) -> Tensor:
        return self.cat(self.left(x), self.body(self.right(x)))


SHAPE_KEEPING = ("norm", "act", "residual", "gate", "twice", "split", "dropout", "shuffle")
KINDS = ("conv", "pool", "transposed", "branches", *SHAPE_KEEPING)


@st.composite
def modules(
    draw: Any, dims: int = 2, kinds: tuple[str, ...] = KINDS, most: int = 6, head: bool = True
) -> tuple[nn.Module, tuple[int, ...]]:
    """(network in evaluation mode, input shape). dims: spatial axes; head: sometimes a Linear."""
    channels = draw(st.integers(1, 4))
    sizes = tuple(draw(st.integers(8, 20)) for _ in range(dims))
    shape = (draw(st.integers(1, 2)), channels, *sizes)
    layers: list[nn.Module] = []
    x = torch.zeros(shape, device="meta")
    for _ in range(draw(st.integers(1, most))):
        layer = _layer(draw, draw(st.sampled_from(kinds)), x.shape[1], dims)
        y = _after(layer, x)
        if y is not None:
            layers.append(layer)
            x = y
    if head and draw(st.booleans()):
        layers += [nn.Flatten(), nn.Linear(x[0].numel(), draw(st.integers(1, 5)))]
    return nn.Sequential(*layers).eval(), shape


def _after(layer: nn.Module, x: Tensor) -> Tensor | None:
    """What the layer makes of a map; None where nothing is left of it or it grows too large."""

    try:
        with torch.no_grad():
            y: Tensor = copy.deepcopy(layer).to("meta").eval()(x)
    except RuntimeError:
        return None
    return y if 0 not in y.shape and max(y.shape[2:], default=1) <= 48 else None


def _layer(draw: Any, kind: str, c: int, d: int) -> nn.Module:
    if kind == "conv":
        return _conv(draw, c, d)
    if kind == "transposed":
        stride = draw(st.integers(1, 2))
        return _nn("ConvTranspose", d)(
            c,
            draw(st.integers(1, 4)),
            draw(st.integers(1, 4)),
            stride,
            draw(st.integers(0, 1)),
            output_padding=draw(st.integers(0, stride - 1)),
            bias=draw(st.booleans()),
        )
    if kind == "pool":
        return _pool(draw, d)
    if kind == "norm":
        return draw(st.sampled_from([_nn("BatchNorm", d)(c), nn.GroupNorm(1, c)]))
    if kind == "act":
        acts = [nn.ReLU(), nn.ReLU(inplace=True), nn.Sigmoid(), nn.SiLU(), nn.Tanh(), nn.PReLU()]
        return draw(st.sampled_from(acts))
    if kind == "dropout":
        return draw(st.sampled_from([nn.Dropout(), nn.Identity()]))
    if kind == "shuffle":
        return nn.ChannelShuffle(draw(st.sampled_from(_divisors(c))))
    if kind == "gate":
        return Gate(_nn("Conv", d)(c, c, 1))
    if kind == "twice":
        return Twice(_same(draw, c, c, d))
    if kind == "split":
        return Split(c, _same(draw, c - c // 2, c - c // 2, d)) if c > 1 else nn.Identity()
    if kind == "residual":
        add = draw(st.sampled_from([Add(), AddInPlace()]))
        return Residual(nn.Sequential(_same(draw, c, c, d), _nn("BatchNorm", d)(c)), add)
    pool = _nn("MaxPool", d)(3, 1, 1)
    found = [_same(draw, c, draw(st.integers(1, 3)), d) for _ in range(draw(st.integers(1, 3)))]
    return Branches([*found, pool])


def _conv(draw: Any, c: int, d: int) -> nn.Module:
    kernel = tuple(draw(st.integers(1, 4)) for _ in range(d))
    stride = tuple(draw(st.integers(1, 3)) for _ in range(d))
    padding: Any = tuple(draw(st.integers(0, 2)) for _ in range(d))
    if draw(st.booleans()):
        stride, padding = (1,) * d, draw(st.sampled_from(["same", "valid"]))
    groups = draw(st.sampled_from(_divisors(c)))
    dilation = tuple(draw(st.integers(1, 2)) for _ in range(d))
    out = groups * draw(st.integers(1, 3))
    odd = any(s * (k - 1) % 2 for s, k in zip(dilation, kernel, strict=True))
    if padding == "same" and odd:
        padding = "valid"  # PyTorch warns that it copies
    bias = draw(st.booleans())
    return _nn("Conv", d)(c, out, kernel, stride, padding, dilation, groups, bias)


def _same(draw: Any, c: int, out: int, d: int) -> nn.Module:
    """A convolution that keeps the map's size."""
    k, s = draw(st.sampled_from([(1, 1), (3, 1), (3, 2), (5, 1)]))
    return _nn("Conv", d)(c, out, k, padding=s * (k - 1) // 2, dilation=s)


def _pool(draw: Any, d: int) -> nn.Module:
    k = draw(st.integers(1, 4))
    stride, padding = draw(st.integers(1, 3)), draw(st.integers(0, k // 2))
    ceil = draw(st.booleans())
    if draw(st.booleans()):
        return _nn("MaxPool", d)(k, stride, padding, draw(st.integers(1, 2)), ceil_mode=ceil)
    return _nn("AvgPool", d)(k, stride, padding, ceil, draw(st.booleans()))


def _nn(name: str, d: int) -> Any:
    return getattr(nn, f"{name}{d}d")


def _divisors(n: int) -> list[int]:
    return [k for k in range(1, n + 1) if n % k == 0]
