"""The table: which torch function is which operation, and which attributes it carries.

A function is known by its `__name__`, stripped of `_` and `__`: F.relu, torch.relu_ and Tensor.relu
are "relu"; `x += y`, `1 + x` and torch.add are "add". A row names the function's arguments in order
and says what to keep of them. What stands in no row is recorded as "opaque".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from torch import Tensor

Args = Mapping[str, Any]  # argument name -> value as the caller gave it
Attrs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Function:
    """One row: the operation, the arguments' names in order, and what becomes of them."""

    op: str
    params: tuple[str, ...]
    attrs: Callable[[Args, Any], Attrs]  # (arguments, result) -> attributes

    def bind(self, args: tuple[Any, ...], kwargs: Args) -> dict[str, Any]:
        """Arguments by name. The rest of `*sizes` goes to the last name, as a tuple."""
        names = self.params
        bound = dict(zip(names, args, strict=False))
        if len(args) > len(names) and names:
            bound[names[-1]] = tuple(args[len(names) - 1 :])
        bound.update(kwargs)
        return bound


FUNCTIONS: dict[str, Function] = {}


def row(
    names: str, op: str, params: str, attrs: Callable[[Args, Any], Attrs] | None = None
) -> None:
    """Adds one row for each name. A name that stands there already is a mistake."""
    for name in names.split():
        if name in FUNCTIONS:
            raise ValueError(f"{name} has a row already")
        FUNCTIONS[name] = Function(op, tuple(params.split()), attrs or _nothing)


def lookup(name: str) -> Function | None:
    """The row of a function's `__name__`: "relu_", "__iadd__" and "__radd__" find their own."""
    found = FUNCTIONS.get(name)
    if found is None and name.startswith("__") and name.endswith("__"):
        bare = name[2:-2]
        found = FUNCTIONS.get(bare) or FUNCTIONS.get(bare[1:])
    elif found is None and name.endswith("_"):
        found = FUNCTIONS.get(name[:-1])
    return found


def each(value: Any, d: int) -> tuple[int, ...]:
    """One entry per spatial axis: 3 -> (3, 3); (3,) -> (3, 3); (3, 5) stays."""
    entries = tuple(int(v) for v in value) if isinstance(value, tuple | list) else (int(value),)
    return entries * d if len(entries) == 1 else entries


