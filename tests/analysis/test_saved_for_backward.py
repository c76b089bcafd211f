"""What autograd keeps, function by function, where a gradient stops, and of attention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from cnnviz.analysis import analyze
from cnnviz.graph import Shape
from cnnviz.tracing import trace
from tests.analysis import tiny
from tests.analysis.oracles import saved_bytes, tensors

SHAPE = (2, 4, 6, 5)
Function = Callable[[Tensor, Tensor], Tensor]


def compare(model: nn.Module, *shapes: Shape) -> None:
    ours = analyze(trace(model, *shapes)).totals.memory.kept_for_backward
    assert ours == saved_bytes(model, *tensors(shapes))


def conv() -> nn.Conv2d:
    return nn.Conv2d(4, 4, 3, padding=1)


def of(function: Function) -> nn.Module:
    """A function of two maps, behind convolutions."""
    return tiny.Of(lambda m, x: function(m.a(x), m.b(x)), a=conv(), b=conv())


ONE = """abs acos acosh angle asin atan ceil cos cosh deg2rad digamma erf erfc erfinv exp exp2
    expm1 floor frac isinf isnan lgamma log log10 log1p logical_not logit neg positive nan_to_num
    reciprocal round rsqrt sgn sigmoid sign sin sinc sinh sqrt square tan tanh trunc"""
ACTIVATIONS = "celu hardshrink logsigmoid mish rrelu selu silu softshrink softsign tanhshrink"
TWO = """add atan2 copysign div eq float_power fmod ge heaviside hypot logaddexp logical_and
    maximum mul pow remainder sub xlogy"""
NUMBER = "add clamp_max clamp_min copysign div eq float_power fmod gt mul pow remainder sub xlogy"
FUNCTIONS: dict[str, Function] = {
    **{k: lambda y, _, k=k: getattr(torch, k)(y) for k in ONE.split()},
    **{k: lambda y, _, k=k: getattr(F, k)(y) for k in ACTIVATIONS.split()},
    **{f"{k}_two": lambda y, z, k=k: getattr(torch, k)(y, z) for k in TWO.split()},
    **{f"{k}_number": lambda y, _, k=k: getattr(torch, k)(y, 0.5) for k in NUMBER.split()},
    "number_to_the_power": lambda y, _: 2**y,
    "number_by_a_tensor": lambda y, _: 1 / y,
    "lerp": lambda y, z: torch.lerp(y, z, 0.3),
    "lerp_by_a_tensor": lambda y, z: torch.lerp(y, z, z),
    "addcmul": lambda y, z: torch.addcmul(y, y, z),
    "where": lambda y, z: torch.where(y > 0, y, z),
    "where_number": lambda y, _: torch.where(y > 0, y, 0.0),
    "masked": lambda y, z: y.masked_fill(z > 0, -1e9),
    "mask_used_again": lambda y, z: (lambda k: torch.where(k, y, z) * k)(y > 0),
    "filled": lambda y, _: y.clone().fill_(2.0),
    "maximum_and_place": lambda y, _: y.max(1)[0],
    "maximum_over_axes": lambda y, _: y.amax((1, 2)),
    "dropout_of_none": lambda y, _: F.dropout(y, 0.0, True).relu(),
    "dropout_of_channels": lambda y, _: F.dropout2d(y, 0.5, True),
    "alpha_dropout": lambda y, _: F.alpha_dropout(y, 0.5, True),
    "area": lambda y, _: F.interpolate(y, size=(4, 3), mode="area"),
    # where the gradient stops
    "detached": lambda y, z: y.detach().sigmoid().tanh() * z,
    "data": lambda y, z: y.data.sigmoid() + z,
    "target": lambda y, z: (y - z.detach()).square().mean(),
    "without_gradient": lambda y, z: torch.no_grad()(torch.sigmoid)(y) * z,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_keep_what_autograd_saves(name: str) -> None:
    compare(of(FUNCTIONS[name]), SHAPE)


def teacher(m: Any, x: Tensor) -> Tensor:
    with torch.no_grad():
        wanted = m.teacher(x)
    found: Tensor = m.pupil(x) - wanted
    return found


def masked_attention(m: Any, x: Tensor) -> Tensor:
    q, k, v = m.fc(x).chunk(3, -1)
    later = torch.ones(6, 6, dtype=torch.bool).triu(1)
    return (q @ k.mT).masked_fill(later, -1e9).softmax(-1) @ v


def scaled(m: Any, x: Tensor) -> Tensor:
    """Weights and biases that are computed: the weights are kept, the biases are not."""
    y = F.conv2d(x, m.a.weight * 2, m.a.bias * 2)
    y = F.linear(y, m.a.weight[:, 0, 0, :1].exp().expand(-1, y.shape[-1]), m.a.bias * 3)
    return F.conv_transpose2d(y, m.b.weight * 2, m.b.bias * 2)


class BufferMask(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = conv()
        self.register_buffer("mask", torch.ones(6, 5, dtype=torch.bool))

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return torch.where(self.mask, y, 0.0) * y.masked_fill(self.mask, 0)


WIDE = nn.Sequential(nn.Conv2d(4, 16, 3), nn.Sigmoid(), nn.Conv2d(16, 4, 3, padding=2))
BLOCKS: dict[str, tuple[nn.Module, tuple[Shape, ...]]] = {
    "teacher": (tiny.Of(teacher, teacher=WIDE, pupil=conv()), (SHAPE,)),
    "masked_attention": (tiny.Of(masked_attention, fc=nn.Linear(8, 24)), ((2, 6, 8),)),
    "mask_in_a_buffer": (BufferMask(), (SHAPE,)),
    "computed_weights": (tiny.Of(scaled, a=conv(), b=nn.ConvTranspose2d(4, 4, 3)), (SHAPE,)),
    "norm_of_the_image": (tiny.seq(nn.RMSNorm(5), conv()), (SHAPE,)),
    "dropout_of_none": (
        tiny.seq(nn.Linear(5, 50), nn.ReLU(), nn.Dropout(0.0), nn.Linear(50, 3)),
        ((2, 5),),
    ),
    "encoder": (nn.TransformerEncoderLayer(16, 4, 32, batch_first=True), ((2, 7, 16),)),
    "decoder": (
        nn.TransformerDecoderLayer(16, 4, 32, batch_first=True),
        ((2, 7, 16), (2, 5, 16)),
    ),
    **{
        f"instance_norm_{affine}_{tracked}": (
            tiny.seq(conv(), nn.InstanceNorm2d(4, affine=affine, track_running_stats=tracked)),
            (SHAPE,),
        )
        for affine in (False, True)
        for tracked in (False, True)
    },
    **{
        f"attention_{rank}_{p}": (
            tiny.Of(
                lambda m, x, p=p: F.scaled_dot_product_attention(
                    m.fc(x), m.fc(x), m.fc(x), None, p
                ),
                fc=nn.Linear(8, 8),
            ),
            ((2, 4, 6, 8)[4 - rank :],),
        )
        for rank in (3, 4)
        for p in (0.0, 0.2)
    },
}


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_keep_what_autograd_saves(name: str) -> None:
    model, shapes = BLOCKS[name]
    compare(model, *shapes)


@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize("p", [0.0, 0.1])
@pytest.mark.parametrize("added", [False, True])
@pytest.mark.parametrize("given", ["one", "two", "three"])
@pytest.mark.parametrize("shape", [(7, 2, 16), (7, 16)], ids=["batch", "single"])
def test_multi_head_attention(
    need_weights: bool, p: float, added: bool, given: str, shape: Shape
) -> None:
    def forward(m: Any, x: Tensor) -> Tensor:
        y = m.fc(x)
        inputs = {"one": (y, y, y), "two": (x, y, y), "three": (x, y, y + 1)}[given]
        found: Tensor = m.a(*inputs, need_weights=need_weights)[0]
        return found

    layer = nn.MultiheadAttention(16, 4, dropout=p, add_bias_kv=added, add_zero_attn=added)
    compare(tiny.Of(forward, a=layer, fc=nn.Linear(16, 16)), shape)


# a chain may be of any of these: each has a derivative, and none writes in place
CHAINED = [k for k in FUNCTIONS if k not in ("area", "target") and "maximum_" not in k]


@settings(max_examples=100)
@given(st.lists(st.sampled_from(CHAINED), min_size=2, max_size=4))
def test_random_chains_of_functions(names: list[str]) -> None:
    def forward(y: Tensor, z: Tensor) -> Tensor:
        for name in names:
            y = FUNCTIONS[name](y, z).float()
        return y

    compare(of(forward), SHAPE)
