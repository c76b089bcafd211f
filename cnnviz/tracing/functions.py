"""The table: which torch function is which operation, and what is kept of its arguments.

A row names the arguments in order (rows.py). What stands in no row is recorded as "opaque": its
shapes are right, its arithmetic is not counted.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from cnnviz.tracing import attributes as at
from cnnviz.tracing import reshapes as move
from cnnviz.tracing.attributes import Args, keep
from cnnviz.tracing.rows import lookup, row

__all__ = ["NOT_A_NODE", "NO_WORK", "ONE_OPERAND", "PROPERTIES", "lookup"]

# Functions that make no node ---------------------------------------------------------------------

PROPERTIES = frozenset(
    ("T", "mT", "H", "mH", "real", "imag", "data")
)  # attributes that are tensors
# of the other tensors they read the shape or the dtype only
ONE_OPERAND = frozenset(("to", "type_as", "view_as", "expand_as", "reshape_as"))
# they return the tensor itself where there is nothing to do
NO_WORK = frozenset(
    ("to", "contiguous", "type", "float", "half", "double", "bfloat16", "int", "long", "bool",
     "real", "as_tensor", "asarray", "conj", "resolve_conj", "resolve_neg", "rename")
)  # fmt: skip
# they read no number, or change none
NOT_A_NODE = frozenset(
    ("zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like",
     "randint_like", "new_zeros", "new_ones", "new_full", "new_empty", "new_tensor",
     "new_empty_strided", "cpu", "cuda", "xpu", "npu", "mps", "pin_memory",
     "requires_grad_", "retain_grad", "register_hook", "share_memory_", "_assert_async")
)  # fmt: skip


# Convolutions, linear layers, matrix products ----------------------------------------------------

for _d in (1, 2, 3):
    row(f"conv{_d}d", f"conv{_d}d", "input weight bias stride padding dilation groups", at.conv(_d))
    row(
        f"conv_transpose{_d}d",
        f"conv_transpose{_d}d",
        "input weight bias stride padding output_padding groups dilation",
        at.conv(_d, transposed=True),
    )
row("linear", "linear", "input weight bias", at.bias)
row("bilinear", "bilinear", "input1 input2 weight bias", at.bias)
row(
    "convolution",
    lambda a: f"conv{'_transpose' if a['transposed'] else ''}{a['weight'].dim() - 2}d",
    "input weight bias stride padding dilation transposed output_padding groups benchmark",
    lambda a, out: at.conv(a["weight"].dim() - 2, transposed=bool(a["transposed"]))(a, out),
)
row("matmul mm bmm mv dot inner outer ger vdot linalg_matmul", "matmul", "input other", at.matmul)
row("addmm addmv addbmm baddbmm addr", "matmul", "bias input other", at.matmul)
row(
    "linalg_vecdot",
    lambda a: "matmul" if at.dotted(a) else "opaque",
    "x other dim",
    lambda a, out: at.dotted(a) or {"function": "torch.linalg.vecdot"},  # noqa: ARG005
)
row("einsum", "matmul", "equation operands", at.einsum)
row("tensordot", "matmul", "a b dims", lambda a, out: at.matmul(a, out) | keep(dims=2)(a, out))
row(
    "scaled_dot_product_attention",
    "attention",
    "query key value attn_mask dropout_p is_causal",
    at.attention,
)
row(
    "multi_head_attention_forward",
    "multi_head_attention",
    "query key value embed_dim_to_check num_heads in_proj_weight in_proj_bias bias_k bias_v"
    " add_zero_attn dropout_p out_proj_weight out_proj_bias training key_padding_mask need_weights",
    at.multi_head,
)
row("embedding", "embedding", "input weight padding_idx", keep(padding_idx=None))

_RNN = "input hx params has_biases num_layers dropout train bidirectional batch_first"
row("lstm", "lstm", _RNN, at.recurrent(4))
row("gru", "gru", _RNN, at.recurrent(3))
row("rnn_tanh", "rnn", _RNN, at.recurrent(1, nonlinearity="tanh"))
row("rnn_relu", "rnn", _RNN, at.recurrent(1, nonlinearity="relu"))
_CELL = "input hx w_ih w_hh b_ih b_hh"
row("lstm_cell", "lstm", _CELL, at.cell(4))
row("gru_cell", "gru", _CELL, at.cell(3))
row("rnn_tanh_cell", "rnn", _CELL, at.cell(1, nonlinearity="tanh"))
row("rnn_relu_cell", "rnn", _CELL, at.cell(1, nonlinearity="relu"))


# Pooling and reductions --------------------------------------------------------------------------

for _d in (1, 2, 3):
    row(
        f"max_pool{_d}d max_pool{_d}d_with_indices",
        f"max_pool{_d}d",
        "input kernel_size stride padding dilation ceil_mode return_indices",
        at.pool(_d),
    )
    row(
        f"avg_pool{_d}d",
        f"avg_pool{_d}d",
        "input kernel_size stride padding ceil_mode count_include_pad divisor_override",
        at.pool(_d, "count_include_pad", "divisor_override"),
    )
    row(f"adaptive_avg_pool{_d}d", f"adaptive_avg_pool{_d}d", "input output_size", at.adaptive(_d))
    row(
        f"adaptive_max_pool{_d}d adaptive_max_pool{_d}d_with_indices",
        f"adaptive_max_pool{_d}d",
        "input output_size return_indices",
        at.adaptive(_d),
    )
row(
    "lp_pool2d",
    "lp_pool2d",
    "input norm_type kernel_size stride ceil_mode",
    at.pool(2, "norm_type"),
)


def _extreme(a: Args) -> str:
    """torch.max of two tensors, or over axes of one."""
    return "maximum" if isinstance(a.get("dim", a.get("other")), Tensor) else "amax"


def _extreme_attrs(a: Args, out: Any) -> dict[str, Any]:
    return at.reduce(a, out) if _extreme(a) == "amax" else {}


row("mean nanmean", "mean", "input dim keepdim", at.reduce)
row("sum nansum", "sum", "input dim keepdim", at.reduce)
row("amax amin", "amax", "input dim keepdim", at.reduce)
row("max min", _extreme, "input dim keepdim", _extreme_attrs)


# Normalisation -----------------------------------------------------------------------------------

row(
    "batch_norm",
    "batch_norm",
    "input running_mean running_var weight bias training momentum eps",
    lambda a, out: {
        **at.norm(eps=1e-5, training=False)(a, out),
        "track_running_stats": at.has(a, "running_mean"),
    },
)
row(
    "layer_norm",
    "layer_norm",
    "input normalized_shape weight bias eps",
    at.norm(normalized_shape=(), eps=1e-5),
)
row(
    "rms_norm",
    "rms_norm",
    "input normalized_shape weight eps",
    at.norm(normalized_shape=(), eps=None),
)
row(
    "group_norm",
    "group_norm",
    "input num_groups weight bias eps",
    at.norm(num_groups=1, eps=1e-5),
)
row(
    "instance_norm",
    "instance_norm",
    "input running_mean running_var weight bias use_input_stats momentum eps",
    at.norm(eps=1e-5),
)
row(
    "local_response_norm",
    "local_response_norm",
    "input size alpha beta k",
    keep(size=None, alpha=1e-4, beta=0.75, k=1.0),
)
row("normalize", "normalize", "input p dim eps", keep(p=2.0, dim=1, eps=1e-12))
row("weight_norm", "normalize", "input g dim", keep(p=2.0, dim=0))


# Activations, element by element -----------------------------------------------------------------

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
row("sigmoid expit", "sigmoid", "input")
row("tanh", "tanh", "input")
row("softmax softmin", "softmax", "input dim", keep(dim=None))
row("log_softmax", "log_softmax", "input dim", keep(dim=None))
row(
    "hardtanh",
    lambda a: "relu6" if (a.get("min_val"), a.get("max_val")) == (0.0, 6.0) else "hardtanh",
    "input min_val max_val",
    keep(min_val=-1.0, max_val=1.0),
)
row("dropout", "dropout", "input p training", keep(p=0.5, training=True))
for _name in ("dropout1d", "dropout2d", "dropout3d", "feature_dropout", "alpha_dropout",
              "feature_alpha_dropout"):  # fmt: skip
    row(_name, "dropout", "input p training", keep(p=0.5, training=True, function=_name))
_ELEMENTWISE = """abs absolute acos acosh addcdiv addcmul angle arccos arcsin arctan arctan2 asin
    asinh atan atan2 atanh bitwise_and bitwise_not bitwise_or bitwise_xor and or xor invert ceil
    celu clamp clamp_max clamp_min clip copysign cos cosh deg2rad digamma eq erf erfc erfinv exp
    exp2 expm1 fill fix float_power floor fmod frac ge glu greater greater_equal gt hardshrink
    heaviside hypot isfinite isinf isnan ldexp le lerp less less_equal lgamma log log10 log1p log2
    logaddexp logical_and logical_not logical_or logical_xor logit logsigmoid log_sigmoid lt
    masked_fill mish nan_to_num ne neg negative not_equal positive pow rpow rad2deg real imag
    reciprocal remainder mod round rrelu rsqrt selu sgn sign sin sinc sinh softshrink softsign sqrt
    square tan tanhshrink threshold trunc where xlogy zero bernoulli uniform normal"""
for _name in _ELEMENTWISE.split():
    row(_name, "elementwise", "input other", at.function(_name))


# Two tensors and more ----------------------------------------------------------------------------

row("add", "add", "input other", at.other)
row("sub subtract rsub", "sub", "input other", at.other)
row("mul multiply", "mul", "input other", at.other)
row(
    "div divide true_divide truediv floor_divide floordiv",
    "div",
    "input other",
    at.quotient,
)
row("rtruediv rdiv", "div", "other input", at.quotient)
row("maximum minimum fmax fmin", "maximum", "input other")
row("pairwise_distance", "distance", "x1 x2 p eps keepdim", keep(p=2.0, eps=1e-6, keepdim=False))
row("cosine_similarity", "distance", "x1 x2 dim eps", keep(dim=1, eps=1e-8))
row("cdist", "distance", "x1 x2 p", keep(p=2.0))
row("cat concat concatenate", "concat", "tensors dim", at.cat)
row("stack", "stack", "tensors dim", at.cat)


# Reshapes ----------------------------------------------------------------------------------------


def _indexing(a: Args) -> str:
    """x[None], x[..., None]: only new axes."""
    i = a["index"] if isinstance(a["index"], tuple) else (a["index"],)
    new = all(e is None or e is Ellipsis or (isinstance(e, slice) and e == slice(None)) for e in i)
    return "reshape" if new and None in [e for e in i if not isinstance(e, Tensor)] else "slice"


row("view reshape view_as reshape_as flatten unflatten squeeze unsqueeze ravel", "reshape", "input")
row("permute", "permute", "input dims", move.permute)
row("transpose swapaxes swapdims t", "permute", "input dim0 dim1", move.transpose)
row("movedim moveaxis", "permute", "input source destination", move.movedim)
row("T", "permute", "input", move.reverse_axes)
row("mT H mH adjoint", "permute", "input", move.matrix_transpose)
row("expand expand_as broadcast_to repeat tile repeat_interleave", "expand", "input")
row("getitem", _indexing, "input index", move.index)
row("narrow", "slice", "input dim start length", move.narrow)
row("select", "slice", "input dim index", move.narrow)
row("index_select gather take take_along_dim diagonal", "slice", "input")
row("split split_with_sizes chunk tensor_split", "split", "input sizes dim", move.split)
row("unbind", "split", "input dim", move.split)
row("pad", "pad", "input pad mode value", move.pad)
row(
    "interpolate upsample",
    lambda a: (  # its other name
        f"adaptive_avg_pool{a['input'].dim() - 2}d" if a.get("mode") == "area" else "interpolate"
    ),
    "input size scale_factor mode align_corners recompute_scale_factor antialias",
    move.interpolate,
)
row("pixel_shuffle", "pixel_shuffle", "input upscale_factor", keep(upscale_factor=1))
row("pixel_unshuffle", "pixel_shuffle", "input downscale_factor", keep(downscale_factor=1))
row("channel_shuffle native_channel_shuffle", "channel_shuffle", "input groups", keep(groups=1))
row("flip fliplr flipud rot90 unfold", "slice", "input")
row("roll", "roll", "input shifts dims", keep(shifts=None, dims=None))
row("setitem", "setitem", "input index value", move.index)
row("copy", "setitem", "input value")
row("to float half double bfloat16 int long bool type type_as contiguous clone conj"
    " as_tensor asarray resolve_conj resolve_neg", "cast", "input")  # fmt: skip
row("detach data", "identity", "input", at.function("detach"))