def pairs(value: Any, d: int, kernel: tuple[int, ...], dilation: tuple[int, ...]) -> Any:
    """Padding as (begin, end) per spatial axis, also of "same" (the odd one at the end)."""
    if value == "valid":
        return ((0, 0),) * d
    if value == "same":
        totals = [s * (k - 1) for s, k in zip(dilation, kernel, strict=True)]
        return tuple((t // 2, t - t // 2) for t in totals)
    return tuple((p, p) for p in each(value, d))


def _nothing(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    return {}


def keep(**defaults: Any) -> Callable[[Args, Any], Attrs]:
    """These arguments as they are (plain values only), with their defaults."""

    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        return {k: plain(a.get(k, default)) for k, default in defaults.items()}

    return attrs


def plain(value: Any) -> Any:
    """Numbers, texts, None and tuples of these; anything else by its name."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return tuple(plain(v) for v in value)
    return "tensor" if isinstance(value, Tensor) else str(value).removeprefix("torch.")


# Convolutions and linear layers ------------------------------------------------------------------


def _conv(d: int) -> Callable[[Args, Any], Attrs]:
    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        kernel, dilation = tuple(a["weight"].shape[2:]), each(a.get("dilation", 1), d)
        return {
            "kernel_size": kernel,
            "stride": each(a.get("stride", 1), d),
            "padding": pairs(a.get("padding", 0), d, kernel, dilation),
            "dilation": dilation,
            "groups": a.get("groups", 1),
            "bias": a.get("bias") is not None,
        }

    return attrs


def _conv_transpose(d: int) -> Callable[[Args, Any], Attrs]:
    def attrs(a: Args, out: Any) -> Attrs:
        return _conv(d)(a, out) | {"output_padding": each(a.get("output_padding", 0), d)}

    return attrs


for _d in (1, 2, 3):
    row(f"conv{_d}d", f"conv{_d}d", "input weight bias stride padding dilation groups", _conv(_d))
    row(
        f"conv_transpose{_d}d",
        f"conv_transpose{_d}d",
        "input weight bias stride padding output_padding groups dilation",
        _conv_transpose(_d),
    )


def _bias(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    return {"bias": a.get("bias") is not None}


def _operands(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """Shapes of all operands in order, parameters among them."""
    return {"shapes": tuple(tuple(v.shape) for v in a.values() if isinstance(v, Tensor))}


def _einsum(a: Args, out: Any) -> Attrs:
    tensors = a["operands"]
    tensors = tensors if isinstance(tensors, tuple | list) else (tensors,)
    if len(tensors) == 1 and isinstance(tensors[0], tuple | list):
        tensors = tensors[0]
    shapes = _operands(dict(enumerate(tensors)), out)  # type: ignore[arg-type]
    return {"equation": plain(a["equation"])} | shapes


def _attention(a: Args, out: Any) -> Attrs:
    kept = keep(is_causal=False, dropout_p=0.0, scale=None, enable_gqa=False)(a, out)
    return kept | _operands({k: a[k] for k in ("query", "key", "value")}, out)


def _multi_head(a: Args, out: Any) -> Attrs:
    q, k, v = a["query"], a["key"], a["value"]
    return {
        "embed_dim": q.shape[-1],
        "num_heads": a["num_heads"],
        "kdim": k.shape[-1],
        "vdim": v.shape[-1],
        "bias": a.get("in_proj_bias") is not None,
        "need_weights": a.get("need_weights", True),
        "dropout_p": a.get("dropout_p", 0.0),
    } | _operands({"q": q, "k": k, "v": v}, out)


row("linear", "linear", "input weight bias", _bias)
row("bilinear", "bilinear", "input1 input2 weight bias", _bias)
row("matmul mm bmm mv dot inner outer ger vdot", "matmul", "input other", _operands)
row("addmm addmv addbmm baddbmm addr", "matmul", "input first second", _operands)
row("einsum", "matmul", "equation operands", _einsum)
row("tensordot", "matmul", "a b dims", _operands)
row(
    "scaled_dot_product_attention",
    "attention",
    "query key value attn_mask dropout_p is_causal",
    _attention,
)
row(
    "multi_head_attention_forward",
    "multi_head_attention",
    "query key value embed_dim_to_check num_heads in_proj_weight in_proj_bias bias_k bias_v"
    " add_zero_attn dropout_p out_proj_weight out_proj_bias training key_padding_mask need_weights",
    _multi_head,
)
row("embedding", "embedding", "input weight padding_idx", keep(padding_idx=None))


def _recurrent(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    weights = a["params"]
    hidden = weights[1].shape[1]
    return {
        "input_size": weights[0].shape[1],
        "hidden_size": a["_gates"] and weights[0].shape[0] // a["_gates"],
        "proj_size": hidden if hidden != weights[0].shape[0] // a["_gates"] else 0,
        "num_layers": a["num_layers"],
        "bias": bool(a["has_biases"]),
        "batch_first": bool(a["batch_first"]),
        "dropout": a["dropout"],
        "bidirectional": bool(a["bidirectional"]),
    }


def _rnn(gates: int, **more: Any) -> Callable[[Args, Any], Attrs]:
    return lambda a, out: _recurrent({**a, "_gates": gates}, out) | more


def _cell(gates: int, **more: Any) -> Callable[[Args, Any], Attrs]:
    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        return {
            "input_size": a["w_ih"].shape[1],
            "hidden_size": a["w_ih"].shape[0] // gates,
            "proj_size": 0,
            "num_layers": 1,
            "bias": a.get("b_ih") is not None,
            "batch_first": False,
            "dropout": 0.0,
            "bidirectional": False,
            "cell": True,
        } | more

    return attrs


_RNN = "input hx params has_biases num_layers dropout train bidirectional batch_first"
row("lstm", "lstm", _RNN, _rnn(4))
row("gru", "gru", _RNN, _rnn(3))
row("rnn_tanh", "rnn", _RNN, _rnn(1, nonlinearity="tanh"))
row("rnn_relu", "rnn", _RNN, _rnn(1, nonlinearity="relu"))
_CELL = "input hx w_ih w_hh b_ih b_hh"
row("lstm_cell", "lstm", _CELL, _cell(4))
row("gru_cell", "gru", _CELL, _cell(3))
row("rnn_tanh_cell", "rnn", _CELL, _cell(1, nonlinearity="tanh"))
row("rnn_relu_cell", "rnn", _CELL, _cell(1, nonlinearity="relu"))


# Pooling and reductions --------------------------------------------------------------------------


def _pool(d: int, *flags: str) -> Callable[[Args, Any], Attrs]:
    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        kernel, dilation = each(a["kernel_size"], d), each(a.get("dilation", 1), d)
        stride = a.get("stride")
        found: Attrs = {
            "kernel_size": kernel,
            "stride": kernel if stride in (None, (), []) else each(stride, d),
            "padding": pairs(a.get("padding", 0), d, kernel, dilation),
            "dilation": dilation,
            "ceil_mode": bool(a.get("ceil_mode", False)),
        }
        if "count_include_pad" in flags:
            found["count_include_pad"] = bool(a.get("count_include_pad", True))
            found["divisor_override"] = a.get("divisor_override")
        if "norm_type" in flags:
            found["norm_type"] = a["norm_type"]
        return found

    return attrs


def _adaptive(d: int) -> Callable[[Args, Any], Attrs]:
    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        first = out[0] if isinstance(out, tuple) else out
        return {"output_size": tuple(first.shape[-d:])}

    return attrs


for _d in (1, 2, 3):
    row(
        f"max_pool{_d}d max_pool{_d}d_with_indices",
        f"max_pool{_d}d",
        "input kernel_size stride padding dilation ceil_mode return_indices",
        _pool(_d),
    )
    row(
        f"avg_pool{_d}d",
        f"avg_pool{_d}d",
        "input kernel_size stride padding ceil_mode count_include_pad divisor_override",
        _pool(_d, "count_include_pad"),
    )
    row(f"adaptive_avg_pool{_d}d", f"adaptive_avg_pool{_d}d", "input output_size", _adaptive(_d))
    row(
        f"adaptive_max_pool{_d}d adaptive_max_pool{_d}d_with_indices",
        f"adaptive_max_pool{_d}d",
        "input output_size return_indices",
        _adaptive(_d),
    )
row(
    "lp_pool2d",
    "lp_pool2d",
    "input norm_type kernel_size stride ceil_mode",
    _pool(2, "norm_type"),
)


def _reduce(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """The reduced axes, counted from the front; all of them where none is named."""
    rank, dim = a["input"].dim(), a.get("dim")
    dims = (
        range(rank) if dim in (None, (), []) else dim if isinstance(dim, tuple | list) else (dim,)
    )
    return {"dim": tuple(sorted(d % rank for d in dims)), "keepdim": bool(a.get("keepdim", False))}


row("mean nanmean", "mean", "input dim keepdim", _reduce)
row("sum nansum", "sum", "input dim keepdim", _reduce)
row("amax amin", "amax", "input dim keepdim", _reduce)


# Normalisation -----------------------------------------------------------------------------------

row(
    "batch_norm",
    "batch_norm",
    "input running_mean running_var weight bias training momentum eps",
    lambda a, _: {
        "eps": a.get("eps", 1e-5),
        "training": bool(a.get("training", False)),
        "affine": a.get("weight") is not None,
        "track_running_stats": a.get("running_mean") is not None,
    },
)
row(
    "layer_norm",
    "layer_norm",
    "input normalized_shape weight bias eps",
    lambda a, _: {
        "normalized_shape": tuple(a["normalized_shape"]),
        "eps": a.get("eps", 1e-5),
        "affine": a.get("weight") is not None,
        "bias": a.get("bias") is not None,
    },
)
row(
    "rms_norm",
    "rms_norm",
    "input normalized_shape weight eps",
    lambda a, _: {
        "normalized_shape": tuple(a["normalized_shape"]),
        "eps": a.get("eps"),
        "affine": a.get("weight") is not None,
    },
)
row(
    "group_norm",
    "group_norm",
    "input num_groups weight bias eps",
    lambda a, _: {
        "num_groups": a["num_groups"],
        "eps": a.get("eps", 1e-5),
        "affine": a.get("weight") is not None,
    },
)
row(
    "instance_norm",
    "instance_norm",
    "input running_mean running_var weight bias use_input_stats momentum eps",
    lambda a, _: {"eps": a.get("eps", 1e-5), "affine": a.get("weight") is not None},
)
row(
    "local_response_norm",
    "local_response_norm",
    "input size alpha beta k",
    keep(size=None, alpha=1e-4, beta=0.75, k=1.0),
)
row("normalize", "normalize", "input p dim eps", keep(p=2.0, dim=1, eps=1e-12))


# Activations -------------------------------------------------------------------------------------

row("relu", "relu", "input")
row("relu6", "relu6", "input")
row("leaky_relu", "leaky_relu", "input negative_slope", keep(negative_slope=0.01))
row("prelu", "prelu", "input weight")
row("elu", "elu", "input alpha", keep(alpha=1.0))
row("gelu", "gelu", "input", keep(approximate="none"))
row("silu", "silu", "input")
row("hardswish", "hardswish", "input")
row("hardsigmoid", "hardsigmoid", "input")
row("softplus", "softplus", "input beta threshold", keep(beta=1.0, threshold=20.0))
row("sigmoid expit logistic", "sigmoid", "input")
row("tanh", "tanh", "input")
row("softmax", "softmax", "input dim", keep(dim=None))
row("log_softmax", "log_softmax", "input dim", keep(dim=None))
row("hardtanh", "hardtanh", "input min_val max_val", keep(min_val=-1.0, max_val=1.0))

ELEMENTWISE = frozenset(
    """abs absolute acos acosh angle asin asinh atan atanh bitwise_not ceil celu clamp clamp_max
    clamp_min clip cos cosh cumsum cumprod deg2rad digamma erf erfc erfinv exp exp2 expm1 fix floor
    frac glu hardshrink isfinite isinf isnan isneginf isposinf lgamma log log10 log1p log2 logit
    logical_not logsigmoid masked_fill mish nan_to_num neg negative positive pow rad2deg reciprocal
    round rrelu rsqrt selu sgn sign sin sinc sinh softmin softshrink softsign sqrt square tan
    tanhshrink threshold trunc float_power""".split()
)
row("dropout dropout1d dropout2d dropout3d feature_dropout alpha_dropout feature_alpha_dropout",
    "dropout", "input p training inplace", keep(p=0.5, training=True))  # fmt: skip


# Two tensors -------------------------------------------------------------------------------------


def _other(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """The number, where the other operand is one."""
    return {"other": b for b in (a.get("other"), a.get("input")) if isinstance(b, int | float)}


row("add", "add", "input other", _other)
row("sub subtract rsub", "sub", "input other", _other)
row("mul multiply", "mul", "input other", _other)
row(
    "div divide true_divide truediv rtruediv floor_divide floordiv rdiv",
    "div",
    "input other",
    _other,
)
row("maximum minimum fmax fmin", "maximum", "input other", _other)
row("pairwise_distance", "distance", "x1 x2 p eps", keep(p=2.0, eps=1e-6, keepdim=False))
row("cosine_similarity", "distance", "x1 x2 dim eps", keep(dim=1, eps=1e-8))
row("cdist", "distance", "x1 x2 p", keep(p=2.0))


def _cat(a: Args, out: Any) -> Attrs:
    return {"dim": a.get("dim", a.get("axis", 0)) % max(1, out.dim())}


row("cat concat concatenate", "concat", "tensors dim", _cat)
row("stack", "stack", "tensors dim", _cat)


# Reshapes ----------------------------------------------------------------------------------------

row("view reshape view_as reshape_as flatten unflatten squeeze unsqueeze ravel", "reshape", "input")


def _permute(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    rank = a["input"].dim()
    dims = a.get("dims", ())
    dims = dims if isinstance(dims, tuple | list) else (dims,)
    return {"dims": tuple(d % rank for d in dims)}


def _transpose(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    rank = a["input"].dim()
    order = list(range(rank))
    if rank > 1:
        i, j = a.get("dim0", 0) % rank, a.get("dim1", 1) % rank
        order[i], order[j] = order[j], order[i]
    return {"dims": tuple(order)}


row("permute", "permute", "input dims", _permute)
row("transpose swapaxes swapdims t", "permute", "input dim0 dim1", _transpose)
row("movedim moveaxis", "permute", "input source destination")
row("T H mT mH", "permute", "input")
row("expand expand_as broadcast_to repeat tile repeat_interleave", "expand", "input sizes")
row("getitem", "slice", "input index")
row("narrow", "slice", "input dim start length", lambda a, _: {
    "dim": a["dim"] % a["input"].dim(), "start": a["start"], "length": a["length"]})  # fmt: skip
row("select", "slice", "input dim index", lambda a, _: {
    "dim": a["dim"] % a["input"].dim(), "start": a["index"], "length": 1})  # fmt: skip
row("index_select gather take take_along_dim diagonal masked_select", "slice", "input dim index")


def _split(a: Args, out: Any) -> Attrs:
    rank, dim = a["input"].dim(), a.get("dim", 0) % a["input"].dim()
    sizes = tuple(t.shape[dim] if t.dim() == rank else 1 for t in out)
    return {"dim": dim, "sizes": sizes}


row("split split_with_sizes chunk tensor_split", "split", "input sizes dim", _split)
row("unbind", "split", "input dim", _split)


def _pad(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """One (begin, end) pair per axis of the tensor, from the front."""
    given, rank = tuple(a["pad"]), a["input"].dim()
    last = [(given[i], given[i + 1]) for i in range(0, len(given), 2)]
    full = ((0, 0),) * (rank - len(last)) + tuple(reversed(last))
    return {"pad": full, "mode": a.get("mode", "constant")}


def _interpolate(a: Args, out: Any) -> Attrs:
    d = out.dim() - 2
    return {
        "output_size": tuple(out.shape[2:]),
        "scale_factor": tuple(o / i for o, i in zip(out.shape[2:], a["input"].shape[2:], strict=True)),
        "mode": a.get("mode", "nearest"),
        "align_corners": bool(a.get("align_corners") or False),
    } if d else {}  # fmt: skip


row("pad", "pad", "input pad mode value", _pad)
row(
    "interpolate upsample",
    "interpolate",
    "input size scale_factor mode align_corners",
    _interpolate,
)
row("pixel_shuffle", "pixel_shuffle", "input upscale_factor", keep(upscale_factor=1))
row("pixel_unshuffle", "pixel_shuffle", "input downscale_factor", keep(downscale_factor=1))
row("channel_shuffle native_channel_shuffle", "channel_shuffle", "input groups", keep(groups=1))
row("roll", "roll", "input shifts dims", keep(shifts=None, dims=None))
row("setitem", "setitem", "input index value")
row("to float half double bfloat16 int long bool type type_as contiguous clone detach cpu cuda",
    "cast", "input")  # fmt: skip


def kernel_positions(a: Mapping[str, Any]) -> int:
    """Elements under one window."""
    return prod(a["kernel_size"])
