"""The modules and forwards of tests/tiny.py that are more than a line."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MAP = (2, 4, 8, 8)


class Function(nn.Module):
    """A root module whose forward is a plain function of itself and the inputs."""

    def __init__(self, forward: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        self.run = forward
        for name, part in parts.items():
            if isinstance(part, Tensor) and not isinstance(part, nn.Parameter):
                self.register_buffer(name, part)
            else:
                setattr(self, name, part)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.run(self, *args, **kwargs)


class Codes(nn.Module):
    """Recorded as one operation, by its class attribute."""

    cnnviz_op = "rbf"

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("codes", torch.zeros(3, 8))

    def cnnviz_attrs(self) -> dict[str, Any]:
        return {"classes": 3}

    def forward(self, x: Tensor) -> Tensor:
        return ((x[:, None] - self.codes) ** 2).sum(-1)


Pair = namedtuple("Pair", "left right")


def parameter(*shape: int) -> nn.Parameter:
    return nn.Parameter(torch.zeros(*shape))


def write(m: nn.Module, x: Tensor) -> Tensor:  # noqa: ARG001
    out = torch.zeros(2, 4, 8, 8)
    out[:, :2] = x[:, 2:]
    return out


def add_to_part(m: nn.Module, x: Tensor) -> Tensor:  # noqa: ARG001
    y = x * 2
    y[:, :2] += x[:, 2:]
    return y


def copy_into_view(m: nn.Module, x: Tensor) -> Tensor:  # noqa: ARG001
    out = torch.zeros(2, 4, 8, 8)
    out[:, 0].copy_(x[:, 0])
    return out + 1


def copy_within(m: nn.Module, x: Tensor) -> Tensor:  # noqa: ARG001
    y = x * 2
    y[:, 0] = y[:, 1]
    return y


@torch.inference_mode()
def without_versions(m: nn.Module, x: Tensor) -> Tensor:  # noqa: ARG001
    y = x * 2
    y.exp_()
    return y + x


def into(m: nn.Module, x: Tensor) -> Tensor:  # noqa: ARG001
    out = torch.empty(MAP)
    torch.exp(x, out=out)
    return out + x


def gate(m: Any, x: Tensor) -> Tensor:
    s = torch.sigmoid(m.fc(F.adaptive_avg_pool2d(x, 1).flatten(1)))
    return x * s[:, :, None, None]


def attention(m: Any, x: Tensor) -> Tensor:
    return ((x @ x.transpose(1, 2)) / 2).softmax(-1) @ m.v


def token(m: Any, x: Tensor) -> Tensor:
    return torch.cat([m.token.expand(2, -1, -1), x], 1) + m.position


def unet(m: Any, x: Tensor) -> Tensor:
    up = F.interpolate(m.down(x), scale_factor=2)
    return torch.cat([F.pad(up, (0, 0, 0, 0)), x], 1)
