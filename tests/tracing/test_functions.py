"""The table: attributes under PyTorch's names, every operation reached, no row out of OPS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.graph import OPS, Node
from cnnviz.tracing import trace
from cnnviz.tracing.functions import lookup
from cnnviz.tracing.rows import FUNCTIONS, row
from tests.tiny import TINY
from tests.tiny_modules import MAP, Codes, Function

SIGNAL, VOLUME, ROWS = (2, 4, 9), (2, 4, 8, 8, 8), (2, 8)

# one call of each operation that needs no module; `w` is a parameter of shape (8, 8)
CALLS: dict[str, tuple[Callable[[Any, Tensor], Any], tuple[int, ...], dict[str, Any]]] = {
    "matmul": (lambda m, x: x @ m.w, ROWS, {"shapes": ((2, 8), (8, 8))}),
    "attention": (
        lambda _, x: F.scaled_dot_product_attention(x, x, x, is_causal=True),
        MAP,
        {"is_causal": True, "dropout_p": 0.0, "shapes": (MAP, MAP, MAP)},
    ),
    "mean": (lambda _, x: x.mean([2, -1]), MAP, {"dim": (2, 3), "keepdim": False}),
    "sum": (lambda _, x: x.sum(), MAP, {"dim": (0, 1, 2, 3), "keepdim": False}),
    "amax": (lambda _, x: x.max(1, keepdim=True)[0], MAP, {"dim": (1,), "keepdim": True}),
    "maximum": (lambda m, x: torch.max(x, m.w), (8, 8), {}),
    "normalize": (lambda _, x: F.normalize(x, dim=2), MAP, {"p": 2.0, "dim": 2, "eps": 1e-12}),
    "elementwise": (lambda _, x: x.exp(), MAP, {"function": "exp"}),
    "add": (lambda _, x: 1 + x, MAP, {"other": 1}),
    "sub": (lambda _, x: 2 - x, MAP, {"other": 2}),
    "mul": (lambda _, x: x * x, MAP, {}),
    "div": (lambda _, x: x / 4, MAP, {"other": 4}),
    "distance": (lambda _, x: F.cosine_similarity(x, x + 1), MAP, {"dim": 1, "eps": 1e-8}),
    "concat": (lambda _, x: torch.cat((x, x), -1), MAP, {"dim": 3}),
    "stack": (lambda _, x: torch.stack((x, x), -1), MAP, {"dim": 4}),
    "reshape": (lambda _, x: x.flatten(1), MAP, {}),
    "permute": (lambda _, x: x.permute(0, 2, 3, -3), MAP, {"dims": (0, 2, 3, 1)}),
    "expand": (lambda _, x: x[:, :1].expand(-1, 4, -1, -1), MAP, {}),
    "slice": (
        lambda _, x: x[:, 1:3],
        MAP,
        {"dim": 1, "start": 1, "length": 2, "ranges": ((0, 2, 1), (1, 2, 1), (0, 8, 1), (0, 8, 1))},
    ),
    "split": (lambda _, x: x.split([1, 3], 1)[1], MAP, {"dim": 1, "sizes": (1, 3)}),
    "pad": (
        lambda _, x: F.pad(x, (1, 2, 3, 0)),
        MAP,
        {"pad": ((0, 0), (0, 0), (3, 0), (1, 2)), "mode": "constant"},
    ),
    "interpolate": (
        lambda _, x: F.interpolate(x, size=(16, 4), mode="bilinear"),
        MAP,
        {
            "output_size": (16, 4),
            "scale_factor": (2.0, 0.5),
            "mode": "bilinear",
            "align_corners": False,
            "antialias": False,
        },
    ),
    "pixel_shuffle": (lambda _, x: F.pixel_shuffle(x, 2), MAP, {"upscale_factor": 2}),
    "channel_shuffle": (lambda _, x: F.channel_shuffle(x, 2), MAP, {"groups": 2}),
    "roll": (lambda _, x: torch.roll(x, 1, 2), MAP, {"shifts": 1, "dims": 2}),
    "cast": (lambda _, x: x.double(), MAP, {}),
    "opaque": (lambda _, x: x.std(), MAP, {"function": "torch.Tensor.std"}),
}

_ONE = {"stride": (1, 1), "padding": ((0, 0), (0, 0)), "dilation": (1, 1)}
LAYERS: dict[str, tuple[nn.Module, tuple[int, ...], dict[str, Any]]] = {
    "conv1d": (nn.Conv1d(4, 2, 3, 2, 1), SIGNAL, {"kernel_size": (3,), "padding": ((1, 1),)}),
    "conv2d": (
        nn.Conv2d(4, 6, (3, 5), (1, 2), (1, 0), (2, 1), groups=2, bias=False),
        MAP,
        {
            "kernel_size": (3, 5),
            "stride": (1, 2),
            "padding": ((1, 1), (0, 0)),
            "dilation": (2, 1),
            "groups": 2,
            "bias": False,
        },
    ),
    "conv3d": (nn.Conv3d(4, 2, 3), VOLUME, {"kernel_size": (3, 3, 3), "stride": (1, 1, 1)}),
    "conv_transpose1d": (nn.ConvTranspose1d(4, 2, 3), SIGNAL, {"output_padding": (0,)}),
    "conv_transpose2d": (
        nn.ConvTranspose2d(4, 2, 3, 2, 1, output_padding=(1, 0)),
        MAP,
        {"kernel_size": (3, 3), "stride": (2, 2), "output_padding": (1, 0), "dilation": (1, 1)},
    ),
    "conv_transpose3d": (nn.ConvTranspose3d(4, 2, 3), VOLUME, {"output_padding": (0, 0, 0)}),
    "linear": (nn.Linear(8, 3), ROWS, {"bias": True}),
    "multi_head_attention": (
        nn.TransformerEncoderLayer(8, 2, 4),
        (5, 2, 8),
        {"embed_dim": 8, "num_heads": 2, "kdim": 8, "vdim": 8, "need_weights": False},
    ),
    "rnn": (nn.RNN(4, 3, nonlinearity="relu"), (5, 2, 4), {"nonlinearity": "relu"}),
    "lstm": (
        nn.LSTM(4, 3, 2, batch_first=True, bidirectional=True, bias=False),
        (2, 5, 4),
        {
            "input_size": 4,
            "hidden_size": 3,
            "proj_size": 0,
            "num_layers": 2,
            "bias": False,
            "batch_first": True,
            "dropout": 0.0,
            "bidirectional": True,
            "cell": False,
        },
    ),
    "gru": (nn.GRUCell(4, 3), (2, 4), {"input_size": 4, "hidden_size": 3, "cell": True}),
    "max_pool1d": (nn.MaxPool1d(3), SIGNAL, {"kernel_size": (3,), "stride": (3,)}),
    "max_pool2d": (
        nn.MaxPool2d(3, 2, 1, 2, ceil_mode=True),
        MAP,
        {
            "kernel_size": (3, 3),
            "stride": (2, 2),
            "padding": ((1, 1), (1, 1)),
            "dilation": (2, 2),
            "ceil_mode": True,
        },
    ),
    "max_pool3d": (nn.MaxPool3d(2), VOLUME, {"kernel_size": (2, 2, 2)}),
    "avg_pool1d": (nn.AvgPool1d(3), SIGNAL, {"count_include_pad": True}),
    "avg_pool2d": (
        nn.AvgPool2d((3, 2), 1, (1, 0), count_include_pad=False, divisor_override=2),
        MAP,
        {
            "kernel_size": (3, 2),
            "stride": (1, 1),
            "padding": ((1, 1), (0, 0)),
            "dilation": (1, 1),
            "ceil_mode": False,
            "count_include_pad": False,
            "divisor_override": 2,
        },
    ),
    "avg_pool3d": (nn.AvgPool3d(2), VOLUME, {"stride": (2, 2, 2)}),
    "lp_pool2d": (nn.LPPool2d(3, 2), MAP, {"norm_type": 3.0, "kernel_size": (2, 2)}),
    "adaptive_avg_pool1d": (nn.AdaptiveAvgPool1d(2), SIGNAL, {"output_size": (2,)}),
    "adaptive_avg_pool2d": (nn.AdaptiveAvgPool2d((2, None)), MAP, {"output_size": (2, 8)}),
    "adaptive_avg_pool3d": (nn.AdaptiveAvgPool3d(1), VOLUME, {"output_size": (1, 1, 1)}),
    "adaptive_max_pool1d": (nn.AdaptiveMaxPool1d(2), SIGNAL, {"output_size": (2,)}),
    "adaptive_max_pool2d": (nn.AdaptiveMaxPool2d(2), MAP, {"output_size": (2, 2)}),
    "adaptive_max_pool3d": (nn.AdaptiveMaxPool3d(1), VOLUME, {"output_size": (1, 1, 1)}),
    "batch_norm": (
        nn.BatchNorm2d(4, eps=1e-3),
        MAP,
        {"eps": 1e-3, "training": False, "affine": True, "bias": True, "track_running_stats": True},
    ),
    "layer_norm": (nn.LayerNorm([8, 8]), MAP, {"normalized_shape": (8, 8), "affine": True}),
    "group_norm": (nn.GroupNorm(2, 4), MAP, {"num_groups": 2, "affine": True}),
    "instance_norm": (nn.InstanceNorm2d(4), MAP, {"affine": False}),
    "local_response_norm": (
        nn.LocalResponseNorm(5, 1e-3, 0.5, 2.0),
        MAP,
        {"size": 5, "alpha": 1e-3, "beta": 0.5, "k": 2.0},
    ),
    "rms_norm": (nn.RMSNorm(8), MAP, {"normalized_shape": (8,), "affine": True}),
    "relu": (nn.ReLU(), MAP, {}),
    "relu6": (nn.ReLU6(), MAP, {}),
    "leaky_relu": (nn.LeakyReLU(0.1), MAP, {"negative_slope": 0.1}),
    "prelu": (nn.PReLU(), MAP, {}),
    "elu": (nn.ELU(2.0), MAP, {"alpha": 2.0}),
    "gelu": (nn.GELU("tanh"), MAP, {"approximate": "tanh"}),
    "silu": (nn.SiLU(), MAP, {}),
    "hardswish": (nn.Hardswish(), MAP, {}),
    "hardsigmoid": (nn.Hardsigmoid(), MAP, {}),
    "hardtanh": (nn.Hardtanh(-2, 2), MAP, {"min_val": -2, "max_val": 2}),
    "softplus": (nn.Softplus(), MAP, {"beta": 1.0, "threshold": 20.0}),
    "sigmoid": (nn.Sigmoid(), MAP, {}),
    "tanh": (nn.Tanh(), MAP, {}),
    "softmax": (nn.Softmax(1), MAP, {"dim": 1}),
    "log_softmax": (nn.LogSoftmax(1), MAP, {"dim": 1}),
    "dropout": (nn.Dropout(0.3), MAP, {"p": 0.3, "training": False}),
    "identity": (nn.Identity(), MAP, {}),
    "rbf": (Codes(), (2, 8), {"classes": 3}),
}


def node(model: nn.Module, shape: tuple[int, ...], op: str) -> Node:
    return next(n for n in trace(model, shape).nodes if n.op == op)


@pytest.mark.parametrize("op", LAYERS)
def test_layer(op: str) -> None:
    layer, shape, expected = LAYERS[op]
    attrs = node(layer, shape, op).attrs
    assert {k: attrs[k] for k in expected} == expected


@pytest.mark.parametrize("op", CALLS)
def test_function(op: str) -> None:
    forward, shape, expected = CALLS[op]
    model = Function(forward, w=nn.Parameter(torch.zeros(8, 8)))
    attrs = node(model, shape, op).attrs
    assert {k: attrs[k] for k in expected} == expected


def test_every_operation_is_reached() -> None:
    tiny = {word.strip().split()[1].rstrip("~") for t in TINY for word in t.expected.split(";")}
    assert set(OPS) - set(LAYERS) - set(CALLS) - tiny == set()


def test_rows_lead_to_operations() -> None:
    assert {f.op for f in FUNCTIONS.values() if isinstance(f.op, str)} <= set(OPS)


def test_a_second_row_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="relu has a row already"):
        row("relu", "relu", "input")


@pytest.mark.parametrize("name", ["relu_", "__iadd__", "__radd__", "__getitem__", "rsub"])
def test_spellings_find_their_row(name: str) -> None:
    assert lookup(name) is not None


@pytest.mark.parametrize(("kernel", "dilation", "pairs"), [
    (3, 1, (1, 1)), (5, 1, (2, 2)), (3, 2, (2, 2)), (1, 1, (0, 0)), (4, 2, (3, 3)),
])  # fmt: skip
def test_same_padding(kernel: int, dilation: int, pairs: tuple[int, int]) -> None:
    conv = nn.Conv2d(4, 2, kernel, padding="same", dilation=dilation)
    assert node(conv, MAP, "conv2d").attrs["padding"] == (pairs, pairs)


# PyTorch says that it copies the input for an odd padding
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_same_padding_of_an_even_kernel_is_longer_at_the_end() -> None:
    """As in PyTorch: a kernel of which only the first tap counts shows the padding before it."""
    conv = nn.Conv1d(1, 1, 4, padding="same", bias=False)
    ((begin, end),) = node(conv, (1, 1, 6), "conv1d").attrs["padding"]
    with torch.no_grad():
        conv.weight.copy_(torch.tensor([[[1.0, 0, 0, 0]]]))
        out = conv(torch.arange(1.0, 7).reshape(1, 1, 6))
    assert out.flatten().tolist() == [0.0] * begin + list(range(1, 7 - begin))
    assert (begin, end) == (1, 2)


@pytest.mark.parametrize(
    ("index", "ranges"),
    [
        ((slice(None), 0), ((0, 2, 1), (0, 1, 1), (0, 8, 1), (0, 8, 1))),
        ((Ellipsis, slice(None, None, 2)), ((0, 2, 1), (0, 4, 1), (0, 8, 1), (0, 4, 2))),
        (-1, ((1, 1, 1), (0, 4, 1), (0, 8, 1), (0, 8, 1))),
        ((0, Ellipsis, slice(1, -1)), ((0, 1, 1), (0, 4, 1), (0, 8, 1), (1, 6, 1))),
        ((slice(None), None, slice(-2, None)), ((0, 2, 1), (2, 2, 1), (0, 8, 1), (0, 8, 1))),
    ],
)
def test_slices(index: Any, ranges: Any) -> None:
    attrs = node(Function(lambda _, x: x[index]), MAP, "slice").attrs
    assert attrs["ranges"] == ranges


@pytest.mark.parametrize(
    ("forward", "dims"),
    [
        (lambda _, x: x.transpose(1, -1), (0, 3, 2, 1)),
        (lambda _, x: x.mT, (0, 1, 3, 2)),
        (lambda _, x: x.movedim(1, -1), (0, 2, 3, 1)),
        (lambda _, x: torch.movedim(x, (0, 1), (2, 0)), (1, 2, 0, 3)),
        (lambda _, x: x.permute((3, 2, 1, 0)), (3, 2, 1, 0)),
        (lambda _, x: x.swapaxes(0, 1), (1, 0, 2, 3)),
    ],
)
def test_permutations(forward: Callable[..., Tensor], dims: tuple[int, ...]) -> None:
    """The same order of axes as PyTorch gives."""
    shape = (2, 3, 4, 5)
    n = node(Function(forward), shape, "permute")
    assert n.attrs["dims"] == dims
    assert torch.equal(forward(None, x := torch.rand(shape)), x.permute(dims))


def test_attributes_are_plain() -> None:
    """Numbers, texts, None and tuples of them: what JSON can write."""

    def plain(value: Any) -> bool:
        if isinstance(value, tuple):
            return all(plain(v) for v in value)
        return value is None or type(value) in (bool, int, float, str)

    cases = [(m, s) for m, s, _ in LAYERS.values()]
    cases += [(Function(f, w=nn.Parameter(torch.zeros(8, 8))), s) for f, s, _ in CALLS.values()]
    for model, shape in cases:
        for n in trace(model, shape).nodes:
            assert all(plain(v) for v in n.attrs.values()), (n.op, n.attrs)
