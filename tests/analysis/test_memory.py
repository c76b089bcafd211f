"""Memory: what autograd keeps against its own hooks; liveness on cases that one sees through."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from cnnviz import zoo
from cnnviz.analysis import analyze
from cnnviz.graph import Shape
from cnnviz.report import Memory
from cnnviz.tracing import trace
from tests.analysis import tiny
from tests.analysis.oracles import saved_bytes, tensors
from tests.oracles.modules import KINDS, modules

SHAPE = (2, 2, 20, 24)
# PyTorch says that it pads a copy, which is what "same_even" is about
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
Shapes = tuple[tuple[int, ...], ...]
MAP = 2 * 2 * 20 * 24 * 4  # bytes of one tensor of SHAPE


# batch norm refuses to train on one number a channel
TRAINED = tuple(k for k in KINDS if k not in ("norm", "residual"))

# in three dimensions its result is cut out of a larger one, and the next operation copies it
NOT_TRANSPOSED = tuple(k for k in TRAINED if k != "transposed")


def memory_of(model: nn.Module, *shapes: tuple[int, ...], train: bool = False) -> Memory:
    return analyze(trace(model, *shapes, train=train)).totals.memory


def behind(*layers: nn.Module) -> nn.Module:
    """A convolution first, so that what follows needs a gradient."""
    return tiny.seq(tiny.conv(padding=1), *layers)


def of(function: Any, **layers: nn.Module) -> nn.Module:
    """The function of one map behind a convolution."""
    return tiny.Of(lambda m, x: function(m, m.first(x)), first=tiny.conv(padding=1), **layers)


def attend(m: Any, x: Tensor) -> Tensor:
    y = m.f(x)
    found: Tensor = m.a(y, y, y)[0]
    return found


class Frozen(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = tiny.seq(tiny.conv(), nn.ReLU()).requires_grad_(False)
        self.head = tiny.seq(tiny.conv(), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


ACTIVATIONS = (
    *("ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "GELU", "SiLU", "Hardswish", "Hardsigmoid"),
    *("Hardtanh", "Softplus", "Sigmoid", "Tanh", "SELU", "Mish", "Softmax2d"),
)
IN_PLACE = ("ReLU", "ReLU6", "LeakyReLU", "ELU", "SiLU", "Hardswish", "Hardsigmoid")

LAYERS: dict[str, nn.Module] = {
    **{k: behind(getattr(nn, k)()) for k in ACTIVATIONS},
    **{f"{k}_in_place": behind(getattr(nn, k)(inplace=True)) for k in IN_PLACE},
    "first_convolution": tiny.conv(),
    "frozen": Frozen(),
    "no_parameters": tiny.seq(nn.MaxPool2d(2), nn.ReLU()),
    "strided": behind(tiny.conv(stride=2, padding=1), tiny.conv(1)),
    "same_even": behind(tiny.conv(4, padding="same")),
    "reflect": behind(tiny.conv(3, padding=1, padding_mode="reflect")),
    "transposed": behind(nn.ConvTranspose2d(2, 3, 2, 2)),
    "linear": behind(nn.Flatten(), nn.Linear(960, 5), nn.ReLU(), nn.Linear(5, 3)),
    "linear_frozen": behind(nn.Flatten(), nn.Linear(960, 5).requires_grad_(False)),
    "log_softmax": behind(nn.Flatten(), nn.LogSoftmax(1)),
    "max_pool": behind(nn.MaxPool2d(3, 2)),
    "avg_pool": behind(nn.AvgPool2d(2)),
    "lp_pool": behind(nn.Softplus(), nn.LPPool2d(2, 2)),
    "adaptive": behind(nn.AdaptiveAvgPool2d((5, 7))),
    "adaptive_max": behind(nn.AdaptiveMaxPool2d(5)),
    "global": behind(nn.AdaptiveAvgPool2d(1), tiny.conv(1)),
    "batch_norm": behind(nn.BatchNorm2d(2), nn.ReLU(inplace=True)),
    "batch_norm_plain": behind(nn.BatchNorm2d(2, affine=False)),
    "layer_norm": behind(nn.LayerNorm(24)),
    "rms_norm": behind(nn.RMSNorm(24)),
    "group_norm": behind(nn.GroupNorm(2, 2)),
    "instance_norm": behind(nn.InstanceNorm2d(2)),
    "instance_norm_affine": behind(nn.InstanceNorm2d(2, affine=True)),
    "lrn": behind(nn.LocalResponseNorm(3)),
    "normalize": of(lambda _, x: F.normalize(x)),
    "dropout": behind(nn.Dropout()),
    "mean": of(lambda _, x: x.mean((2, 3))),
    "amax": of(lambda _, x: x.amax((2, 3))),
    "add": of(lambda m, x: x + m.a(x), a=tiny.conv(1)),
    "sub": of(lambda m, x: x - m.a(x), a=tiny.conv(1)),
    "mul": of(lambda m, x: m.b(x) * m.a(x), a=tiny.conv(1), b=tiny.conv(1)),
    "mul_by_number": of(lambda _, x: x * 3 + 1),
    "mul_by_image": tiny.Of(lambda m, x: m.a(x) * x, a=tiny.conv(1)),
    "gate": of(tiny.gated, conv=tiny.conv(), down=tiny.conv(1), up=tiny.conv(1)),
    "div": of(lambda m, x: m.b(x) / m.a(x).exp(), a=tiny.conv(1), b=tiny.conv(1)),
    "maximum": of(lambda m, x: torch.maximum(m.b(x), m.a(x)), a=tiny.conv(1), b=tiny.conv(1)),
    "square": of(lambda _, x: x.square()),
    "absolute": of(lambda _, x: x.abs().sqrt()),
    "negative": of(lambda _, x: -x),
    "clamp": of(lambda _, x: x.clamp(0, 1)),
    "concat": of(lambda m, x: torch.cat([x, m.a(x)], 1), a=tiny.conv(1)),
    "slice": of(lambda m, x: m.a(x[:, :, ::2, 1:]), a=nn.ReLU()),
    "chunk": of(lambda m, x: m.a(x.chunk(2, 1)[0]), a=nn.ReLU()),
    "channel_shuffle": of(tiny.shuffled, a=tiny.conv(3, 2, 4), b=tiny.conv(3, 4, 4, groups=2)),
    "pad": behind(nn.ZeroPad2d(1), nn.ReflectionPad2d(2)),
    "upsample": behind(nn.Upsample(scale_factor=2), nn.ReLU()),
    "diamond": tiny.MAPS["diamond"][0],
    "called_twice": tiny.MAPS["called_twice"][0],
    "option_a": tiny.MAPS["option_a"][0],
    "tied": tiny.MAPS["tied"][0],
}


@pytest.mark.parametrize("name", LAYERS)
def test_kept_for_backward_is_what_autograd_saves(name: str) -> None:
    model = LAYERS[name]
    assert memory_of(model, SHAPE).kept_for_backward == saved_bytes(model, *tensors((SHAPE,)))


FC = nn.Linear(8, 8)
OTHER: dict[str, tuple[nn.Module, Shapes]] = {
    "linear_3d": (tiny.seq(nn.Linear(8, 6), nn.Linear(6, 4)), ((2, 5, 8),)),
    "layer_norm": (tiny.seq(nn.Linear(8, 6), nn.LayerNorm(6)), ((2, 5, 8),)),
    "bilinear": (nn.Bilinear(4, 5, 3), ((2, 4), (2, 5))),
    "matmul": (tiny.Of(lambda m, a, b: m.f(a) @ m.f(b).mT, f=FC), ((2, 3, 8), (2, 4, 8))),
    "one_factor": (tiny.Of(lambda m, a, b: m.f(a) @ b, f=FC), ((2, 3, 8), (2, 8, 5))),
    "attention": (
        tiny.Of(lambda m, x: F.scaled_dot_product_attention(m.f(x), m.f(x), m.f(x)), f=FC),
        ((2, 4, 6, 8),),
    ),
    "conv1d": (tiny.seq(nn.Conv1d(2, 3, 3), nn.MaxPool1d(2), nn.BatchNorm1d(3)), ((2, 2, 21),)),
    "conv3d": (
        tiny.seq(nn.Conv3d(2, 3, 3), nn.MaxPool3d(2), nn.BatchNorm3d(3)),
        ((2, 2, *[8] * 3),),
    ),
    "pairwise": (tiny.Of(lambda m, a, b: F.pairwise_distance(m.f(a), m.f(b)), f=FC), ((2, 8),) * 2),
    "cosine": (tiny.Of(lambda m, a, b: F.cosine_similarity(m.f(a), m.f(b)), f=FC), ((2, 8),) * 2),
    "heads_of_one": (tiny.Of(attend, f=FC, a=nn.MultiheadAttention(8, 2)), ((5, 2, 8),)),
    "heads_of_three": (
        tiny.Of(lambda m, x: m.a(m.f(x), m.f(x), m.f(x))[0], f=FC, a=nn.MultiheadAttention(8, 2)),
        ((5, 2, 8),),
    ),
}


@pytest.mark.parametrize("name", OTHER)
def test_kept_of_other_shapes(name: str) -> None:
    model, shapes = OTHER[name]
    assert memory_of(model, *shapes).kept_for_backward == saved_bytes(model, *tensors(shapes))


NETWORKS = {
    "lenet5": 32,
    "lenet1": 28,
    "lenet5_caffe": 28,
    "alexnet": 67,
    "vgg11": 32,
    "vgg11_lrn": 32,
    "vgg16_c": 32,
}


@pytest.mark.parametrize("name", NETWORKS)
def test_kept_of_the_zoos_networks(name: str) -> None:
    size = NETWORKS[name]
    width = 1.0 if name.startswith("lenet") else 0.125
    model = zoo.build(name, device="cpu", input_size=size, width=width, num_classes=10)
    shape = (2, next(model.parameters()).shape[1], size, size)
    assert memory_of(model, shape).kept_for_backward == saved_bytes(model, *tensors((shape,)))


def test_a_chain_holds_two_maps() -> None:
    """Input and output of the operation that runs; weights apart."""
    memory = memory_of(tiny.seq(nn.Sigmoid(), nn.Tanh(), nn.Sigmoid()), SHAPE)
    assert [m.inference for m in memory.timeline] == [MAP, 2 * MAP, 2 * MAP, 2 * MAP]
    assert memory.peak_inference == 2 * MAP
    assert memory.alive_at_inference_peak == ("input", "0")
    assert (memory.weight_bytes, memory.weight_state, memory.kept_for_backward) == (0, 0, 0)
    assert memory.peak_training == 2 * MAP  # nothing to train


def test_a_residual_keeps_its_input_alive() -> None:
    memory = memory_of(tiny.Of(lambda m, x: x + m.b(m.a(x)), a=nn.Tanh(), b=nn.Sigmoid()), SHAPE)
    assert memory.peak_inference == 3 * MAP
    assert memory.alive_at_inference_peak == ("input", "a", "b")


def test_in_place_and_views_share() -> None:
    model = tiny.seq(nn.Tanh(), nn.ReLU(inplace=True), nn.Flatten(), nn.Sigmoid())
    assert memory_of(model, SHAPE).peak_inference == 2 * MAP


def test_a_view_of_a_weight_lies_with_the_weights() -> None:
    """Written as a product with a transposed weight, a layer needs what nn.Linear does."""

    def product(m: Any, x: Tensor) -> Tensor:
        return x @ m.f.weight.t() + m.f.bias

    layer = nn.Linear(100, 50)
    one, two = memory_of(tiny.Of(product, f=layer), (2, 100)), memory_of(layer, (2, 100))
    assert one.kept_for_backward == two.kept_for_backward == 2 * 100 * 4
    assert one.peak_inference == two.peak_inference == 2 * (100 + 50) * 4
    part = tiny.Of(lambda m, x: F.conv2d(x, m.c.weight[:1]), c=tiny.conv())
    assert memory_of(part, SHAPE).peak_inference == MAP + 2 * 18 * 22 * 4


def test_an_output_lives_to_the_end() -> None:
    def forward(x: Tensor) -> tuple[Tensor, Tensor]:
        early = torch.tanh(x)
        return early, torch.sigmoid(torch.exp(torch.exp(early)))

    assert memory_of(tiny.of(forward), SHAPE).peak_inference == 3 * MAP


def test_training_by_hand() -> None:
    """Linear 8 → 4, sigmoid, linear 4 → 2, on 2 × 8: maps of 64, 32, 32 and 16 bytes.

    The most is alive while the sigmoid runs backward: input 64 and its own output 32 are kept, the
    network's output 16 is in the reader's hands, and there are the gradients of the sigmoid's
    output and input, 32 each.
    """
    model = tiny.seq(nn.Linear(8, 4), nn.Sigmoid(), nn.Linear(4, 2))
    memory = memory_of(model, (2, 8))
    weights = (32 + 4 + 8 + 2) * 4
    assert memory.weight_bytes == weights
    assert memory.weight_state == 2 * weights  # gradients, momentum
    assert memory.kept_for_backward == 64 + 32
    assert memory.peak_training == 2 * weights + 64 + 32 + 16 + 32 + 32
    assert max(m.training for m in memory.timeline) == memory.peak_training
    assert set(memory.alive_at_training_peak) == {"input", "0", "1", "2"}


def test_training_and_evaluation_traces_agree() -> None:
    """The training figures are of training mode, however the graph was traced."""
    model = behind(nn.BatchNorm2d(2), nn.ReLU(), nn.Dropout(), tiny.conv())
    one, two = memory_of(model, SHAPE), memory_of(model, SHAPE, train=True)
    assert one.peak_training == two.peak_training
    assert one.kept_for_backward == two.kept_for_backward
    assert one.alive_at_training_peak == two.alive_at_training_peak


@settings(max_examples=200)
@given(modules(kinds=TRAINED))
def test_kept_of_random_networks(case: tuple[nn.Module, Shape]) -> None:
    _compare_kept(case)


@pytest.mark.slow
@settings(max_examples=1000)
@given(st.one_of(modules(1, TRAINED), modules(2, TRAINED), modules(3, NOT_TRANSPOSED)))
def test_kept_of_more_random_networks(case: tuple[nn.Module, Shape]) -> None:
    _compare_kept(case)


def _compare_kept(case: tuple[nn.Module, Shape]) -> None:
    model, shape = case
    # a shuffle of one group copies on a CPU and is a view on "meta", where networks are traced
    assume(not any(isinstance(m, nn.ChannelShuffle) and m.groups == 1 for m in model.modules()))
    assert memory_of(model, shape).kept_for_backward == saved_bytes(model, *tensors((shape,)))
