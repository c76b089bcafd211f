"""What stands in the boxes of the folded graph, in few characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cnnviz.analysis.fold import Cell, Item
from cnnviz.analysis.fold_regions import CONTAINERS
from cnnviz.content import has_label, label
from cnnviz.graph import Graph, Node, Shape
from cnnviz.views.layout_text import shorten

SIZE: Final = 11.0  # px of text: readable without zooming; nothing scales it
WIDEST: Final = 140.0  # px of a block's name

SIGNS: Final = {"add": "+", "sub": "−", "mul": "×", "div": "÷", "maximum": "∨", "distance": "d"}
SHORT: Final = {  # names that are the same in both languages
    "batch_norm": "BN",
    "layer_norm": "LN",
    "group_norm": "GN",
    "instance_norm": "IN",
    "local_response_norm": "LRN",
    "rms_norm": "RMS",
    "normalize": "L2",
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LReLU",
    "prelu": "PReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "hardswish": "hswish",
    "hardsigmoid": "hsigm",
    "hardtanh": "htanh",
    "log_softmax": "logsoftmax",
    "rbf": "RBF",
    "lstm": "LSTM",
    "gru": "GRU",
    "rnn": "RNN",
    "bilinear": "bilinear",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The lines in a box; the first of a block is bold."""

    lines: tuple[str, ...]
    bold: bool = False


def cell_words(cell: Cell, graph: Graph, lang: str, times: int = 1) -> Words:
    """A layer: kernel and stride over output channels, or what else tells it."""
    n = graph.by_id[cell.head]
    more = f" ×{times}" if times > 1 else ""
    if n.kind == "input":
        return Words((dims(n.out_shape),))
    if n.kind == "convolution":
        return Words((_kernel(n), _channels(n) + more))
    if n.kind == "linear":
        return Words((*_linear_name(n, lang), f"{n.out_shape[-1] if n.out_shape else ''}{more}"))
    if n.kind == "pooling":
        return Words(_pooling(n, lang))
    if n.kind == "combine":
        return Words((SIGNS[n.op] + more,) if n.op in SIGNS else ())
    if n.kind == "reshape":
        return Words((_reshape(cell, graph, lang),))
    return Words((short_name(n.op, lang) + more,))


def block_words(item: Item, channels: int | None, shrinks: int, lang: str) -> Words:
    """A folded block: its class over its own name and channels, /2 where the map shrinks, ×N."""
    parts = [str(channels)] if channels else []
    if (own := own_name(item)) and item.times == 1:
        parts = [" · ".join([own, *parts])]
    parts += [f"/{shrinks}"] if shrinks > 1 else []
    parts += [f"×{item.times}"] if item.times > 1 else []
    name = class_name(item, lang)
    return Words((name, " ".join(parts)) if parts else (name,), bold=True)


def class_name(item: Item, lang: str) -> str:
    """The block's class, or where it stands in the model if the class is a mere container."""
    if has_label(f"structure.class.{item.cls}"):
        return label(f"structure.class.{item.cls}", lang)
    name = item.cls.lstrip("_") or label("structure.nameless", lang)
    if item.cls in CONTAINERS and item.cls:
        name = _last_word(item.path) or item.cls
    return shorten(name, SIZE, WIDEST, bold=True)


def own_name(item: Item) -> str:
    """What tells a block from the others of its class: "inception_3a" -> "3a"; "" if no such."""
    last = item.path.rpartition(".")[2]
    found = re.fullmatch(rf"{re.escape(item.cls)}_?(\d[a-z])", last, re.IGNORECASE)
    return found[1] if found else ""


def _last_word(path: str) -> str:
    """The end of a path from the last part that is a word: "a.branch.0.1" -> "branch.0.1"."""
    parts = path.split(".")
    words = [k for k, p in enumerate(parts) if not p.isdigit()]
    return ".".join(parts[words[-1] :]) if words else path


def short_name(op: str, lang: str) -> str:
    """An operation's name of a few characters."""
    if op in SHORT:
        return SHORT[op]
    return label(f"structure.op.{op}", lang) if has_label(f"structure.op.{op}") else op


def dims(shape: Shape) -> str:
    """(1, 3, 224, 224) -> "3·224²": the batch left out, one number where the axes are equal."""
    inner = shape[1:] if len(shape) > 1 else shape
    if len(inner) < 2:
        return str(inner[0]) if inner else "1"
    return f"{inner[0]}·{sides(shape)}"


def sides(shape: Shape) -> str:
    """The size of a map: (1, 64, 112, 112) -> "112²", (1, 64, 17, 35) -> "17×35"."""
    space = shape[2:]
    if 2 <= len(space) <= 3 and len(set(space)) == 1:
        return f"{space[0]}{'²' if len(space) == 2 else '³'}"
    return "×".join(map(str, space))


def _kernel(n: Node) -> str:
    text = "×".join(map(str, n.attrs.get("kernel_size", ())))
    stride = factor(n.attrs.get("stride"))
    if stride:
        text += f" {'↑' if 'transpose' in n.op else '/'}{stride}"
    return text


def _channels(n: Node) -> str:
    groups, width = n.attrs.get("groups", 1), n.out_shape[1] if len(n.out_shape) > 1 else 0
    if groups > 1:
        return f"dw {width}" if groups == n.in_shapes[0][1] else f"{width} g{groups}"
    return str(width)


def _linear_name(n: Node, lang: str) -> tuple[str, ...]:
    return () if n.op == "linear" else (short_name(n.op, lang),)


def _pooling(n: Node, lang: str) -> tuple[str, str]:
    kind = "max_pool" if "max" in n.op else "sum" if n.op == "sum" else "avg_pool"
    kind = "lp_pool" if n.op.startswith("lp_") else kind
    kernel, stride = n.attrs.get("kernel_size"), n.attrs.get("stride")
    if kernel is None:
        size = n.out_shape[2:]
        whole = all(s == 1 for s in size)
        how = label("structure.all", lang) if whole else "→" + (factor(size) or "1")
    else:
        how = f"{factor(kernel) or 1}/{factor(stride) or 1}" if factor(stride) else factor(kernel)
        how = how or "1"
    return label(f"structure.op.{kind}", lang), how


def factor(values: Sequence[Any] | None) -> str:
    """Per axis as one number where all are equal; "" for ones and none."""
    found = list(values or ())
    if not found or all(v == 1 for v in found):
        return ""
    return str(found[0]) if len(set(found)) == 1 else "×".join(map(str, found))


def _reshape(cell: Cell, graph: Graph, lang: str) -> str:
    ops = [graph.by_id[o] for o in cell.ops]
    if any(o.op == "channel_shuffle" for o in ops):
        return label("structure.op.shuffle", lang)
    if any(o.op == "permute" for o in ops):
        same = ops[0].in_shapes[0] == ops[-1].out_shape and len(ops) > 1
        return label(f"structure.op.{'shuffle' if same else 'permute'}", lang)
    return short_name(ops[0].op, lang)
