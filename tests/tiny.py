"""Hand-made tiny networks, each with its reason and with the graph that a trace must give.

`expected` has a line a node: "id op inputs …", an input as "id" or "id.output"; "~" marks an alias.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from tests import tiny_modules as forms
from tests.tiny_modules import MAP, Function


@dataclass(frozen=True)
class Tiny:
    name: str
    why: str
    build: Callable[[], nn.Module]
    inputs: tuple[Any, ...]
    expected: str


TINY = (
    Tiny(
        "chain",
        "a leaf's only operation has the leaf's path",
        lambda: nn.Sequential(nn.Conv2d(4, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(108, 2)),
        (MAP,),
        "input input; 0 conv2d input; 1 relu 0; 2 reshape~ 1; 3 linear 2",
    ),
    Tiny(
        "diamond",
        "two readers of one map, joined in argument order",
        lambda: Function(lambda m, x: m.b(x) + m.a(x), a=nn.Conv2d(4, 4, 1), b=nn.ReLU()),
        (MAP,),
        "input input; b relu input; a conv2d input; add add b a",
    ),
    Tiny(
        "twice",
        "a module called twice is two nodes with the same weights",
        lambda: Function(lambda m, x: m.c(m.c(x)), c=nn.Conv2d(4, 4, 1)),
        (MAP,),
        "input input; c conv2d input; c_1 conv2d c",
    ),
    Tiny(
        "block_twice",
        "the operations inside a block that is called twice are numbered, too",
        lambda: Function(lambda m, x: m.b(m.b(x)), b=nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU())),
        (MAP,),
        "input input; b.0 conv2d input; b.1 relu b.0; b.0_1 conv2d b.1; b.1_1 relu b.0_1",
    ),
    Tiny(
        "functional",
        "functions with weights of the module that calls them",
        lambda: Function(lambda m, x: F.relu(F.conv2d(x, m.w)), w=forms.parameter(2, 4, 3, 3)),
        (MAP,),
        "input input; conv2d conv2d input; relu relu conv2d",
    ),
    Tiny(
        "inplace_residual",
        "y += x is in place on y, and reads x",
        lambda: Function(lambda m, x: m.c(x).add_(x), c=nn.Conv2d(4, 4, 1)),
        (MAP,),
        "input input; c conv2d input; add add~ c input",
    ),
    Tiny(
        "relu_in_place",
        "who reads the tensor later reads the changed one",
        lambda: Function(lambda _, x: (lambda y: (F.relu(y, inplace=True), y + x)[1])(x * 2)),
        (MAP,),
        "input input; mul mul input; relu relu~ mul; add add relu input",
    ),
    Tiny(
        "dropout_residual",
        "what hands its input on is a node of its own; the input stays itself",
        lambda: Function(lambda m, x: x + m.d(x) + m.i(x), d=nn.Dropout(), i=nn.Identity()),
        (MAP,),
        "input input; d dropout~ input; add add input d; i identity~ input; add_1 add add i",
    ),
    Tiny(
        "flat_already",
        "a function that returns its input as it is, is a node; the input stays itself",
        lambda: Function(lambda _, x: x - x.flatten(1)),
        ((2, 8),),
        "input input; flatten reshape~ input; sub sub input flatten",
    ),
    Tiny(
        "concat",
        "branches in the order of the list",
        lambda: Function(lambda m, x: torch.cat([m.c(x), x], 1), c=nn.Conv2d(4, 2, 1)),
        (MAP,),
        "input input; c conv2d input; cat concat c input",
    ),
    Tiny(
        "split",
        "an edge says which output it reads",
        lambda: Function(lambda _, x: torch.cat(x.chunk(2, 1)[::-1], 1)),
        (MAP,),
        "input input; chunk split~ input; cat concat chunk.1 chunk",
    ),
    Tiny(
        "unpacking",
        "iterating over a tensor",
        lambda: Function(lambda _, x: (lambda a, b: a - b)(*x)),
        (MAP,),
        "input input; unbind split~ input; sub sub unbind unbind.1",
    ),
    Tiny(
        "slices",
        "indexing makes views",
        lambda: Function(lambda _, x: x[:, 1:3] * x[:, [0, 1]]),
        (MAP,),
        "input input; getitem slice~ input; getitem_1 slice input; mul mul getitem getitem_1",
    ),
    Tiny(
        "new_axis",
        "indexing with None only is a reshape",
        lambda: Function(lambda _, x: x[:, None]),
        (MAP,),
        "input input; getitem reshape~ input",
    ),
    Tiny(
        "write",
        "writing into a part: a constant, then the written tensor",
        lambda: Function(forms.write),
        (MAP,),
        "input input; getitem slice~ input; constant constant; setitem setitem~ constant getitem",
    ),
    Tiny(
        "add_to_part",
        "y[i] += x reads the slice, adds in place, and y is the written one",
        lambda: Function(forms.add_to_part),
        (MAP,),
        "input input; mul mul input; getitem slice~ mul; getitem_1 slice~ input;"
        " add add~ getitem getitem_1; setitem setitem~ mul add",
    ),
    Tiny(
        "copy_within",
        "what is written comes from the same tensor, and is no view that was written to",
        lambda: Function(forms.copy_within),
        (MAP,),
        "input input; mul mul input; getitem slice~ mul; setitem setitem~ mul getitem",
    ),
    Tiny(
        "inference_mode",
        "in-place functions where PyTorch counts no versions",
        lambda: Function(forms.without_versions),
        (MAP,),
        "input input; mul mul input; exp elementwise~ mul; add add exp input",
    ),
    Tiny(
        "given_result",
        "a result written into a tensor that was made for it",
        lambda: Function(forms.into),
        (MAP,),
        "input input; exp elementwise input; add add exp input",
    ),
    Tiny(
        "copy_into_view",
        "writing to a view writes to the tensor below",
        lambda: Function(forms.copy_into_view),
        (MAP,),
        "input input; getitem slice~ input; constant constant;"
        " copy setitem~ constant getitem; constant_1 constant; setitem setitem~ constant_1 copy;"
        " add add setitem",
    ),
    Tiny(
        "gate",
        "squeeze and excitation, written with functions",
        lambda: Function(forms.gate, fc=nn.Linear(4, 4)),
        (MAP,),
        "input input; adaptive_avg_pool2d adaptive_avg_pool2d input;"
        " flatten reshape~ adaptive_avg_pool2d; fc linear flatten; sigmoid sigmoid fc;"
        " getitem reshape~ sigmoid; mul mul input getitem",
    ),
    Tiny(
        "shuffle",
        "a channel shuffle by hand: the last reshape copies",
        lambda: Function(lambda _, x: x.view(2, 2, 2, 8, 8).transpose(1, 2).reshape(2, 4, 8, 8)),
        (MAP,),
        "input input; view reshape~ input; transpose permute~ view; reshape reshape transpose",
    ),
    Tiny(
        "attention",
        "matrix products, one with a parameter",
        lambda: Function(forms.attention, v=forms.parameter(8, 3)),
        ((2, 8, 5),),
        "input input; transpose permute~ input; matmul matmul input transpose; div div matmul;"
        " softmax softmax div; matmul_1 matmul softmax",
    ),
    Tiny(
        "token",
        "an operation on a parameter alone has no input",
        lambda: Function(
            forms.token, token=forms.parameter(1, 1, 8), position=forms.parameter(1, 6, 8)
        ),
        ((2, 5, 8),),
        "input input; expand expand~; cat concat expand input; add add cat",
    ),
    Tiny(
        "constants",
        "what the forward makes for itself, each a node",
        lambda: Function(lambda _, x: x + torch.arange(8) + torch.zeros(8)),
        (MAP,),
        "input input; constant constant; add add input constant; constant_1 constant;"
        " add_1 add add constant_1",
    ),
    Tiny(
        "sizes",
        "arithmetic with sizes makes no nodes",
        lambda: Function(lambda _, x: x.view(x.size(0), -1) * x.shape[1] / len(x)),
        (MAP,),
        "input input; view reshape~ input; mul mul view; div div mul",
    ),
    Tiny(
        "devices",
        "moving is nothing, another dtype is an operation",
        lambda: Function(lambda _, x: x.cpu().to("cpu").half().contiguous().to(x)),
        (MAP,),
        "input input; half cast input; to cast half",
    ),
    Tiny(
        "two_inputs",
        "inputs are numbered",
        lambda: Function(lambda _, x, y: F.pairwise_distance(x, y)),
        ((2, 8), (2, 8)),
        "input_0 input; input_1 input; pairwise_distance distance input_0 input_1",
    ),
    Tiny(
        "keywords",
        "a dict holds keyword inputs",
        lambda: Function(lambda _, x, *, mask: x * mask),
        (MAP, {"mask": (8, 8)}),
        "input input; mask input; mul mul input mask",
    ),
    Tiny(
        "list_input",
        "a list of inputs",
        lambda: Function(lambda _, xs: xs[0] + xs[1]),
        ([MAP, MAP],),
        "input_0 input; input_1 input; add add input_0 input_1",
    ),
    Tiny(
        "outputs",
        "a named tuple inside a dict",
        lambda: Function(lambda _, x: {"pair": forms.Pair(x + 1, x * 2), "none": None}),
        (MAP,),
        "input input; add add input; mul mul input",
    ),
    Tiny(
        "lstm",
        "a recurrent layer is one node; its initial zeros are no input",
        lambda: nn.Sequential(nn.LSTM(8, 3, batch_first=True)),
        ((2, 5, 8),),
        "input input; 0 lstm input",
    ),
    Tiny(
        "multi_head",
        "the layer's operation has its path, its transpositions have their own",
        lambda: Function(
            lambda m, x: m.a(x, x, x)[0], a=nn.MultiheadAttention(8, 2, batch_first=True)
        ),
        ((2, 5, 8),),
        "input input; a.transpose permute~ input;"
        " a multi_head_attention a.transpose a.transpose a.transpose; a.transpose_1 permute~ a",
    ),
    Tiny(
        "circular",
        "of a layer's two operations the one with its weights has its path",
        lambda: nn.Sequential(nn.Conv2d(4, 4, 3, padding=1, padding_mode="circular")),
        (MAP,),
        "input input; 0.pad pad input; 0 conv2d 0.pad",
    ),
    Tiny(
        "embedding",
        "integers come as an example",
        lambda: nn.Sequential(nn.Embedding(9, 4)),
        (torch.zeros(2, 5, dtype=torch.long),),
        "input input; 0 embedding input",
    ),
    Tiny(
        "bilinear",
        "two maps and one weight",
        lambda: nn.Bilinear(3, 4, 5),
        ((2, 3), (2, 4)),
        "input_0 input; input_1 input; bilinear bilinear input_0 input_1",
    ),
    Tiny(
        "weight_norm",
        "a weight that is computed comes as an input",
        lambda: nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 2, 3))),
        (MAP,),
        "input input; 0.parametrizations.weight.0 normalize;"
        " 0 conv2d input 0.parametrizations.weight.0",
    ),
    Tiny(
        "unet",
        "interpolation, padding, a skip",
        lambda: Function(forms.unet, down=nn.Conv2d(4, 4, 2, 2)),
        (MAP,),
        "input input; down conv2d input; interpolate interpolate down; pad pad interpolate;"
        " cat concat pad input",
    ),
    Tiny(
        "whole",
        "a module that says which operation it is is one node",
        lambda: nn.Sequential(nn.Linear(4, 8), forms.Codes()),
        ((2, 4),),
        "input input; 0 linear input; 1 rbf 0",
    ),
    Tiny(
        "no_weights",
        "a network without parameters",
        lambda: nn.Sequential(nn.MaxPool2d(2), nn.ReLU()),
        (MAP,),
        "input input; 0 max_pool2d input; 1 relu 0",
    ),
    Tiny(
        "nothing",
        "the input is the output",
        lambda: Function(lambda _, x: x),
        (MAP,),
        "input input",
    ),
)
