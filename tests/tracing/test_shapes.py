"""The shape rules against PyTorch's own functions on meta: same shape, dtype and memory format."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from cnnviz.tracing import trace
from cnnviz.tracing.factories import factory
from cnnviz.tracing.nested import tensors_in
from cnnviz.tracing.shapes import RULES

FEW = settings(max_examples=25, derandomize=True, deadline=None)

LIKE = ("relu", "relu6", "hardtanh", "leaky_relu", "elu", "gelu", "silu", "hardswish",
        "hardsigmoid", "softplus", "mish", "sigmoid", "tanh", "softmax", "log_softmax")  # fmt: skip

sizes = st.lists(st.integers(1, 5), min_size=1, max_size=4)
floats = st.sampled_from([torch.float32, torch.float16, torch.float64])


@st.composite
def maps(draw: Any, shape: list[int] | None = None) -> Tensor:
    """A tensor on meta; sometimes permuted, cut or of integers."""
    shape = draw(sizes) if shape is None else shape
    dtype = draw(st.sampled_from([torch.float32] * 4 + [torch.float16, torch.int64]))
    x = torch.empty(shape, dtype=dtype, device="meta")
    how = draw(st.sampled_from(["plain"] * 4 + ["permuted", "channels_last"]))
    if how == "permuted":
        return x.permute(draw(st.permutations(range(x.dim()))))
    if how == "channels_last" and x.dim() == 4:
        return x.to(memory_format=torch.channels_last)
    return x


def same(function: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Compares a rule with PyTorch; False where the rule leaves the call to PyTorch."""
    mine = RULES[name](args, kwargs)
    if mine is NotImplemented:
        return False
    theirs = function(*args, **kwargs)
    a, b = tensors_in(mine), tensors_in(theirs)
    assert [facts(t) for t in a] == [facts(t) for t in b]
    assert (mine is args[0]) == (theirs is args[0])
    return True


def facts(t: Tensor) -> tuple[Any, ...]:
    return tuple(t.shape), t.dtype, t.is_contiguous(), str(t.device)


@pytest.mark.parametrize("name", LIKE)
@FEW
@given(x=maps(), inplace=st.booleans())
def test_activations(name: str, x: Tensor, inplace: bool) -> None:
    kwargs = {"dim": -1} if "softmax" in name else {}
    if inplace and name in ("relu", "relu6", "hardtanh", "leaky_relu", "elu", "silu", "mish"):
        kwargs["inplace"] = True
    function = getattr(F, name)
    try:
        function(x, **kwargs)
    except (RuntimeError, ValueError, NotImplementedError):  # integers
        return
    same(function, name, (x,), kwargs)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div"])
@settings(FEW, max_examples=60)
@given(data=st.data())
def test_two_operands(name: str, data: Any) -> None:
    x = data.draw(maps())
    shape = list(x.shape)[data.draw(st.integers(0, x.dim())) :]
    shape = [data.draw(st.sampled_from([n, 1])) for n in shape]
    y = data.draw(st.one_of(maps(shape), st.sampled_from([2, 0.5, True])))
    args = data.draw(st.permutations([x, y])) if isinstance(y, Tensor) else [x, y]
    same(getattr(torch.Tensor, name), name, tuple(args), {})
    if isinstance(y, Tensor) and args[0] is x and x.is_floating_point():
        same(getattr(torch.Tensor, name + "_"), name + "_", tuple(args), {})


@settings(FEW, max_examples=50)
@given(data=st.data())
def test_concat(data: Any) -> None:
    shape = data.draw(sizes)
    dim = data.draw(st.integers(0, len(shape) - 1))
    tensors = []
    for _ in range(data.draw(st.integers(1, 4))):
        shape[dim] = data.draw(st.integers(1, 4))
        tensors.append(data.draw(maps(list(shape))))
    if len({t.dim() for t in tensors}) == 1:
        try:
            torch.cat(tensors, dim)
        except RuntimeError:  # permuted differently
            return
        same(torch.cat, "cat", (tensors, dim - data.draw(st.sampled_from([0, len(shape)]))), {})


whole = st.integers(0, 3)


def left_or_too_small(name: str, args: Any, kwargs: Any, error: Exception) -> None:
    """What PyTorch refuses, the rule leaves to it, or refuses as it does."""
    try:
        assert RULES[name](args, kwargs) is NotImplemented
    except RuntimeError as mine:
        assert str(mine).lower() in str(error).lower()


