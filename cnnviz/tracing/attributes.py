"""What a node keeps of a function's arguments, under PyTorch's names, as plain values.

Each takes (arguments by name, result) and gives the attributes. Sizes have one entry per spatial
axis, padding one (begin, end) pair; axes are counted from the front.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Integral
from typing import Any

from torch import Tensor

Args = Mapping[str, Any]  # argument name -> value as the caller gave it
Attrs = dict[str, Any]
Extract = Callable[[Args, Any], Attrs]


def each(value: Any, d: int) -> tuple[int, ...]:
    """One entry per spatial axis: 3 -> (3, 3); (3,) -> (3, 3); (3, 5) stays."""
    entries = tuple(int(v) for v in value) if isinstance(value, tuple | list) else (int(value),)
    return entries * d if len(entries) == 1 else entries


def pairs(value: Any, kernel: tuple[int, ...], dilation: tuple[int, ...]) -> Any:
    """Padding as (begin, end) per spatial axis, also of "same" (the odd one at the end)."""
    if value == "valid":
        return ((0, 0),) * len(kernel)
    if value == "same":
        totals = [s * (k - 1) for s, k in zip(dilation, kernel, strict=True)]
        return tuple((t // 2, t - t // 2) for t in totals)
    return tuple((p, p) for p in each(value, len(kernel)))


def plain(value: Any) -> Any:
    """Numbers, texts, None and tuples of these; anything else by its name."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Integral):  # NumPy's
        return int(value)
    if isinstance(value, tuple | list):
        return tuple(plain(v) for v in value)
    return "tensor" if isinstance(value, Tensor) else str(value).removeprefix("torch.")