@pytest.mark.parametrize("d", [1, 2, 3])
@settings(FEW, max_examples=40)
@given(data=st.data())
def test_convolution(d: int, data: Any) -> None:
    """Whatever fits or not: the rule gives PyTorch's shape, or leaves the call to PyTorch."""
    groups = data.draw(st.integers(1, 2))
    x = data.draw(maps([data.draw(st.integers(1, 9)) for _ in range(d)]))
    x = x.expand(2, 4, *x.shape).clone() if data.draw(st.booleans()) else x.expand(2, 3, *x.shape)
    w = torch.empty(
        2, 4 // groups, *(data.draw(st.integers(1, 4)) for _ in range(d)), device="meta"
    )
    bias = torch.empty(2, device="meta") if data.draw(st.booleans()) else None
    one = data.draw(st.integers(0, 2)), (data.draw(whole),) * d, [data.draw(st.integers(0, 2))]
    args = (x, w, bias, *one, groups)
    function, name = getattr(F, f"conv{d}d"), f"conv{d}d"
    try:
        function(*args)
    except (RuntimeError, TypeError, ZeroDivisionError) as error:
        left_or_too_small(name, args, {}, error)
        return
    same(function, name, args, {})


def test_convolutions_and_poolings_that_fit_have_rules() -> None:
    x, w = torch.empty(2, 4, 8, 8, device="meta"), torch.empty(6, 4, 3, 3, device="meta")
    assert same(F.conv2d, "conv2d", (x, w, None, (2, 2), (1, 1), (1, 1), 1), {})
    assert same(F.max_pool2d, "max_pool2d", (x, 3), {"stride": 2, "padding": 1, "ceil_mode": True})
    assert same(F.avg_pool2d, "avg_pool2d", (x, (2, 3), None, 0, True), {})
    assert same(F.local_response_norm, "local_response_norm", (x, 5), {"alpha": 1.0})


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
@settings(FEW, max_examples=40)
@given(data=st.data())
def test_pooling(name: str, data: Any) -> None:
    x = data.draw(maps([data.draw(st.integers(1, 9)) for _ in range(4)]))
    kernel = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    stride = data.draw(st.sampled_from([None, 0, 1, 2, 3, (2, 1)]))
    kwargs = {"padding": data.draw(whole), "ceil_mode": data.draw(st.booleans())}
    if name == "max_pool2d":
        kwargs["dilation"] = data.draw(st.integers(1, 2))
    args = (x, kernel, stride)
    try:
        getattr(F, name)(*args, **kwargs)
    except (RuntimeError, ZeroDivisionError) as error:
        left_or_too_small(name, args, kwargs, error)
        return
    same(getattr(F, name), name, args, kwargs)


ONE = ("abs", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "square", "neg", "reciprocal", "sin",
       "cos", "tan", "erf", "floor", "ceil", "sign")  # fmt: skip


@pytest.mark.parametrize("name", [*ONE, "pow", "clamp"])
@FEW
@given(x=maps(), data=st.data())
def test_functions_of_one_tensor(name: str, x: Tensor, data: Any) -> None:
    more: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    if name == "pow":
        more = (data.draw(st.sampled_from([2, 0.5, -1, True])),)
    if name == "clamp":
        kwargs = data.draw(st.sampled_from([{"min": 0}, {"min": 0.0, "max": None}, {"max": 2}]))
    same(getattr(torch, name), name, (x, *more), kwargs)
    assert RULES[name]((x, *more), {**kwargs, "out": x}) is NotImplemented


@pytest.mark.parametrize("name", ["sum", "mean"])
@settings(FEW, max_examples=40)
@given(x=maps(), data=st.data())
def test_reductions(name: str, x: Tensor, data: Any) -> None:
    axes = st.integers(-x.dim() - 1, x.dim())
    args = (x, data.draw(st.one_of(axes, st.lists(axes, max_size=3))), data.draw(st.booleans()))
    try:
        getattr(torch, name)(*args)
    except (RuntimeError, IndexError):
        assert RULES[name](args, {}) is NotImplemented
        return
    same(getattr(torch, name), name, args, {})


@settings(FEW, max_examples=50)
@given(x=maps(), training=st.booleans(), affine=st.booleans(), tracked=st.booleans())
def test_batch_norm(x: Tensor, training: bool, affine: bool, tracked: bool) -> None:
    c = x.shape[1] if x.dim() > 1 else 1
    v = [torch.empty(c, dtype=x.dtype, device="meta") for _ in range(4)]
    args = (x, *(v[:2] if tracked else (None, None)), *(v[2:] if affine else (None, None)))
    try:
        F.batch_norm(*args, training)
    except (RuntimeError, ValueError, NotImplementedError):
        assert RULES["batch_norm"]((*args, training), {}) is NotImplemented or x.dim() < 2
        return
    same(F.batch_norm, "batch_norm", (*args, training), {})


@settings(FEW, max_examples=50)
@given(x=maps(), out=st.integers(1, 4), bias=st.booleans(), wrong=st.booleans())
def test_linear(x: Tensor, out: int, bias: bool, wrong: bool) -> None:
    w = torch.empty(out, x.shape[-1] + wrong, device="meta")
    args = (x, w, torch.empty(out, device="meta") if bias else None)
    try:
        F.linear(*args)
    except RuntimeError:
        assert RULES["linear"](args, {}) is NotImplemented
        return
    same(F.linear, "linear", args, {})


@settings(FEW, max_examples=40)
@given(x=maps(), axes=st.integers(1, 2), affine=st.booleans(), wrong=st.booleans())
def test_layer_norm(x: Tensor, axes: int, affine: bool, wrong: bool) -> None:
    shape = tuple(x.shape[-axes:])[: 1 if wrong else None]
    w = torch.empty(shape, dtype=x.dtype, device="meta") if affine else None
    try:
        F.layer_norm(x, shape, w, w)
    except (RuntimeError, NotImplementedError):
        assert (
            RULES["layer_norm"]((x, shape, w, w), {}) is NotImplemented or not x.is_floating_point()
        )
        return
    same(F.layer_norm, "layer_norm", (x, shape, w, w), {})


@FEW
@given(x=maps([2, 3, 4, 5]), size=st.sampled_from([1, 3, 7, (2, 5), (None, 2), (1, None), (0, 2)]))
def test_adaptive_avg_pool(x: Tensor, size: Any) -> None:
    try:
        F.adaptive_avg_pool2d(x, size)
    except (RuntimeError, NotImplementedError):  # integers
        return
    same(F.adaptive_avg_pool2d, "adaptive_avg_pool2d", (x, size), {})


@FEW
@given(x=maps(), training=st.booleans())
def test_dropout(x: Tensor, training: bool) -> None:
    mine = RULES["dropout"]((x, 0.5, training), {})
    if mine is not NotImplemented and x.is_floating_point():
        assert facts(mine) == facts(F.dropout(x, 0.5, training))
        assert mine is not x


@FEW
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.booleans(), st.booleans())
def test_multi_head(length: int, keys: int, batch: int, weights: bool, average: bool) -> None:
    def t(*shape: int) -> Tensor:
        return torch.empty(shape, device="meta")

    k = t(keys, batch, 8)
    args = (t(length, batch, 8), k, k, 8, 2, t(24, 8), t(24), None, None, False, 0.0, t(8, 8), t(8))
    more = {"need_weights": weights, "average_attn_weights": average, "training": False}
    assert same(F.multi_head_attention_forward, "multi_head_attention_forward", args, more)


# PyTorch says that another kernel than oneDNN's computes projections; shapes are the same
@pytest.mark.filterwarnings("ignore:LSTM with projections")
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
@FEW
@given(data=st.data())
def test_recurrent(kind: str, data: Any) -> None:
    """The module on real numbers against the same module under the rule."""
    both, first = data.draw(st.booleans()), data.draw(st.booleans())
    proj = data.draw(st.integers(0, 2)) if kind == "LSTM" else 0
    more = {"proj_size": proj} if kind == "LSTM" else {}
    layers = data.draw(st.integers(1, 2))
    m = getattr(torch.nn, kind)(3, 4, layers, bidirectional=both, batch_first=first, **more)
    shape = [data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4)), 3]
    graph = trace(m, shape)
    made = tensors_in(m(torch.rand(shape)))
    assert [graph.by_id[e.node].outputs[e.output].shape for e in graph.outputs] == [
        tuple(t.shape) for t in made
    ]


def test_factories_make_no_numbers_but_short_sequences_do() -> None:
    assert factory(torch.zeros, "zeros", (3,), {}).is_meta
    assert factory(torch.rand, "rand", (3,), {"generator": torch.Generator()}).is_meta
    assert factory(torch.arange, "arange", (3,), {}).tolist() == [0, 1, 2]
    assert factory(torch.arange, "arange", (10**12,), {}).is_meta
    assert not factory(torch.tensor, "tensor", ([1.0],), {}).is_meta