def nothing(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    return {}


def keep(**defaults: Any) -> Extract:
    """These arguments as they are, with their defaults."""

    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        return {k: plain(a.get(k, default)) for k, default in defaults.items()}

    return attrs


def function(name: str) -> Extract:
    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        return {"function": name}

    return attrs


def has(a: Args, name: str) -> bool:
    return a.get(name) is not None


def operands(*values: Any) -> Attrs:
    """Shapes of all operands in order, weights among them."""
    return {"shapes": tuple(tuple(v.shape) for v in values if isinstance(v, Tensor))}


# Convolution, linear, attention, recurrent -------------------------------------------------------


def conv(d: int, transposed: bool = False) -> Extract:
    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        kernel, dilation = tuple(a["weight"].shape[2:]), each(a.get("dilation", 1), d)
        more = {"output_padding": each(a.get("output_padding", 0), d)} if transposed else {}
        return {
            "kernel_size": kernel,
            "stride": each(a.get("stride", 1), d),
            "padding": pairs(a.get("padding", 0), kernel, dilation),
            "dilation": dilation,
            "groups": a.get("groups", 1),
            "bias": has(a, "bias"),
            **more,
        }

    return attrs


def bias(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    return {"bias": has(a, "bias")}


def matmul(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """Of addmm and its like the two factors only."""
    return operands(*(v for k, v in a.items() if k != "bias"))


def einsum(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    given = a["operands"]
    given = given if isinstance(given, tuple | list) else (given,)
    if len(given) == 1 and isinstance(given[0], tuple | list):
        given = given[0]
    return {"equation": plain(a["equation"]), **operands(*given)}


def dotted(a: Args) -> Attrs:
    """Products of vectors along the last axis, as einsum; nothing where shapes differ."""
    x, y = a["x"], a["other"]
    if x.shape != y.shape or a.get("dim", -1) not in (-1, x.dim() - 1) or x.dim() > 20:
        return {}
    axes = "abcdefghijklmnopqrst"[: x.dim()]
    return {"equation": f"{axes},{axes}->{axes[:-1]}", **operands(x, y)}


def attention(a: Args, out: Any) -> Attrs:
    kept = keep(is_causal=False, dropout_p=0.0, scale=None, enable_gqa=False)(a, out)
    return kept | operands(a["query"], a["key"], a["value"])


def multi_head(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """Layout of the shapes: (length, batch, features) or (length, features)."""
    q, k, v = a["query"], a["key"], a["value"]
    return {
        "embed_dim": q.shape[-1],
        "num_heads": a["num_heads"],
        "kdim": k.shape[-1],
        "vdim": v.shape[-1],
        "bias": has(a, "in_proj_bias"),
        "add_bias_kv": has(a, "bias_k"),
        "add_zero_attn": bool(a.get("add_zero_attn")),
        "need_weights": bool(a.get("need_weights", True)),
        "dropout_p": a.get("dropout_p", 0.0),
        **operands(q, k, v),
    }


def recurrent(gates: int, **more: Any) -> Extract:
    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        w_ih, w_hh = a["params"][:2]
        hidden, state = w_ih.shape[0] // gates, w_hh.shape[1]
        return {
            "input_size": w_ih.shape[1],
            "hidden_size": hidden,
            "proj_size": state if state != hidden else 0,
            "num_layers": a["num_layers"],
            "bias": bool(a["has_biases"]),
            "batch_first": bool(a["batch_first"]),
            "dropout": a["dropout"],
            "bidirectional": bool(a["bidirectional"]),
            "cell": False,
            **more,
        }

    return attrs


def cell(gates: int, **more: Any) -> Extract:
    """One step of a recurrent layer."""

    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        w_ih = a["w_ih"]
        return {
            "input_size": w_ih.shape[1],
            "hidden_size": w_ih.shape[0] // gates,
            "proj_size": 0,
            "num_layers": 1,
            "bias": has(a, "b_ih"),
            "batch_first": False,
            "dropout": 0.0,
            "bidirectional": False,
            "cell": True,
            **more,
        }

    return attrs


# Pooling, reductions, normalisation --------------------------------------------------------------


def pool(d: int, *more: str) -> Extract:
    extra = {"count_include_pad": True, "divisor_override": None, "norm_type": 2.0}

    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        kernel, dilation = each(a["kernel_size"], d), each(a.get("dilation", 1), d)
        stride = a.get("stride")
        return {
            "kernel_size": kernel,
            "stride": kernel if stride is None or stride in ((), []) else each(stride, d),
            "padding": pairs(a.get("padding", 0), kernel, dilation),
            "dilation": dilation,
            "ceil_mode": bool(a.get("ceil_mode", False)),
            **{k: a.get(k, extra[k]) for k in more},
        }

    return attrs


def adaptive(d: int) -> Extract:
    def attrs(a: Args, out: Any) -> Attrs:  # noqa: ARG001
        first = out[0] if isinstance(out, tuple) else out
        return {"output_size": tuple(first.shape[-d:])}

    return attrs


def reduce(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """The reduced axes; all of them where none is named."""
    rank, dim = a["input"].dim(), a.get("dim", a.get("axis"))
    several = isinstance(dim, tuple | list)
    every = dim is None or (several and not dim)
    dims = range(rank) if every else dim if several else (dim,)
    return {
        "dim": tuple(sorted(int(d) % rank for d in dims if rank)),
        "keepdim": bool(a.get("keepdim", False)),
    }


def norm(**defaults: Any) -> Extract:
    """`affine`: scaled by a weight."""

    def attrs(a: Args, out: Any) -> Attrs:
        kept = keep(**defaults)(a, out)
        if isinstance(kept.get("normalized_shape"), int):
            kept["normalized_shape"] = (kept["normalized_shape"],)
        return {**kept, "affine": has(a, "weight"), "bias": has(a, "bias")}

    return attrs


# Combining ---------------------------------------------------------------------------------------


def other(a: Args, out: Any) -> Attrs:  # noqa: ARG001
    """The number, where one of the two operands is a number."""
    number = next((v for v in a.values() if isinstance(v, int | float)), None)
    return {} if number is None else {"other": number}


def quotient(a: Args, out: Any) -> Attrs:
    """Of a number by a tensor: `function` is "reciprocal"."""
    kept = other(a, out)
    return kept if isinstance(a["input"], Tensor) else kept | {"function": "reciprocal"}


def cat(a: Args, out: Any) -> Attrs:
    return {"dim": int(a.get("dim", a.get("axis", 0))) % max(1, out.dim())}
